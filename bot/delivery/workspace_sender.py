"""One workspace's deliveries, sent as fast as its pace and the answers allow, until none is to be had."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.chats import ChatAddress
from bot.delivery import results
from bot.delivery.attempt import AttemptOutcome, AttemptRunner
from bot.delivery.outbox_queue import ClaimedDelivery, ClaimRequest, OutboxQueue
from bot.ports import ChatPlatform, Clock

log = logging.getLogger(__name__)


class WorkspaceSender:
    """Takes turns while there is something to claim, and sends each delivery in a task of its own.

    All its tasks are in the group ``tasks``. A task holds one of ``slots`` from before its turn until the result is
    recorded, so no more than that are ever marked as being sent.
    """

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        outbox: OutboxQueue,
        attempts: AttemptRunner,
        clock: Clock,
        platform: ChatPlatform,
        workspace: str,
        *,
        slots: int,
        on_idle: Callable[[], None],
    ) -> None:
        self._tasks = tasks
        self._outbox = outbox
        self._attempts = attempts
        self._clock = clock
        self._platform = platform
        self._address = ChatAddress(platform.platform, workspace, "")
        self._slots = asyncio.Semaphore(slots)
        self._on_idle = on_idle
        self._turns: asyncio.Task[None] | None = None
        self._outbox_empty = False
        self._sending: set[asyncio.Task[None]] = set()
        self._unanswered: set[asyncio.Task[None]] = set()

    @property
    def is_taking_turns(self) -> bool:
        return self._turns is not None

    @property
    def is_busy(self) -> bool:
        return self.is_taking_turns or bool(self._sending)

    def start(self) -> None:
        """Takes turns until a claim finds nothing; nothing new if it does so already."""
        if self._turns is None:
            self._outbox_empty = False
            self._turns = self._tasks.create_task(self._take_turns())
            self._turns.add_done_callback(self._on_turns_ended)

    def stop(self) -> None:
        """Takes no more turns; what is in flight goes on."""
        self._outbox_empty = True
        if self._turns is not None:
            self._turns.cancel()

    def break_off(self) -> int:
        """Cancels what has no answer yet, which is then recorded as uncertain; returns how many those were."""
        unanswered = list(self._unanswered)
        for task in unanswered:
            task.cancel()
        return len(unanswered)

    async def _take_turns(self) -> None:
        try:
            while not self._outbox_empty:
                await self._slots.acquire()
                try:
                    has_turn = await self._take_turn()
                except BaseException:
                    self._slots.release()
                    raise
                if has_turn:
                    self._send_next()
                else:
                    self._slots.release()
        except Exception:
            log.exception("%s: no turn could be taken; trying again", self._platform.platform)

    async def _take_turn(self) -> bool:
        """False where nothing is left to use it for."""
        if not self._outbox_empty:
            await self._platform.wait_turn(self._address)
        return not self._outbox_empty

    def _send_next(self) -> None:
        """In a task of its own, which gives its slot back when it ends."""
        task = self._tasks.create_task(self._claim_and_send())
        self._sending.add(task)
        self._unanswered.add(task)
        task.add_done_callback(self._on_sent)

    def _on_turns_ended(self, _: asyncio.Task[None]) -> None:
        self._turns = None
        self._on_idle()

    def _on_sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._unanswered.discard(task)
        self._slots.release()
        if not self.is_taking_turns:
            self._on_idle()

    async def _claim_and_send(self) -> None:
        claimed = await self._claim()
        if claimed is None:
            self._outbox_empty = True
            return
        outcome = await self._attempt(claimed)
        await self._outbox.record(outcome)

    async def _claim(self) -> ClaimedDelivery | None:
        """None also while the outbox can't be read: it is tried again in a while."""
        try:
            return await self._outbox.claim(ClaimRequest(self._address.platform, self._address.workspace))
        except Exception:
            log.exception("%s: nothing could be taken from the outbox; trying again", self._address.platform)
            return None

    async def _attempt(self, claimed: ClaimedDelivery) -> AttemptOutcome:
        """Its outcome, also where it is broken off: this task then ends by recording that."""
        try:
            return await self._attempts.attempt(self._platform, claimed.delivery, claimed.chat)
        except asyncio.CancelledError:
            return AttemptOutcome(results.uncertain(claimed.delivery, self._clock.now(), "broken off at the end"))
        finally:
            self._unanswered -= {asyncio.current_task()}
