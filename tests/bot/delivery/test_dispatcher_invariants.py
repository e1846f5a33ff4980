"""What the dispatcher promises at its top, looked at whenever a message leaves, while everything goes wrong."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest

from adapters.slack.capabilities import CAPABILITIES, SLACK
from bot.chats import Chat, ChatKind, MessageRef
from bot.deliveries import Delivery, DeliveryState
from bot.errors import ErrorScope, OutcomeUnknown, RetryLater
from bot.ports import Storage
from bot.views import View
from storage.database import Database
from storage.outbox.rows import delivery_from_row, select_deliveries
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import TUESDAY, make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeChatPlatform, FakeClock

NINE = utc(TUESDAY, 7)  # in Berlin
CHATS = 5
SLOTS = 3


@dataclass
class WatchedPlatform(FakeChatPlatform):
    """Looks into the outbox whenever a message leaves, and writes down what is not as it must be."""

    database: Database | None = None
    stopped: bool = False
    claimed_most: int = 0
    violations: list[str] = field(default_factory=list)
    order: list[Delivery] = field(default_factory=list)

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        self._check(key, await self._rows())
        await asyncio.sleep(0)
        receipt = await super().send(chat, view, key=key, silent=silent, reply_to=reply_to)
        self.order += [row for row in await self._rows() if row.client_key == key]
        return receipt

    async def _rows(self) -> list[Delivery]:
        assert self.database is not None
        async with self.database._reader.connect() as connection:
            return [delivery_from_row(row) for row in (await connection.execute(select_deliveries())).all()]

    def _check(self, key: str, rows: list[Delivery]) -> None:
        [mine] = [row for row in rows if row.client_key == key]
        claimed = [row for row in rows if row.state is DeliveryState.SENDING]
        self.claimed_most = max(self.claimed_most, len(claimed))
        if mine not in claimed:
            self.violations.append(f"{mine.id} left before it was marked")
        if len(claimed) > SLOTS:
            self.violations.append(f"{len(claimed)} are marked, there are {SLOTS} slots")
        if max(Counter(row.chat_id for row in claimed).values(), default=0) > 1:
            self.violations.append("two of one chat are marked")
        tries = sum(row.attempts for row in rows)
        if self.turns < len(claimed) + sum(row.state is DeliveryState.SENT for row in rows):
            self.violations.append(f"{self.turns} turns for {len(claimed)} claims after {tries} tries")


def trouble(dice: random.Random, clock: FakeClock) -> list[BaseException | None]:
    """Whatever may happen to thirty tries; most go well."""
    kinds: list[BaseException | None] = [
        RetryLater(clock.now() + timedelta(minutes=2), ErrorScope.CHAT, "429"),
        RetryLater(clock.now() + timedelta(minutes=1), ErrorScope.WORKSPACE, "429"),
        RetryLater(clock.now(), ErrorScope.CHAT, "no connection"),
        OutcomeUnknown("500"),
        RuntimeError("a mistake"),
    ]
    return [dice.choice([*kinds, *[None] * 5]) for _ in range(30)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", (0, 1) if metafunc.config.getoption("full") else (1,))


async def test_they_hold_whatever_happens(sqlite_storage: Storage, seed: int) -> None:
    assert isinstance(sqlite_storage, Database)
    dice = random.Random(seed)
    environment = DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(TUESDAY, 6)))
    environment.slack = watched = WatchedPlatform(
        SLACK, environment.clock, CAPABILITIES, finds_sent=True, database=sqlite_storage
    )
    for name in range(CHATS):
        await environment.chat("diffusion", platform=SLACK, kind=ChatKind.CHANNEL, name=str(name))
    await environment.list_papers(*(make_paper(number, f"Diffusion {number}") for number in range(1, 20)))
    assert await environment.plan(NINE) == CHATS
    watched.script = trouble(dice, environment.clock)
    async with environment.advancing_while_idle():
        for restart in range(3):
            running = asyncio.create_task(environment.dispatcher(owner=f"run {restart}", in_flight=SLOTS).run())
            await watched.wait_until(sent=dice.randrange(1, 5) + len(watched.sent))
            environment.storage.write_failures = [OSError("locked")] * dice.randrange(3)
            running.cancel()
            await asyncio.wait([running])
        assert await environment.dispatcher(in_flight=SLOTS).drain(timedelta(hours=20))
    assert watched.violations == []
    assert watched.claimed_most == SLOTS, "they were busy"
    assert set(await environment.counts()) == {DeliveryState.SENT}
    assert max(Counter(sent.key for sent in watched.sent).values()) == 1
    for chat in {row.chat_id for row in watched.order}:
        parts = [row.part for row in watched.order if row.chat_id == chat]
        assert all(after == before + 1 for before, after in pairwise(parts)), parts
