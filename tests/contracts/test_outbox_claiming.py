"""What claiming and settling promise: who sends what, when, and what follows from how it ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import Chat, ChatStatus, MessageRef, Platform
from bot.deliveries import AttemptResult, Delivery, DeliveryKind, DeliveryState, NoticeContent, PlannedMessage
from bot.ports import Storage
from storage.database import Database
from storage.engine.transaction import Transaction
from storage.outbox import claiming
from tests.contracts.factories import (
    LEASE,
    NOW,
    TODAY,
    make_address,
    make_content,
    make_paper,
    make_plan,
    store_chat,
    store_papers,
    write_plans,
)

TOMORROW = TODAY + timedelta(days=1)
SECOND = timedelta(seconds=1)


async def claim(
    storage: Storage, owner: str = "me", *, limit: int = 1, now: datetime = NOW, platform: Platform = TELEGRAM
) -> list[Delivery]:
    async with storage.write() as work:
        claimed = await work.outbox.claim(platform, owner=owner, now=now, lease_until=LEASE, limit=limit)
        await work.commit()
    return claimed


async def settle(storage: Storage, *results: AttemptResult, owner: str = "me") -> None:
    async with storage.write() as work:
        await work.outbox.record_results(results, owner)
        await work.commit()


async def overdue(storage: Storage, now: datetime, owner: str = "") -> list[Delivery]:
    async with storage.write() as work:
        uncertain = await work.outbox.mark_expired_leases(now, owner)
        await work.commit()
    return uncertain


def result(delivery: Delivery, state: DeliveryState = DeliveryState.SENT, **more) -> AttemptResult:
    return AttemptResult(delivery.id, state, NOW, **more)


async def get(storage: Storage, delivery: Delivery) -> Delivery:
    async with storage.read() as work:
        found = await work.outbox.get(delivery.id)
    assert found is not None
    return found


async def ledger(storage: Storage, chat: Chat) -> set[str]:
    async with storage.read() as work:
        return set(await work.outbox.sent_papers(chat.id, ["1", "2", "3"]))


async def digests(storage: Storage, number: int, **chat_changes) -> list[Chat]:
    """So many chats, each with a digest, the first one planned first."""
    chats = [await store_chat(storage, make_address(str(n)), **chat_changes) for n in range(number)]
    plans = [make_plan(chat, planned_at=NOW - timedelta(seconds=number - n)) for n, chat in enumerate(chats)]
    await write_plans(storage, *plans)
    return chats


async def test_a_claimed_delivery_is_in_its_owners_hands(storage: Storage) -> None:
    [chat] = await digests(storage, 1)
    [claimed] = await claim(storage)
    assert (claimed.chat_id, claimed.state, claimed.owner) == (chat.id, DeliveryState.SENDING, "me")
    assert (claimed.sending_at, claimed.lease_until, claimed.attempts) == (NOW, LEASE, 0)
    assert await get(storage, claimed) == claimed
    assert await claim(storage) == []


async def test_the_oldest_go_first_as_many_as_asked_for(storage: Storage) -> None:
    chats = await digests(storage, 4)
    first = await claim(storage, limit=3)
    rest = await claim(storage, limit=3)
    assert [delivery.chat_id for delivery in (*first, *rest)] == [chat.id for chat in chats]
    assert len(first) == 3


async def test_each_platform_sends_its_own(storage: Storage) -> None:
    await digests(storage, 1)
    assert await claim(storage, platform=SLACK) == []


async def test_never_two_of_one_chat_at_a_time(storage: Storage) -> None:
    chat = await store_chat(storage)
    await write_plans(storage, make_plan(chat), make_plan(chat, day=TOMORROW))
    [first] = await claim(storage, limit=5)
    assert await claim(storage, limit=5) == []
    await settle(storage, result(first))
    [second] = await claim(storage)
    assert (first.key, second.key) == ("2026-08-18", "2026-08-19")


async def test_two_workers_never_get_the_same_chat(storage: Storage) -> None:
    chats = await digests(storage, 12)
    for chat in chats:
        await write_plans(storage, make_plan(chat, day=TOMORROW))
    claims = await asyncio.gather(*(claim(storage, f"worker {n}", limit=2) for n in range(12)))
    mine = [delivery.chat_id for claimed in claims for delivery in claimed]
    assert len(mine) == len(set(mine))
    while claimed := await claim(storage, limit=5):
        mine += [delivery.chat_id for delivery in claimed]
    assert sorted(mine) == [chat.id for chat in chats]


@pytest.mark.parametrize("worker", range(3))
async def test_two_processes_never_get_the_same_chat(database_url: str, storage: Database, worker: int) -> None:
    chat = await store_chat(storage)
    await write_plans(storage, make_plan(chat), make_plan(chat, day=TOMORROW))
    other = Database(database_url)
    claims = await asyncio.gather(*(claim(each, limit=2) for each in (storage, other, storage, other)))
    assert sum(len(claimed) for claimed in claims) == 1
    await other.close()


async def test_a_worker_that_looked_too_early_gets_nothing(postgres_url: str) -> None:
    late, quick = Database(postgres_url), Database(postgres_url)
    chat = await store_chat(late)
    await write_plans(late, make_plan(chat), make_plan(chat, day=TOMORROW))
    async with late.read() as work:
        unsent = (await work.outbox.unsent_digests([chat.id]))[chat.id]
    assert len(await claim(quick)) == 1
    async with late._writer.connect() as connection:
        values = {"now": NOW, "new_owner": "late", "lease": LEASE}
        marked = await claiming._mark_sending(Transaction(connection, writing=True), unsent[1:], values)  # type: ignore[arg-type]  # as the query binds them
    assert marked == set()
    await late.close()
    await quick.close()


async def test_parts_follow_one_another_as_replies_to_the_first(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"))
    await write_plans(storage, make_plan(chat, ["1"], message_count=3))
    [first] = await claim(storage, limit=3)
    assert (first.part, first.reply_to) == (0, None)
    await settle(storage, result(first, message_ref=MessageRef("100")))
    [second] = await claim(storage, limit=3)
    assert (second.part, second.reply_to) == (1, MessageRef("100"))
    assert second.content == make_content(["1"], parts=3)
    await settle(storage, result(second, message_ref=MessageRef("101")))
    [third] = await claim(storage, limit=3)
    assert (third.part, third.reply_to) == (2, MessageRef("100"))


async def test_no_part_overtakes_one_that_is_in_doubt(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"))
    await write_plans(storage, make_plan(chat, ["1"], message_count=2))
    [first] = await claim(storage)
    await settle(storage, result(first, DeliveryState.UNCERTAIN))
    assert await claim(storage, now=NOW + 5 * SECOND) == []


async def test_paused_chats_get_nothing_but_notices(storage: Storage) -> None:
    [chat] = await digests(storage, 1)
    notice = PlannedMessage(NoticeContent("A group", "blocked"))
    await write_plans(storage, make_plan(chat, kind=DeliveryKind.NOTICE, edition=None, messages=(notice,)))
    async with storage.write() as work:
        await work.chats.save(replace(chat, status=ChatStatus.PAUSED))
        assert await work.outbox.claimable_count(TELEGRAM, NOW) == 1
        await work.commit()
    [claimed] = await claim(storage, limit=5)
    assert claimed.kind is DeliveryKind.NOTICE
    await settle(storage, result(claimed))
    assert await claim(storage) == []
    async with storage.read() as work:
        assert await work.outbox.next_pending_at(TELEGRAM) is None


async def waits(storage: Storage, until: datetime) -> None:
    """Nothing is claimed before then, and something is then."""
    async with storage.read() as work:
        assert await work.outbox.next_pending_at(TELEGRAM) == until
        assert await work.outbox.claimable_count(TELEGRAM, until - SECOND) == 0
        assert await work.outbox.claimable_count(TELEGRAM, until) == 1
    assert await claim(storage, now=until - SECOND) == []
    assert len(await claim(storage, now=until)) == 1


async def test_nothing_goes_before_its_time(storage: Storage) -> None:
    await digests(storage, 1)
    [tried] = await claim(storage)
    later = NOW + 30 * SECOND
    await settle(storage, result(tried, DeliveryState.PENDING, not_before=later, problem="HTTP 502"))
    assert (await get(storage, tried)).not_before == later
    await waits(storage, later)


async def test_nothing_goes_before_its_chats_time(storage: Storage) -> None:
    [chat] = await digests(storage, 1)
    later = NOW + 3 * SECOND
    async with storage.write() as work:
        await work.chats.save(replace(chat, not_before=later))
        await work.commit()
    await waits(storage, later)


async def test_a_pause_after_sending_holds_for_the_chat_and_never_gets_shorter(storage: Storage) -> None:
    chat = await store_chat(storage)
    await write_plans(storage, make_plan(chat), make_plan(chat, day=TOMORROW))
    [first] = await claim(storage)
    later = NOW + 3 * SECOND
    await settle(storage, result(first, not_before=later))
    async with storage.write() as work:
        found = await work.chats.get(chat.id)
        assert found is not None
        assert found.not_before == later
    await waits(storage, later)
    [second] = await overdue(storage, NOW + timedelta(hours=1))
    await settle(storage, result(second, not_before=NOW))
    async with storage.read() as work:
        found = await work.chats.get(chat.id)
        assert found is not None
        assert found.not_before == later


@pytest.mark.parametrize("workspace", ["7", ""])
async def test_a_bot_or_a_whole_platform_can_be_held_back(storage: Storage, workspace: str) -> None:
    await digests(storage, 1)
    later = NOW + timedelta(minutes=5)
    async with storage.write() as work:
        await work.outbox.suspend(TELEGRAM, workspace, later)
        await work.outbox.suspend(TELEGRAM, workspace, NOW)
        await work.outbox.suspend(TELEGRAM, "another bot", later + SECOND)
        await work.outbox.suspend(SLACK, "", later + SECOND)
        await work.commit()
    await waits(storage, later)


async def test_what_is_too_late_expires_and_gives_its_papers_back(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"))
    await write_plans(storage, make_plan(chat, ["1"], expires_at=NOW, message_count=2))
    assert await claim(storage, now=NOW) == []
    assert await ledger(storage, chat) == set()
    async with storage.read() as work:
        assert (await work.outbox.count_by_state())[DeliveryState.EXPIRED] == 2
        assert await work.outbox.unfinished_count() == 0


async def test_what_was_sent_stays_in_the_ledger(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"))
    await write_plans(storage, make_plan(chat, ["1"]))
    [claimed] = await claim(storage)
    await settle(storage, result(claimed, message_ref=MessageRef("100")))
    after = await get(storage, claimed)
    assert (after.state, after.message_ref, after.owner, after.lease_until) == (
        DeliveryState.SENT,
        MessageRef("100"),
        "",
        None,
    )
    assert (after.attempts, after.sending_at) == (1, NOW)
    assert await ledger(storage, chat) == {"1"}
    async with storage.read() as work:
        [edition] = await work.outbox.editions(chat.id)
    assert edition.state is DeliveryState.SENT


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.EXPIRED])
async def test_a_digest_that_ends_unsent_gives_its_papers_back(storage: Storage, state: DeliveryState) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"), make_paper("2"))
    await write_plans(storage, make_plan(chat, ["1"], message_count=3), make_plan(chat, ["2"], day=TOMORROW))
    [claimed] = await claim(storage)
    await settle(storage, result(claimed, state, problem="Refused"))
    assert await ledger(storage, chat) == {"2"}
    assert (await get(storage, claimed)).problem == "Refused"
    [following] = await claim(storage, limit=3)
    assert following.key == "2026-08-19", "the later parts of the digest that was not sent never go"
    async with storage.read() as work:
        counts = await work.outbox.count_by_state()
    assert counts[state] + counts[DeliveryState.EXPIRED] * (state is DeliveryState.FAILED) == 3


async def test_a_later_part_that_fails_keeps_the_papers_the_first_one_named(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"))
    await write_plans(storage, make_plan(chat, ["1"], message_count=3))
    [first] = await claim(storage)
    await settle(storage, result(first))
    [second] = await claim(storage)
    await settle(storage, result(second, DeliveryState.FAILED))
    assert await ledger(storage, chat) == {"1"}
    assert await claim(storage) == []
    async with storage.read() as work:
        assert await work.outbox.unfinished_count() == 0


async def test_only_the_owner_settles(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"))
    await write_plans(storage, make_plan(chat, ["1"]))
    [claimed] = await claim(storage, "me")
    await settle(storage, result(claimed, DeliveryState.FAILED), owner="somebody else")
    assert await get(storage, claimed) == claimed
    assert await ledger(storage, chat) == {"1"}
    await settle(storage, result(claimed))
    await settle(storage, result(claimed, DeliveryState.FAILED))
    assert (await get(storage, claimed)).state is DeliveryState.SENT


async def test_many_results_at_once(storage: Storage) -> None:
    chats = await digests(storage, 5)
    claimed = await claim(storage, limit=5)
    states = [
        DeliveryState.SENT,
        DeliveryState.FAILED,
        DeliveryState.UNCERTAIN,
        DeliveryState.PENDING,
        DeliveryState.SENT,
    ]
    await settle(storage, *(result(delivery, state) for delivery, state in zip(claimed, states, strict=True)))
    assert [(await get(storage, delivery)).state for delivery in claimed] == states
    async with storage.read() as work:
        assert await work.outbox.unfinished_count() == 2
        assert sum((await work.outbox.count_by_state()).values()) == len(chats)


async def test_a_lease_that_is_over_leaves_an_uncertain_delivery(storage: Storage) -> None:
    await digests(storage, 1)
    [claimed] = await claim(storage)
    assert await overdue(storage, LEASE - SECOND) == []
    [uncertain] = await overdue(storage, LEASE)
    assert (uncertain.id, uncertain.state, uncertain.sending_at) == (claimed.id, DeliveryState.UNCERTAIN, NOW)
    assert uncertain.attempts == 1
    assert await overdue(storage, LEASE) == [uncertain]
    assert await claim(storage, now=LEASE) == []


async def test_at_start_what_others_were_sending_is_uncertain_at_once(storage: Storage) -> None:
    await digests(storage, 2)
    [theirs] = await claim(storage, "the process before me")
    [mine] = await claim(storage, "me")
    assert [delivery.id for delivery in await overdue(storage, NOW, "me")] == [theirs.id]
    assert (await get(storage, mine)).state is DeliveryState.SENDING


async def test_an_uncertain_delivery_is_sent_once_more_and_marked(storage: Storage) -> None:
    await digests(storage, 1)
    [claimed] = await claim(storage, "a process that died")
    [uncertain] = await overdue(storage, LEASE)
    await settle(storage, result(uncertain, DeliveryState.PENDING, possible_duplicate=True))
    [again] = await claim(storage)
    assert (again.id, again.client_key) == (claimed.id, claimed.client_key)
    assert (again.possible_duplicate, again.attempts) == (True, 1)
    await settle(storage, result(again))
    after = await get(storage, again)
    assert (after.possible_duplicate, after.attempts) == (True, 2)


async def test_what_is_found_out_about_an_earlier_try_comes_too_late(storage: Storage) -> None:
    """Another process sent it again meanwhile, and of that try nothing is known."""
    await digests(storage, 1)
    await claim(storage, "a process that died")
    [first] = await overdue(storage, LEASE)
    await settle(storage, result(first, DeliveryState.PENDING, attempt_started_at=first.sending_at), owner="another")
    await claim(storage, "another", now=LEASE + SECOND)
    [second] = await overdue(storage, LEASE + SECOND)
    await settle(storage, result(first, DeliveryState.PENDING, attempt_started_at=first.sending_at))
    assert await get(storage, second) == second
    await settle(storage, result(second, attempt_started_at=second.sending_at))
    assert (await get(storage, second)).state is DeliveryState.SENT


async def test_a_wait_asked_for_by_the_platform_is_no_attempt(storage: Storage) -> None:
    await digests(storage, 1)
    [claimed] = await claim(storage)
    await settle(storage, result(claimed, DeliveryState.PENDING, not_before=NOW, counts_as_attempt=False))
    assert (await get(storage, claimed)).attempts == 0


async def test_nothing_pending_nothing_to_wait_for(storage: Storage) -> None:
    async with storage.read() as work:
        assert await work.outbox.next_pending_at(TELEGRAM) is None
        assert await work.outbox.get(1) is None
        assert set((await work.outbox.count_by_state()).values()) == {0}
