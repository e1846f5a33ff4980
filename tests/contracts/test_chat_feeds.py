"""The feeds of chats, on both engines."""

from __future__ import annotations

from datetime import timedelta

from bot.chats import ChatKind
from bot.deliveries import AttemptResult, DeliveryState
from storage.database import Database
from tests.contracts.factories import (
    LEASE,
    NOW,
    TODAY,
    make_address,
    make_paper,
    make_plan,
    store_chat,
    store_papers,
    write_plans,
)

PAPER = make_paper("2608.01234")
SINCE = NOW - timedelta(days=14)


async def version(storage: Database, token: str = "hash") -> tuple[object, ...]:
    async with storage.read() as work:
        state = await work.chat_feeds.state(token, SINCE)
    assert state is not None
    return state.version


async def open_feed(storage: Database, chat_id: int, token: str = "hash") -> None:
    async with storage.write() as work:
        await work.chat_feeds.open_feed(chat_id, token, NOW)
        await work.commit()


async def test_only_what_was_sent_is_in_a_feed_and_changes_it(storage: Database) -> None:
    chat = await store_chat(storage)
    await store_papers(storage, PAPER)
    await open_feed(storage, chat.id)
    empty = await version(storage)
    await write_plans(storage, make_plan(chat, [PAPER.id]))
    assert await version(storage) == empty
    async with storage.write() as work:
        assert await work.outbox.sent_digests(chat.id, SINCE) == []
        (claimed,) = await work.outbox.claim(chat.address.platform, owner="me", now=NOW, lease_until=LEASE)
        await work.outbox.record_results([AttemptResult(claimed.id, DeliveryState.SENT, NOW)], "me")
        await work.commit()
    assert await version(storage) != empty
    async with storage.read() as work:
        assert [each.id for each in await work.outbox.sent_digests(chat.id, SINCE)] == [claimed.id]
        assert await work.outbox.sent_digests(chat.id, NOW + timedelta(days=1)) == []


async def test_a_chat_has_one_open_feed(storage: Database) -> None:
    chat, other = await store_chat(storage), await store_chat(storage, make_address("43"))
    for token in ("first", "second"):
        await open_feed(storage, chat.id, token)
    await open_feed(storage, other.id, "other")
    async with storage.read() as work:
        found = {token: await work.chat_feeds.state(token, SINCE) for token in ("first", "second", "other", "", "x")}
    assert {token: state and state.revoked for token, state in found.items()} == {
        "first": True,
        "second": False,
        "other": False,
        "": None,
        "x": None,
    }


async def test_a_group_that_moves_keeps_its_feed(storage: Database) -> None:
    """Also where its new address was known before."""
    old = await store_chat(storage, make_address("-1"), kind=ChatKind.GROUP)
    new = await store_chat(storage, make_address("-1001"), kind=ChatKind.GROUP)
    await open_feed(storage, old.id)
    async with storage.write() as work:
        await work.chats.move(old.address, new.address)
        await work.commit()
    async with storage.read() as work:
        state = await work.chat_feeds.state("hash", SINCE)
    assert state is not None
    assert (state.chat_id, state.title, state.revoked) == (new.id, "A chat", False)


async def test_the_title_of_a_private_chat_is_not_told(storage: Database) -> None:
    chat = await store_chat(storage)
    await open_feed(storage, chat.id)
    async with storage.read() as work:
        state = await work.chat_feeds.state("hash", SINCE)
    assert state is not None
    assert (chat.title, state.title, chat.last_local_day or TODAY) == ("A chat", "", TODAY)
