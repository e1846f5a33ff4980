"""Paperboy on one platform without its sources: papers are put in by hand, moments come when the test says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from adapters.search.fts_index import FtsIndex
from bot.delivery.dispatcher import OutboxDispatcher
from bot.papers import Author, Paper, PaperListing
from bot.planning.planner import plan_due
from bot.ports import ChatPlatform, PollRecord
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock

FRIDAY = datetime(2026, 8, 21, 12, tzinfo=UTC)


def make_paper(number: int, title: str, day: date, upvotes: int = 5) -> Paper:
    abstract = "We measure how students plan their week. We present a way that helps them to keep the plan."
    authors = (Author("Mira Aldous"), Author("Tom Brandt"))
    return Paper(f"2608.{number:05}", title, abstract, day, authors=authors, upvotes=upvotes)


def august(day: int) -> date:
    return date(2026, 8, day)


@dataclass
class SinglePlatformPaperboy:
    """All of it but the sources."""

    storage: Database
    index: FtsIndex
    clock: AutoAdvancingClock
    platform: ChatPlatform

    async def list_papers(self, *papers: Paper) -> None:
        now = self.clock.now()
        async with self.storage.write() as work:
            await work.papers.upsert([PaperListing(each, "huggingface", each.listed_on) for each in papers], now)
            days = {each.listed_on for each in papers} | {now.date()}
            await work.papers.record_polls([PollRecord("huggingface", day, now, rows=1) for day in sorted(days)])
            revision = await work.papers.latest_revision()
            await work.commit()
        await self.index.add(papers, revision)

    async def deliver(self, at: datetime | None = None) -> None:
        """The planning job at this moment, and everything it planned is sent."""
        if at is not None:
            self.clock.move_to(at)
            await self.list_papers()
        name = self.platform.platform
        await plan_due(self.storage, self.index, self.clock.now(), {name: self.platform.capabilities})
        dispatcher = OutboxDispatcher(self.storage, {name: self.platform}, self.clock, "me")
        async with self.clock.auto_advancing():
            await dispatcher.drain(timedelta(hours=1))
