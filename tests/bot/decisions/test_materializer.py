"""What is followed is decided as each topic on each paper would be alone, however it came there."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.decisions import materializer
from bot.decisions.materializer import materialize_decisions
from bot.matching import Decision, Verdict
from bot.matching.prefilter.topic_index import MAX_TERM_SETS, PaperTerms, trigger_terms
from bot.matching.rule.decide import RULE_VERSION, decide
from bot.papers import Paper
from bot.topics import Topic
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from storage.database import Database
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import TUESDAY, make_paper, utc
from tests.bot.strategies import FIRST_DAY, papers, topics
from tests.fakes.ports import ActivityTrackingStorage, FakeClock

LAST_DAY = FIRST_DAY + timedelta(days=6)
DIFFUSION = "Diffusion Models Everywhere"

several_topics = st.lists(topics.map(format_topic), min_size=1, max_size=5, unique=True)
several_papers = st.lists(papers, min_size=1, max_size=4, unique_by=lambda paper: paper.id)


@pytest.fixture
async def environment(sqlite_storage: Database) -> DigestEnvironment:
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(TUESDAY, 6, 50)))


@given(topics, several_papers)
def test_who_is_not_called_up_would_be_a_no(topic: Topic, listed: list[Paper]) -> None:
    calling = PaperTerms(listed).triggered_by(trigger_terms(topic))
    assert all(decide(topic, paper).verdict is Verdict.NO for paper in listed if paper not in calling)
    assert calling == [paper for paper in listed if paper in calling]


@given(topics, papers, several_papers)
def test_what_calls_a_topic_up_does_not_depend_on_the_other_papers(
    topic: Topic, one: Paper, others: list[Paper]
) -> None:
    lots = trigger_terms(topic)
    assert (one in PaperTerms([one]).triggered_by(lots)) == (one in PaperTerms([*others, one]).triggered_by(lots))


def test_many_conditions_call_up_by_the_most_telling_of_them() -> None:
    choices = [f"({' OR '.join(f'w{row}x{n}' for n in range(9))})" for row in range(4)]
    lots = trigger_terms(parse(" AND ".join(choices)))
    assert lots is not None
    assert 0 < len(lots.split("\n")) <= MAX_TERM_SETS
    fitting = make_paper(1, "w0x1 w1x2 w2x3 w3x4")
    assert PaperTerms([make_paper(2, "w0x1"), fitting]).triggered_by(lots)[-1] == fitting


def test_only_a_topic_without_words_is_called_up_by_everything() -> None:
    listed = [make_paper(1, DIFFUSION), make_paper(2, "Speech")]
    assert PaperTerms(listed).triggered_by(trigger_terms(parse("upvotes>=3"))) == listed
    assert PaperTerms(listed).triggered_by(trigger_terms(parse("diffusion upvotes>=3"))) == listed[:1]
    assert PaperTerms(listed).triggered_by("") == []


Stored = dict[tuple[str, str], Decision]


async def _stored(url: str, names: Sequence[str], lists: Sequence[Sequence[Paper]]) -> tuple[Stored, Stored]:
    """What is stored after the lists came one by one, and what the rule says of each stored paper by itself."""
    database = Database(url)
    environment = DigestEnvironment(ActivityTrackingStorage(database), FakeClock(utc(LAST_DAY, 6)))
    await environment.chat(*names)
    for listed in lists:
        await environment.list_papers(*listed)
        await materialize_decisions(environment.storage, LAST_DAY)
    ids = sorted({paper.id for listed in lists for paper in listed})
    async with database.read() as work:
        ids_of = {state.text: state.id for state in await work.subscriptions.lagging_topics(0, -1)}
        stored = await work.subscriptions.stored_decisions(list(ids_of.values()), ids)
        kept = await work.papers.get(ids)
    await database.close()
    texts = {topic_id: text for text, topic_id in ids_of.items()}
    # A name may be typed in other letters than it is kept in ("ﬁ" is one letter).
    alone = {(format_topic(parse(name)), paper.id): decide(parse(name), paper) for name in names for paper in kept}
    found = {(texts[one.topic_id], one.paper_id): one.decision for one in stored}
    return found, {pair: decision for pair, decision in alone.items() if decision.verdict is not Verdict.NO}


EXAMPLES = settings().max_examples // 4


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(several_topics, several_papers, several_papers, st.integers(0, 30))
def test_what_is_stored_is_what_the_rule_says_of_each_paper_alone(
    migrated_file: Path, tmp_path: Path, names: list[str], first: list[Paper], then: list[Paper], votes: int
) -> None:
    changed = [replace(first[0], upvotes=votes, code_url=""), *(paper for paper in then if paper.id != first[0].id)]
    file = shutil.copy(migrated_file, tmp_path / f"{uuid4().hex}.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(materializer, "TOPIC_PAGE_SIZE", 2)
        patch.setattr(materializer, "PAPER_PAGE_SIZE", 3)
        patch.setattr(materializer, "WRITE_BATCH_SIZE", 2)
        stored, alone = asyncio.run(_stored(f"sqlite:///{file}", names, [first, changed]))
    assert stored == alone


async def decisions(environment: DigestEnvironment) -> list[tuple[int, str]]:
    async with environment.storage.read() as work:
        return [
            (one.topic_id, one.paper_id)
            for one in await work.subscriptions.stored_decisions(range(1, 99), ["2608.00001"])
        ]


async def test_nothing_new_is_one_question(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion", "speech")
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await materialize_decisions(environment.storage, TUESDAY) == 1
    before = environment.storage.begun
    assert await materialize_decisions(environment.storage, TUESDAY) == 0
    assert environment.storage.begun == before + 1


async def test_votes_that_change_no_decision_store_none(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion", "diffusion upvotes>=20")
    await environment.list_papers(make_paper(1, DIFFUSION, votes=3))
    assert await materialize_decisions(environment.storage, TUESDAY) == 2
    await environment.list_papers(make_paper(1, DIFFUSION, votes=4))
    assert await materialize_decisions(environment.storage, TUESDAY) == 0
    await environment.list_papers(make_paper(1, DIFFUSION, votes=40))
    assert await materialize_decisions(environment.storage, TUESDAY) == 1


async def test_it_goes_on_where_it_was_broken_off(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    await environment.chat("diffusion", "models", "everywhere")
    await environment.list_papers(make_paper(1, DIFFUSION))
    monkeypatch.setattr(materializer, "TOPIC_PAGE_SIZE", 1)
    with monkeypatch.context() as patch:
        patch.setattr(materializer, "_decide_topics", failing_third_time(materializer._decide_topics))
        with pytest.raises(OSError, match="full"):
            await materialize_decisions(environment.storage, TUESDAY)
    assert await decisions(environment) == [(1, "2608.00001"), (2, "2608.00001")]
    assert await materialize_decisions(environment.storage, TUESDAY) == 1
    assert await decisions(environment) == [(1, "2608.00001"), (2, "2608.00001"), (3, "2608.00001")]


def failing_third_time(step: Callable[..., Any]) -> Callable[..., Any]:
    tries = iter(range(3))

    def out(*given: Any) -> Any:
        if next(tries) == 2:
            raise OSError("the disk is full")
        return step(*given)

    return out


async def test_another_rule_makes_anew_what_calls_a_topic_up(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    await environment.chat("diffusion")
    async with environment.storage.write() as work:
        await work.subscriptions.store_trigger_terms({1: "gardening"}, RULE_VERSION)
        await work.commit()
    await environment.list_papers(make_paper(1, DIFFUSION))
    await materialize_decisions(environment.storage, TUESDAY)
    assert await decisions(environment) == []
    monkeypatch.setattr(materializer, "RULE_VERSION", RULE_VERSION + 1)
    await materialize_decisions(environment.storage, TUESDAY)
    assert await decisions(environment) == [(1, "2608.00001")]


async def test_a_topic_that_cannot_be_read_keeps_no_other_waiting(
    environment: DigestEnvironment, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await environment.chat("speech", "diffusion")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE topic SET text = '(speech' WHERE text = 'speech'")
    await environment.list_papers(make_paper(1, DIFFUSION))
    assert await materialize_decisions(environment.storage, TUESDAY) == 1
    assert "(speech" in caplog.text
    before = environment.storage.begun
    await materialize_decisions(environment.storage, TUESDAY)
    assert environment.storage.begun == before + 1
