"""A cache of the papers in the digests that are sent just now: mostly the same few, so they are read once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.papers import Paper
from bot.ports import Clock, Storage

CACHE_TTL: Final = timedelta(seconds=5)


class PaperCache:
    """Papers as they were at most five seconds ago."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._papers: dict[str, Paper] = {}
        self._fresh_until: datetime | None = None
        self._lock = asyncio.Lock()

    async def get(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """Those that exist, by their ids, and others."""
        async with self._lock:
            return await self._get(ids)

    async def _get(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        now = self._clock.now()
        if self._fresh_until is None or now >= self._fresh_until:
            self._papers, self._fresh_until = {}, now + CACHE_TTL
        papers = self._papers
        if missing := [paper_id for paper_id in ids if paper_id not in papers]:
            async with self._storage.read() as work:
                papers |= {paper.id: paper for paper in await work.papers.get(missing)}
        return papers
