"""A platform that the core has never heard of is a class and an entry in a table; it takes part in the shared journeys
(:mod:`tests.e2e.journeys`), and here in what is done for platforms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.chats import Chat
from bot.papers import PaperListing
from bot.ports import PollRecord
from paperboy.container import App, open_app
from paperboy.health_checks import check_platforms
from paperboy.settings import Settings
from storage.database import Database
from tests.e2e.support.environment import RunningPaperboy, SteppingClock
from tests.e2e.support.single_platform import august, make_paper
from tests.fakes.text_file_platform import CHAT, ENTRY, TEXT_FILE, TextFilePlatform

MONDAY_EVENING = datetime(2026, 8, 17, 20, tzinfo=UTC)


@dataclass
class TextFilePaperboy:
    """A Paperboy that is opened from the table with this platform alone, and papers put in by hand."""

    app: App
    clock: SteppingClock
    platform: TextFilePlatform

    async def list_papers(self, *titles: str) -> None:
        now, day = self.clock.now(), august(self.clock.now().day)
        papers = [make_paper(100 * day.day + number, title, day) for number, title in enumerate(titles)]
        async with self.app.storage.write() as work:
            await work.papers.upsert([PaperListing(each, "huggingface", day) for each in papers], now)
            await work.papers.record_polls([PollRecord("huggingface", day, now, rows=len(papers))])
            await work.commit()
        await self.app.ingestor.sync_derived(day)

    async def morning(self, day: int, *titles: str) -> str:
        """What is written into the file when the hour of the digest comes."""
        before = len(self.platform.file.read_text())
        self.clock.move_to(datetime.combine(august(day), time(9), UTC))
        await self.list_papers(*titles)
        await self.app.jobs.plan_digests(self.clock.now())
        running = RunningPaperboy(self.clock, self.app, None)  # type: ignore[arg-type]  # nothing is supervised here
        await running.deliver()
        return self.platform.file.read_text()[before:]

    async def chat(self) -> Chat:
        async with self.app.storage.read() as work:
            chat = await work.chats.find(CHAT)
        assert chat is not None
        return chat


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[TextFilePaperboy]:
    clock = SteppingClock(MONDAY_EVENING)
    url = f"sqlite:///{folder / 'paperboy.db'}"
    settings = Settings.model_validate({"database_url": url, "data_dir": folder, "meaning": "off"})
    async with open_app(settings, clock=clock, platform_table=[ENTRY]) as app:
        platform = app.platforms[TEXT_FILE]
        assert isinstance(platform, TextFilePlatform)
        app.jobs._first_poll_done = True  # the sources are never asked here
        listening = asyncio.create_task(platform.listen(app.command_dispatcher))
        yield TextFilePaperboy(app, clock, platform)
        listening.cancel()


@pytest.fixture
async def paperboy(sqlite_storage: Database, tmp_path: Path) -> AsyncIterator[TextFilePaperboy]:
    async with opened(tmp_path) as running:
        await running.list_papers("Diffusion for Timetables", "Speech in Noise")
        yield running


async def test_a_digest_whose_answer_was_lost_is_found_and_not_sent_again(paperboy: TextFilePaperboy) -> None:
    await paperboy.platform.type("/subscribe diffusion")
    paperboy.platform.lose_answers = True
    await paperboy.morning(18, "Diffusion Again")
    assert paperboy.platform.file.read_text().count("Diffusion Again") == 1
    paperboy.clock.move_to(paperboy.clock.now() + timedelta(hours=1))
    assert await paperboy.morning(18) == ""


async def test_it_is_looked_after_and_spoken_of_like_any_other(paperboy: TextFilePaperboy) -> None:
    assert [each.what for each in await check_platforms(paperboy.app) if each.name == TEXT_FILE] == [
        "The file is there."
    ]
    said = await paperboy.platform.type("/help subscribe")
    assert "> subscribe" in said
    assert "In Slack" not in await paperboy.platform.type("/who")
    paperboy.platform.file.unlink()
    assert [each.level for each in await check_platforms(paperboy.app) if each.name == TEXT_FILE] == ["fail"]
