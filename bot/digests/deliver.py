"""The courier: takes what is planned from the outbox and sends it, at each platform's pace, until it is stopped.

A delivery is marked as being sent, and that is committed, before the platform hears of it; its end is written after.
So a crash leaves at most those in doubt that were in flight, and nothing is lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.chats import ChatAddress, Platform
from bot.deliveries import Delivery, DeliveryState
from bot.digests.doubt import Doubts, OnUncertain
from bot.digests.sending import Sender
from bot.ports import ChatPlatform, Clock, Storage

IN_FLIGHT: Final = 8
LEASE: Final = timedelta(seconds=60)
FINISH_WITHIN: Final = 45.0
DRAIN_WITHIN: Final = timedelta(minutes=10)
# Another process may plan: look now and then without being woken.
_IDLE: Final = timedelta(seconds=5)
_BREATH: Final = timedelta(seconds=1)

log = logging.getLogger(__name__)


class Courier:
    """Sends for all platforms of one process.

    ``platforms`` may still be filled until it runs. ``owner`` names this process in the outbox. ``sole``: no other
    process sends (it holds the sender lock), so whatever another owner was sending when this one starts is in doubt at
    once, without waiting for its lease.
    """

    def __init__(
        self,
        storage: Storage,
        platforms: Mapping[Platform, ChatPlatform],
        clock: Clock,
        owner: str,
        on_uncertain: OnUncertain = "resend",
        *,
        sole: bool = True,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        self._storage = storage
        self._platforms = platforms
        self._clock = clock
        self._owner = owner
        self._on_uncertain = on_uncertain
        self._sole = sole
        self._sender = Sender(storage, clock, owner)
        self._doubts = Doubts(storage, platforms, clock, self._sender, on_uncertain)
        self._bells = defaultdict[Platform, asyncio.Event](asyncio.Event)
        self._slots = defaultdict[Platform, asyncio.Semaphore](lambda: asyncio.Semaphore(in_flight))
        self._flying: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """Something was planned: look at once."""
        for bell in self._bells.values():
            bell.set()

    async def run(self) -> None:
        """Until cancelled; then nothing more is taken and what is in flight is finished, within 45 seconds."""
        self._stopping.clear()
        serving = [asyncio.create_task(self._clear_doubts())]
        serving += [asyncio.create_task(self._serve(platform)) for platform in self._platforms.values()]
        try:
            await asyncio.gather(*map(asyncio.shield, serving))
        finally:
            self._stopping.set()
            self.wake()
            await self._finish(serving)

    async def drain(self, within: timedelta = DRAIN_WITHIN) -> bool:
        """Sends until nothing is left that could be sent; False if that took longer than ``within``."""
        until = self._clock.now() + within
        running = asyncio.create_task(self.run())
        try:
            while left := await self._more_to_do():
                if self._clock.now() >= until:
                    break
                await self._rest(self._ended, None)
            return not left
        finally:
            running.cancel()
            await asyncio.wait([running])

    # --- one platform ---

    async def _serve(self, platform: ChatPlatform) -> None:
        bell = self._bells[platform.platform]
        while not self._stopping.is_set():
            try:
                moment = await self._next(platform.platform)
                while moment is not None and moment <= self._clock.now() and await self._take(platform):
                    pass
            except Exception:
                log.exception("%s: the outbox could not be read; trying again", platform.platform)
                moment = None
            await self._rest(bell, moment)

    async def _next(self, platform: Platform) -> datetime | None:
        async with self._storage.read() as work:
            return await work.outbox.next_pending_at(platform)

    async def _take(self, platform: ChatPlatform) -> bool:
        """Takes a turn, then one delivery; whether there was one. Nobody is marked as being sent while it waits."""
        slot = self._slots[platform.platform]
        await slot.acquire()
        took = False
        try:
            await platform.turn(ChatAddress(platform.platform, "", ""))
            took = not self._stopping.is_set() and await self._claim(platform)
        finally:
            if not took:
                slot.release()
        return took

    async def _claim(self, platform: ChatPlatform) -> bool:
        now = self._clock.now()
        async with self._storage.write() as work:
            claimed = await work.outbox.claim(platform.platform, owner=self._owner, now=now, lease_until=now + LEASE)
            await work.commit()
        for delivery in claimed:
            flying = asyncio.create_task(self._send(platform, delivery))
            self._flying.add(flying)
            flying.add_done_callback(self._flying.discard)
        return bool(claimed)

    async def _send(self, platform: ChatPlatform, delivery: Delivery) -> None:
        try:
            await self._sender.send(platform, delivery)
        finally:
            self._slots[platform.platform].release()
            self._bells[platform.platform].set()
            self._ended.set()

    async def _rest(self, bell: asyncio.Event, moment: datetime | None) -> None:
        """Until the bell, the moment, or a little while; a moment that is past could not be used yet."""
        now = self._clock.now()
        if moment is not None and moment <= now:
            moment = now + _BREATH
        until = min(moment or now + _IDLE, now + _IDLE)
        waits = [asyncio.create_task(bell.wait()), asyncio.create_task(self._clock.sleep_until(until))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            if not self._stopping.is_set():
                bell.clear()

    # --- all platforms ---

    async def _clear_doubts(self) -> None:
        owner = self._owner if self._sole else ""
        while not self._stopping.is_set():
            try:
                if await self._doubts.clear_up(owner):
                    self.wake()
                owner = ""
            except Exception:
                log.exception("uncertain deliveries could not be looked at; trying again")
            await self._rest(self._stopping, None)

    async def _more_to_do(self) -> bool:
        async with self._storage.read() as work:
            counts = await work.outbox.counts()
            moments = [await work.outbox.next_pending_at(platform) for platform in self._platforms]
        in_doubt = counts[DeliveryState.UNCERTAIN] if self._on_uncertain == "resend" else 0
        return bool(counts[DeliveryState.SENDING] or in_doubt or any(moments))

    async def _finish(self, serving: Sequence[asyncio.Task[None]]) -> None:
        """What still runs after the time allowed is broken off: its lease ends, and it is in doubt."""
        until = asyncio.get_running_loop().time() + FINISH_WITHIN
        while left := {task for task in (*serving, *self._flying) if not task.done()}:
            _, late = await asyncio.wait(left, timeout=max(until - asyncio.get_running_loop().time(), 0))
            for task in late:
                task.cancel()
