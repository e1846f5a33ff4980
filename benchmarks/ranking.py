"""How well a search ranks, beside plain SQLite FTS5 (porter stems, any word, bm25), in one run.

Reads ``collections/NAME/``: docs.jsonl {id, title, abstract}, queries.jsonl {id, text}, qrels.tsv query, doc, grade.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import mean

from adapters.search.fts_index import FtsIndex
from benchmarks.comparison import Comparison, Figure
from benchmarks.fts5_baseline import Fts5Baseline
from benchmarks.harness import Harness
from bot.papers import Paper

KNOWN_ITEMS = 300
RESULT_LIMIT = 100

Search = Callable[[str], Awaitable[list[str]]]
Grades = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class JudgedCollection:
    """A collection: its papers, and queries with the grades of the papers that answer them."""

    papers: Sequence[Paper]
    queries: Sequence[tuple[str, Grades]]


def run(bench: Harness) -> Iterator[Comparison]:
    assert bench.data, "the runner saw to it"
    figures = []
    for folder in sorted((bench.data / "collections").iterdir()):
        ours, plain = asyncio.run(_measure(read_collection(folder), bench.folder / f"{folder.name}.db"))
        figures += [Figure(f"{folder.name}: {name}", ours[name], plain[name]) for name in ours]
    yield Comparison("ranking: searches whose answers are known", "Paperboy", "plain FTS5", figures)


def read_collection(folder: Path) -> JudgedCollection:
    """The collection in a folder, as the head of this module says."""
    papers = [Paper(row["id"], row["title"], row["abstract"], date(2026, 1, 1)) for row in _rows(folder / "docs.jsonl")]
    grades: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, doc, grade = line.split("\t")
        if float(grade) > 0:
            grades.setdefault(query, {})[doc] = float(grade)
    asked = [(row["text"], grades[row["id"]]) for row in _rows(folder / "queries.jsonl") if row["id"] in grades]
    return JudgedCollection(papers, asked)


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def _measure(judged: JudgedCollection, file: Path) -> tuple[dict[str, float], dict[str, float]]:
    """The figures of our index and those of the plain one."""
    index, plain = FtsIndex(file), Fts5Baseline(judged.papers)
    await index.add(judged.papers, 1)

    async def ours(query: str) -> list[str]:
        return [hit.paper_id for hit in await index.search(query, RESULT_LIMIT)]

    async def yardstick(query: str) -> list[str]:
        return plain.search(query, RESULT_LIMIT)

    figures = await ranking_figures(ours, judged), await ranking_figures(yardstick, judged)
    await index.close()
    return figures


async def ranking_figures(search: Search, judged: JudgedCollection) -> dict[str, float]:
    """Name -> mean over the queries, 0 to 1."""
    found = [(await search(text), grades) for text, grades in judged.queries]
    items = [((await search(text))[:10], wanted) for text, wanted in _known_items(judged.papers)]
    return {
        "nDCG@10": mean(_ndcg(ids, grades) for ids, grades in found),
        "Recall@20": mean(len(grades.keys() & ids[:20]) / len(grades) for ids, grades in found),
        "known item (MRR@10)": mean(1 / (1 + ids.index(wanted)) if wanted in ids else 0 for ids, wanted in items),
    }


def _ndcg(found: Sequence[str], grades: Grades) -> float:
    """Normalised discounted cumulative gain of the first ten, by grade."""
    gained = sum(grades.get(doc, 0) / math.log2(place + 2) for place, doc in enumerate(found[:10]))
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
    return gained / best


def _known_items(papers: Sequence[Paper]) -> list[tuple[str, str]]:
    """Three words of a title, as who remembers a paper types them, and the paper."""
    chance = random.Random(7)
    titles = [(paper.id, re.findall(r"\w{4,}", paper.title)) for paper in papers]
    chosen = chance.sample([(paper_id, words) for paper_id, words in titles if len(words) >= 4], KNOWN_ITEMS)
    return [(" ".join(chance.sample(words, 3)), paper_id) for paper_id, words in chosen]
