"""An environment for end-to-end tests: the three services as fakes, one clock, and Paperboy as a process opens it.

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
from bot.rendering.digest import referenced_paper_ids, render_content
from paperboy.container import App, open_app
from paperboy.settings import Settings
from paperboy.supervisor import Supervisor, cancel_and_wait
from tests.fakes.idle import Idle
from tests.fakes.papers_api import FakePapersApi
from tests.fakes.ports import FakeClock
from tests.fakes.slack import FakeSlack, SlackWorkspace
from tests.fakes.telegram import FakeTelegram

POLL_INTERVAL = timedelta(minutes=15)
# Far from anybody's hour a poll finds the same whether it comes often or seldom.
SLOW_POLL_INTERVAL = timedelta(hours=4)
NEAR_DIGEST = timedelta(minutes=30)
PLAN_INTERVAL = timedelta(minutes=1)
EXTRA_PLANS = 2
_A_MOMENT, _A_TURN = 0.005, 0.1  # seconds


class SteppingClock(FakeClock):
    """Stands still until it is moved."""

    def advance_to_next_sleeper(self) -> None:
        """To the moment that somebody waits for next."""
        if self._sleepers:
            self.move_to(min(self._sleepers.values()))


@dataclass
class Environment:
    """The services outlive every Paperboy that is opened in it; so does its database."""

    folder: Path
    clock: SteppingClock
    hub: FakePapersApi
    telegram: FakeTelegram
    slack: FakeSlack
    team: SlackWorkspace

    @classmethod
    @asynccontextmanager
    async def create(cls, folder: Path, now: datetime) -> AsyncIterator[Self]:
        """In a folder that may hold a migrated ``paperboy.db``, which saves migrating one."""
        clock = SteppingClock(now)
        async with AsyncExitStack() as stack:
            hub = await stack.enter_async_context(FakePapersApi(clock.now))
            telegram = await stack.enter_async_context(FakeTelegram(now=lambda: clock.now().timestamp()))
            slack = await stack.enter_async_context(FakeSlack(now=lambda: clock.now().timestamp()))
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
    async def run_paperboy(self, **changed: str) -> AsyncIterator[RunningPaperboy]:
        """Everything opened and listening; closed again as when the process is told to stop."""
        values: dict[str, Any] = {name.lower(): value for name, value in self.environment(**changed).items()}
        async with open_app(Settings(_env_file=None, **values), clock=self.clock) as parts:
            assert parts.sender_lock.acquire()
            supervisor = Supervisor(self.clock)
            listening = [
                asyncio.create_task(supervisor.keep_running(name, partial(platform.listen, parts.command_dispatcher)))
                for name, platform in parts.platforms.items()
            ]
            try:
                yield RunningPaperboy(self.clock, parts, supervisor)
            finally:
                await cancel_and_wait(listening)
                parts.sender_lock.release()

    @asynccontextmanager
    async def run_connected(self) -> AsyncIterator[RunningPaperboy]:
        """The same, with both platforms reached and what was missed made good, as at every start."""
        polls = len(self.telegram.calls("getUpdates"))
        async with self.run_paperboy() as paperboy:
            await self.slack.connected()
            await self.telegram.wait_for_requests("getUpdates", polls + 1)
            await paperboy.bootstrap()
            yield paperboy

    def violations(self) -> list[str]:
        """Everything that Telegram or Slack refused, or would have frowned at.

        A poll that was broken off at the end of a process stays with Telegram until the next one ends it: no matter.
        And the server is asked on purpose for what it must refuse, to see which methods it has.
        """
        asked = self.telegram.requests
        meant = {"getUpdates", "answerWidgetQuery"}
        return [
            *(f"{each.method}: {each.refused}" for each in asked if each.refused and each.method not in meant),
            *(f"{each.method}: no parameter {name}" for each in asked for name in each.unknown),
            *(f"Telegram's pace: {each}" for each in self.telegram.rate_monitor.violations),
            *self.slack.calls.errors,
            *self.slack.complaints,
            *(f"Slack's pace: {each}" for each in self.slack.rate_monitor.violations),
        ]


@dataclass
class RunningPaperboy:
    """One running Paperboy."""

    clock: SteppingClock
    app: App
    supervisor: Supervisor

    async def bootstrap(self) -> None:
        assert await self.app.ingestor.bootstrap()
        await self.poll_and_plan()

    async def advance_to(self, moment: datetime) -> None:
        """Time passes to ``moment`` and stops short of what happens then."""
        while (following := await self._next_poll()) < moment:
            self.clock.move_to(following)
            await self.poll_and_plan()
        self.clock.move_to(moment)

    async def _next_poll(self) -> datetime:
        """Every quarter of an hour while somebody's digest is near, else every four hours."""
        now = self.clock.now()
        async with self.app.storage.read() as work:
            due = await work.chats.earliest_digest_at()
        often, seldom = _next_multiple(now, POLL_INTERVAL), _next_multiple(now, SLOW_POLL_INTERVAL)
        return (
            seldom
            if due is None or seldom <= due - NEAR_DIGEST
            else max(often, _next_multiple(due - NEAR_DIGEST, POLL_INTERVAL) - POLL_INTERVAL)
        )

    async def poll_and_plan(self) -> None:
        await self.app.jobs.poll(self.clock.now())
        await self.app.jobs.plan_due(self.clock.now())
        if await self.deliver():
            for _ in range(EXTRA_PLANS):
                self.clock.move_to(self.clock.now() + PLAN_INTERVAL)
                await self.app.jobs.plan_due(self.clock.now())
                await self.deliver()

    async def deliver(self) -> bool:
        """The dispatcher works until nothing is left; whether there was something."""
        async with self.app.storage.read() as work:
            if not await work.outbox.unfinished_count():
                return False
        draining = asyncio.create_task(self.app.outbox_dispatcher.drain(timedelta(hours=1)))
        assert await self.ends(draining)
        return True

    async def ends(self, draining: asyncio.Task[bool]) -> bool:
        """Waits for a dispatcher that is draining; the clock leaps whenever everybody waits for it."""
        idle = Idle.of_this_loop()
        while not draining.done():
            # While something is being sent, turns are waited for in real time.
            if await idle.for_a_while(_A_TURN if self.app.outbox_dispatcher._is_busy else _A_MOMENT):
                self.clock.advance_to_next_sleeper()
        return draining.result()

    async def only_plan(self) -> None:
        """The last thing it does before it is switched off."""
        await self.app.jobs.poll(self.clock.now())  # plans as well, when it brings something new
        await self.app.jobs.plan_digests(self.clock.now())
        async with self.app.storage.read() as work:
            assert await work.outbox.unfinished_count()

    async def only_claim(self, platform: Platform) -> Delivery:
        """Planned and marked as being sent; then the power goes."""
        await self.only_plan()
        now = self.clock.now()
        async with self.app.storage.write() as work:
            lease = now + timedelta(seconds=60)
            (claimed,) = await work.outbox.claim(platform, owner="switched-off", now=now, lease_until=lease)
            await work.commit()
        return claimed

    async def only_send(self, platform: Platform) -> None:
        """Sent, and the power goes before that is written down."""
        claimed = await self.only_claim(platform)
        async with self.app.storage.read() as work:
            chat = await work.chats.get(claimed.chat_id)
            papers = {paper.id: paper for paper in await work.papers.get(referenced_paper_ids(claimed.content))}
        assert chat
        messenger = self.app.platforms[platform]
        view = render_content(claimed.content, papers, chat, claimed.id, capabilities=messenger.capabilities)
        await messenger.send(chat, view, key=claimed.client_key)

    async def chats(self, platform: Platform, workspace: str) -> list[Chat]:
        async with self.app.storage.read() as work:
            return await work.chats.chats_of_workspace(platform, workspace)


def _next_multiple(now: datetime, step: timedelta) -> datetime:
    """The next moment after ``now`` that is a whole number of steps into its day (UTC)."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + step * ((now - midnight) // step + 1)
