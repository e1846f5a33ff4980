"""What was sent is written and what comes next is taken, for everybody who asks at the same time, in one commit."""

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
    """Calls ``work`` with everything asked for while it was busy, and gives each caller its own part of the answer, or
    the error of the whole."""

    def __init__(
        self, process: Callable[[Sequence[ItemT]], Awaitable[Sequence[ResultT]]], max_batch_size: int = MAX_BATCH_SIZE
    ) -> None:
        self._process = process
        self._max_batch_size = max_batch_size
        self._waiting: list[tuple[ItemT, asyncio.Future[ResultT]]] = []
        self._busy: asyncio.Task[None] | None = None

    async def submit(self, item: ItemT) -> ResultT:
        answer: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._busy is None or self._busy.done():
            self._busy = asyncio.create_task(self._run_batches())
        return await answer

    async def _run_batches(self) -> None:
        while self._waiting:
            for _ in range(COLLECTING_TURNS):  # whoever is ready in this moment comes along
                await asyncio.sleep(0)
            now, self._waiting = self._waiting[: self._max_batch_size], self._waiting[self._max_batch_size :]
            await self._run_batch(now)

    async def _run_batch(self, asked: Sequence[tuple[ItemT, asyncio.Future[ResultT]]]) -> None:
        try:
            got = await self._process([what for what, _ in asked])
        except Exception as problem:
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(problem)
            return
        for (_, answer), part in zip(asked, got, strict=True):
            if not answer.done():
                answer.set_result(part)


# Longer than a send may take with everything around it: who is still sending then is no longer there.
SEND_LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """Somebody took a turn in this workspace and would send a delivery."""

    platform: Platform
    workspace: str


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that is marked as being sent, with the chat it goes to; None for one that was erased just now."""

    delivery: Delivery
    chat: Chat | None


Request = ClaimRequest | AttemptResult


class OutboxBatcher:
    """The outbox of one process, which is known there as ``owner``."""

    def __init__(self, storage: Storage, clock: Clock, owner: str) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._batcher: MicroBatcher[Request, ClaimedDelivery | None] = MicroBatcher(self._process_batch)

    async def claim(self, wanted: ClaimRequest) -> ClaimedDelivery | None:
        """The next delivery, marked as being sent; None where there is none to be had."""
        return await self._batcher.submit(wanted)

    async def record_result(self, result: AttemptResult) -> None:
        """Writes how a try ended."""
        await self._batcher.submit(result)

    async def _process_batch(self, asked: Sequence[Request]) -> Sequence[ClaimedDelivery | None]:
        # What was known of a delivery first was known for sure; that it was broken off after that changes nothing.
        results = {each.delivery_id: each for each in reversed(asked) if isinstance(each, AttemptResult)}
        wanted = Counter(each for each in asked if isinstance(each, ClaimRequest))
        async with self._storage.write() as work:
            if results:
                await work.outbox.record_results(list(results.values()), self._owner)
            taken = {each: await self._claim(work, each, turns) for each, turns in wanted.items()}
            await work.commit()
        return [taken[each].pop(0) if isinstance(each, ClaimRequest) and taken[each] else None for each in asked]

    async def _claim(self, work: UnitOfWork, wanted: ClaimRequest, turns: int) -> list[ClaimedDelivery]:
        now = self._clock.now()
        claimed = await work.outbox.claim(
            wanted.platform,
            owner=self._owner,
            now=now,
            lease_until=now + SEND_LEASE,
            limit=turns,
            workspace=wanted.workspace,
        )
        chats: Mapping[int, Chat] = {}
        if claimed:
            chats = await work.chats.get_many([delivery.chat_id for delivery in claimed])
        return [ClaimedDelivery(delivery, chats.get(delivery.chat_id)) for delivery in claimed]
