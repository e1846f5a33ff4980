"""A cache of the papers in the digests that are sent just now: mostly the same few, so they are read once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from cachetools import TTLCache

from bot.papers import Paper
from bot.ports import Clock, Storage

CACHE_TTL: Final = timedelta(seconds=5)
MAX_PAPERS: Final = 10_000


class PaperCache:
    """Papers as they were at most five seconds ago."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._papers: TTLCache[str, Paper, datetime] = TTLCache(MAX_PAPERS, CACHE_TTL, timer=clock.now)
        self._lock = asyncio.Lock()

    async def get(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """Those that exist, by their ids."""
        async with self._lock:
            found = {paper_id: paper for paper_id in ids if (paper := self._papers.get(paper_id))}
            if missing := [paper_id for paper_id in ids if paper_id not in found]:
                async with self._storage.read() as work:
                    read = {paper.id: paper for paper in await work.papers.get(missing)}
                self._papers.update(read)
                found |= read
            return found
