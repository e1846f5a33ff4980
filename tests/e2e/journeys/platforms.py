"""Every platform with somebody at it: Paperboy is opened as a process opens it, with one platform's settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.applications import Starlette

from adapters.email import EmailPlatform
from adapters.email.capabilities import EMAIL
from adapters.slack.install.manifest import manifest
from bot.papers import PaperListing
from bot.ports import PollRecord
from paperboy.container import App, open_app
from paperboy.platforms import PLATFORMS, PlatformEntry
from paperboy.settings import Settings
from paperboy.supervisor import Supervisor, cancel_and_wait
from tests.e2e.journeys.mail_reader import MailReader
from tests.e2e.journeys.page_reader import PageReader
from tests.e2e.journeys.reader import Reader
from tests.e2e.journeys.slack_reader import SlackReader
from tests.e2e.journeys.telegram_reader import TelegramReader
from tests.e2e.journeys.terminal_reader import TerminalReader
from tests.e2e.journeys.text_file_reader import TextFileReader
from tests.e2e.support.environment import RunningPaperboy, SteppingClock
from tests.e2e.support.single_platform import august, make_paper
from tests.fakes.idle import Idle
from tests.fakes.slack import FakeSlack
from tests.fakes.smtp.inbox import open_inbox
from tests.fakes.telegram import FakeTelegram
from tests.fakes.text_file_platform import ENTRY as TEXT_FILE_ENTRY
from tests.fakes.text_file_platform import TEXT_FILE, TextFilePlatform

Values = Mapping[str, Any]
ReaderOf = Callable[[App], AbstractAsyncContextManager[Reader]]


@dataclass
class JourneyPaperboy:
    """A running Paperboy and somebody who reads it. Papers are put in by hand, mornings come when the test says so."""

    running: RunningPaperboy
    reader: Reader

    async def ask(self, line: str) -> str:
        return await self.reader.ask(line)

    async def press(self, label: str) -> str:
        return await self.reader.press(label)

    async def came(self) -> str:
        """What arrives within two seconds, more than platforms ask between two messages to one person."""
        await _quiet()
        self.running.clock.move_to(self.running.clock.now() + timedelta(seconds=2))
        await _quiet()
        return await self.reader.came()

    async def list_papers(self, *titles: str) -> None:
        """Papers of the clock's day; the source answered just now."""
        app, now = self.running.app, self.running.clock.now()
        day = august(now.day)
        papers = [make_paper(100 * day.day + number, title, day) for number, title in enumerate(titles)]
        async with app.storage.write() as work:
            await work.papers.upsert([PaperListing(each, "huggingface", day) for each in papers], now)
            await work.papers.record_polls([PollRecord("huggingface", day, now, rows=len(papers))])
            await work.commit()
        await app.ingestor.sync_derived(day)

    async def morning(self, day: int, *titles: str) -> str:
        """These papers are listed on a day of August, and its digests leave; what the reader then finds."""
        await self.reader.came()
        clock = self.running.clock
        clock.move_to(datetime.combine(august(day), time(9), clock.now().tzinfo))
        await self.list_papers(*titles)
        clock.move_to(clock.now() + timedelta(hours=5))  # past every default hour
        await self.list_papers(*titles)
        await self.running.app.jobs.plan_digests(clock.now())
        await self.running.deliver()
        return await self.came()


async def _quiet() -> None:
    """Until nothing is under way any more."""
    while not await Idle.of_this_loop().for_a_while(0.02):
        pass


@asynccontextmanager
async def running_paperboy(
    folder: Path, now: datetime, values: Values, entries: list[PlatformEntry], reader_of: ReaderOf
) -> AsyncIterator[JourneyPaperboy]:
    """Opened and listening at ``now``, on the migrated ``paperboy.db`` of this folder."""
    clock = SteppingClock(now)
    url = f"sqlite:///{folder / 'paperboy.db'}"
    settings = Settings.model_validate(
        {"database_url": url, "data_dir": folder, "meaning": "off", "timezone": "UTC", **values}
    )
    async with open_app(settings, clock=clock, platform_table=entries) as app:
        app.jobs._first_poll_done = True  # the sources are never asked here
        supervisor = Supervisor(clock)
        listening = [
            asyncio.create_task(supervisor.keep_running(name, partial(platform.listen, app.command_dispatcher)))
            for name, platform in app.platforms.items()
        ]
        try:
            async with reader_of(app) as reader:
                yield JourneyPaperboy(RunningPaperboy(clock, app, supervisor), reader)
        finally:
            await cancel_and_wait(listening)


def _entry(platform: str) -> list[PlatformEntry]:
    return [each for each in PLATFORMS if each.platform == platform]


@asynccontextmanager
async def on_telegram(folder: Path, now: datetime) -> AsyncIterator[JourneyPaperboy]:
    async with FakeTelegram() as telegram:
        url = telegram.base_url.removesuffix("/bot")
        values = {"telegram_bot_token": telegram.token, "telegram_api_url": url}

        @asynccontextmanager
        async def reader(app: App) -> AsyncIterator[Reader]:
            yield TelegramReader(telegram.private(telegram.person("Anna")))

        async with running_paperboy(folder, now, values, _entry("telegram"), reader) as paperboy:
            yield paperboy


@asynccontextmanager
async def on_slack(folder: Path, now: datetime) -> AsyncIterator[JourneyPaperboy]:
    async with FakeSlack() as slack:
        team = slack.workspace("T1")
        slack.use_manifest(manifest())
        values = {"slack_bot_token": team.bot_token, "slack_app_token": team.app_token, "slack_api_url": slack.url}

        @asynccontextmanager
        async def reader(app: App) -> AsyncIterator[Reader]:
            await slack.connected()
            yield SlackReader(team.person("Anna", tz="UTC"))

        async with running_paperboy(folder, now, values, _entry("slack"), reader) as paperboy:
            yield paperboy
        assert slack.complaints == []


@asynccontextmanager
async def on_the_page(folder: Path, now: datetime) -> AsyncIterator[JourneyPaperboy]:
    @asynccontextmanager
    async def reader(app: App) -> AsyncIterator[Reader]:
        transport = httpx.ASGITransport(app=Starlette(routes=app.routes), client=("127.0.0.1", 5000))
        address = "http://127.0.0.1:8080"
        async with httpx.AsyncClient(transport=transport, base_url=address, follow_redirects=True) as page:
            yield PageReader(page)

    async with running_paperboy(folder, now, {}, [], reader) as paperboy:
        yield paperboy


@asynccontextmanager
async def in_the_terminal(folder: Path, now: datetime) -> AsyncIterator[JourneyPaperboy]:
    @asynccontextmanager
    async def reader(app: App) -> AsyncIterator[Reader]:
        yield TerminalReader(app.local_chat)

    async with running_paperboy(folder, now, {}, [], reader) as paperboy:
        yield paperboy


@asynccontextmanager
async def in_a_text_file(folder: Path, now: datetime) -> AsyncIterator[JourneyPaperboy]:
    @asynccontextmanager
    async def reader(app: App) -> AsyncIterator[Reader]:
        platform = app.platforms[TEXT_FILE]
        assert isinstance(platform, TextFilePlatform)
        yield TextFileReader(platform)

    async with running_paperboy(folder, now, {}, [TEXT_FILE_ENTRY], reader) as paperboy:
        yield paperboy


@asynccontextmanager
async def by_mail(folder: Path, now: datetime) -> AsyncIterator[JourneyPaperboy]:
    async with open_inbox() as inbox:
        public = "https://paperboy.reader.net"
        values = {
            "smtp_url": f"smtp://127.0.0.1:{inbox.port}",
            "mail_from": "Paperboy <papers@sender.net>",
            "mail_rate": 1000,
            "public_url": public,
        }

        @asynccontextmanager
        async def reader(app: App) -> AsyncIterator[Reader]:
            platform = app.platforms[EMAIL]
            assert isinstance(platform, EmailPlatform)
            assert isinstance(app.clock, SteppingClock)
            transport = httpx.ASGITransport(app=Starlette(routes=app.routes), client=("203.0.113.7", 5000))
            async with httpx.AsyncClient(transport=transport, base_url=public, follow_redirects=True) as browser:
                yield MailReader(platform, inbox, browser, app.clock)

        async with running_paperboy(folder, now, values, _entry("email"), reader) as paperboy:
            yield paperboy


JOURNEYS: Final = {
    "telegram": on_telegram,
    "slack": on_slack,
    "page": on_the_page,
    "terminal": in_the_terminal,
    "text file": in_a_text_file,
    "mail": by_mail,
}
