"""Papers come, chats follow, workers decide and index: broken off anywhere, in any order, no paper is missed.

Hypothesis makes up the stories; :mod:`tests.contracts.decisions_model` says what must hold in each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.decisions import materializer
from bot.ingest import index_sync
from storage.database import Database
from tests.contracts.decisions_model import TOPICS, WORKERS, Story
from tests.contracts.outbox_model import Step
from tests.contracts.test_outbox_properties import hasty, step

EXAMPLES = 10
PLACE = st.integers(0, len(TOPICS) - 1)
WORKER = st.sampled_from(WORKERS)

PAPERS = step(
    "papers_come", numbers=st.sets(st.integers(1, 12), min_size=1, max_size=5), votes=st.sampled_from((3, 30))
)
FOLLOWS = step("follows", place=PLACE)
WORKS = step("works", worker=WORKER, units=st.integers(1, 9))
RARE = st.one_of(
    step("unfollows", place=PLACE),
    step("crashes", worker=WORKER),
    step("rule_changes", took_everything=st.booleans()),
    step("index_is_damaged"),
)
STEPS = st.one_of(PAPERS, PAPERS, FOLLOWS, FOLLOWS, WORKS, WORKS, WORKS, RARE)


@pytest.fixture
def story(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Story]]:
    """Begins a story without papers and chats; pages are so small that every story crosses some."""
    for module, name, small in (
        (materializer, "PAPER_PAGE_SIZE", 2),
        (materializer, "TOPIC_PAGE_SIZE", 2),
        (materializer, "WRITE_BATCH_SIZE", 1),
        (index_sync, "PAGE_SIZE", 2),
    ):
        monkeypatch.setattr(module, name, small)
    with asyncio.Runner() as runner:
        storage = Database(database_url)
        if database_url.startswith("sqlite"):
            event.listen(storage.engine.sync_engine, "connect", hasty)
        yield lambda: Story(
            storage, tmp_path / f"{uuid4().hex}.db", runner, partial(monkeypatch.setattr, materializer, "RULE_VERSION")
        )
        runner.run(storage.close())


def follows_meanwhile(units: int) -> list[Step]:
    """Somebody follows what most papers are on once a worker has done so many units of work."""
    begins = [Step("papers_come", {"numbers": set(range(1, 13)), "votes": 30}), Step("follows", {"place": 1})]
    works = [Step("works", {"worker": "one", "units": units}), Step("follows", {"place": 3})]
    return [*begins, *works, Step("works", {"worker": "one", "units": 99})]


@example(steps=follows_meanwhile(7))
@example(steps=follows_meanwhile(9))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=10, max_size=25))
def test_whatever_happens_meanwhile_no_paper_is_missed(story: Callable[[], Story], steps: list[Step]) -> None:
    told = story()
    for happening in steps:
        told.goes_on(happening)
    told.do(told.ends())
