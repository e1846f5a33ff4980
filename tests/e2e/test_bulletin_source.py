"""A source that the core has never heard of: read, followed, named and linked like any other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.papers import linked_paper_ids
from paperboy.container import App, open_app
from paperboy.settings import Settings
from paperboy.sources import use_source_table
from storage.database import Database
from tests.e2e.support.environment import SteppingClock
from tests.e2e.test_text_file_platform import MONDAY_EVENING
from tests.fakes.bulletin_source import BulletinSource, bulletin_entry
from tests.fakes.text_file_platform import ENTRY, TEXT_FILE, TextFilePlatform


@pytest.fixture
async def app(sqlite_storage: Database, tmp_path: Path) -> AsyncIterator[App]:
    bulletin = BulletinSource()
    bulletin.reports = {"B-101": "Diffusion for Timetables", "B-102": "Speech in Noise"}
    values = {"database_url": f"sqlite:///{tmp_path / 'paperboy.db'}", "data_dir": tmp_path, "meaning": "off"}
    settings = Settings.model_validate(values)
    clock = SteppingClock(MONDAY_EVENING)
    try:
        async with open_app(
            settings, clock=clock, platform_table=[ENTRY], source_table=[bulletin_entry(bulletin)]
        ) as opened:
            await opened.ingestor.poll(clock.now())
            yield opened
    finally:
        use_source_table()


async def test_what_another_source_lists_is_followed_and_linked_and_named_by_its_own_words(app: App) -> None:
    platform = app.platforms[TEXT_FILE]
    assert isinstance(platform, TextFilePlatform)
    listening = asyncio.create_task(platform.listen(app.command_dispatcher))
    assert "reads the Bulletin’s reports and brings you" in await platform.type("/start")
    assert "Diffusion for Timetables" in await platform.type("/search diffusion source:reports")
    assert "source: knows bulletin." in await platform.type("/search source:nature")
    assert "Speech in Noise" in await platform.type("https://bulletin.example/report/B-102")
    unknown = await platform.type("/paper https://bulletin.example/report/B-777")
    assert "B-777" in unknown
    assert "See The Bulletin." in unknown
    assert "Which paper? Send its The Bulletin id or address." in await platform.type("/paper")
    assert "> paper https://bulletin.example/report/" in await platform.type("/help paper")
    assert "Source The Bulletin: read" in await platform.type("/status")
    async with app.storage.read() as work:
        (paper,) = await work.papers.get(["B-101"])
    assert paper.url == "https://bulletin.example/report/B-101"
    assert paper.pdf_url == ""
    assert linked_paper_ids("see bulletin:B-101 and https://hf.co/papers/2608.17271") == ("B-101",)
    listening.cancel()
