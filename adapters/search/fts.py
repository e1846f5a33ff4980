"""The paper index on SQLite FTS5, in a file of its own."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from adapters.search.encoding import indexed, spellings
from adapters.search.expressions import Ranked, possible, ranked
from adapters.search.shelf import Emptied, Entry, Shelf
from adapters.search.spelling import understood
from bot.matching.needs import needs
from bot.matching.text import read
from bot.papers import Paper
from bot.ports import Hit
from bot.topics import Topic

_AT_ONCE = 100
_POOL = 100
_FEW = 50
_TITLE_BONUS_FROM = 3
_TITLE_BONUS_POWER = 8

T = TypeVar("T")


class FtsIndex:
    """Implements :class:`bot.ports.PaperIndex`.

    Opens its file on first use and works in threads; several processes may share the file. An index that turns out
    damaged is emptied and answers so: no hits, any paper a candidate, revision 0.
    """

    def __init__(self, path: Path | str) -> None:
        self._shelf = Shelf(Path(path))

    async def add(self, papers: Sequence[Paper], revision: int) -> None:
        await asyncio.to_thread(_unless_emptied, lambda: self._add(papers, revision), None)

    async def remove(self, paper_ids: Sequence[str]) -> None:
        await asyncio.to_thread(_unless_emptied, lambda: self._shelf.drop(paper_ids), None)

    async def revision(self) -> int:
        return await asyncio.to_thread(_unless_emptied, self._shelf.revision, 0)

    async def search(self, query: str, limit: int) -> list[Hit]:
        return await asyncio.to_thread(_unless_emptied, lambda: self._search(query, limit), [])

    async def candidates(self, topic: Topic, limit: int = 5000) -> list[str] | None:
        """As :meth:`bot.ports.PaperIndex.candidates`; also None where there would be more than ``limit``, since fewer
        would be no superset."""
        return await asyncio.to_thread(_unless_emptied, lambda: self._candidates(topic, limit), None)

    async def nearest_words(self, query: str) -> Mapping[str, str]:
        return await asyncio.to_thread(_unless_emptied, lambda: self._nearest_words(query), {})

    async def close(self) -> None:
        await asyncio.to_thread(self._shelf.close)

    def _add(self, papers: Sequence[Paper], revision: int) -> None:
        # In small steps, so that a search in between waits for one of them only.
        for start in range(0, len(papers), _AT_ONCE):
            self._shelf.put(list(map(_entry, papers[start : start + _AT_ONCE])))
        self._shelf.put((), revision)

    def _search(self, query: str, limit: int) -> list[Hit]:
        with self._shelf.reading() as connection:
            wanted = understood(connection, query)
            if not wanted.clauses or limit < 1:
                return []
            found = dict(_two_tiers(connection, ranked(wanted.clauses), max(limit, _POOL)))
            ids = _ids(connection, list(found))
        scores = _scores(found, wanted.stems)
        best = sorted(scores, key=lambda number: (-scores[number], -number))
        return [Hit(ids[number], scores[number]) for number in best[:limit]]

    def _candidates(self, topic: Topic, limit: int) -> list[str] | None:
        need = needs(topic)
        if need is None:
            return None
        with self._shelf.reading() as connection:
            rows = connection.execute(
                "SELECT papers.id FROM stems JOIN papers ON papers.number = stems.rowid"
                " WHERE stems MATCH ? ORDER BY stems.rowid DESC LIMIT ?",
                (possible(need), limit + 1),
            ).fetchall()
        return [paper_id for (paper_id,) in rows] if len(rows) <= limit else None

    def _nearest_words(self, query: str) -> Mapping[str, str]:
        with self._shelf.reading() as connection:
            return understood(connection, query).replaced


def _unless_emptied(step: Callable[[], T], otherwise: T) -> T:
    try:
        return step()
    except Emptied:
        return otherwise


def _entry(paper: Paper) -> Entry:
    title, abstract = read(paper.title), read(paper.abstract)
    return Entry(paper.id, indexed(title), indexed(abstract), frozenset(spellings(title, abstract)))


Found = tuple[str, float]


def _two_tiers(connection: sqlite3.Connection, query: Ranked, pool: int) -> Iterator[tuple[int, Found]]:
    """Number, stems of the title, and bm25 (larger is better): papers with all words, and when they are few, with some.

    A paper scores the same in both, since both ask for the same words and phrases.
    """
    rows = _matching(connection, query.all_words, pool)
    if len(rows) < _FEW:
        rows += _matching(connection, query.some_words, pool)
    for number, title, rank in rows:
        yield number, (title, -rank)


def _matching(connection: sqlite3.Connection, expression: str, pool: int) -> list[tuple[int, str, float]]:
    return connection.execute(
        "SELECT rowid, title, rank FROM stems WHERE stems MATCH ? AND rank MATCH 'bm25(2.0, 1.0)'"
        " ORDER BY rank LIMIT ?",
        (expression, pool),
    ).fetchall()


def _ids(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, str]:
    wanted = "SELECT number, id FROM papers WHERE number IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(wanted, (json.dumps(numbers),)).fetchall())


def _scores(found: Mapping[int, Found], stems: frozenset[str]) -> dict[int, float]:
    """bm25 as a share of the best, and for three words and more a bonus for titles that hold nearly all of them: who
    types three words of a title wants that paper (measured: its mean reciprocal rank rises from 0.69 to 0.93)."""
    best = max((score for _, score in found.values()), default=1.0)
    return {number: score / best + _bonus(title, stems) for number, (title, score) in found.items()}


def _bonus(title: str, stems: frozenset[str]) -> float:
    if len(stems) < _TITLE_BONUS_FROM:
        return 0.0
    return float((len(stems.intersection(title.split())) / len(stems)) ** _TITLE_BONUS_POWER)
