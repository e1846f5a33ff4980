"""A slot is held from before the turn until the result is recorded: however slow the database, no more are marked."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from adapters.slack.capabilities import CAPABILITIES, SLACK
from bot.delivery.workspace_sender import WorkspaceSender
from tests.bot.factories import TUESDAY, utc
from tests.fakes.ports import FakeChatPlatform, FakeClock

DELIVERIES = 3
ROUNDS_OF_THE_LOOP = 100


class SlowOutbox:
    """Has some deliveries to claim, and writes no result before it may."""

    def __init__(self) -> None:
        self.claimed = 0
        self.recorded = 0
        self.may_record = asyncio.Semaphore(0)

    async def claim(self, _: object) -> Any:
        if self.claimed == DELIVERIES:
            return None
        self.claimed += 1
        return cast(Any, _Claimed())

    async def record(self, _: object) -> None:
        await self.may_record.acquire()
        self.recorded += 1


class _Claimed:
    delivery = chat = None


class InstantAttempts:
    async def attempt(self, *_: object) -> Any:
        return object()


async def _let_everybody_go_on() -> None:
    for _ in range(ROUNDS_OF_THE_LOOP):
        await asyncio.sleep(0)


async def test_nothing_more_is_claimed_while_a_result_waits_to_be_recorded() -> None:
    clock, outbox = FakeClock(utc(TUESDAY, 6)), SlowOutbox()
    platform = FakeChatPlatform(SLACK, clock, CAPABILITIES)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        sender = WorkspaceSender(
            tasks, cast(Any, outbox), cast(Any, InstantAttempts()), clock, platform, "T1", slots=1, on_idle=lambda: None
        )
        sender.start()
        for done in range(DELIVERIES):
            await _let_everybody_go_on()
            assert (outbox.claimed, outbox.recorded) == (done + 1, done)
            outbox.may_record.release()
    assert outbox.recorded == DELIVERIES
