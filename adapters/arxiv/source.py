"""arXiv's RSS feeds as a further source, off until categories are set."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import httpx

from adapters.arxiv.capabilities import CAPABILITIES
from adapters.arxiv.feed import MAX_FEED_BYTES, Feed, parse_feed
from adapters.arxiv.parser import parse_entries
from adapters.source_http import fetch_limited, retry_moment
from bot.errors import SourceUnavailable
from bot.papers import PaperListing
from bot.ports import Clock, PollFailure, PollResult, RejectedRow

RESPONSE_TIMEOUT_SECONDS = 60
REQUEST_INTERVAL_SECONDS = 3  # arXiv asks for at most one request in three seconds


class ArxivSource:
    """See :class:`bot.ports.PaperSource`. A feed holds one announcement only, so ``days`` can't be asked for:

    entries are listed on the feed's own day. A paper of several categories is listed once. Each category fails for
    itself, and is not asked again before the moment it named.
    """

    capabilities = CAPABILITIES

    def __init__(self, client: httpx.AsyncClient, url: str, categories: Sequence[str], clock: Clock) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._categories = tuple(categories)
        self._clock = clock
        self._retries: dict[str, SourceUnavailable] = {}

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> PollResult:
        listed: dict[str, PaperListing] = {}
        rejected: list[RejectedRow] = []
        failed: dict[str, SourceUnavailable] = {}
        asked = False
        for category in self._categories:
            if waiting := self._waiting(category):
                failed[category] = waiting
                continue
            if asked:
                await self._clock.sleep_until(self._clock.now() + timedelta(seconds=REQUEST_INTERVAL_SECONDS))
            asked = True
            try:
                feed = await self._read_category(category)
            except SourceUnavailable as problem:
                failed[category] = self._retries[category] = problem
                continue
            papers, unread = await asyncio.to_thread(parse_entries, feed.entries, self._announcement_day(feed))
            listed |= {one.paper.id: one for one in papers}
            rejected += unread
        if failed and len(failed) == len(self._categories):
            raise _all_failed(failed)
        failures = tuple(PollFailure(category, problem.reason) for category, problem in failed.items())
        return PollResult(tuple(listed.values()), _count_by_day(days, listed.values()), tuple(rejected), failures)

    def _waiting(self, category: str) -> SourceUnavailable | None:
        earlier = self._retries.pop(category, None)
        if earlier is None or earlier.retry_at is None or self._clock.now() >= earlier.retry_at:
            return None
        self._retries[category] = earlier
        return earlier

    async def _read_category(self, category: str) -> Feed:
        try:
            async with asyncio.timeout(RESPONSE_TIMEOUT_SECONDS):
                answer = await fetch_limited(self._client, f"{self._url}/rss/{category}", MAX_FEED_BYTES)
        except TimeoutError as error:
            raise SourceUnavailable(f"no whole answer within {RESPONSE_TIMEOUT_SECONDS} s") from error
        if answer.status != 200:
            raise SourceUnavailable(f"HTTP {answer.status}", retry_moment(answer.headers, self._clock.now()))
        return await asyncio.to_thread(parse_feed, answer.body)

    def _announcement_day(self, feed: Feed) -> date:
        """The feed's own day; today's where it names none, or one still to come."""
        today = self._clock.now().date()
        return feed.day if feed.day and feed.day <= today + timedelta(days=1) else today


def _all_failed(failed: dict[str, SourceUnavailable]) -> SourceUnavailable:
    """Every category by its name; the source is asked again as soon as one of them may be."""
    moments = [problem.retry_at for problem in failed.values()]
    waits = [moment for moment in moments if moment]
    reason = "; ".join(f"{category}: {problem.reason}" for category, problem in failed.items())
    return SourceUnavailable(reason, min(waits) if len(waits) == len(moments) else None)


def _count_by_day(days: Sequence[date], listed: Iterable[PaperListing]) -> dict[date, int]:
    counts = dict.fromkeys(days, 0)
    for one in listed:
        counts[one.day] = counts.get(one.day, 0) + 1
    return counts
