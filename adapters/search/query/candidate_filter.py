"""Which papers a topic may take, asked of where their words stand. It blocks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date

from adapters.search.index.match_expressions import quote_phrase, two_word_splits
from adapters.search.index.tokens import form_token
from adapters.search.index.writer import end_number, first_number
from adapters.search.query.spelling import count_papers_with
from bot.matching.prefilter.position_constraints import AllAt, AnyAt, AtPosition, PositionConstraint, TextRegion, TwoAt
from bot.matching.text.normalization import stem
from bot.matching.text.packed_text import unpack_paper
from bot.matching.text.tokenizer import TokenizedPaper

_COLUMNS = {
    TextRegion.TITLE: "title",
    TextRegion.PROMINENT: "told",
    TextRegion.ABSTRACT: "{told other}",
    TextRegion.ANYWHERE: "{title told other}",
}


def select_candidates(
    connection: sqlite3.Connection, constraint: PositionConstraint, limit: int, first: date, last: date
) -> list[str]:
    """Ids of the papers listed from ``first`` to ``last`` that may be of the topic, newest first, at most ``limit``."""
    expression = _ExpressionBuilder(_known_forms(connection, constraint)).build(constraint)
    if not expression:
        return []
    rows = connection.execute(
        "SELECT papers.id FROM standing JOIN papers ON papers.number = standing.rowid"
        " WHERE standing MATCH ? AND standing.rowid >= ? AND standing.rowid < ? AND papers.id IS NOT NULL"
        " ORDER BY standing.rowid DESC LIMIT ?",
        (expression, first_number(first), end_number(last), limit),
    )
    return [paper_id for (paper_id,) in rows]


def select_named(connection: sqlite3.Connection, keys: Set[str], limit: int, first: date, last: date) -> list[str]:
    """The same of the papers that are filed under one of these keys of people and labs."""
    rows = connection.execute(
        "SELECT DISTINCT papers.number, papers.id FROM names JOIN papers ON papers.number = names.number"
        " WHERE names.key IN (SELECT value FROM json_each(?)) AND names.number >= ? AND names.number < ?"
        " ORDER BY papers.number DESC LIMIT ?",
        (json.dumps(sorted(keys)), first_number(first), end_number(last), limit),
    )
    return [paper_id for _, paper_id in rows]


def select_texts(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> dict[str, TokenizedPaper]:
    """The tokenized texts of those of the papers that are indexed, by id."""
    rows = connection.execute(
        "SELECT papers.id, texts.packed FROM papers JOIN texts ON texts.number = papers.number"
        " WHERE papers.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(paper_ids)),),
    )
    return {paper_id: unpack_paper(packed) for paper_id, packed in rows}


def _constraint_forms(standing: PositionConstraint) -> Iterator[tuple[str, bool]]:
    match standing:
        case AtPosition(forms, _, whole):
            yield from ((form, whole) for form in forms)
        case AllAt(parts) | AnyAt(parts) | TwoAt(parts):
            for part in parts:
                yield from _constraint_forms(part)


def _known_forms(connection: sqlite3.Connection, constraint: PositionConstraint) -> Set[str]:
    """Of all forms that are asked for, and of their halves, those of which a paper may hold one."""
    forms = set(_constraint_forms(constraint))
    asked = {form for form, _ in forms} | {
        half for form, whole in forms if not whole for pair in two_word_splits(form) for half in pair
    }
    stems = {form: stem(form) for form in asked}
    holding = count_papers_with(connection, list(set(stems.values())))
    return {form for form in asked if stems[form] in holding}


class _ExpressionBuilder:
    """Makes full-text expressions; '' is one that no paper can meet."""

    def __init__(self, known: Set[str]) -> None:
        self._known = known

    def build(self, standing: PositionConstraint) -> str:
        match standing:
            case AtPosition(forms, where, whole):
                return self._position_query(list(self._form_alternatives(forms, whole)), where)
            case AllAt(parts):
                return _and(list(map(self.build, parts)))
            case AnyAt(parts):
                return _or(map(self.build, parts))
            case TwoAt(parts):
                return _at_least_two(list(filter(None, map(self.build, parts))))

    def _form_alternatives(self, forms: Iterable[str], whole: bool) -> Iterator[str]:
        """Every way to say it. Two neighbours may make a word (*k means*), but the table knows them apart."""
        for form in forms:
            if form in self._known:
                yield quote_phrase(form_token(form))
            for first, second in () if whole else two_word_splits(form):
                if first in self._known and second in self._known:
                    yield f"({quote_phrase(form_token(first))} AND {quote_phrase(form_token(second))})"

    def _position_query(self, said: list[str], where: TextRegion) -> str:
        there = _in_columns(where, _or(said))
        if where is not TextRegion.PROMINENT:
            return there
        # Said twice, each time in another way.
        return _or([there, _at_least_two([_in_columns(TextRegion.ABSTRACT, one) for one in said])])


def _in_columns(where: TextRegion, expression: str) -> str:
    return f"{_COLUMNS[where]} : {expression}" if expression else ""


def _and(parts: Sequence[str]) -> str:
    return f"({' AND '.join(parts)})" if all(parts) else ""


def _or(parts: Iterable[str]) -> str:
    possible = list(dict.fromkeys(filter(None, parts)))
    return f"({' OR '.join(possible)})" if possible else ""


def _at_least_two(parts: Sequence[str]) -> str:
    """Two of the parts: two of one half, or one of each."""
    if len(parts) < 2:
        return ""
    some, others = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    return _or([_at_least_two(some), _at_least_two(others), _and([_or(some), _or(others)])])
