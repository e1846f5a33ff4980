"""The dispatcher: sends what is planned in the outbox, at each platform's pace, until it is stopped.

What always holds:

1. A turn of the rate limiter is taken before a delivery is claimed, so nothing is marked as being sent while it waits.
2. `sending` is committed before the request leaves. A crash leaves at most those in doubt that were in flight.
3. A result is recorded once, by the owner of the lease, and only about the last attempt. A send is given up before its
   lease ends, so nobody else takes up what is still on its way.
4. At most one message of a chat is in flight, and a part is claimed only when the parts before it are sent.
5. At most `max_in_flight` deliveries of a workspace are marked as being sent by this process: a slot is held from
   before the turn until the result is recorded.
6. A result that is recorded and the claims that wait beside it share a commit, the results first: what a result says
   about a chat holds for whoever claims next.
7. When it stops nothing more is claimed. What is in flight has its grace, then is broken off and recorded as uncertain;
   what can't be recorded stays `sending` until its lease expires, and is uncertain then.

1, 5 and 7 are held by this module and :mod:`bot.delivery.workspace_sender`, 2 and 6 by
:mod:`bot.delivery.outbox_queue`, 3 and 4 by the storage.

All tasks of a run are in one group: a loop for each platform that looks when something is due, one that looks at what
is uncertain, and for each workspace the task that takes turns and those that send. The queue's loop outlives them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.chats import Platform
from bot.deliveries import DeliveryState
from bot.delivery.attempt import AttemptRunner
from bot.delivery.outbox_queue import SEND_LEASE, OutboxQueue
from bot.delivery.reconciler import Reconciler, UncertainPolicy
from bot.delivery.workspace_sender import WorkspaceSender
from bot.ports import ChatPlatform, Clock, Leases, Storage

__all__ = ["SEND_LEASE", "OutboxDispatcher"]

# Whoever stops a process waits ten seconds at least before killing it (docker stop, systemd, Kubernetes).
SHUTDOWN_GRACE_SECONDS: Final = 8.0
SHORTENED_GRACE_SECONDS: Final = 1.0
_CANCELLED_GRACE_SECONDS: Final = 2.0
DRAIN_TIMEOUT: Final = timedelta(minutes=10)
# Another process may plan: look now and then without being woken.
_POLL_INTERVAL: Final = timedelta(seconds=5)
_RETRY_INTERVAL: Final = timedelta(seconds=1)

log = logging.getLogger(__name__)


class OutboxDispatcher:
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
        on_uncertain: UncertainPolicy = "resend",
        *,
        sole_sender: bool = True,
        in_flight: int | None = None,
        leases: Leases | None = None,
    ) -> None:
        self._storage = storage
        self._platforms = platforms
        self._clock = clock
        self._owner = owner
        self._on_uncertain = on_uncertain
        self._sole_sender = sole_sender
        self._in_flight = in_flight
        self._outbox = OutboxQueue(storage, clock, owner)
        self._attempts = AttemptRunner(storage, clock)
        self._reconciler = Reconciler(storage, platforms, clock, self._outbox, on_uncertain, leases=leases, owner=owner)
        self._wakeups = defaultdict[Platform, asyncio.Event](asyncio.Event)
        self._senders: dict[tuple[Platform, str], WorkspaceSender] = {}
        self._idle = asyncio.Event()
        self._stopping = asyncio.Event()
        self._shutdown_shortened = asyncio.Event()

    def wake(self) -> None:
        """Something was planned: look at once."""
        for bell in self._wakeups.values():
            bell.set()

    def shorten_shutdown(self) -> None:
        """Whoever stops it does not want to wait: what is in flight has a second left."""
        self._shutdown_shortened.set()

    async def run(self) -> None:
        """Until cancelled; then nothing more is claimed and what is in flight is finished, within 8 seconds. Raises
        what breaks a loop of it, which is a mistake in the program."""
        self._stopping.clear()
        serving = asyncio.create_task(self._serve())
        try:
            await asyncio.shield(serving)
        finally:
            ending = asyncio.create_task(self._shut_down(serving))
            while not ending.done():
                with suppress(asyncio.CancelledError):  # it takes ten seconds at most, however often it is cancelled
                    await asyncio.wait({ending})

    async def drain(self, timeout: timedelta = DRAIN_TIMEOUT) -> bool:
        """Sends until nothing is left that may go within ``timeout``; False if that took longer."""
        until = self._clock.now() + timeout
        running = asyncio.create_task(self.run())
        try:
            while left := (self._is_busy or await self.has_sendable(until)):
                if self._clock.now() >= until:
                    break
                await self._wait(self._idle, None)
            return not left
        finally:
            running.cancel()
            await asyncio.wait([running])

    # --- one run

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as outlasting:
            recording = outlasting.create_task(self._outbox.run())
            async with asyncio.TaskGroup() as tasks:
                self._senders = {}
                tasks.create_task(self._reconcile_uncertain())
                for platform in self._platforms.values():
                    tasks.create_task(self._dispatch_platform(platform, tasks))
            recording.cancel()

    async def _shut_down(self, serving: asyncio.Task[None]) -> None:
        """What still runs after the time allowed is broken off, and recorded as in doubt."""
        self._stopping.set()
        self._outbox.stop_claiming()
        self.wake()
        for sender in self._senders.values():
            sender.stop()
        await self._wait_for_grace(serving)
        if late := sum(sender.break_off() for sender in self._senders.values()):
            log.warning("%d sends were broken off; whether they arrived is found out at the next start", late)
            await asyncio.wait({serving}, timeout=_CANCELLED_GRACE_SECONDS)
        serving.cancel()
        await asyncio.wait({serving}, timeout=_CANCELLED_GRACE_SECONDS)

    async def _wait_for_grace(self, serving: asyncio.Task[None]) -> None:
        """Until it ends, the time is over, or somebody hurries and a second has passed."""
        hurried = asyncio.create_task(self._shutdown_shortened.wait())
        await asyncio.wait({serving, hurried}, timeout=SHUTDOWN_GRACE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if hurried.done() and not serving.done():
            await asyncio.wait({serving}, timeout=SHORTENED_GRACE_SECONDS)
        hurried.cancel()

    # --- one platform

    async def _dispatch_platform(self, platform: ChatPlatform, tasks: asyncio.TaskGroup) -> None:
        bell = self._wakeups[platform.platform]
        while not self._stopping.is_set():
            try:
                moment = await self._start_due(platform, tasks)
            except Exception:
                log.exception("%s: the outbox could not be read; trying again", platform.platform)
                moment = None
            await self._wait(bell, moment)

    async def _start_due(self, platform: ChatPlatform, tasks: asyncio.TaskGroup) -> datetime | None:
        """Starts a sender wherever something may be sent now; returns when the next workspace is to be looked at."""
        async with self._storage.read() as work:
            moments = await work.outbox.next_pending_by_workspace(platform.platform)
        next_moment = None
        for workspace, moment in moments.items():
            sender = self._sender(platform, workspace, tasks)
            if sender.is_taking_turns or self._stopping.is_set():
                continue
            next_moment = min(next_moment or moment, moment)
            if moment <= self._clock.now():
                sender.start()
        return next_moment

    def _sender(self, platform: ChatPlatform, workspace: str, tasks: asyncio.TaskGroup) -> WorkspaceSender:
        key = (platform.platform, workspace)
        if key not in self._senders:
            self._senders[key] = WorkspaceSender(
                tasks,
                self._outbox,
                self._attempts,
                self._clock,
                platform,
                workspace,
                slots=self._in_flight or platform.capabilities.max_in_flight,
                on_idle=partial(self._on_idle, platform.platform),
            )
        return self._senders[key]

    def _on_idle(self, platform: Platform) -> None:
        """A workspace found nothing more, or something was sent after that: there may be something to do again."""
        self._wakeups[platform].set()
        if not self._is_busy:
            self._idle.set()

    @property
    def _is_busy(self) -> bool:
        return any(sender.is_busy for sender in self._senders.values())

    async def _wait(self, bell: asyncio.Event, moment: datetime | None) -> None:
        """Until the bell, the moment, or a little while; a moment that is past could not be used yet."""
        now = self._clock.now()
        if moment is not None and moment <= now:
            moment = now + _RETRY_INTERVAL
        until = min(moment or now + _POLL_INTERVAL, now + _POLL_INTERVAL)
        waits = [asyncio.create_task(bell.wait()), asyncio.create_task(self._clock.sleep_until(until))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            if not self._stopping.is_set():
                bell.clear()

    # --- all platforms

    async def _reconcile_uncertain(self) -> None:
        owner = self._owner if self._sole_sender else ""
        while not self._stopping.is_set():
            try:
                if await self._reconciler.reconcile(owner):
                    self.wake()
                owner = ""
            except Exception:
                log.exception("uncertain deliveries could not be looked at; trying again")
            await self._wait(self._stopping, None)

    async def has_sendable(self, until: datetime) -> bool:
        """Whether something is on its way or may go by ``until``."""
        async with self._storage.read() as work:
            counts = await work.outbox.count_by_state()
            moments = [await work.outbox.next_pending_at(platform) for platform in self._platforms]
        in_doubt = counts[DeliveryState.UNCERTAIN] if self._on_uncertain == "resend" else 0
        return bool(counts[DeliveryState.SENDING] or in_doubt or any(moment <= until for moment in moments if moment))
