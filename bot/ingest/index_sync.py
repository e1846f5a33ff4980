"""Keeping the search index up with the papers; made anew where it is new, damaged or of an older version."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bot.ports import ChangePage, PaperIndex, Storage

# Read from the database while nobody else gets a word in: small enough for that to pass unnoticed.
PAGE_SIZE: Final = 200
# An index that a search found damaged is empty, and nobody tells.
RECHECK_SECONDS: Final = 30.0
# Two processes that fill one file take the page from each other; neither should go on about it for ever.
MOST_BEGINNINGS: Final = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far the index is behind the papers: ``missing`` of ``papers`` are not, or not as they are now, in it."""

    missing: int
    paper_count: int

    @property
    def indexed(self) -> int:
        return self.paper_count - self.missing


class IndexSynchronizer:
    """Brings the index up to the papers. A broken index stops nothing else: it is derived. One for a process."""

    def __init__(self, storage: Storage, index: PaperIndex) -> None:
        self._storage = storage
        self._index = index
        self._one_at_a_time = asyncio.Lock()
        self._changed = asyncio.Event()
        self._is_running = False
        self._progress: IndexProgress | None = None

    @property
    def progress(self) -> IndexProgress | None:
        """How far it is, while there is more than a moment's work to do; otherwise None."""
        return self._progress

    async def run(self) -> None:
        """Keeps the index up until cancelled; whoever changes papers then need not wait for it."""
        self._is_running = True
        try:
            while True:
                self._changed.clear()
                await self.sync()
                with suppress(TimeoutError):
                    async with asyncio.timeout(RECHECK_SECONDS):
                        await self._changed.wait()
        finally:
            self._is_running = False

    async def on_papers_changed(self) -> None:
        """Brings the index up, or leaves it to whoever keeps it."""
        if self._is_running:
            self._changed.set()
        else:
            await self.sync()

    async def sync(self) -> None:
        """Gives the index every paper that changed since it was complete, page by page; what was given stays."""
        async with self._one_at_a_time:
            try:
                await self._sync()
            except Exception:
                log.exception("the search index could not be brought up to date; it is tried again in a while")
            finally:
                self._progress = None

    async def _sync(self) -> None:
        for _ in range(MOST_BEGINNINGS):
            if await self._all_added():
                return
        log.info("the search index was emptied or filled by others meanwhile; it is gone on with in a while")

    async def _all_added(self) -> bool:
        """Whether the index is up to the papers; not where it turned out to stand elsewhere than where it was left."""
        stands, newest = await self._index.indexed_revision(), await self._latest_revision()
        # Beyond the newest: the papers were restored or begun anew, and the index speaks of others.
        reached = stands if stands <= newest else 0
        while reached < newest:
            changes = await self._read_changes(reached)
            if not await self._index.add(changes.papers, changes.revision, since=stands):
                self._progress = None
                return False
            if not changes.more:
                break
            reached = stands = changes.revision
            self._progress = await self._remaining(len(changes.papers), reached)
        return True

    async def _latest_revision(self) -> int:
        async with self._storage.read() as work:
            return await work.papers.latest_revision()

    async def _read_changes(self, reached: int) -> ChangePage:
        async with self._storage.read() as work:
            return await work.papers.changed_since(reached, PAGE_SIZE)

    async def _remaining(self, added: int, reached: int) -> IndexProgress:
        """Counted once; papers that come meanwhile are few."""
        if self._progress is not None:
            return IndexProgress(max(self._progress.missing - added, 0), self._progress.paper_count)
        async with self._storage.read() as work:
            return IndexProgress(
                await work.papers.count_changed_since(reached), (await work.papers.archive_extent()).paper_count
            )
