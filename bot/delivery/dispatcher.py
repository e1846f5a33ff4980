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

from bot.chats import Platform
from bot.deliveries import DeliveryState
from bot.delivery.attempt import Sender
from bot.delivery.outbox_batcher import LEASE, Books
from bot.delivery.reconciler import Doubts, OnUncertain
from bot.delivery.workspace_sender import Round
from bot.ports import ChatPlatform, Clock, Leases, Storage

__all__ = ["LEASE", "Courier"]

# Whoever stops a process waits ten seconds at least before killing it (docker stop, systemd, Kubernetes).
FINISH_WITHIN: Final = 8.0
HURRY_WITHIN: Final = 1.0
_WRITTEN_WITHIN: Final = 2.0
DRAIN_WITHIN: Final = timedelta(minutes=10)
# Another process may plan: look now and then without being woken.
_IDLE: Final = timedelta(seconds=5)
_BREATH: Final = timedelta(seconds=1)

log = logging.getLogger(__name__)


class Courier:
    """Sends for all platforms of one process.

    ``platforms`` may still be filled until it runs. ``owner`` names this process in the outbox. ``sole``: no other
    process sends (it holds the sender lock), so whatever another owner was sending when this one starts is in doubt at
    once, without waiting for its lease. ``leases``: whoever has that of the doubts clears them up. ``in_flight`` is how
    many messages may be on their way at once to one workspace, by default as many as the platform takes.
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
        in_flight: int | None = None,
        leases: Leases | None = None,
    ) -> None:
        self._storage = storage
        self._platforms = platforms
        self._clock = clock
        self._owner = owner
        self._on_uncertain = on_uncertain
        self._sole = sole
        self._in_flight = in_flight
        self._books = Books(storage, clock, owner)
        self._sender = Sender(storage, clock, owner, books=self._books)
        self._doubts = Doubts(storage, platforms, clock, self._sender, on_uncertain, leases=leases, owner=owner)
        self._bells = defaultdict[Platform, asyncio.Event](asyncio.Event)
        self._rounds: dict[tuple[Platform, str], Round] = {}
        self._ended = asyncio.Event()
        self._stopping = asyncio.Event()
        self._hurried = asyncio.Event()

    def wake(self) -> None:
        """Something was planned: look at once."""
        for bell in self._bells.values():
            bell.set()

    def hurry(self) -> None:
        """Whoever stops it does not want to wait: what is in flight has a second left."""
        self._hurried.set()

    async def run(self) -> None:
        """Until cancelled; then nothing more is taken and what is in flight is finished, within 8 seconds."""
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
            while left := (self._busy or await self._more_to_do()):
                if self._clock.now() >= until:
                    break
                await self._rest(self._ended, None)
            return not left
        finally:
            running.cancel()
            await asyncio.wait([running])

    # --- one platform

    async def _serve(self, platform: ChatPlatform) -> None:
        bell = self._bells[platform.platform]
        while not self._stopping.is_set():
            try:
                moment = await self._send_ripe(platform)
            except Exception:
                log.exception("%s: the outbox could not be read; trying again", platform.platform)
                moment = None
            await self._rest(bell, moment)

    async def _send_ripe(self, platform: ChatPlatform) -> datetime | None:
        """Begins a round wherever something may be sent now; returns when the next workspace is to be looked at."""
        async with self._storage.read() as work:
            moments = await work.outbox.next_pending(platform.platform)
        resting = {name: moment for name, moment in moments.items() if not self._round(platform, name).running}
        for name, moment in resting.items():
            if moment <= self._clock.now():
                self._round(platform, name).begin()
        return min(resting.values(), default=None)

    def _round(self, platform: ChatPlatform, workspace: str) -> Round:
        key = (platform.platform, workspace)
        if key not in self._rounds:
            self._rounds[key] = Round(
                self._books,
                self._clock,
                self._sender,
                platform,
                workspace,
                slots=self._in_flight or platform.traits.in_flight,
                stopping=self._stopping,
                on_end=self._on_end,
            )
        return self._rounds[key]

    def _on_end(self, platform: Platform) -> None:
        """A round of it ended, or something sent after its end: there may be something to do again."""
        self._bells[platform].set()
        if not self._busy:
            self._ended.set()

    @property
    def _busy(self) -> bool:
        return any(one.running or one.flying for one in self._rounds.values())

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

    # --- all platforms

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
        """What still runs after the time allowed is broken off, and written down as in doubt."""
        for one in self._rounds.values():
            one.stop()
        tasks = {*serving, *(task for one in self._rounds.values() for task in one.tasks)}
        await self._wait_for(tasks, FINISH_WITHIN)
        late = [task for task in tasks if not task.done()]
        for task in late:
            task.cancel()
        if late:
            log.warning("%d sends were broken off; whether they arrived is found out at the next start", len(late))
            await asyncio.wait(late, timeout=_WRITTEN_WITHIN)

    async def _wait_for(self, tasks: set[asyncio.Task[None]], longest: float) -> None:
        """Until they end, the time is over, or somebody hurries and a second has passed."""
        hurried = asyncio.create_task(self._hurried.wait())
        ends = asyncio.create_task(asyncio.wait(tasks)) if tasks else hurried
        try:
            await asyncio.wait({ends, hurried}, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
            if hurried.done() and not ends.done():
                await asyncio.wait({ends}, timeout=HURRY_WITHIN)
        finally:
            hurried.cancel()
            ends.cancel()
