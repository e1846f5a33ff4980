"""All that can happen to deliveries, in any order: planned, claimed, answered, lost, taken over, paused, crashed.

Hypothesis makes up the stories; :mod:`tests.contracts.outbox_model` says what must hold in each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from storage.database import Database
from tests.contracts.outbox_model import OWNERS, PAPERS, OutboxModel, Step

pytestmark = pytest.mark.long(60)
EXAMPLES = settings().max_examples // 5
ANSWERS = ("later", "soon", "refused", "gone", "held", "unknown", "unknown", "unknown")
SOON = st.sampled_from((timedelta(0), timedelta(seconds=2), timedelta(seconds=4)))
LONG = st.sampled_from((timedelta(seconds=6), timedelta(seconds=70), timedelta(minutes=11), timedelta(hours=21)))
OWNER = st.sampled_from(OWNERS)
PLACE = st.integers(0, 1)


def step(name: str, **how: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(Step, st.just(name), st.fixed_dictionaries(how))


SOME_PAPERS = st.sets(st.sampled_from(PAPERS), min_size=1, max_size=3)
PLAN = step("plan", place=PLACE, wanted=SOME_PAPERS, parts=st.integers(1, 2))
CLAIM = step("claim", owner=OWNER, after=SOON, lands=st.booleans())
ANSWERED = step("answered", which=st.integers(0, 9), answer=st.sampled_from(ANSWERS))
LOOK = step("look", looks=st.booleans())
TIME = step("time_passes", by=LONG)
RARE = st.one_of(step("crash", owner=OWNER), step("restart_alone"), step("pauses", place=PLACE))
STEPS = st.one_of(PLAN, PLAN, CLAIM, CLAIM, CLAIM, ANSWERED, ANSWERED, LOOK, TIME, RARE)


def hasty(connection: Any, _: object) -> None:
    """Nothing here survives a power cut, and nothing has to."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def story(database_url: str) -> Iterator[Callable[[], OutboxModel]]:
    """Begins a story in an empty outbox."""
    with asyncio.Runner() as runner:
        storage = Database(database_url)
        if database_url.startswith("sqlite"):
            event.listen(storage._writer.sync_engine, "connect", hasty)
        yield lambda: OutboxModel(storage, runner)
        runner.run(storage.close())


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=20, max_size=40))
def test_any_story_ends_well(story: Callable[[], OutboxModel], steps: list[Step]) -> None:
    told = story()
    for step in steps:
        told.goes_on(step)
    told.ends()
