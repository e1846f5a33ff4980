"""Which rows of the position table meet a constraint. It blocks.

Each form is asked for once in each column, and the rows are combined here: a topic names the same few forms in hundreds
of places, and a full-text expression would walk each of them anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Set
from itertools import chain

from adapters.search.index.match_expressions import quote_phrase, two_word_splits
from adapters.search.index.tokens import form_token
from bot.matching.prefilter.position_constraints import AllAt, AnyAt, AtPosition, PositionConstraint, TextRegion, TwoAt

Rows = Set[int]

_COLUMNS = {
    TextRegion.TITLE: ("title",),
    TextRegion.PROMINENT: ("told",),
    TextRegion.ABSTRACT: ("told", "other"),
    TextRegion.ANYWHERE: ("title", "told", "other"),
}
_NO_ROWS = frozenset[int]()


class PositionRows:
    """Finds the rows from ``first`` up to, not including, ``end``. Forms that are not ``known`` stand nowhere."""

    def __init__(self, connection: sqlite3.Connection, known: Set[str], first: int, end: int) -> None:
        self._connection = connection
        self._known = known
        self._range = first, end
        self._read: dict[tuple[str, str], Rows] = {}
        self._said: dict[tuple[tuple[str, ...], TextRegion], Rows] = {}
        self._found: dict[PositionConstraint, Rows] = {}

    def find(self, constraint: PositionConstraint) -> Rows:
        """The numbers of the papers that meet the constraint."""
        if constraint not in self._found:
            self._found[constraint] = self._find(constraint)
        return self._found[constraint]

    def _find(self, constraint: PositionConstraint) -> Rows:
        match constraint:
            case AtPosition(forms, region, single_token):
                return self._at_position(forms, region, single_token)
            case AllAt(parts):
                return self._in_all(parts)
            case AnyAt(parts):
                return _NO_ROWS.union(*map(self.find, parts))
            case TwoAt(parts):
                return _in_at_least_two(map(self.find, parts))

    def _in_all(self, parts: Iterable[PositionConstraint]) -> Rows:
        found: Rows | None = None
        for part in parts:
            found = self.find(part) if found is None else found & self.find(part)
            if not found:
                return _NO_ROWS
        return found or _NO_ROWS

    def _at_position(self, forms: Iterable[str], region: TextRegion, single_token: bool) -> Rows:
        ways = list(self._ways(forms, single_token))
        there = _NO_ROWS.union(*(self._with_way(way, region) for way in ways))
        if region is not TextRegion.PROMINENT:
            return there
        # Said twice, each time in another way.
        return there | _in_at_least_two(self._with_way(way, TextRegion.ABSTRACT) for way in ways)

    def _ways(self, forms: Iterable[str], single_token: bool) -> Iterator[tuple[str, ...]]:
        """Every way to say it. Two neighbours may make a word (*k means*), but the table knows them apart."""
        for form in forms:
            if form in self._known:
                yield (form,)
            for pair in () if single_token else two_word_splits(form):
                if pair[0] in self._known and pair[1] in self._known:
                    yield pair

    def _with_way(self, way: tuple[str, ...], region: TextRegion) -> Rows:
        """The rows that hold each of the forms there."""
        if (way, region) not in self._said:
            self._said[way, region] = _NO_ROWS.union(*(self._in_column(way[0], each) for each in _COLUMNS[region]))
            for form in way[1:]:
                self._said[way, region] &= self._with_way((form,), region)
        return self._said[way, region]

    def _in_column(self, form: str, column: str) -> Rows:
        if (form, column) not in self._read:
            expression = f"{column} : {quote_phrase(form_token(form))}"
            rows = self._connection.execute(
                "SELECT rowid FROM standing WHERE standing MATCH ? AND rowid >= ? AND rowid < ?",
                (expression, *self._range),
            )
            self._read[form, column] = frozenset(chain.from_iterable(rows))
        return self._read[form, column]


def _in_at_least_two(groups: Iterable[Rows]) -> Rows:
    once: set[int] = set()
    twice: set[int] = set()
    for rows in groups:
        twice |= once & rows
        once |= rows
    return twice
