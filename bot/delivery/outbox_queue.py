"""The outbox of one process: a queue of requests to claim and one of results to record, served together by one loop.

Each commit takes everything that waits in both queues, the results before the claims. What arrives while a commit is
under way waits for the next one, so the busier the process is, the more deliveries share a commit.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Generic, TypeVar

from bot.chats import Chat, Platform
from bot.deliveries import Delivery
from bot.delivery.attempt import AttemptOutcome, error_location
from bot.ports import Clock, Storage, UnitOfWork

# Longer than a send may take with everything around it: who is still sending then is no longer there.
SEND_LEASE: Final = timedelta(seconds=60)
# So many requests of each kind share a commit; who comes when a queue is full waits for room in it.
QUEUE_SIZE: Final = 64

_RECORD_RETRY_SECONDS: Final = (1, 2, 5, 10, 10)

log = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")
AnswerT = TypeVar("AnswerT")


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


@dataclass(frozen=True, slots=True)
class _Request(Generic[ItemT, AnswerT]):
    item: ItemT
    answer: asyncio.Future[AnswerT] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


_Claims = Sequence[_Request[ClaimRequest, ClaimedDelivery | None]]
_Results = Sequence[_Request[AttemptOutcome, None]]


class OutboxQueue:
    """What one process, known in the outbox as ``owner``, claims and records; served while :meth:`run` runs."""

    def __init__(self, storage: Storage, clock: Clock, owner: str) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._claims: asyncio.Queue[_Request[ClaimRequest, ClaimedDelivery | None]] = asyncio.Queue(QUEUE_SIZE)
        self._results: asyncio.Queue[_Request[AttemptOutcome, None]] = asyncio.Queue(QUEUE_SIZE)
        self._requested = asyncio.Event()
        self._claiming = True

    async def claim(self, wanted: ClaimRequest) -> ClaimedDelivery | None:
        """The next delivery, marked as being sent; None where there is none to be had. Raises what the storage raises:
        then nothing was claimed, or its lease will expire."""
        return await self._submit(self._claims, _Request(wanted))

    async def record(self, outcome: AttemptOutcome) -> None:
        """Returns when the end of a try is written. A database that is down is asked again while the lease lasts: the
        answer is in hand, and forgetting it would mean sending twice. After that it is given up."""
        if outcome.side_effect is None and await self._record_with_others(outcome):
            return
        for wait in (*_RECORD_RETRY_SECONDS, None):
            try:
                await self._record_alone(outcome)
            except Exception as problem:
                _log_unwritten(outcome, problem)
                if wait is not None:
                    await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))
            else:
                return

    def stop_claiming(self) -> None:
        """From now on there is nothing to be had, also for those who wait already."""
        self._claiming = False

    async def run(self) -> None:
        """Serves both queues until cancelled; who still waits then is cancelled as well."""
        self._claiming = True
        try:
            while True:
                await self._requested.wait()
                self._requested.clear()
                await self._serve(_take_all(self._results), _take_all(self._claims))
        finally:
            _cancel(_take_all(self._results))
            _cancel(_take_all(self._claims))

    async def _submit(
        self, queue: asyncio.Queue[_Request[ItemT, AnswerT]], request: _Request[ItemT, AnswerT]
    ) -> AnswerT:
        await queue.put(request)
        self._requested.set()
        return await request.answer

    async def _serve(self, results: _Results, claims: _Claims) -> None:
        wanted = [each for each in claims if not each.answer.done()] if self._claiming else []
        try:
            claimed = await self._commit([each.item for each in results], [each.item for each in wanted])
        except Exception as problem:
            _fail(results, problem)
            _fail(wanted, problem)
        except BaseException:
            _cancel(results)
            _cancel(claims)
            raise
        else:
            for request, delivery in zip(wanted, claimed, strict=True):
                _answer(request, delivery)
            for result in results:
                _answer(result, None)
        for request in claims:
            _answer(request, None)

    async def _commit(
        self, outcomes: Sequence[AttemptOutcome], wanted: Sequence[ClaimRequest]
    ) -> list[ClaimedDelivery | None]:
        """One commit; the answers to ``wanted``, in their order."""
        # What was known of a delivery first was known for sure.
        results = {each.result.delivery_id: each.result for each in reversed(outcomes)}
        if not results and not wanted:
            return []
        async with self._storage.write() as work:
            if results:
                await work.outbox.record_results(list(results.values()), self._owner)
            claimed = {each: await self._claim(work, each, limit) for each, limit in Counter(wanted).items()}
            await work.commit()
        return [claimed[each].pop(0) if claimed[each] else None for each in wanted]

    async def _claim(self, work: UnitOfWork, wanted: ClaimRequest, limit: int) -> list[ClaimedDelivery]:
        now = self._clock.now()
        claimed = await work.outbox.claim(
            wanted.platform,
            owner=self._owner,
            now=now,
            lease_until=now + SEND_LEASE,
            limit=limit,
            workspace=wanted.workspace,
        )
        chats = await work.chats.get_many([delivery.chat_id for delivery in claimed]) if claimed else {}
        return [ClaimedDelivery(delivery, chats.get(delivery.chat_id)) for delivery in claimed]

    async def _record_with_others(self, outcome: AttemptOutcome) -> bool:
        """What fails for many may be the fault of one, so each is then tried by itself."""
        try:
            await self._submit(self._results, _Request(outcome))
        except Exception as problem:
            _log_unwritten(outcome, problem)
            return False
        return True

    async def _record_alone(self, outcome: AttemptOutcome) -> None:
        async with self._storage.write() as work:
            await work.outbox.record_results([outcome.result], self._owner)
            if outcome.side_effect is not None:
                await outcome.side_effect(work)
            await work.commit()


def _take_all(queue: asyncio.Queue[ItemT]) -> list[ItemT]:
    return [queue.get_nowait() for _ in range(queue.qsize())]


def _answer(request: _Request[ItemT, AnswerT], answer: AnswerT) -> None:
    if not request.answer.done():
        request.answer.set_result(answer)


def _fail(requests: Sequence[_Request[ItemT, AnswerT]], problem: Exception) -> None:
    for request in requests:
        if not request.answer.done():
            request.answer.set_exception(problem)


def _cancel(requests: Sequence[_Request[ItemT, AnswerT]]) -> None:
    for request in requests:
        request.answer.cancel()


def _log_unwritten(outcome: AttemptOutcome, problem: Exception) -> None:
    log.error("the end of delivery %s could not be written: %s", outcome.result.delivery_id, error_location(problem))
