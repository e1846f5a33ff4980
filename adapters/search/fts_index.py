"""The paper index on SQLite FTS5, in a file of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from adapters.search.index.index_file import IndexFile, IndexReset, Step
from adapters.search.index.tokens import build_entry
from adapters.search.query.candidate_filter import select_candidates, select_named, select_texts
from adapters.search.query.spelling import parse_query
from adapters.search.ranking.ranker import rank_papers
from adapters.search.ranking.scores import EMPTY_RANKING, Ranking
from bot.matching.prefilter.name_keys import topic_name_keys
from bot.matching.prefilter.position_constraints import position_constraint
from bot.matching.text.tokenizer import TokenizedPaper
from bot.papers import Paper
from bot.ports import SearchHit
from bot.topics import Topic

_BATCH_SIZE = 100

T = TypeVar("T")


class FtsIndex:
    """Implements :class:`bot.ports.PaperIndex`.

    Opens its file on first use and works in threads; several processes may share the file. An index that turns out
    damaged is emptied and answers so: no hits, any paper a candidate, revision 0.
    """

    def __init__(self, path: Path | str) -> None:
        self._index_file = IndexFile(Path(path))

    async def add(self, papers: Sequence[Paper], revision: int, *, since: int | None = None) -> bool:
        return await asyncio.to_thread(_unless_reset, lambda: self._add(papers, revision, since), False)

    async def remove(self, paper_ids: Sequence[str]) -> None:
        await asyncio.to_thread(_unless_reset, lambda: self._index_file.delete(paper_ids), None)

    async def indexed_revision(self) -> int:
        return await asyncio.to_thread(_unless_reset, self._index_file.revision, 0)

    async def search(self, query: str, limit: int) -> list[SearchHit]:
        return (await self.rank(query, limit)).hits()

    async def rank(self, query: str, limit: int) -> Ranking:
        """The best ``limit`` papers with what their scores are made of."""
        return await asyncio.to_thread(_unless_reset, lambda: self._rank(query, limit), EMPTY_RANKING)

    async def candidates(
        self, topic: Topic, limit: int = 5000, first: date | None = None, last: date | None = None
    ) -> list[str] | None:
        """As :meth:`bot.ports.PaperIndex.candidates`; also None where there would be more than ``limit``, since fewer
        would be no superset."""
        found = await self.newest_candidates(topic, limit + 1, first, last)
        return found if found is not None and len(found) <= limit else None

    async def newest_candidates(
        self, topic: Topic, limit: int, first: date | None = None, last: date | None = None
    ) -> list[str] | None:
        """As :meth:`bot.ports.PaperIndex.newest_candidates`."""
        days = first or date.min, last or date.max
        return await asyncio.to_thread(_unless_reset, lambda: self._candidates(topic, limit, *days), None)

    async def tokenized_texts(self, paper_ids: Sequence[str]) -> Mapping[str, TokenizedPaper]:
        """As :meth:`bot.ports.PaperIndex.tokenized_texts`."""
        return await asyncio.to_thread(_unless_reset, lambda: self._tokenized_texts(paper_ids), {})

    async def nearest_words(self, query: str) -> Mapping[str, str]:
        return await asyncio.to_thread(_unless_reset, lambda: self._nearest_words(query), {})

    async def close(self) -> None:
        await asyncio.to_thread(self._index_file.close)

    def _add(self, papers: Sequence[Paper], revision: int, since: int | None) -> bool:
        # In small steps, so that a search in between waits for one of them only.
        return all(
            self._index_file.upsert(list(map(build_entry, part)), step)
            for part, step in _steps(papers, revision, since)
        )

    def _rank(self, query: str, limit: int) -> Ranking:
        with self._index_file.reading() as connection:
            wanted = parse_query(connection, query)
            return rank_papers(connection, wanted, limit) if wanted.words and limit > 0 else EMPTY_RANKING

    def _candidates(self, topic: Topic, limit: int, first: date, last: date) -> list[str] | None:
        needed = position_constraint(topic)
        keys = topic_name_keys(topic) if needed is None else None
        if needed is None and keys is None:
            return None
        with self._index_file.reading() as connection:
            if needed is not None:
                return select_candidates(connection, needed, limit, first, last)
            return select_named(connection, keys or frozenset(), limit, first, last)

    def _tokenized_texts(self, paper_ids: Sequence[str]) -> Mapping[str, TokenizedPaper]:
        with self._index_file.reading() as connection:
            return select_texts(connection, paper_ids)

    def _nearest_words(self, query: str) -> Mapping[str, str]:
        with self._index_file.reading() as connection:
            return parse_query(connection, query).corrections


def _steps(papers: Sequence[Paper], revision: int, since: int | None) -> Iterator[tuple[Sequence[Paper], Step]]:
    name = uuid4().hex
    starts = range(0, max(len(papers), 1), _BATCH_SIZE)
    for start in starts:
        reaches = revision if start == starts[-1] else None
        yield papers[start : start + _BATCH_SIZE], Step(name, start == 0, since, reaches)


def _unless_reset(step: Callable[[], T], otherwise: T) -> T:
    try:
        return step()
    except IndexReset:
        return otherwise
