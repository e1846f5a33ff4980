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

from adapters.arxiv.parser import parse_entries
from bot.errors import SourceUnavailable
from bot.papers import ARXIV, PaperListing
from bot.ports import Clock, PollResult, RejectedRow

RESPONSE_TIMEOUT_SECONDS = 60
REQUEST_INTERVAL_SECONDS = 3  # arXiv asks for at most one request in three seconds
FEED_TIME_ZONE = ZoneInfo("America/New_York")  # the feeds' dates


class ArxivSource:
    """See :class:`bot.ports.PaperSource`. A feed holds one announcement only, so ``days`` can't be asked for:

    entries are listed on the feed's own day. A paper of several categories is listed once.
    """

    name = ARXIV
    has_archive = False

    def __init__(self, client: httpx.AsyncClient, url: str, categories: Sequence[str], clock: Clock) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._categories = tuple(categories)
        self._clock = clock

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> PollResult:
        listed: dict[str, PaperListing] = {}
        skipped: list[RejectedRow] = []
        counts = dict.fromkeys(days, 0)
        for position, category in enumerate(self._categories):
            if position:
                await self._clock.sleep_until(self._clock.now() + timedelta(seconds=REQUEST_INTERVAL_SECONDS))
            feed = await asyncio.to_thread(feedparser.parse, io.BytesIO(await self._fetch_feed(category)))
            day = self._announcement_day(feed)
            papers, unread = await asyncio.to_thread(parse_entries, feed.entries, day)
            listed |= {one.paper.id: one for one in papers}
            skipped += unread
        for one in listed.values():
            counts[one.day] = counts.get(one.day, 0) + 1
        return PollResult(tuple(listed.values()), counts, tuple(skipped))

    async def _fetch_feed(self, category: str) -> bytes:
        try:
            async with asyncio.timeout(RESPONSE_TIMEOUT_SECONDS):
                answer = await self._client.get(f"{self._url}/rss/{category}", follow_redirects=True)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnavailable(f"{category}: not reachable ({type(error).__name__})") from error
        if answer.status_code != 200:
            raise SourceUnavailable(f"{category}: HTTP {answer.status_code}")
        if b"<rss" not in answer.content[:2000] and b"<rdf:RDF" not in answer.content[:2000]:
            raise SourceUnavailable(f"{category}: answered something else than a feed")
        return answer.content

    def _announcement_day(self, feed: Any) -> date:
        try:
            published: datetime = parsedate_to_datetime(feed.feed.get("published", ""))
        except (TypeError, ValueError):
            return self._clock.now().date()
        return published.astimezone(FEED_TIME_ZONE).date()
