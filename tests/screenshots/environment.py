"""Paperboy with the real client libraries and the fakes, on a Friday morning that is always the same."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.huggingface.capabilities import HUGGING_FACE
from adapters.search.fts_index import FtsIndex
from adapters.slack.install.manifest import manifest
from bot.papers import Paper
from bot.ports import PollRecord
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support import slack_env, telegram_env
from tests.fakes.slack import FakeSlack, SlackWorkspace
from tests.fakes.telegram import FakeTelegram

BEFORE_NINE = datetime(2026, 8, 21, 6, 12, tzinfo=UTC)
NINE = datetime(2026, 8, 21, 7, tzinfo=UTC)
"""In Berlin."""


@asynccontextmanager
async def open_telegram(migrated: Path, papers: Sequence[Paper]) -> AsyncIterator[telegram_env.TelegramPaperboy]:
    """``migrated`` is an empty database's file, of which a copy is used."""
    clock = AutoAdvancingClock(BEFORE_NINE)
    async with (
        _open_database(migrated) as (storage, index),
        FakeTelegram(now=lambda: clock.now().timestamp()) as fake,
        telegram_env.run_on_telegram(fake, storage, index, clock) as paperboy,
    ):
        await paperboy.list_papers(*papers)
        await _read_every_day(storage, clock.now())
        yield paperboy


@asynccontextmanager
async def open_slack(
    migrated: Path, papers: Sequence[Paper]
) -> AsyncIterator[tuple[slack_env.SlackPaperboy, SlackWorkspace]]:
    """The same, with the workspace in which it is installed."""
    clock = AutoAdvancingClock(BEFORE_NINE)
    async with _open_database(migrated) as (storage, index), FakeSlack(now=lambda: clock.now().timestamp()) as fake:
        team = fake.workspace("T1")
        fake.use_manifest(manifest())
        async with slack_env.run_in_workspace(team, storage, index, clock) as paperboy:
            await paperboy.list_papers(*papers)
            await _read_every_day(storage, clock.now())
            yield paperboy, team


@asynccontextmanager
async def open_multi_workspace_slack(migrated: Path) -> AsyncIterator[tuple[FakeSlack, str]]:
    """Not installed anywhere yet; with the address that browsers reach it at."""
    clock = AutoAdvancingClock(BEFORE_NINE)
    async with _open_database(migrated) as (storage, index), FakeSlack(now=lambda: clock.now().timestamp()) as fake:
        fake.use_manifest(manifest())
        async with slack_env.run_multi_workspace(fake, storage, index, clock) as (_, address):
            yield fake, address


@asynccontextmanager
async def _open_database(migrated: Path) -> AsyncIterator[tuple[Database, FtsIndex]]:
    with TemporaryDirectory() as folder:
        storage = Database(f"sqlite:///{shutil.copy(migrated, Path(folder, 'paperboy.db'))}")
        index = FtsIndex(Path(folder, "index.db"))
        try:
            yield storage, index
        finally:
            await index.close()
            await storage.close()


async def list_papers_of(paperboy: telegram_env.TelegramPaperboy, at: datetime, papers: Sequence[Paper]) -> None:
    """Those of the papers that belong to the day are found an hour before."""
    new = [paper for paper in papers if paper.listed_on == at.date()]
    paperboy.clock.move_to(at - timedelta(hours=1))
    await paperboy.list_papers(*new)
    poll = PollRecord(HUGGING_FACE, at.date(), paperboy.clock.now(), rows=len(new), new_rows=len(new))
    await _noted(paperboy.storage, poll)


async def _read_every_day(storage: Database, now: datetime) -> None:
    """Whoever asks is told of the whole week."""
    await _noted(
        storage, *(PollRecord(HUGGING_FACE, (now - timedelta(days)).date(), now, rows=1) for days in range(14))
    )


async def _noted(storage: Database, *polls: PollRecord) -> None:
    async with storage.write() as work:
        await work.papers.record_polls(polls)
        await work.commit()
