"""The few hundred papers worth ordering for a query, found by the full-text table. It blocks.

Papers with all words are found first, best first, and those with all of them in the title; where that makes few,
papers with some of the rarer words. A common word finds nothing that a rarer one beside it does not, and reading every
paper that holds it is what a plain search spends its time on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from adapters.search.index.match_expressions import and_query, near_query, or_query, rarest_stems, title_only
from adapters.search.query.spelling import ParsedQuery
from adapters.search.ranking.bm25 import CollectionStats, IndexedPaper

_SMALL_POOL = 50
_TITLE_MATCHES = 50
_MIN_TITLE_WORDS = 3
# So many papers with rarer words are enough to choose from: a share of all, or a number where there are few.
_SUFFICIENT_SHARE = 0.1
_SUFFICIENT_COUNT = 1000

StemSequence = tuple[str, ...]


def collect_candidates(
    connection: sqlite3.Connection,
    query: ParsedQuery,
    alternatives: Sequence[StemSequence],
    collection: CollectionStats,
    size: int,
) -> list[IndexedPaper]:
    """Papers that the query may mean, each once; ``size`` of each kind at most. ``wordings`` say the same as all its
    words."""
    found: dict[int, IndexedPaper] = {}
    for expression, most in _full_match_queries(query, alternatives, size):
        found |= {paper.number: paper for paper in _select_papers(connection, expression, most)}
    if len(found) < _SMALL_POOL or not query.is_topic:
        some = or_query(rarest_stems(query.document_counts, sufficient_count(collection)))
        found |= {paper.number: paper for paper in _select_papers(connection, some, size)}
    return list(found.values())


def sufficient_count(collection: CollectionStats) -> float:
    """How many papers with one of the words are enough to choose from."""
    return max(_SUFFICIENT_SHARE * collection.paper_count, _SUFFICIENT_COUNT)


def _full_match_queries(
    query: ParsedQuery, alternatives: Sequence[StemSequence], size: int
) -> Iterator[tuple[str, int]]:
    stems = [stem for word in query.words for stem in word.stems]
    every = and_query(dict.fromkeys(stems)) if all(stem in query.document_counts for stem in stems) else ""
    if query.is_topic:
        either = [f"({every})"] if every else []
        either += map(near_query, alternatives)
        if either:
            yield " OR ".join(either), size
    if every and len(stems) > 1 and len(query.as_typed.stems) >= _MIN_TITLE_WORDS:
        yield title_only(every), _TITLE_MATCHES


def _select_papers(connection: sqlite3.Connection, expression: str, most: int) -> list[IndexedPaper]:
    if not expression:
        return []
    rows = connection.execute(
        "SELECT rowid, ' ' || title || ' ', ' ' || abstract || ' ' FROM stems"
        " WHERE stems MATCH ? AND rank MATCH 'bm25(2.0, 1.0)' ORDER BY rank LIMIT ?",
        (expression, most),
    )
    return [IndexedPaper(*row) for row in rows]


def count_expressions(connection: sqlite3.Connection, expressions: Sequence[str], most: int) -> Mapping[str, int]:
    """How many papers match each expression, counted no further than ``most``."""
    counted = "SELECT count(*) FROM (SELECT 1 FROM stems WHERE stems MATCH ? LIMIT ?)"
    return {each: connection.execute(counted, (each, most)).fetchone()[0] for each in expressions}
