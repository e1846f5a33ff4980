"""Results are recorded and the next deliveries claimed in batches: one commit for all who ask at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

from bot.chats import Chat, Platform
from bot.deliveries import AttemptResult, Delivery
from bot.ports import Clock, Storage, UnitOfWork

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

MAX_BATCH_SIZE: Final = 64
COLLECTING_TURNS: Final = 4


class MicroBatcher(Generic[ItemT, ResultT]):
    """Calls ``process`` with all items submitted while it was busy, and gives each caller its own result, or the error
    of the whole batch.
    """

    def __init__(
        self, process: Callable[[Sequence[ItemT]], Awaitable[Sequence[ResultT]]], max_batch_size: int = MAX_BATCH_SIZE
    ) -> None:
        self._process = process
        self._max_batch_size = max_batch_size
        self._waiting: list[tuple[ItemT, asyncio.Future[ResultT]]] = []
        self._busy: asyncio.Task[None] | None = None

    async def submit(self, item: ItemT) -> ResultT:
        result: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._busy is None or self._busy.done():
            self._busy = asyncio.create_task(self._run_batches())
        return await result

    async def _run_batches(self) -> None:
        while self._waiting:
            for _ in range(COLLECTING_TURNS):  # callers that are ready in this moment join the batch
                await asyncio.sleep(0)
            batch, self._waiting = self._waiting[: self._max_batch_size], self._waiting[self._max_batch_size :]
            await self._run_batch(batch)

    async def _run_batch(self, batch: Sequence[tuple[ItemT, asyncio.Future[ResultT]]]) -> None:
        try:
            results = await self._process([item for item, _ in batch])
        except Exception as problem:
            for _, future in batch:
                if not future.done():
                    future.set_exception(problem)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)


# Longer than an attempt may take with everything around it: an owner whose lease is over is gone, not slow.
SEND_LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """Somebody has a turn in this workspace and a free slot to send a delivery."""

    platform: Platform
    workspace: str


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that is marked as being sent, with the chat it goes to (None: it was erased just now)."""

    delivery: Delivery
    chat: Chat | None


Request = ClaimRequest | AttemptResult


class OutboxBatcher:
    """Claims and records for all workspace senders of one process, known in the outbox as ``owner``."""

    def __init__(self, storage: Storage, clock: Clock, owner: str) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._batcher: MicroBatcher[Request, ClaimedDelivery | None] = MicroBatcher(self._process_batch)

    async def claim(self, request: ClaimRequest) -> ClaimedDelivery | None:
        """The next delivery, marked as being sent; None where there is none to be had."""
        return await self._batcher.submit(request)

    async def record_result(self, result: AttemptResult) -> None:
        """Records how an attempt ended."""
        await self._batcher.submit(result)

    async def _process_batch(self, requests: Sequence[Request]) -> Sequence[ClaimedDelivery | None]:
        # Of two results of one delivery the first counts: it was known for sure, and a cancellation after it changes
        # nothing.
        results = {each.delivery_id: each for each in reversed(requests) if isinstance(each, AttemptResult)}
        claims = Counter(each for each in requests if isinstance(each, ClaimRequest))
        async with self._storage.write() as work:
            if results:
                await work.outbox.record_results(list(results.values()), self._owner)
            # Results first: a chat is idle, and its next delivery claimable, once the one before is recorded.
            claimed = {each: await self._claim(work, each, turns) for each, turns in claims.items()}
            await work.commit()
        return [claimed[each].pop(0) if isinstance(each, ClaimRequest) and claimed[each] else None for each in requests]

    async def _claim(self, work: UnitOfWork, request: ClaimRequest, turns: int) -> list[ClaimedDelivery]:
        now = self._clock.now()
        claimed = await work.outbox.claim(
            request.platform,
            owner=self._owner,
            now=now,
            lease_until=now + SEND_LEASE,
            limit=turns,
            workspace=request.workspace,
        )
        chats: Mapping[int, Chat] = {}
        if claimed:
            chats = await work.chats.get_many([delivery.chat_id for delivery in claimed])
        return [ClaimedDelivery(delivery, chats.get(delivery.chat_id)) for delivery in claimed]
