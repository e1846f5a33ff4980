"""Paperboy with mail alone, from the table of platforms, beside an inbox that gets what it sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from adapters.email import EmailPlatform
from adapters.email.capabilities import EMAIL, chat_address, person_address
from bot.calls import CommandCall
from bot.chats import Chat, ChatKind
from bot.papers import PaperListing
from bot.ports import PollRecord
from paperboy.cli.run import web_app
from paperboy.container import App, open_app
from paperboy.platforms import PLATFORMS
from paperboy.settings import Settings
from tests.bot.commands.plain_renderer import render_text
from tests.e2e.support.environment import RunningPaperboy, SteppingClock
from tests.e2e.support.single_platform import august, make_paper
from tests.fakes.smtp import MailInbox

MONDAY_EVENING = datetime(2026, 8, 17, 20, tzinfo=UTC)
PUBLIC_URL = "https://paperboy.reader.net"
ANNA = "anna@reader.net"


@dataclass
class EmailPaperboy:
    """The whole of it, with papers put in by hand."""

    app: App
    clock: SteppingClock
    platform: EmailPlatform
    inbox: MailInbox
    browser: httpx.AsyncClient

    async def list_papers(self, *titles: str) -> None:
        now, day = self.clock.now(), august(self.clock.now().day)
        papers = [make_paper(100 * day.day + number, title, day) for number, title in enumerate(titles)]
        async with self.app.storage.write() as work:
            await work.papers.upsert([PaperListing(each, "huggingface", day) for each in papers], now)
            await work.papers.record_polls([PollRecord("huggingface", day, now, rows=len(papers))])
            await work.commit()
        await self.app.ingestor.sync_derived(day)

    async def morning(self, day: int, *titles: str) -> None:
        """The hour of the digest comes, and what it brings is sent."""
        self.clock.move_to(datetime.combine(august(day), time(13), UTC))
        await self.list_papers(*titles)
        await self.app.jobs.plan_digests(self.clock.now())
        await self.deliver()

    async def deliver(self) -> None:
        await RunningPaperboy(self.clock, self.app, None).deliver()  # type: ignore[arg-type]  # nothing is supervised here

    async def say(self, words: str, address: str = ANNA) -> str:
        """What a person there would be answered."""
        name, _, argument = words.partition(" ")
        call = CommandCall(name, argument, chat_address(address), ChatKind.PRIVATE, person_address(address))
        return render_text(await self.app.command_dispatcher(call))

    async def chat(self, address: str = ANNA) -> Chat | None:
        async with self.app.storage.read() as work:
            return await work.chats.find(chat_address(address))

    def pass_time(self, **delta: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**delta))


@asynccontextmanager
async def running_by_mail(folder: Path, inbox: MailInbox, **settings: object) -> AsyncIterator[EmailPaperboy]:
    clock = SteppingClock(MONDAY_EVENING)
    values = {
        "database_url": f"sqlite:///{folder / 'paperboy.db'}",
        "data_dir": folder,
        "meaning": "off",
        "smtp_url": SecretStr(f"smtp://127.0.0.1:{inbox.port}"),
        "mail_from": "Paperboy <papers@sender.net>",
        "mail_rate": 1000,
        "public_url": PUBLIC_URL,
    }
    table = [entry for entry in PLATFORMS if entry.platform == EMAIL]
    made = Settings.model_validate(values | settings)
    async with open_app(made, clock=clock, platform_table=table) as app:
        platform = app.platforms[EMAIL]
        assert isinstance(platform, EmailPlatform)
        app.jobs._first_poll_done = True  # the sources are never asked here
        listening = asyncio.create_task(platform.listen(app.command_dispatcher))
        transport = httpx.ASGITransport(web_app(app), client=("203.0.113.7", 5000))
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as browser:
            yield EmailPaperboy(app, clock, platform, inbox, browser)
        listening.cancel()
        await asyncio.wait([listening])
