"""CPU time of a search, in the index and from the command to its answer, beside plain SQLite FTS5."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import quantiles

from adapters.clock import SystemClock
from adapters.local.capabilities import LOCAL_CHAT, LOCAL_PERSON
from adapters.search.fts_index import FtsIndex
from benchmarks.comparison import Comparison, Figure
from benchmarks.fts5_baseline import Fts5Baseline
from benchmarks.harness import NOW, Harness, SampleArchive
from benchmarks.synthetic_papers import SUBJECTS
from bot.calls import CommandCall
from bot.chats import ChatKind
from bot.commands.core.services import Services
from bot.commands.dispatcher import CommandDispatcher
from paperboy.platforms import CAPABILITIES
from storage.database import Database

QUERIES = 25  # of each kind
RESULT_LIMIT = 50

_WORD = re.compile(r"\w+")

SearchStep = Callable[[str], Awaitable[object]]


def run(bench: Harness) -> Iterator[Comparison]:
    spent = asyncio.run(_measure(bench.archive, _queries(bench)))
    title = f"search: CPU time on {len(bench.archive.papers):,} papers, {QUERIES} queries of each kind"
    figures = [figure for kind, of_kind in spent.items() for figure in _figures(kind, of_kind)]
    yield Comparison(title, "Paperboy", "plain FTS5", figures)


def _figures(kind: str, spent: Mapping[str, Sequence[float]]) -> list[Figure]:
    plain = _percentiles(spent["plain"])
    return [
        Figure(f"{kind}: {what}, {name}", ours, yardstick, "ms")
        for what in ("the index", "/search")
        for name, ours, yardstick in zip(("p50", "p95"), _percentiles(spent[what]), plain, strict=True)
    ]


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile, in ms."""
    cuts = quantiles(seconds, n=20, method="inclusive")
    return 1000 * cuts[9], 1000 * cuts[18]


async def _measure(archive: SampleArchive, kinds: Mapping[str, Sequence[str]]) -> dict[str, dict[str, list[float]]]:
    """Seconds of CPU by kind of query and by what was asked, which take turns with each query."""
    database, index = Database(archive.database_url), FtsIndex(archive.index_file)
    plain = Fts5Baseline(archive.papers, archive.folder / "plain.db")
    answers = CommandDispatcher(Services(database, index, SystemClock(NOW), capabilities=CAPABILITIES))

    async def plainly(query: str) -> object:
        return await asyncio.to_thread(plain.search, query, RESULT_LIMIT)

    async def asked(query: str) -> object:
        return await answers(CommandCall("search", query, LOCAL_CHAT, ChatKind.LOCAL, LOCAL_PERSON))

    steps: dict[str, SearchStep] = {
        "plain": plainly,
        "the index": lambda query: index.search(query, RESULT_LIMIT),
        "/search": asked,
    }
    for warm_up in SUBJECTS[:5]:
        await _interleaved(steps, [warm_up])
    spent = {kind: await _interleaved(steps, queries) for kind, queries in kinds.items()}
    plain.close()
    await index.close()
    await database.close()
    return spent


async def _interleaved(steps: Mapping[str, SearchStep], queries: Sequence[str]) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for query in queries:
        for name, step in steps.items():
            began = time.process_time()
            await step(query)
            spent[name].append(time.process_time() - began)
    return spent


def _queries(bench: Harness) -> dict[str, list[str]]:
    chance = random.Random(7)
    titles = [_WORD.findall(paper.title.lower()) for paper in chance.sample(bench.archive.papers, 2 * QUERIES)]
    return {
        "topics": chance.sample(topic_queries(bench.data), QUERIES),
        "three words of a title": [" ".join(chance.sample(words, min(3, len(words)))) for words in titles[:QUERIES]],
        "whole titles": [" ".join(words) for words in titles[QUERIES:]],
    }


def topic_queries(data: Path | None) -> list[str]:
    """Keywords of real papers, or the subjects that ours were made with."""
    file = data / "collections" / "hf_kw" / "queries.jsonl" if data else None
    if file is None or not file.exists():
        return list(SUBJECTS)
    return [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
