"""A house for whole journeys: the three services as stand-ins, one clock for all, and Paperboy as a process opens it.

Only time is played: polls, beats and deliveries happen when the test lets it pass. Everything else is what runs
in earnest, from the settings to the libraries' own connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

from adapters.slack.install.manifest import manifest
from bot.chats import Chat, Platform
from bot.deliveries import Delivery
from bot.rendering.digest import compose, paper_ids
from paperboy.container import Parts, open_parts
from paperboy.settings import Settings
from paperboy.supervisor import Supervisor, stop
from tests.fakes.idle import Idle
from tests.fakes.papers_api import PapersStandIn
from tests.fakes.ports import FakeClock
from tests.fakes.slack import SlackStandIn, Workspace
from tests.fakes.telegram import TelegramStandIn

POLL = timedelta(minutes=15)
# Far from anybody's hour a poll finds the same whether it comes often or seldom.
SELDOM = timedelta(hours=4)
CLOSE = timedelta(minutes=30)
BEAT = timedelta(minutes=1)
BEATS_AFTER = 2
_A_MOMENT, _A_TURN = 0.005, 0.1  # seconds


class RehearsalClock(FakeClock):
    """Stands still until it is moved."""

    def leap(self) -> None:
        """To the moment that somebody waits for next."""
        if self._sleepers:
            self.move_to(min(self._sleepers.values()))


@dataclass
class House:
    """The services outlive every Paperboy that is opened in it; so does its database."""

    folder: Path
    clock: RehearsalClock
    hub: PapersStandIn
    telegram: TelegramStandIn
    slack: SlackStandIn
    team: Workspace

    @classmethod
    @asynccontextmanager
    async def built(cls, folder: Path, now: datetime) -> AsyncIterator[Self]:
        """In a folder that may hold a migrated ``paperboy.db``, which saves migrating one."""
        clock = RehearsalClock(now)
        async with AsyncExitStack() as stack:
            hub = await stack.enter_async_context(PapersStandIn(clock.now))
            telegram = await stack.enter_async_context(TelegramStandIn(now=lambda: clock.now().timestamp()))
            slack = await stack.enter_async_context(SlackStandIn(now=lambda: clock.now().timestamp()))
            team = slack.workspace("T1")
            slack.use_manifest(manifest())
            yield cls(folder, clock, hub, telegram, slack, team)

    def environment(self, **changed: str) -> dict[str, str]:
        """The settings as an operator writes them."""
        return {
            "DATABASE_URL": f"sqlite:///{self.folder / 'paperboy.db'}",
            "DATA_DIR": str(self.folder),
            "HF_ENDPOINT": self.hub.url,
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.base_url.removesuffix("/bot"),
            "SLACK_BOT_TOKEN": self.team.bot_token,
            "SLACK_APP_TOKEN": self.team.app_token,
            "SLACK_API_URL": self.slack.url,
            **changed,
        }

    @asynccontextmanager
    async def paperboy(self, **changed: str) -> AsyncIterator[Paperboy]:
        """Everything opened and listening; closed again as when the process is told to stop."""
        values: dict[str, Any] = {name.lower(): value for name, value in self.environment(**changed).items()}
        async with open_parts(Settings(_env_file=None, **values), clock=self.clock) as parts:
            assert parts.sender_lock.take()
            supervisor = Supervisor(self.clock)
            listening = [
                asyncio.create_task(supervisor.keep(name.value, partial(platform.listen, parts.answers)))
                for name, platform in parts.platforms.items()
            ]
            try:
                yield Paperboy(self.clock, parts, supervisor)
            finally:
                await stop(listening)
                parts.sender_lock.give_back()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Paperboy]:
        """The same, with both platforms reached and what was missed made good, as at every start."""
        polls = len(self.telegram.calls("getUpdates"))
        async with self.paperboy() as paperboy:
            await self.slack.connected()
            await self.telegram.asked("getUpdates", polls + 1)
            await paperboy.starts()
            yield paperboy

    def complaints(self) -> list[str]:
        """Everything that Telegram or Slack refused, or would have frowned at.

        A poll that was broken off at the end of a process stays with Telegram until the next one ends it: no matter.
        """
        asked = self.telegram.requests
        return [
            *(f"{each.method}: {each.refused}" for each in asked if each.refused and each.method != "getUpdates"),
            *(f"{each.method}: no parameter {name}" for each in asked for name in each.unknown),
            *(f"Telegram's pace: {each}" for each in self.telegram.pace.violations),
            *self.slack.calls.errors,
            *self.slack.complaints,
            *(f"Slack's pace: {each}" for each in self.slack.pace.violations),
        ]


@dataclass
class Paperboy:
    """One Paperboy at work in the house."""

    clock: RehearsalClock
    parts: Parts
    supervisor: Supervisor

    async def starts(self) -> None:
        assert await self.parts.gatherer.first_start()
        await self.polls_and_beats()

    async def live_until(self, moment: datetime) -> None:
        """Time passes to ``moment`` and stops short of what happens then."""
        while (following := await self._next_poll()) < moment:
            self.clock.move_to(following)
            await self.polls_and_beats()
        self.clock.move_to(moment)

    async def _next_poll(self) -> datetime:
        """Every quarter of an hour while somebody's digest is near, else every four hours."""
        now = self.clock.now()
        async with self.parts.storage.read() as work:
            due = await work.chats.next_digest_at()
        often, seldom = _following(now, POLL), _following(now, SELDOM)
        return seldom if due is None or seldom <= due - CLOSE else max(often, _following(due - CLOSE, POLL) - POLL)

    async def polls_and_beats(self) -> None:
        await self.parts.rounds.poll(self.clock.now())
        await self.parts.rounds.beat(self.clock.now())
        if await self.deliver():
            for _ in range(BEATS_AFTER):
                self.clock.move_to(self.clock.now() + BEAT)
                await self.parts.rounds.beat(self.clock.now())
                await self.deliver()

    async def deliver(self) -> bool:
        """The courier works until nothing is left; whether there was something."""
        async with self.parts.storage.read() as work:
            if not await work.outbox.unfinished():
                return False
        draining = asyncio.create_task(self.parts.courier.drain(timedelta(hours=1)))
        assert await self.ends(draining)
        return True

    async def ends(self, draining: asyncio.Task[bool]) -> bool:
        """Waits for a courier that is draining; the clock leaps whenever everybody waits for it."""
        idle = Idle.of_this_loop()
        while not draining.done():
            # While something is being sent, turns are waited for in real time.
            if await idle.for_a_while(_A_TURN if self.parts.courier._busy else _A_MOMENT):
                self.clock.leap()
        return draining.result()

    async def plans_only(self) -> None:
        """The last thing it does before it is switched off."""
        await self.parts.rounds.poll(self.clock.now())  # plans as well, when it brings something new
        await self.parts.rounds.plan(self.clock.now())
        async with self.parts.storage.read() as work:
            assert await work.outbox.unfinished()

    async def claims_only(self, platform: Platform) -> Delivery:
        """Planned and marked as being sent; then the power goes."""
        await self.plans_only()
        now = self.clock.now()
        async with self.parts.storage.write() as work:
            lease = now + timedelta(seconds=60)
            (claimed,) = await work.outbox.claim(platform, owner="switched-off", now=now, lease_until=lease)
            await work.commit()
        return claimed

    async def posts_only(self, platform: Platform) -> None:
        """Sent, and the power goes before that is written down."""
        claimed = await self.claims_only(platform)
        async with self.parts.storage.read() as work:
            chat = await work.chats.get(claimed.chat_id)
            papers = {paper.id: paper for paper in await work.papers.get(paper_ids(claimed.content))}
        assert chat
        view = compose(claimed.content, papers, chat, claimed.id)
        await self.parts.platforms[platform].send(chat, view, key=claimed.client_key)

    async def chats(self, platform: Platform, workspace: str) -> list[Chat]:
        async with self.parts.storage.read() as work:
            return await work.chats.of_workspace(platform, workspace)


def _following(now: datetime, step: timedelta) -> datetime:
    """The next moment after ``now`` that is a whole number of steps into its day (UTC)."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + step * ((now - midnight) // step + 1)
