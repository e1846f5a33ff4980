"""What the schedule does at each of its moments; every round can be repeated at any time without harm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.chats import Platform
from bot.delivery.dispatcher import Courier
from bot.delivery.message_refresh import KeepingCurrent
from bot.ingest.ingestor import Gatherer
from bot.planning.planner import plan_due
from bot.ports import ChatPlatform, PaperIndex, Storage

# Buttons of older digests find their paper without the delivery; the ledger is kept for ever.
DELIVERIES_KEPT: Final = timedelta(days=90)
EVENTS_KEPT: Final = timedelta(days=7)


class PaperRounds:
    """Polls, plans, revises and tidies up. Implements :class:`bot.schedule.Rounds`."""

    def __init__(
        self,
        gatherer: Gatherer,
        storage: Storage,
        index: PaperIndex,
        platforms: Mapping[Platform, ChatPlatform],
        courier: Courier,
    ) -> None:
        self._gatherer = gatherer
        self._storage = storage
        self._index = index
        self._platforms = platforms
        self._courier = courier
        self._current = KeepingCurrent(storage, platforms)
        self._asked = False

    async def poll(self, now: datetime) -> None:
        """Asks every source for what it listed, and plans the digests that waited for it."""
        try:
            await self._gatherer.poll(now)
        finally:
            self._asked = True
        await self.plan(now)

    async def revise(self, now: datetime) -> None:
        """Shows digests that were sent lately with their papers' facts as they are now."""
        await self._current.bring_up_to_date(now)

    async def beat(self, now: datetime) -> None:
        """Plans what is due, and tells the courier."""
        await self.plan(now)

    async def plan(self, now: datetime, *, early: bool = False) -> int:
        """Plans what is due, or with ``early`` today's digest of every chat without one; returns how many."""
        traits = {name: platform.traits for name, platform in self._platforms.items()}
        planned = await plan_due(self._storage, self._index, now, traits, early=early, asking=not self._asked)
        if planned:
            self._courier.wake()
        return planned

    async def housekeeping(self, now: datetime) -> None:
        """Deletes finished deliveries and inbound events that are too old to be asked for."""
        async with self._storage.write() as work:
            await work.outbox.prune(now - DELIVERIES_KEPT)
            await work.inbox.prune(now - EVENTS_KEPT)
            await work.commit()
