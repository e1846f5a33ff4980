"""The search index of a large archive: made, opened, brought up and found damaged, beside plain SQLite FTS5.

The size can be set: ``ARCHIVE_PAPERS=20000 python -m benchmarks archive``.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Final, TypeVar

from adapters.search.fts_index import FtsIndex
from benchmarks import synthetic_papers
from benchmarks.comparison import Comparison, Figure
from benchmarks.fts5_baseline import Fts5Baseline
from benchmarks.harness import NOW, Harness, real_texts
from benchmarks.search import topic_queries
from bot.ingest.index_sync import PAGE_SIZE
from bot.papers import Paper

PAPERS: Final = int(os.environ.get("ARCHIVE_PAPERS", "200000"))
_SYNTHETIC_PAPERS: Final = 20_000
_NEW: Final = 100
_QUERIES: Final = 100
_RESULT_LIMIT: Final = 50
_PAGE_BYTES: Final = 4096  # SQLite's default

T = TypeVar("T")


def run(bench: Harness) -> Iterator[Comparison]:
    known = synthetic_papers.generate_papers(min(_SYNTHETIC_PAPERS, PAPERS) + _NEW, NOW.date(), real_texts(bench.data))
    known, new = known[_NEW:], known[:_NEW]
    file, plain_file = bench.folder / "large-index.db", bench.folder / "plain.db"
    making, _ = _cpu(lambda: asyncio.run(_make(file, known)))
    plain_making, plain = _cpu(lambda: Fts5Baseline(_archive(known), plain_file))
    plain.close()
    opening, _ = _clock(lambda: asyncio.run(_revision(file)))
    plain_opening, plain = _clock(lambda: Fts5Baseline.open(plain_file))
    asked = _queries(bench)
    searching, plain_searching = asyncio.run(_search_times(file, plain, asked))
    adding, _ = _cpu(lambda: asyncio.run(_add(file, new)))
    plain_adding, _ = _cpu(lambda: plain.add(new))
    plain.close()
    figures = [
        Figure("made, CPU", making, plain_making, "s"),
        Figure("papers a second of CPU", PAPERS / making, PAPERS / plain_making, "/s"),
        Figure("opened, clock", opening * 1000, plain_opening * 1000, "ms"),
        Figure(f"a search, CPU, p50 of {len(asked)}", median(searching) * 1000, median(plain_searching) * 1000, "ms"),
        Figure("... p95", _p95(searching) * 1000, _p95(plain_searching) * 1000, "ms"),
        Figure(f"{_NEW} new papers, CPU", adding * 1000, plain_adding * 1000, "ms"),
        Figure("on the disk", _megabytes(file), _megabytes(plain_file), "MB"),
    ]
    yield Comparison(f"the search index of {PAPERS:,} papers", "Paperboy", "plain FTS5", figures)
    _damage(file, "papers")
    noticing, revision = _clock(lambda: asyncio.run(_revision(file)))
    assert revision == 0, "a damaged index was taken for a good one"
    figures = [Figure("noticed at opening, clock", noticing * 1000, opening * 1000, "ms")]
    yield Comparison("the same index with a page of its papers overwritten", "damaged", "good", figures)


def _archive(known: Sequence[Paper]) -> Iterator[Paper]:
    """So many papers as are wanted: the known ones, then each of their titles with another's abstract."""
    return islice(_synthetic_variant(known), PAPERS)


def _synthetic_variant(known: Sequence[Paper]) -> Iterator[Paper]:
    shift = 0
    while True:
        for place, paper in enumerate(known):
            other = known[(place + shift) % len(known)]
            yield replace(paper, id=f"{shift}.{paper.id}", abstract=other.abstract)
        shift += 1


async def _make(file: Path, known: Sequence[Paper]) -> None:
    index, papers, reached = FtsIndex(file), _archive(known), 0
    while page := list(islice(papers, PAGE_SIZE)):
        reached += len(page)
        await index.add(page, reached)
    await index.close()


async def _revision(file: Path) -> int:
    index = FtsIndex(file)
    reached = await index.indexed_revision()
    await index.close()
    return reached


def _queries(bench: Harness) -> list[str]:
    return Random(7).sample(topic_queries(bench.data), _QUERIES)


async def _search_times(file: Path, plain: Fts5Baseline, queries: Sequence[str]) -> tuple[list[float], list[float]]:
    """Seconds of CPU of each search by turns, ours and the plain one's; a first pass warms both."""
    index = FtsIndex(file)
    ours: list[float] = []
    plainly: list[float] = []
    for query in (*queries[:5], *queries):
        began = time.process_time()
        await index.search(query, _RESULT_LIMIT)
        between = time.process_time()
        plain.search(query, _RESULT_LIMIT)
        ours.append(between - began)
        plainly.append(time.process_time() - between)
    await index.close()
    return ours[5:], plainly[5:]


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[18]


async def _add(file: Path, papers: Sequence[Paper]) -> None:
    index = FtsIndex(file)
    await index.indexed_revision()
    await index.add(papers, PAPERS + _NEW)
    await index.close()


def _damage(file: Path, table: str) -> None:
    """Overwrites the first page of a table that is read through at every opening.

    The full-text tables are not: damage in them is noticed by the search that meets it.
    """
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * _PAGE_BYTES)
        opened.write(b"\xff" * _PAGE_BYTES)


def _megabytes(file: Path) -> float:
    return file.stat().st_size / 1e6


def _cpu(work: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    done = work()
    return time.process_time() - began, done


def _clock(work: Callable[[], T]) -> tuple[float, T]:
    began = time.monotonic()
    done = work()
    return time.monotonic() - began, done
