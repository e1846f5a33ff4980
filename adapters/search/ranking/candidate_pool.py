"""The few hundred papers worth ordering for a query, found by the full-text table. It blocks.

Papers with all words are found first, best first, and those with all of them in the title; where that makes few,
papers with some of the rarer words. A common word finds nothing that a rarer one beside it does not, and reading every
paper that holds it is what a plain search spends its time on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from adapters.search.index.match_expressions import all_of, any_of, close_together, in_title, rarest
from adapters.search.query.spelling import Understood
from adapters.search.ranking.bm25 import Collection, Stored

_FEW = 50
_TITLES = 50
_TITLE_FROM = 3
# So many papers with rarer words are enough to choose from: a share of all, or a number where there are few.
_ENOUGH_SHARE = 0.1
_ENOUGH = 1000

Wording = tuple[str, ...]


def pool(
    connection: sqlite3.Connection,
    wanted: Understood,
    wordings: Sequence[Wording],
    collection: Collection,
    size: int,
) -> list[Stored]:
    """Papers that the query may mean, each once; ``size`` of each kind at most. ``wordings`` say the same as all its
    words."""
    found: dict[int, Stored] = {}
    for expression, most in _certain(wanted, wordings, size):
        found |= {paper.number: paper for paper in _matching(connection, expression, most)}
    if len(found) < _FEW or not wanted.is_topic:
        some = any_of(rarest(wanted.holding, enough(collection)))
        found |= {paper.number: paper for paper in _matching(connection, some, size)}
    return list(found.values())


def enough(collection: Collection) -> float:
    """How many papers with one of the words are enough to choose from."""
    return max(_ENOUGH_SHARE * collection.papers, _ENOUGH)


def _certain(wanted: Understood, wordings: Sequence[Wording], size: int) -> Iterator[tuple[str, int]]:
    stems = [stem for word in wanted.words for stem in word.stems]
    every = all_of(dict.fromkeys(stems)) if all(stem in wanted.holding for stem in stems) else ""
    if wanted.is_topic:
        either = [f"({every})"] if every else []
        either += map(close_together, wordings)
        if either:
            yield " OR ".join(either), size
    if every and len(stems) > 1 and len(wanted.typed.stems) >= _TITLE_FROM:
        yield in_title(every), _TITLES


def _matching(connection: sqlite3.Connection, expression: str, most: int) -> list[Stored]:
    if not expression:
        return []
    rows = connection.execute(
        "SELECT rowid, ' ' || title || ' ', ' ' || abstract || ' ' FROM stems"
        " WHERE stems MATCH ? AND rank MATCH 'bm25(2.0, 1.0)' ORDER BY rank LIMIT ?",
        (expression, most),
    )
    return [Stored(*row) for row in rows]


def papers_saying(connection: sqlite3.Connection, expressions: Sequence[str], most: int) -> Mapping[str, int]:
    """How many papers match each expression, counted no further than ``most``."""
    counted = "SELECT count(*) FROM (SELECT 1 FROM stems WHERE stems MATCH ? LIMIT ?)"
    return {each: connection.execute(counted, (each, most)).fetchone()[0] for each in expressions}
