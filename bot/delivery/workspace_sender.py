"""One workspace's deliveries, sent as fast as its rate limits and response times allow, until none can be claimed.

A turn is acquired first, then a delivery is claimed, so no delivery is marked as being sent while it only waits, and a
crash then leaves nothing uncertain. Turns that come close together claim together, in one commit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.chats import ChatAddress, Platform
from bot.deliveries import DeliveryState
from bot.delivery import results
from bot.delivery.attempt import AttemptRunner
from bot.delivery.outbox_batcher import ClaimedDelivery, ClaimRequest, OutboxBatcher
from bot.ports import ChatPlatform, Clock

log = logging.getLogger(__name__)


class WorkspaceSender:
    """Started whenever something is due; at most ``slots`` messages of the workspace are in flight."""

    def __init__(
        self,
        batcher: OutboxBatcher,
        clock: Clock,
        attempts: AttemptRunner,
        platform: ChatPlatform,
        workspace: str,
        *,
        slots: int,
        stopping: asyncio.Event,
        on_idle: Callable[[Platform], None],
    ) -> None:
        self._batcher = batcher
        self._clock = clock
        self._attempts = attempts
        self._platform = platform
        self._address = ChatAddress(platform.platform, workspace, "")
        self._slots = asyncio.Semaphore(slots)
        self._stopping = stopping
        self._on_idle = on_idle
        self._outbox_empty = False
        self._running: asyncio.Task[None] | None = None
        self._in_flight: set[asyncio.Task[None]] = set()

    @property
    def is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    @property
    def in_flight(self) -> bool:
        return bool(self._in_flight)

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """All its tasks that are not done."""
        return self._in_flight | ({self._running} if self._running and not self._running.done() else set())

    def start(self) -> None:
        """Starts a run, unless one is running."""
        if not self.is_running:
            self._outbox_empty = False
            self._running = asyncio.create_task(self._run())
            self._running.add_done_callback(lambda _: self._on_idle(self._platform.platform))

    def stop(self) -> None:
        """Waits for no further turn; what is in flight goes on."""
        if self._running is not None:
            self._running.cancel()

    async def _run(self) -> None:
        try:
            while await self._acquire_turn():
                sending = asyncio.create_task(self._send_one())
                self._in_flight.add(sending)
                sending.add_done_callback(self._on_done)
        except Exception:
            log.exception("%s: no turn could be acquired; trying again", self._platform.platform)

    async def _acquire_turn(self) -> bool:
        """Waits for a free slot and for a turn; False where there is nothing more to send."""
        await self._slots.acquire()
        try:
            if not self._is_finished:
                await self._platform.wait_turn(self._address)
        except BaseException:
            self._slots.release()
            raise
        if self._is_finished:
            self._slots.release()
        return not self._is_finished

    @property
    def _is_finished(self) -> bool:
        return self._outbox_empty or self._stopping.is_set()

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        if not self.is_running:
            self._on_idle(self._platform.platform)

    async def _send_one(self) -> None:
        slot = _Slot(self._slots)
        try:
            claimed = await self._claim_next()
            if claimed is None:
                self._outbox_empty = True
                return
            await self._send(claimed, slot)
        finally:
            slot.release()

    async def _send(self, claimed: ClaimedDelivery, slot: _Slot) -> None:
        try:
            outcome = await self._attempts.attempt(self._platform, claimed.delivery, claimed.chat)
        except asyncio.CancelledError:
            cancelled = results.uncertain(claimed.delivery, self._clock.now(), "broken off at the end")
            await self._attempts.record_result(cancelled)
            raise
        recording = asyncio.create_task(self._attempts.record_result(outcome.result, outcome.side_effect))
        if outcome.result.state is DeliveryState.SENT:
            # One turn of the loop lets the result be submitted before the slot is free: the next claim then joins the
            # same batch, behind it, and no more than ``slots`` rows are ever marked as being sent.
            await asyncio.sleep(0)
            slot.release()
        await asyncio.shield(recording)

    async def _claim_next(self) -> ClaimedDelivery | None:
        """None also while the outbox can't be read: it is tried again in a while."""
        if self._stopping.is_set():
            return None
        try:
            return await self._batcher.claim(ClaimRequest(self._address.platform, self._address.workspace))
        except Exception:
            log.exception("%s: nothing could be taken from the outbox; trying again", self._address.platform)
            return None


class _Slot:
    """One of the slots for messages in flight, released once however often it is asked to."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots: asyncio.Semaphore | None = slots

    def release(self) -> None:
        if self._slots is not None:
            self._slots.release()
            self._slots = None
