"""The scheduled jobs; each is idempotent, so it can be repeated at any time without harm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.chats import Platform
from bot.delivery.dispatcher import OutboxDispatcher
from bot.delivery.message_refresh import MessageRefresher
from bot.ingest.ingestor import Ingestor
from bot.planning.planner import plan_due
from bot.ports import ChatPlatform, PaperIndex, Storage

# Buttons of older digests find their paper without the delivery; the ledger is kept for ever.
DELIVERY_RETENTION: Final = timedelta(days=90)
EVENT_RETENTION: Final = timedelta(days=7)


class DigestJobs:
    """Polls, plans, refreshes what was sent, and prunes. Implements :class:`bot.schedule.Jobs`."""

    def __init__(
        self,
        ingestor: Ingestor,
        storage: Storage,
        index: PaperIndex,
        platforms: Mapping[Platform, ChatPlatform],
        dispatcher: OutboxDispatcher,
    ) -> None:
        self._ingestor = ingestor
        self._storage = storage
        self._index = index
        self._platforms = platforms
        self._dispatcher = dispatcher
        self._refresher = MessageRefresher(storage, platforms)
        self._first_poll_done = False

    async def poll(self, now: datetime) -> None:
        """Asks every source for what it listed, and plans the digests that waited for it."""
        try:
            await self._ingestor.poll(now)
        finally:
            self._first_poll_done = True
        await self.plan_digests(now)

    async def refresh_sent(self, now: datetime) -> None:
        """Shows digests that were sent lately with their papers' facts as they are now."""
        await self._refresher.refresh(now)

    async def plan_due(self, now: datetime) -> None:
        """Plans what is due, and wakes the dispatcher."""
        await self.plan_digests(now)

    async def plan_digests(self, now: datetime, *, early: bool = False) -> int:
        """Plans what is due, or with ``early`` today's digest of every chat without one; returns how many."""
        capabilities = {name: platform.capabilities for name, platform in self._platforms.items()}
        planned = await plan_due(
            self._storage, self._index, now, capabilities, early=early, first_poll_pending=not self._first_poll_done
        )
        if planned:
            self._dispatcher.wake()
        return planned

    async def housekeeping(self, now: datetime) -> None:
        """Deletes finished deliveries, inbound events and ended feeds that are too old to be asked for."""
        async with self._storage.write() as work:
            await work.outbox.prune(now - DELIVERY_RETENTION)
            await work.inbox.prune(now - EVENT_RETENTION)
            await work.chat_feeds.prune(now - DELIVERY_RETENTION)
            await work.commit()
