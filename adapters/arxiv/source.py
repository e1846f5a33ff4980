"""arXiv's RSS feeds as a further source, off until categories are set."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import httpx

from adapters.arxiv.parser import read_entries
from bot.errors import SourceUnavailable
from bot.papers import ARXIV, Listed
from bot.ports import Clock, Gathered, SkippedRow

WHOLE_ANSWER_SECONDS = 60
SECONDS_BETWEEN = 3  # arXiv asks for at most one request in three seconds
EASTERN = ZoneInfo("America/New_York")  # the feeds' dates


class ArxivSource:
    """See :class:`bot.ports.PaperSource`. A feed holds one announcement only, so ``days`` can't be asked for:

    entries are listed on the feed's own day. A paper of several categories is listed once.
    """

    name = ARXIV

    def __init__(self, client: httpx.AsyncClient, url: str, categories: Sequence[str], clock: Clock) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._categories = tuple(categories)
        self._clock = clock

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> Gathered:
        listed: dict[str, Listed] = {}
        skipped: list[SkippedRow] = []
        counts = dict.fromkeys(days, 0)
        for position, category in enumerate(self._categories):
            if position:
                await self._clock.sleep_until(self._clock.now() + timedelta(seconds=SECONDS_BETWEEN))
            feed = await asyncio.to_thread(feedparser.parse, io.BytesIO(await self._feed(category)))
            day = self._day(feed)
            papers, unread = await asyncio.to_thread(read_entries, feed.entries, day)
            listed |= {one.paper.id: one for one in papers}
            skipped += unread
        for one in listed.values():
            counts[one.day] = counts.get(one.day, 0) + 1
        return Gathered(tuple(listed.values()), counts, tuple(skipped))

    async def _feed(self, category: str) -> bytes:
        try:
            async with asyncio.timeout(WHOLE_ANSWER_SECONDS):
                answer = await self._client.get(f"{self._url}/rss/{category}", follow_redirects=True)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnavailable(f"{category}: not reachable ({type(error).__name__})") from error
        if answer.status_code != 200:
            raise SourceUnavailable(f"{category}: HTTP {answer.status_code}")
        if b"<rss" not in answer.content[:2000] and b"<rdf:RDF" not in answer.content[:2000]:
            raise SourceUnavailable(f"{category}: answered something else than a feed")
        return answer.content

    def _day(self, feed: Any) -> date:
        try:
            published: datetime = parsedate_to_datetime(feed.feed.get("published", ""))
        except (TypeError, ValueError):
            return self._clock.now().date()
        return published.astimezone(EASTERN).date()
