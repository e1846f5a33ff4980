"""Nothing is lost where topics are followed, papers come, or others decide while topics are being decided."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import update

from bot.decisions import materializer
from bot.decisions.materializer import materialize_decisions
from bot.decisions.on_the_fly import find_matches
from bot.matching.rule.decide import RULE_VERSION
from bot.ports import Storage, UnitOfWork
from bot.topics.parser import parse
from storage.database import Database
from storage.tables import topic
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import TUESDAY, make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeClock

WORDS = ("robotics", "agents", "diffusion", "speech", "retrieval", "safety", "vision")
Meanwhile = Callable[[], Awaitable[None]]


class Interrupted:
    """A storage at which something else happens just before each of somebody's units of work begins."""

    def __init__(self, storage: Storage, before_read: Meanwhile | None = None, before_write: Meanwhile | None = None):
        self._storage = storage
        self._before_read = before_read
        self._before_write = before_write

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        if self._before_read:
            await self._before_read()
        async with self._storage.read() as work:
            yield work

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        if self._before_write:
            await self._before_write()
        async with self._storage.write() as work:
            yield work


@pytest.fixture
async def environment(storage: Database) -> DigestEnvironment:
    return DigestEnvironment(ActivityTrackingStorage(storage), FakeClock(utc(TUESDAY, 6, 50)))


async def brought(environment: DigestEnvironment, chat_id: int) -> set[str]:
    """What the next digest could bring."""
    async with environment.storage.read() as work:
        return {each.paper.id for each in (await work.subscriptions.candidates([chat_id], TUESDAY))[chat_id]}


async def would_bring(environment: DigestEnvironment, word: str) -> set[str]:
    found = await find_matches(environment.storage, environment.index, parse(word), TUESDAY, TUESDAY)
    return {match.paper.id for match in found}


@pytest.mark.parametrize("every", [5, 6, 7])
async def test_who_follows_while_many_papers_are_decided_gets_them_all(
    environment: DigestEnvironment, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever in the work: the first page, a later one, or just between two."""
    monkeypatch.setattr(materializer, "PAPER_PAGE_SIZE", 15)
    await environment.list_papers(*(make_paper(n, f"On {WORDS[n % 7]} and More", votes=140 - n) for n in range(140)))
    waiting = list(enumerate(WORDS))
    chats: dict[str, int] = {}
    units = count()

    async def one_more_follows() -> None:
        if waiting and next(units) % every == 0:
            number, word = waiting.pop()
            chats[word] = (await environment.chat(word, name=str(number))).id

    await one_more_follows()
    await materialize_decisions(Interrupted(environment.storage, one_more_follows, one_more_follows), TUESDAY)
    for word, chat_id in chats.items():
        assert await brought(environment, chat_id) == await would_bring(environment, word), word
        assert len(await brought(environment, chat_id)) == 20
    assert len(chats) == 7


async def test_who_decided_on_newer_papers_is_not_undone(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion upvotes>=20")
    await environment.list_papers(make_paper(1, "Diffusion", votes=4))
    others = iter((make_paper(1, "Diffusion", votes=40),))

    async def another_process_is_quicker() -> None:
        for newer in others:
            await environment.list_papers(newer)
            await materialize_decisions(environment.storage, TUESDAY)
            assert len(await brought(environment, chat.id)) == 1

    await materialize_decisions(Interrupted(environment.storage, None, another_process_is_quicker), TUESDAY)
    assert len(await brought(environment, chat.id)) == 1


async def test_who_decided_on_older_papers_does_not_undo_what_stays_as_it_was(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is behind stores nothing, also where the one in front had nothing to store: a yes stayed a yes."""
    monkeypatch.setattr(materializer, "WRITE_BATCH_SIZE", 1)
    chat = await environment.chat("diffusion upvotes>=20", "diffusion upvotes>=30")
    await environment.list_papers(make_paper(1, "Diffusion", votes=40))
    await materialize_decisions(environment.storage, TUESDAY)
    await environment.list_papers(make_paper(1, "Diffusion", votes=5))
    others = iter((make_paper(1, "Diffusion", votes=41),))

    async def another_process_is_quicker() -> None:
        for newer in others:
            await environment.list_papers(newer)
            await materialize_decisions(environment.storage, TUESDAY)

    await materialize_decisions(Interrupted(environment.storage, None, another_process_is_quicker), TUESDAY)
    async with environment.storage.read() as work:
        [candidate] = (await work.subscriptions.candidates([chat.id], TUESDAY))[chat.id]
    assert len(candidate.topics) == 2


async def test_two_versions_that_undo_each_other_come_to_an_end(
    environment: DigestEnvironment, storage: Database
) -> None:
    chat = await environment.chat("diffusion")
    await environment.list_papers(make_paper(1, "Diffusion"))
    units = 0

    async def the_other_version_takes_it_back() -> None:
        nonlocal units
        units += 1
        assert units < 1000, "it goes on for ever"
        async with storage.engine.begin() as connection:
            await connection.execute(update(topic).values(rule=RULE_VERSION + 1))

    await materialize_decisions(Interrupted(environment.storage, the_other_version_takes_it_back), TUESDAY)
    await materialize_decisions(environment.storage, TUESDAY)
    assert len(await brought(environment, chat.id)) == 1


async def test_a_topic_that_was_left_for_a_while_is_decided_from_where_it_stood(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion", "speech")
    await environment.list_papers(make_paper(1, "Diffusion"))
    await materialize_decisions(environment.storage, TUESDAY)
    async with environment.storage.write() as work:
        first, _ = await work.subscriptions.of_chat(chat.id)
        await work.subscriptions.unfollow([first.id])
        await work.commit()
    await environment.list_papers(make_paper(2, "Diffusion"))
    await materialize_decisions(environment.storage, TUESDAY)
    await environment.list_papers(make_paper(3, "Diffusion"))
    async with environment.storage.write() as work:
        await work.subscriptions.follow(
            chat.id, first.topic, day=TUESDAY - timedelta(days=1), at=environment.clock.now()
        )
        await work.commit()
    await materialize_decisions(environment.storage, TUESDAY)
    assert await brought(environment, chat.id) == {"2608.00001", "2608.00002", "2608.00003"}
