"""What writing plans promises: once, all of it, and nothing twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from bot.chats import Chat
from bot.deliveries import (
    AttemptResult,
    Delivery,
    DeliveryKind,
    DeliveryState,
    EmptyDigestContent,
    EmptyReason,
    NoticeContent,
    PlannedMessage,
)
from bot.ports import Storage
from storage.database import Database
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


async def get_chat(storage: Storage, chat: Chat) -> Chat:
    async with storage.read() as work:
        found = await work.chats.get(chat.id)
    assert found is not None
    return found


async def pending(storage: Storage, chat: Chat) -> list[Delivery]:
    async with storage.read() as work:
        return list((await work.outbox.unsent_digests([chat.id])).get(chat.id, []))


async def sent(storage: Storage, chat: Chat, *papers: str) -> set[str]:
    async with storage.read() as work:
        return set(await work.outbox.sent_papers(chat.id, papers))


async def test_a_plan_writes_everything_at_once(storage: Storage) -> None:
    chat = await store_chat(storage, next_digest_at=NOW)
    await store_papers(storage, make_paper("1"), make_paper("2"))
    plan = make_plan(
        chat, ["1", "2"], eligible_from=TODAY, expires_at=NOW + timedelta(hours=20), first_empty_notified=True
    )
    assert await write_plans(storage, plan) == [chat.id]
    [delivery] = await pending(storage, chat)
    assert delivery.content == make_content(["1", "2"])
    assert (delivery.address, delivery.kind, delivery.key, delivery.part) == (
        chat.address,
        DeliveryKind.DIGEST,
        "2026-08-18",
        0,
    )
    assert (delivery.created_at, delivery.expires_at) == (NOW, NOW + timedelta(hours=20))
    assert (delivery.attempts, delivery.message_ref, delivery.possible_duplicate) == (0, None, False)
    advanced = replace(
        chat,
        next_digest_at=NOW + timedelta(days=1),
        last_local_day=TODAY,
        eligible_from=TODAY,
        first_empty_notified=True,
    )
    assert await get_chat(storage, chat) == advanced
    async with storage.read() as work:
        assert await work.outbox.sent_papers(chat.id, ["1", "2", "3"]) == {"1": TODAY, "2": TODAY}
        [edition] = await work.outbox.editions(chat.id)
    assert (edition.paper_count, edition.state, edition.delivery_id) == (2, DeliveryState.PENDING, delivery.id)


async def test_what_a_plan_does_not_name_stays(storage: Storage) -> None:
    chat = await store_chat(storage, next_digest_at=NOW, last_local_day=TODAY, first_empty_notified=True)
    plan = make_plan(chat, edition=None, next_digest_at=None, last_local_day=None, key="asked:1")
    assert await write_plans(storage, plan) == [chat.id]
    assert await get_chat(storage, chat) == chat


async def test_the_same_key_or_day_is_planned_once(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"), make_paper("2"))
    assert await write_plans(storage, make_plan(chat, ["1"]), make_plan(chat, ["2"])) == [chat.id]
    before = await get_chat(storage, chat)
    again = make_plan(chat, ["2"], next_digest_at=NOW + timedelta(days=9))
    assert await write_plans(storage, again) == []
    assert await write_plans(storage, replace(again, key="another key")) == []
    assert await write_plans(storage, replace(again, edition=None)) == []
    assert await get_chat(storage, chat) == before
    assert await sent(storage, chat, "1", "2") == {"1"}
    assert len(await pending(storage, chat)) == 1


async def test_simultaneous_planners_plan_a_day_once(storage: Storage) -> None:
    chats = [await store_chat(storage, make_address(str(n))) for n in range(5)]
    await store_papers(storage, make_paper("1"))
    answers = await asyncio.gather(
        *(write_plans(storage, *(make_plan(chat, ["1"]) for chat in chats)) for _ in range(4))
    )
    assert sorted(chat for answer in answers for chat in answer) == [chat.id for chat in chats]


@pytest.mark.parametrize(
    "change",
    [
        {"edition": None, "papers": ()},
        {"key": "again", "papers": ()},
        {"key": "again", "edition": None},
    ],
)
async def test_the_database_itself_refuses_what_a_planner_overlooked(
    storage: Storage, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message of the same name, a second edition of a day, a paper that went to the chat before."""
    chat = await store_chat(storage, next_digest_at=NOW)
    await store_papers(storage, make_paper("1"))
    plan = make_plan(chat, ["1"])
    assert await write_plans(storage, plan) == [chat.id]
    monkeypatch.setattr("storage.outbox.planning._ExistingState.allows", lambda *_: True)
    with pytest.raises(IntegrityError):
        await write_plans(storage, replace(plan, **change))
    [delivery] = await pending(storage, chat)
    assert delivery.key == plan.key


async def test_a_paper_that_is_on_its_way_is_not_planned_again(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"), make_paper("2"))
    await write_plans(storage, make_plan(chat, ["1"]))
    assert await write_plans(storage, make_plan(chat, ["1", "2"], day=TOMORROW)) == []
    assert await write_plans(storage, make_plan(chat, ["2"], day=TOMORROW)) == [chat.id]


async def test_the_plan_of_a_chat_that_is_gone_is_left_out(storage: Storage) -> None:
    chat, other = await store_chat(storage), await store_chat(storage, make_address("other"))
    async with storage.write() as work:
        await work.chats.erase(chat.id)
        await work.commit()
    assert await write_plans(storage, make_plan(chat), make_plan(other)) == [other.id]


async def test_an_unsent_digest_is_taken_over(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"), make_paper("2"), make_paper("3"))
    await write_plans(storage, make_plan(chat, ["1", "2"], message_count=2))
    [old] = await pending(storage, chat)
    assert await write_plans(storage, make_plan(chat, ["1", "3"], day=TOMORROW, supersedes=(old.id,))) == [chat.id]
    [new] = await pending(storage, chat)
    assert new.key == "2026-08-19"
    assert await sent(storage, chat, "1", "2", "3") == {"1", "3"}, "what the new digest leaves out may come later"
    async with storage.read() as work:
        withdrawn = await work.outbox.get(old.id)
        counts = await work.outbox.count_by_state()
        editions = await work.outbox.editions(chat.id)
    assert withdrawn is not None
    assert (withdrawn.state, withdrawn.problem) == (DeliveryState.EXPIRED, "superseded")
    assert (counts[DeliveryState.EXPIRED], counts[DeliveryState.PENDING]) == (2, 1)
    assert [edition.state for edition in editions] == [DeliveryState.PENDING, DeliveryState.EXPIRED]


async def test_a_digest_that_is_being_sent_can_not_be_taken_over(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"), make_paper("2"))
    await write_plans(storage, make_plan(chat, ["1"]))
    async with storage.write() as work:
        [old] = await work.outbox.claim(chat.address.platform, owner="me", now=NOW, lease_until=LEASE)
        await work.commit()
    assert await write_plans(storage, make_plan(chat, ["1", "2"], day=TOMORROW, supersedes=(old.id,))) == []
    assert await sent(storage, chat, "1", "2") == {"1"}
    assert await write_plans(storage, make_plan(chat, ["2"], day=TOMORROW)) == [chat.id]


async def test_an_empty_day_is_an_edition_without_a_delivery(storage: Storage) -> None:
    chat = await store_chat(storage)
    plan = make_plan(chat)
    assert plan.edition is not None
    empty = replace(plan, messages=(), edition=replace(plan.edition, empty_reason=EmptyReason.WEEKEND))
    assert await write_plans(storage, empty) == [chat.id]
    assert await write_plans(storage, empty) == []
    async with storage.read() as work:
        [edition] = await work.outbox.editions(chat.id)
    assert edition == empty.edition


async def test_notes_and_notices_of_one_chat_stand_side_by_side(storage: Storage) -> None:
    chat = await store_chat(storage)
    note = PlannedMessage(
        EmptyDigestContent(TODAY, EmptyReason.NOTHING_MATCHED, ("diffusion",), listed_count=20, source_down_since=NOW)
    )
    plan = make_plan(chat, kind=DeliveryKind.NOTE, messages=(note,))
    notices = [
        make_plan(
            chat,
            kind=DeliveryKind.NOTICE,
            key=name,
            edition=None,
            messages=(PlannedMessage(NoticeContent(name, "blocked")),),
        )
        for name in ("a group", "a channel")
    ]
    assert await write_plans(storage, plan, *notices) == [chat.id]
    assert await pending(storage, chat) == []
    async with storage.write() as work:
        [claimed] = await work.outbox.claim(chat.address.platform, owner="me", now=NOW, lease_until=LEASE)
    assert claimed.content == note.content


async def test_editions_come_newest_first(storage: Storage) -> None:
    chat = await store_chat(storage)
    for day in range(4):
        await write_plans(storage, make_plan(chat, day=TODAY + timedelta(days=day)))
    async with storage.read() as work:
        editions = await work.outbox.editions(chat.id, limit=3)
    assert [edition.local_day.day for edition in editions] == [21, 20, 19]


async def test_pruning_forgets_finished_deliveries_but_never_what_was_sent(storage: Storage) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, make_paper("1"), make_paper("2"))
    old = make_plan(chat, ["1"])
    assert old.edition is not None
    await write_plans(storage, old)
    async with storage.write() as work:
        await work.outbox.claim(chat.address.platform, owner="me", now=NOW, lease_until=LEASE)
        [unanswered] = await work.outbox.mark_expired_leases(LEASE)
        assert await work.outbox.prune(NOW + timedelta(days=90)) == 0, "nobody knows yet how it ended"
        await work.outbox.record_results([AttemptResult(unanswered.id, DeliveryState.SENT, NOW)], owner="me")
        assert await work.outbox.prune(NOW) == 0
        assert await work.outbox.prune(NOW + timedelta(seconds=1)) == 1
        await work.commit()
    assert await sent(storage, chat, "1") == {"1"}
    assert await write_plans(storage, make_plan(chat, ["1"], day=TOMORROW)) == []
    async with storage.read() as work:
        assert await work.outbox.editions(chat.id) == []


async def test_a_page_of_chats_takes_a_handful_of_statements(storage: Database) -> None:
    chats = [await store_chat(storage, make_address(str(n))) for n in range(60)]
    await store_papers(storage, *(make_paper(str(n)) for n in range(8)))
    statements: list[str] = []
    event.listen(storage._writer.sync_engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    plans = [make_plan(chat, [str(n) for n in range(8)], supersedes=()) for chat in chats]
    assert len(await write_plans(storage, *plans)) == 60
    assert len(statements) <= 15
