"""Paperboy with the real client libraries and the stand-ins, on a Friday morning that is always the same."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.search.fts_index import FtsIndex
from adapters.slack.install.manifest import manifest
from bot.papers import HUGGING_FACE, Paper
from bot.ports import Poll
from storage.database import Database
from tests.adapters.telegram.telegram_platform import LeapingClock
from tests.e2e.support import slack_env, telegram_env
from tests.fakes.slack import SlackStandIn, Workspace
from tests.fakes.telegram import TelegramStandIn

BEFORE_NINE = datetime(2026, 8, 21, 6, 12, tzinfo=UTC)
NINE = datetime(2026, 8, 21, 7, tzinfo=UTC)
"""In Berlin."""


@asynccontextmanager
async def telegram(migrated: Path, papers: Sequence[Paper]) -> AsyncIterator[telegram_env.Paperboy]:
    """``migrated`` is an empty database's file, of which a copy is used."""
    clock = LeapingClock(BEFORE_NINE)
    async with (
        _kept(migrated) as (storage, index),
        TelegramStandIn(now=lambda: clock.now().timestamp()) as standin,
        telegram_env.running(standin, storage, index, clock) as paperboy,
    ):
        await paperboy.lists(*papers)
        await _read_every_day(storage, clock.now())
        yield paperboy


@asynccontextmanager
async def slack(migrated: Path, papers: Sequence[Paper]) -> AsyncIterator[tuple[slack_env.Paperboy, Workspace]]:
    """The same, with the workspace in which it is installed."""
    clock = LeapingClock(BEFORE_NINE)
    async with _kept(migrated) as (storage, index), SlackStandIn(now=lambda: clock.now().timestamp()) as standin:
        team = standin.workspace("T1")
        standin.use_manifest(manifest())
        async with slack_env.running(team, storage, index, clock) as paperboy:
            await paperboy.lists(*papers)
            await _read_every_day(storage, clock.now())
            yield paperboy, team


@asynccontextmanager
async def slack_of_many(migrated: Path) -> AsyncIterator[tuple[SlackStandIn, str]]:
    """Not installed anywhere yet; with the address that browsers reach it at."""
    clock = LeapingClock(BEFORE_NINE)
    async with _kept(migrated) as (storage, index), SlackStandIn(now=lambda: clock.now().timestamp()) as standin:
        standin.use_manifest(manifest())
        async with slack_env.running_for_many(standin, storage, index, clock) as (_, address):
            yield standin, address


@asynccontextmanager
async def _kept(migrated: Path) -> AsyncIterator[tuple[Database, FtsIndex]]:
    with TemporaryDirectory() as folder:
        storage = Database(f"sqlite:///{shutil.copy(migrated, Path(folder, 'paperboy.db'))}")
        index = FtsIndex(Path(folder, "index.db"))
        try:
            yield storage, index
        finally:
            await index.close()
            await storage.close()


async def lists_on(paperboy: telegram_env.Paperboy, at: datetime, papers: Sequence[Paper]) -> None:
    """Those of the papers that belong to the day are found an hour before."""
    new = [paper for paper in papers if paper.listed_on == at.date()]
    paperboy.clock.move_to(at - timedelta(hours=1))
    await paperboy.lists(*new)
    poll = Poll(HUGGING_FACE, at.date(), paperboy.clock.now(), rows=len(new), new_rows=len(new))
    await _noted(paperboy.storage, poll)


async def _read_every_day(storage: Database, now: datetime) -> None:
    """Whoever asks is told of the whole week."""
    await _noted(storage, *(Poll(HUGGING_FACE, (now - timedelta(days)).date(), now, rows=1) for days in range(14)))


async def _noted(storage: Database, *polls: Poll) -> None:
    async with storage.write() as work:
        await work.papers.record_polls(polls)
        await work.commit()
