"""The outbox dispatcher: claims what is planned and sends it, within each platform's rate limits, until it is stopped.

Invariant: a delivery is marked as being sent, and that is committed, before the platform hears of it; its result is
recorded after. So a crash leaves at most those uncertain that were in flight, and nothing is lost.
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
from bot.delivery.attempt import AttemptRunner
from bot.delivery.outbox_batcher import SEND_LEASE, OutboxBatcher
from bot.delivery.reconciler import Reconciler, UncertainPolicy
from bot.delivery.workspace_sender import WorkspaceSender
from bot.ports import ChatPlatform, Clock, Leases, Storage

__all__ = ["SEND_LEASE", "OutboxDispatcher"]

# Whoever stops a process waits ten seconds at least before killing it (docker stop, systemd, Kubernetes).
SHUTDOWN_GRACE_SECONDS: Final = 8.0
SHORTENED_GRACE_SECONDS: Final = 1.0
_CANCELLED_GRACE_SECONDS: Final = 2.0
DRAIN_TIMEOUT: Final = timedelta(minutes=10)
# Another process may plan, and no wake-up event crosses processes: poll now and then.
_POLL_INTERVAL: Final = timedelta(seconds=5)
_RETRY_INTERVAL: Final = timedelta(seconds=1)

log = logging.getLogger(__name__)


class OutboxDispatcher:
    """Sends for all platforms of one process.

    ``platforms`` may still be filled until it runs. ``owner`` names this process in the outbox. ``sole_sender``: no
    other process sends (it holds the sender lock), so whatever another owner was sending when this one starts is
    uncertain at once, without waiting for its lease. ``leases``: whoever holds the reconciler's lease reconciles.
    ``in_flight`` is how many messages may be on their way at once to one workspace, by default as many as the platform
    takes.
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
        self._batcher = OutboxBatcher(storage, clock, owner)
        self._attempts = AttemptRunner(storage, clock, owner, batcher=self._batcher)
        self._reconciler = Reconciler(
            storage, platforms, clock, self._attempts, on_uncertain, leases=leases, owner=owner
        )
        self._wakeups = defaultdict[Platform, asyncio.Event](asyncio.Event)
        self._workspace_senders: dict[tuple[Platform, str], WorkspaceSender] = {}
        self._sender_idle = asyncio.Event()
        self._stopping = asyncio.Event()
        self._shutdown_shortened = asyncio.Event()

    def wake(self) -> None:
        """Something was planned: look at once."""
        for wakeup in self._wakeups.values():
            wakeup.set()

    def shorten_shutdown(self) -> None:
        """Shortens the grace period of a shutdown, running or to come: what is in flight has a second left."""
        self._shutdown_shortened.set()

    async def run(self) -> None:
        """Until cancelled; then nothing more is claimed and what is in flight is finished, within 8 seconds."""
        self._stopping.clear()
        serving = [asyncio.create_task(self._reconcile_uncertain())]
        serving += [asyncio.create_task(self._dispatch_platform(platform)) for platform in self._platforms.values()]
        try:
            await asyncio.gather(*map(asyncio.shield, serving))
        finally:
            self._stopping.set()
            self.wake()
            await self._shut_down(serving)

    async def drain(self, timeout: timedelta = DRAIN_TIMEOUT) -> bool:
        """Sends until nothing is left that could be sent; False if that took longer than ``timeout``."""
        until = self._clock.now() + timeout
        running = asyncio.create_task(self.run())
        try:
            while left := (self._is_busy or await self._has_sendable()):
                if self._clock.now() >= until:
                    break
                await self._wait(self._sender_idle, None)
            return not left
        finally:
            running.cancel()
            await asyncio.wait([running])

    # --- one platform

    async def _dispatch_platform(self, platform: ChatPlatform) -> None:
        wakeup = self._wakeups[platform.platform]
        while not self._stopping.is_set():
            try:
                moment = await self._start_due(platform)
            except Exception:
                log.exception("%s: the outbox could not be read; trying again", platform.platform)
                moment = None
            await self._wait(wakeup, moment)

    async def _start_due(self, platform: ChatPlatform) -> datetime | None:
        """Starts a workspace sender wherever something may be sent now; returns when the next workspace is due."""
        async with self._storage.read() as work:
            moments = await work.outbox.next_pending_by_workspace(platform.platform)
        idle = {
            name: moment for name, moment in moments.items() if not self._workspace_sender(platform, name).is_running
        }
        for name, moment in idle.items():
            if moment <= self._clock.now():
                self._workspace_sender(platform, name).start()
        return min(idle.values(), default=None)

    def _workspace_sender(self, platform: ChatPlatform, workspace: str) -> WorkspaceSender:
        key = (platform.platform, workspace)
        if key not in self._workspace_senders:
            self._workspace_senders[key] = WorkspaceSender(
                self._batcher,
                self._clock,
                self._attempts,
                platform,
                workspace,
                slots=self._in_flight or platform.capabilities.max_in_flight,
                stopping=self._stopping,
                on_idle=self._on_sender_idle,
            )
        return self._workspace_senders[key]

    def _on_sender_idle(self, platform: Platform) -> None:
        """A sender's run ended, or what it had in flight after that: there may be something to claim again."""
        self._wakeups[platform].set()
        if not self._is_busy:
            self._sender_idle.set()

    @property
    def _is_busy(self) -> bool:
        return any(one.is_running or one.in_flight for one in self._workspace_senders.values())

    async def _wait(self, wakeup: asyncio.Event, moment: datetime | None) -> None:
        """Until the wake-up event, the moment, or the poll interval. A moment that is past was tried without success,
        so it is retried after a second and not in a busy loop."""
        now = self._clock.now()
        if moment is not None and moment <= now:
            moment = now + _RETRY_INTERVAL
        until = min(moment or now + _POLL_INTERVAL, now + _POLL_INTERVAL)
        waits = [asyncio.create_task(wakeup.wait()), asyncio.create_task(self._clock.sleep_until(until))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            # ``wakeup`` may be ``_stopping`` itself, which must stay set once it is.
            if not self._stopping.is_set():
                wakeup.clear()

    # --- all platforms

    async def _reconcile_uncertain(self) -> None:
        owner = self._owner if self._sole_sender else ""
        while not self._stopping.is_set():
            try:
                if await self._reconciler.reconcile(owner):
                    self.wake()
                owner = ""
            except Exception:
                log.exception("uncertain deliveries could not be reconciled; trying again")
            await self._wait(self._stopping, None)

    async def _has_sendable(self) -> bool:
        async with self._storage.read() as work:
            counts = await work.outbox.count_by_state()
            moments = [await work.outbox.next_pending_at(platform) for platform in self._platforms]
        resendable = counts[DeliveryState.UNCERTAIN] if self._on_uncertain == "resend" else 0
        return bool(counts[DeliveryState.SENDING] or resendable or any(moments))

    async def _shut_down(self, serving: Sequence[asyncio.Task[None]]) -> None:
        """What still runs after the grace period is cancelled, and recorded as uncertain."""
        for one in self._workspace_senders.values():
            one.stop()
        tasks = {*serving, *(task for one in self._workspace_senders.values() for task in one.tasks)}
        await self._wait_for_tasks(tasks, SHUTDOWN_GRACE_SECONDS)
        late = [task for task in tasks if not task.done()]
        for task in late:
            task.cancel()
        if late:
            log.warning("%d sends were broken off; whether they arrived is found out at the next start", len(late))
            await asyncio.wait(late, timeout=_CANCELLED_GRACE_SECONDS)

    async def _wait_for_tasks(self, tasks: set[asyncio.Task[None]], grace_seconds: float) -> None:
        """Until they end, the grace period is over, or it was shortened and a second has passed."""
        shortened = asyncio.create_task(self._shutdown_shortened.wait())
        ends = asyncio.create_task(asyncio.wait(tasks)) if tasks else shortened
        try:
            await asyncio.wait({ends, shortened}, timeout=grace_seconds, return_when=asyncio.FIRST_COMPLETED)
            if shortened.done() and not ends.done():
                await asyncio.wait({ends}, timeout=SHORTENED_GRACE_SECONDS)
        finally:
            shortened.cancel()
            ends.cancel()
