"""What the sentence model adds to a search: how well it ranks and what it costs, beside plain SQLite FTS5, in one run.

Reads ``collections/`` as :mod:`benchmarks.ranking` does. Most of its minutes go into reading the papers, once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median

from adapters.embeddings.service import EmbeddingService
from adapters.search.fts_index import FtsIndex
from adapters.search.hybrid_index import HybridIndex
from benchmarks.comparison import Comparison, Figure
from benchmarks.fts5_baseline import Fts5Baseline
from benchmarks.harness import Harness
from benchmarks.ranking import RESULT_LIMIT, JudgedCollection, Search, ranking_figures, read_collection
from bot.papers import Paper

Measured = dict[str, float]


def run(bench: Harness) -> Iterator[Comparison]:
    assert bench.data, "the runner saw to it"
    figures, ratios, costs = [], [], []
    for folder in sorted((bench.data / "collections").iterdir()):
        with_model, plain, (spent, alone) = asyncio.run(_measured(read_collection(folder), bench.folder / folder.name))
        figures += [Figure(f"{folder.name}: {name}", with_model[name], plain[name]) for name in with_model]
        ratios.append(with_model["nDCG@10"] / plain["nDCG@10"])
        costs.append(Figure(f"{folder.name}: CPU of a search, p50", spent, alone, "ms"))
    title = f"meaning: ranking with the sentence model (nDCG@10: mean ratio {mean(ratios):.2f})"
    yield Comparison(title, "Paperboy", "plain FTS5", figures)
    yield Comparison("meaning: what it costs", "with it", "words alone", costs)


async def _measured(judged: JudgedCollection, file: Path) -> tuple[Measured, Measured, tuple[float, float]]:
    """The figures with the model, those of the plain index, and what a search costs with the model and without."""
    index, meaning = FtsIndex(file.with_suffix(".db")), EmbeddingService(file.with_suffix(".vectors"))
    if trouble := await meaning.self_test():
        raise SystemExit(f"meaning: {trouble.reason}. {trouble.remedy}")
    both, plain = HybridIndex(index, meaning), Fts5Baseline(judged.papers)
    await both.add(judged.papers, 1)
    await _read_all(meaning, judged.papers)

    async def ours(query: str) -> list[str]:
        return [hit.paper_id for hit in await both.search(query, RESULT_LIMIT)]

    async def words_alone(query: str) -> list[str]:
        return [hit.paper_id for hit in await index.search(query, RESULT_LIMIT)]

    async def yardstick(query: str) -> list[str]:
        return plain.search(query, RESULT_LIMIT)

    queries = [text for text, _ in judged.queries]
    costs = await _cost(ours, queries), await _cost(words_alone, queries)
    figures = await ranking_figures(ours, judged), await ranking_figures(yardstick, judged)
    await meaning.close()
    await index.close()
    return *figures, costs


async def _read_all(meaning: EmbeddingService, papers: Sequence[Paper]) -> None:
    by_id = {paper.id: paper for paper in papers}

    async def texts(paper_ids: Sequence[str]) -> list[Paper]:
        return [by_id[paper_id] for paper_id in paper_ids]

    await meaning.similarities("any", list(by_id))  # what a search misses is read next
    await meaning.embed_pending(texts)


async def _cost(search: Search, queries: Sequence[str]) -> float:
    """The median CPU time of a search, in ms, all threads together; the first pass only warms."""
    spent: list[float] = []
    for _ in range(2):
        spent.clear()
        for query in queries:
            began = time.process_time()
            await search(query)
            spent.append(time.process_time() - began)
    return 1000 * median(spent)
