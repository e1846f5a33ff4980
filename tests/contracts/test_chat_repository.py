"""What the chat repository promises, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from adapters.local.capabilities import LOCAL
from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import (
    EVERY_DAY,
    WEEKDAYS,
    Chat,
    ChatAddress,
    ChatDefaults,
    ChatKind,
    ChatSettings,
    ChatStatus,
    EmptyDigestPolicy,
    Platform,
)
from bot.ports import Storage
from bot.topics.formatter import format_topic
from storage.database import Database
from tests.contracts.factories import (
    NOW,
    TODAY,
    follow_topics,
    make_address,
    make_paper,
    make_plan,
    store_chat,
    store_papers,
    write_plans,
)


async def find(storage: Storage, address: ChatAddress) -> Chat | None:
    async with storage.read() as work:
        return await work.chats.find(address)


async def test_a_new_chat_starts_with_the_operators_defaults(storage: Storage) -> None:
    late = datetime(2026, 8, 18, 1, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    async with storage.write() as work:
        chat = await work.chats.get_or_create(
            make_address(), ChatKind.PRIVATE, "Ada", ChatDefaults(hour=time(7, 30), zone="Europe/Berlin"), late
        )
        await work.commit()
    assert chat.settings == ChatSettings(
        hour=time(7, 30), zone="Europe/Berlin", days=EVERY_DAY, empty_digest_policy=EmptyDigestPolicy.WEEKLY
    )
    assert (chat.created_at, chat.created_at.tzinfo) == (late, UTC)
    assert chat.eligible_from == date(2026, 8, 17), "days are counted in UTC"
    assert (chat.status, chat.next_digest_at) == (ChatStatus.ACTIVE, None)
    assert await find(storage, make_address()) == chat


@pytest.mark.parametrize(
    ("platform", "kind", "days", "note"),
    [
        (SLACK, ChatKind.CHANNEL, WEEKDAYS, EmptyDigestPolicy.NEVER),
        (TELEGRAM, ChatKind.GROUP, EVERY_DAY, EmptyDigestPolicy.NEVER),
        (LOCAL, ChatKind.LOCAL, EVERY_DAY, EmptyDigestPolicy.WEEKLY),
    ],
)
async def test_teams_rest_at_weekends_and_only_people_hear_of_empty_weeks(
    storage: Storage, platform: Platform, kind: ChatKind, days: frozenset[int], note: EmptyDigestPolicy
) -> None:
    chat = await store_chat(storage, make_address(platform=platform), kind=kind)
    assert (chat.settings.days, chat.settings.empty_digest_policy) == (days, note)


async def test_opening_again_finds_the_same_chat_with_its_new_title(storage: Storage) -> None:
    first = await store_chat(storage)
    async with storage.write() as work:
        again = await work.chats.get_or_create(make_address(), ChatKind.PRIVATE, "Ada", ChatDefaults(hour=time(1)), NOW)
        await work.commit()
    assert again == replace(first, title="Ada")


async def test_simultaneous_first_messages_make_one_chat(storage: Storage) -> None:
    chats = await asyncio.gather(*(store_chat(storage) for _ in range(8)))
    assert {chat.id for chat in chats} == {chats[0].id}


async def test_a_thread_is_a_chat_of_its_own(storage: Storage) -> None:
    general, thread = await store_chat(storage), await store_chat(storage, make_address(thread="5"))
    assert general.id != thread.id
    assert await find(storage, make_address(thread="6")) is None


async def test_all_of_a_chat_is_kept(storage: Storage) -> None:
    chat = await store_chat(storage)
    changed = replace(
        chat,
        title="Łab \U0001f600",
        settings=ChatSettings(
            time(23, 59), "Asia/Kolkata", frozenset({6, 0}), 3, True, EmptyDigestPolicy.DAILY, 5, True
        ),
        eligible_from=TODAY,
        status=ChatStatus.PAUSED,
        pause_reason="blocked",
        paused_until=NOW,
        next_digest_at=NOW + timedelta(microseconds=1),
        last_local_day=TODAY,
        not_before=NOW + timedelta(seconds=3),
        dm_channel="D1",
        first_empty_notified=True,
    )
    async with storage.write() as work:
        await work.chats.save(changed)
        await work.commit()
    async with storage.read() as work:
        assert await work.chats.get(chat.id) == changed
        assert await work.chats.get(chat.id + 1) is None


async def test_due_are_active_chats_whose_moment_has_come_page_by_page(storage: Storage) -> None:
    for number in range(5):
        await store_chat(storage, make_address(str(number)), next_digest_at=NOW - timedelta(minutes=5 - number))
    await store_chat(storage, make_address("later"), next_digest_at=NOW + timedelta(seconds=1))
    await store_chat(storage, make_address("paused"), next_digest_at=NOW, status=ChatStatus.PAUSED)
    await store_chat(storage, make_address("follows nothing"))
    async with storage.read() as work:
        first = await work.chats.due_chats(NOW, 3)
        rest = await work.chats.due_chats(NOW, 3, after_id=first[-1].id)
    assert [chat.address.chat for chat in (*first, *rest)] == ["0", "1", "2", "3", "4"]


async def test_a_pause_that_is_over_can_be_seen(storage: Storage) -> None:
    await store_chat(storage, make_address("over"), status=ChatStatus.PAUSED, paused_until=NOW)
    await store_chat(storage, make_address("not yet"), status=ChatStatus.PAUSED, paused_until=NOW + timedelta(days=1))
    await store_chat(storage, make_address("for ever"), status=ChatStatus.PAUSED)
    async with storage.read() as work:
        assert [chat.address.chat for chat in await work.chats.resumable_chats(NOW)] == ["over"]


async def test_the_chats_of_a_workspace(storage: Storage) -> None:
    await store_chat(storage, ChatAddress(SLACK, "T1", "C1"))
    await store_chat(storage, ChatAddress(SLACK, "T2", "C1"))
    async with storage.read() as work:
        assert [chat.address.workspace for chat in await work.chats.chats_of_workspace(SLACK, "T1")] == ["T1"]


async def test_counts_are_of_chats_that_follow_something(storage: Storage) -> None:
    active, paused = await store_chat(storage, make_address("1")), await store_chat(storage, make_address("2"))
    await store_chat(storage, make_address("3"))
    await follow_topics(storage, active, "diffusion", "clustering")
    await follow_topics(storage, paused, "diffusion")
    async with storage.write() as work:
        await work.chats.save(replace(paused, status=ChatStatus.PAUSED, next_digest_at=NOW))
        await work.chats.save(replace(active, next_digest_at=NOW + timedelta(hours=1)))
        assert await work.chats.count_active_and_paused() == (1, 1)
        assert await work.chats.earliest_digest_at() == NOW + timedelta(hours=1)


async def test_nothing_is_due_where_nothing_is_followed(storage: Storage) -> None:
    async with storage.read() as work:
        assert await work.chats.earliest_digest_at() is None
        assert await work.chats.count_active_and_paused() == (0, 0)


async def topics_of(storage: Storage, chat: Chat) -> list[int]:
    async with storage.read() as work:
        return [subscription.number for subscription in await work.subscriptions.of_chat(chat.id)]


async def test_a_group_that_moves_takes_all_its_threads_along(storage: Storage) -> None:
    general, thread = await store_chat(storage), await store_chat(storage, make_address(thread="5"))
    await follow_topics(storage, thread, "diffusion")
    async with storage.write() as work:
        moved = await work.chats.move(make_address(), make_address("-100"))
        await work.commit()
    assert moved == replace(general, address=make_address("-100"))
    assert await find(storage, make_address()) is None
    there = await find(storage, make_address("-100", thread="5"))
    assert there is not None
    assert there.id == thread.id
    assert await topics_of(storage, thread) == [1]


async def test_a_chat_that_stands_there_already_takes_over_what_it_lacks(storage: Storage) -> None:
    old = await store_chat(storage, next_digest_at=NOW)
    there = await store_chat(storage, make_address("-100"))
    await store_papers(storage, make_paper("1"), make_paper("2"))
    await follow_topics(storage, old, "diffusion", "clustering")
    await follow_topics(storage, there, "clustering")
    await write_plans(storage, make_plan(old, ["1"]))
    async with storage.write() as work:
        moved = await work.chats.move(make_address(), make_address("-100"))
        await work.commit()
    assert moved is not None
    assert (moved.id, moved.next_digest_at) == (there.id, NOW + timedelta(days=1))
    assert await topics_of(storage, there) == [1, 2]
    async with storage.read() as work:
        assert await work.chats.get(old.id) is None
        assert await work.outbox.sent_papers(there.id, ["1", "2"]) == {"1": TODAY}
        [digest] = (await work.outbox.unsent_digests([there.id]))[there.id]
        assert digest.address == make_address("-100")


async def test_a_move_to_where_it_is_and_of_nobody_does_nothing(storage: Storage) -> None:
    chat = await store_chat(storage)
    async with storage.write() as work:
        assert await work.chats.move(make_address(), make_address()) == chat
        assert await work.chats.move(make_address("nobody"), make_address("nowhere")) is None


async def test_erasing_leaves_nothing_of_the_chat(storage: Database) -> None:
    chat, other = await store_chat(storage), await store_chat(storage, make_address("other"))
    await store_papers(storage, make_paper("1"))
    await follow_topics(storage, chat, "diffusion", "my secret project")
    await follow_topics(storage, other, "diffusion")
    await write_plans(storage, make_plan(chat, ["1"]), make_plan(other, ["1"]))
    async with storage.write() as work:
        await work.chats.erase(chat.id)
        await work.chats.erase(chat.id)
        await work.commit()
    assert await find(storage, make_address()) is None
    async with storage.read() as work:
        assert [state.text for state in await work.subscriptions.lagging_topics(1, 1)] == [
            format_topic(subscription.topic) for subscription in await work.subscriptions.of_chat(other.id)
        ]
        assert await work.outbox.editions(chat.id) == []
        assert sum((await work.outbox.count_by_state()).values()) == 1


async def test_what_was_said_is_erased(storage: Storage) -> None:
    async with storage.write() as work:
        said = await work.conversation.add(NOW, typed="hello")
        await work.conversation.erase()
        again = await work.conversation.add(NOW, typed="hello again")
        await work.commit()
    async with storage.read() as work:
        assert await work.conversation.latest_messages() == [again]
    assert again.id > said.id, "a window that is open goes on from where it was"


async def wait_longer(storage: Storage, chat: Chat) -> None:
    """Reads the chat and writes it back with a little more patience."""
    async with storage.write() as work:
        read = await work.chats.get(chat.id)
        assert read is not None
        longer = replace(read.settings, source_grace_minutes=read.settings.source_grace_minutes + 1)
        await work.chats.save(replace(read, settings=longer))
        await work.commit()


async def test_changes_made_at_the_same_time_all_stay(database_url: str, storage: Storage) -> None:
    chat = await store_chat(storage)
    others = [Database(database_url) for _ in range(2)]
    await asyncio.gather(*(wait_longer(each, chat) for each in (storage, *others) * 4))
    for other in others:
        await other.close()
    read = await find(storage, make_address())
    assert read is not None
    assert read.settings.source_grace_minutes == chat.settings.source_grace_minutes + 12
