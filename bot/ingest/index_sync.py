"""Synchronizes the search index with the papers; rebuilds it where it is new, damaged or of an older version."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bot.ports import ChangePage, PaperIndex, Storage

# Turning so many rows into papers blocks the event loop, for a time that nobody who chats notices.
PAGE_SIZE: Final = 200
# An index that a search found damaged is emptied without an event, so it is looked at now and then.
RECHECK_SECONDS: Final = 30.0
# Two processes that fill one file make each other's additions fail; neither should retry for ever.
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
    """Brings the index up to the papers. A broken index stops nothing else: it is derived. One per process."""

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
        """Synchronizes until cancelled; whoever changes papers then need not wait for it."""
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
        """Synchronizes now, or leaves it to :meth:`run` where that runs."""
        if self._is_running:
            self._changed.set()
        else:
            await self.sync()

    async def sync(self) -> None:
        """Adds every paper that changed since the index was complete, page by page; what was added stays."""
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
        """Whether the index reached the newest revision; False where somebody else changed its revision meanwhile."""
        indexed, newest = await self._index.indexed_revision(), await self._latest_revision()
        # Beyond the newest: the papers were restored from a backup or started anew, and the index holds others.
        revision = indexed if indexed <= newest else 0
        while revision < newest:
            changes = await self._read_changes(revision)
            if not await self._index.add(changes.papers, changes.revision, since=indexed):
                self._progress = None
                return False
            if not changes.more:
                break
            revision = indexed = changes.revision
            self._progress = await self._remaining(len(changes.papers), revision)
        return True

    async def _latest_revision(self) -> int:
        async with self._storage.read() as work:
            return await work.papers.latest_revision()

    async def _read_changes(self, revision: int) -> ChangePage:
        async with self._storage.read() as work:
            return await work.papers.changed_since(revision, PAGE_SIZE)

    async def _remaining(self, added: int, revision: int) -> IndexProgress:
        """Counted once, then subtracted from; papers that come meanwhile are few."""
        if self._progress is not None:
            return IndexProgress(max(self._progress.missing - added, 0), self._progress.paper_count)
        async with self._storage.read() as work:
            return IndexProgress(
                await work.papers.count_changed_since(revision), (await work.papers.archive_extent()).paper_count
            )
