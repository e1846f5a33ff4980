"""The two queues of a process: what waits together shares a commit, results first, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.local.capabilities import CAPABILITIES, LOCAL
from bot.chats import MessageRef
from bot.deliveries import Delivery, DeliveryState
from bot.delivery import results
from bot.delivery.attempt import AttemptOutcome
from bot.delivery.outbox_queue import QUEUE_SIZE, ClaimRequest, OutboxQueue
from bot.ports import Storage
from tests.contracts.factories import NOW, make_address, make_paper, make_plan, store_chat, store_papers, write_plans
from tests.fakes.ports import ActivityTrackingStorage, FakeClock

LOCAL_CLAIM = ClaimRequest(LOCAL, make_address("1", LOCAL).workspace)


@pytest.fixture
def storage(sqlite_storage: Storage) -> ActivityTrackingStorage:
    return ActivityTrackingStorage(sqlite_storage)


@pytest.fixture
def queue(storage: ActivityTrackingStorage) -> OutboxQueue:
    return OutboxQueue(storage, FakeClock(NOW), "me")


@pytest.fixture
async def served(queue: OutboxQueue) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(queue.run())
    yield task
    task.cancel()
    await asyncio.wait([task])


async def plan(storage: ActivityTrackingStorage, chats: int, parts: int = 1) -> None:
    """A digest for each of so many local chats."""
    await store_papers(storage, make_paper("2608.00001"))
    for name in range(chats):
        chat = await store_chat(storage, make_address(str(name), LOCAL))
        await write_plans(storage, make_plan(chat, ["2608.00001"], message_count=parts, planned_at=NOW))


async def claim(queue: OutboxQueue) -> Delivery:
    claimed = await queue.claim(LOCAL_CLAIM)
    assert claimed is not None
    return claimed.delivery


async def sent(storage: ActivityTrackingStorage, delivery: Delivery) -> AttemptOutcome:
    async with storage.read() as work:
        chat = await work.chats.get(delivery.chat_id)
    assert chat is not None
    return AttemptOutcome(results.sent(delivery, MessageRef("1"), NOW, CAPABILITIES.message_interval(chat.kind)))


async def counts(storage: ActivityTrackingStorage) -> dict[DeliveryState, int]:
    async with storage.read() as work:
        return {state: number for state, number in (await work.outbox.count_by_state()).items() if number}


@pytest.mark.usefixtures("served")
async def test_what_waits_together_shares_a_commit(storage: ActivityTrackingStorage, queue: OutboxQueue) -> None:
    await plan(storage, chats=8)
    begun = storage.begun
    claimed = await asyncio.gather(*(claim(queue) for _ in range(8)))
    assert len({delivery.id for delivery in claimed}) == 8
    assert storage.begun == begun + 1


@pytest.mark.usefixtures("served")
async def test_a_result_counts_for_the_claim_that_waits_beside_it(
    storage: ActivityTrackingStorage, queue: OutboxQueue
) -> None:
    await plan(storage, chats=1, parts=2)
    first = await claim(queue)
    assert await queue.claim(LOCAL_CLAIM) is None, "one of a chat at a time"
    outcome = await sent(storage, first)
    begun = storage.begun
    second, _ = await asyncio.gather(claim(queue), queue.record(outcome))
    assert (first.part, second.part) == (0, 1)
    assert storage.begun == begun + 1


@pytest.mark.usefixtures("served")
async def test_more_than_a_queue_holds_are_served_in_turn(storage: ActivityTrackingStorage, queue: OutboxQueue) -> None:
    await plan(storage, chats=QUEUE_SIZE + 3)
    claimed = await asyncio.gather(*(claim(queue) for _ in range(QUEUE_SIZE + 3)))
    assert len({delivery.id for delivery in claimed}) == QUEUE_SIZE + 3


@pytest.mark.usefixtures("served")
async def test_one_result_that_cannot_be_written_keeps_no_other_from_it(
    storage: ActivityTrackingStorage, queue: OutboxQueue
) -> None:
    await plan(storage, chats=3)
    claimed = [await claim(queue) for _ in range(3)]
    outcomes = [await sent(storage, delivery) for delivery in claimed]
    storage.write_failures = [OSError("constraint")]
    await asyncio.gather(*map(queue.record, outcomes))
    assert await counts(storage) == {DeliveryState.SENT: 3}


@pytest.mark.usefixtures("served")
async def test_a_claim_raises_what_the_storage_raises_and_the_next_one_is_served(
    storage: ActivityTrackingStorage, queue: OutboxQueue
) -> None:
    await plan(storage, chats=1)
    storage.write_failures = [OSError("locked")]
    with pytest.raises(OSError, match="locked"):
        await queue.claim(LOCAL_CLAIM)
    assert (await claim(queue)).part == 0


async def test_who_waits_when_it_stops_claiming_gets_nothing_and_results_are_still_recorded(
    storage: ActivityTrackingStorage, queue: OutboxQueue, served: asyncio.Task[None]
) -> None:
    await plan(storage, chats=2)
    outcome = await sent(storage, await claim(queue))
    waiting = asyncio.gather(queue.claim(LOCAL_CLAIM), queue.record(outcome))
    await asyncio.sleep(0)
    queue.stop_claiming()
    nothing, _ = await waiting
    assert nothing is None
    assert await counts(storage) == {DeliveryState.SENT: 1, DeliveryState.PENDING: 1}
    assert not served.done()


async def test_who_gave_up_before_the_commit_is_not_claimed_for(
    storage: ActivityTrackingStorage, queue: OutboxQueue
) -> None:
    await plan(storage, chats=1)
    gone = asyncio.create_task(queue.claim(LOCAL_CLAIM))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    serving = asyncio.create_task(queue.run())
    stays = await claim(queue)
    assert stays.sending_at == NOW
    serving.cancel()
    assert await counts(storage) == {DeliveryState.SENDING: 1}


async def test_nobody_waits_for_a_queue_that_is_served_no_more(
    storage: ActivityTrackingStorage, queue: OutboxQueue, served: asyncio.Task[None]
) -> None:
    await plan(storage, chats=1)
    claiming = asyncio.create_task(queue.claim(LOCAL_CLAIM))
    await asyncio.sleep(0)
    served.cancel()
    async with asyncio.timeout(120):
        await asyncio.wait([claiming, served])
    assert claiming.cancelled()
