"""Which papers a topic may take, asked of where their words stand. It blocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date

from adapters.search.index.match_expressions import phrase, splits
from adapters.search.index.tokens import token
from adapters.search.index.writer import end_number, first_number
from adapters.search.query.spelling import papers_holding
from bot.matching.prefilter.position_constraints import AllStand, OneStands, Standing, Stands, TwoStand, Where
from bot.matching.text.normalization import stem

_COLUMNS = {
    Where.TITLE: "title",
    Where.TOLD: "told",
    Where.ABSTRACT: "{told other}",
    Where.ANYWHERE: "{title told other}",
}


def narrowed(connection: sqlite3.Connection, standing: Standing, limit: int, first: date, last: date) -> list[str]:
    """Ids of the papers listed from ``first`` to ``last`` that may be of the topic, newest first, at most ``limit``."""
    expression = _Expressions(_known(connection, standing)).of(standing)
    if not expression:
        return []
    rows = connection.execute(
        "SELECT papers.id FROM standing JOIN papers ON papers.number = standing.rowid"
        " WHERE standing MATCH ? AND standing.rowid >= ? AND standing.rowid < ? AND papers.id IS NOT NULL"
        " ORDER BY standing.rowid DESC LIMIT ?",
        (expression, first_number(first), end_number(last), limit),
    )
    return [paper_id for (paper_id,) in rows]


def _forms(standing: Standing) -> Iterator[tuple[str, bool]]:
    match standing:
        case Stands(forms, _, whole):
            yield from ((form, whole) for form in forms)
        case AllStand(parts) | OneStands(parts) | TwoStand(parts):
            for part in parts:
                yield from _forms(part)


def _known(connection: sqlite3.Connection, standing: Standing) -> Set[str]:
    """Of all forms that are asked for, and of their halves, those of which a paper may hold one."""
    forms = set(_forms(standing))
    asked = {form for form, _ in forms} | {
        half for form, whole in forms if not whole for pair in splits(form) for half in pair
    }
    stems = {form: stem(form) for form in asked}
    holding = papers_holding(connection, list(set(stems.values())))
    return {form for form in asked if stems[form] in holding}


class _Expressions:
    """Makes full-text expressions; '' is one that no paper can meet."""

    def __init__(self, known: Set[str]) -> None:
        self._known = known

    def of(self, standing: Standing) -> str:
        match standing:
            case Stands(forms, where, whole):
                return self._stands(list(self._said(forms, whole)), where)
            case AllStand(parts):
                return _every(list(map(self.of, parts)))
            case OneStands(parts):
                return _any(map(self.of, parts))
            case TwoStand(parts):
                return _two(list(filter(None, map(self.of, parts))))

    def _said(self, forms: Iterable[str], whole: bool) -> Iterator[str]:
        """Every way to say it. Two neighbours may make a word (*k means*), but the table knows them apart."""
        for form in forms:
            if form in self._known:
                yield phrase(token(form))
            for first, second in () if whole else splits(form):
                if first in self._known and second in self._known:
                    yield f"({phrase(token(first))} AND {phrase(token(second))})"

    def _stands(self, said: list[str], where: Where) -> str:
        there = _in(where, _any(said))
        if where is not Where.TOLD:
            return there
        # Said twice, each time in another way.
        return _any([there, _two([_in(Where.ABSTRACT, one) for one in said])])


def _in(where: Where, expression: str) -> str:
    return f"{_COLUMNS[where]} : {expression}" if expression else ""


def _every(parts: Sequence[str]) -> str:
    return f"({' AND '.join(parts)})" if all(parts) else ""


def _any(parts: Iterable[str]) -> str:
    possible = list(dict.fromkeys(filter(None, parts)))
    return f"({' OR '.join(possible)})" if possible else ""


def _two(parts: Sequence[str]) -> str:
    """Two of the parts: two of one half, or one of each."""
    if len(parts) < 2:
        return ""
    some, others = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    return _any([_two(some), _two(others), _every([_any(some), _any(others)])])
