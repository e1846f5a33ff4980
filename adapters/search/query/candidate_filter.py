"""Which papers a topic may take, asked of where their words stand. It blocks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence, Set
from datetime import date
from itertools import islice

from adapters.search.index.match_expressions import two_word_splits
from adapters.search.index.writer import end_number, first_number
from adapters.search.query.position_rows import PositionRows
from adapters.search.query.spelling import count_papers_with
from bot.matching.prefilter.position_constraints import AllAt, AnyAt, AtPosition, PositionConstraint, TwoAt
from bot.matching.text.normalization import stem
from bot.matching.text.packed_text import unpack_paper
from bot.matching.text.tokenizer import TokenizedPaper

_READ_AT_ONCE = 1024
# Beyond what nearly every word is long, it pays to ask how long the longest one is.
_LONG_FORM = 64
# The endings that the stemmer takes off, one after another, have fewer letters in all.
_MOST_LETTERS_CUT = 32


def select_candidates(
    connection: sqlite3.Connection, constraint: PositionConstraint, limit: int, first: date, last: date
) -> list[str]:
    """Ids of the papers listed from ``first`` to ``last`` that may be of the topic, newest first, at most ``limit``."""
    known = _known_forms(connection, constraint)
    found = PositionRows(connection, known, first_number(first), end_number(last)).find(constraint)
    return list(islice(_paper_ids(connection, sorted(found, reverse=True)), limit))


def _paper_ids(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[str]:
    """The ids of the papers that still have these numbers, in their order."""
    for start in range(0, len(numbers), _READ_AT_ONCE):
        rows = connection.execute(
            "SELECT id FROM papers WHERE number IN (SELECT value FROM json_each(?)) AND id IS NOT NULL"
            " ORDER BY number DESC",
            (json.dumps(numbers[start : start + _READ_AT_ONCE]),),
        ).fetchall()
        yield from (paper_id for (paper_id,) in rows)


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
    longest = _longest_known(connection) if any(len(form) > _LONG_FORM for form, _ in forms) else _LONG_FORM
    pairs = (pair for form, whole in forms if not whole for pair in two_word_splits(form))
    halves = {half for pair in pairs if max(map(len, pair)) <= longest for half in pair}
    asked = {form for form, _ in forms if len(form) <= longest} | halves
    stems = {form: stem(form) for form in asked}
    holding = count_papers_with(connection, list(set(stems.values())))
    return {form for form in asked if stems[form] in holding}


def _longest_known(connection: sqlite3.Connection) -> int:
    """No form that a paper holds has more letters. Stemming a long word takes long, and it has as many halves."""
    (stemmed,) = connection.execute("SELECT max(length(stem)) FROM frequencies WHERE papers > 0").fetchone()
    return (stemmed or 0) + _MOST_LETTERS_CUT
