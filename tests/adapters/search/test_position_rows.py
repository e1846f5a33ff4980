"""Candidates by where words stand: exactly the papers whose forms meet the constraint, read one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.search.index.tokens import build_entry
from adapters.search.index.writer import SCHEMA, delete_papers, upsert_papers
from adapters.search.query.candidate_filter import select_candidates
from bot.matching.prefilter.position_constraints import (
    AllAt,
    AnyAt,
    AtPosition,
    PositionConstraint,
    TextRegion,
    TwoAt,
    position_constraint,
    terms_by_region,
)
from bot.matching.text.tokenizer import tokenize_paper
from bot.papers import Paper
from bot.topics import Topic
from bot.topics.words import STOP_WORDS
from tests.bot.strategies import papers, topics


def meets(regions: Sequence[set[str]], constraint: PositionConstraint) -> bool:
    """The same, of one paper."""
    match constraint:
        case AtPosition(forms, region, single_token):
            ways = [way for form in forms for way in _ways(form, single_token)]
            said = [way for way in ways if _holds(regions, way, region)]
            twice = [way for way in ways if _holds(regions, way, TextRegion.ABSTRACT)]
            return bool(said) or (region is TextRegion.PROMINENT and len(twice) > 1)
        case AllAt(parts):
            return all(meets(regions, part) for part in parts)
        case AnyAt(parts):
            return any(meets(regions, part) for part in parts)
        case TwoAt(parts):
            return sum(meets(regions, part) for part in parts) > 1


def _ways(form: str, single_token: bool) -> Iterator[tuple[str, ...]]:
    yield (form,)
    if not single_token:
        yield from ((form[:i], form[i:]) for i in range(1, len(form)) if form[:i] not in STOP_WORDS)


def _holds(regions: Sequence[set[str]], way: Sequence[str], region: TextRegion) -> bool:
    title, told, other = regions
    there = {
        TextRegion.TITLE: title,
        TextRegion.PROMINENT: told,
        TextRegion.ABSTRACT: told | other,
        TextRegion.ANYWHERE: title | told | other,
    }[region]
    return there.issuperset(way)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    for statement in SCHEMA.split(";"):
        opened.execute(statement)
    yield opened
    opened.close()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=150
)
@given(topics, st.lists(papers, min_size=4, max_size=8, unique_by=lambda paper: paper.id), st.integers(0, 9))
def test_candidates_are_the_papers_whose_forms_meet_the_constraint(
    connection: sqlite3.Connection, topic: Topic, some: list[Paper], limit: int
) -> None:
    constraint = position_constraint(topic)
    if constraint is None:
        return
    connection.execute("BEGIN")
    upsert_papers(connection, [build_entry(paper) for paper in some])
    delete_papers(connection, [paper.id for paper in some[:1]])
    found = select_candidates(connection, constraint, limit, date.min, date(2400, 1, 1))
    connection.execute("ROLLBACK")
    meeting = [paper for paper in some[1:] if meets(terms_by_region(tokenize_paper(paper)), constraint)]
    newest_first = sorted(meeting, key=lambda paper: (paper.listed_on, paper.id), reverse=True)
    assert found == [paper.id for paper in newest_first][:limit]


_LATE = " ".join(f"w{n}x" for n in range(40))
_PROMINENT = AtPosition(("boat", "teapot"), TextRegion.PROMINENT)


@pytest.mark.parametrize("constraint", [_PROMINENT, TwoAt((_PROMINENT, AtPosition(("gull",), TextRegion.ABSTRACT)))])
def test_what_is_said_twice_in_other_words_is_prominent(
    connection: sqlite3.Connection, constraint: PositionConstraint
) -> None:
    abstracts = ("Boat.", "Boat. Gull.", f"{_LATE} boat gull.", f"{_LATE} boat. Tea pot gull.", "Gull.")
    some = [Paper(f"2608.0000{n}", "Sea", text, date(2026, 8, 18)) for n, text in enumerate(abstracts)]
    upsert_papers(connection, [build_entry(paper) for paper in some])
    found = select_candidates(connection, constraint, 9, date.min, date(2400, 1, 1))
    expected = [paper.id for paper in some if meets(terms_by_region(tokenize_paper(paper)), constraint)]
    assert found == expected[::-1]
    assert 0 < len(found) < len(some)
