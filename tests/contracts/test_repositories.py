"""What the repositories of persons, events and the local conversation promise, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import ChatAddress, ChatDefaults, ChatKind, PersonAddress, Platform
from bot.i18n import t
from bot.ports import ManagedChat, Storage
from bot.topics.parser import parse
from bot.views import TextBlock, View
from tests.contracts.factories import NOW, make_paper, store_chat, store_papers

ADA = PersonAddress(TELEGRAM, "7", "ada")
BOB = PersonAddress(TELEGRAM, "7", "bob")
ADDRESS = ChatAddress(TELEGRAM, "7", "-1001")
HELLO = View((TextBlock(t("Hello, {name}.", name="Ada")),))
GOODBYE = View((TextBlock(t("Goodbye.")),))


async def save(storage: Storage, person: PersonAddress, paper: str, minutes: int = 0) -> bool:
    async with storage.write() as work:
        new = await work.persons.save_paper(person, paper, NOW + timedelta(minutes=minutes))
        await work.commit()
    return new


async def saved(storage: Storage, person: PersonAddress) -> list[str]:
    async with storage.read() as work:
        return [entry.paper.id for entry in await work.persons.saved_papers(person)]


async def test_a_reading_list_is_newest_first_and_each_paper_once(storage: Storage) -> None:
    await store_papers(storage, make_paper("1"), make_paper("2"))
    assert [await save(storage, ADA, paper, n) for n, paper in enumerate(["1", "2", "1", "nowhere"])] == [
        True,
        True,
        False,
        False,
    ]
    assert await saved(storage, ADA) == ["2", "1"]
    assert await saved(storage, BOB) == []
    async with storage.read() as work:
        assert [entry.saved_at for entry in await work.persons.saved_papers(ADA)][1] == NOW
    async with storage.write() as work:
        assert await work.persons.unsave_paper(ADA, "1")
        assert not await work.persons.unsave_paper(ADA, "1")
        assert not await work.persons.unsave_paper(BOB, "2")
        await work.commit()
    assert await saved(storage, ADA) == ["2"]


async def test_tapping_save_many_times_saves_once(storage: Storage) -> None:
    await store_papers(storage, make_paper("1"))
    assert sorted(await asyncio.gather(*(save(storage, ADA, "1") for _ in range(5)))) == [False] * 4 + [True]


async def test_a_person_who_is_forgotten_leaves_no_name_behind(storage: Storage) -> None:
    await store_papers(storage, make_paper("1"))
    await save(storage, ADA, "1")
    await save(storage, BOB, "1")
    chat = await store_chat(storage)
    async with storage.write() as work:
        for topic, person in (("diffusion", ADA), ("clustering", BOB)):
            await work.subscriptions.follow(chat.id, parse(topic), day=NOW.date(), at=NOW, by=person.user)
        await work.persons.erase(ADA)
        await work.persons.erase(ADA)
        await work.commit()
    assert await saved(storage, ADA) == []
    assert await saved(storage, BOB) == ["1"]
    async with storage.read() as work:
        assert [each.added_by for each in await work.subscriptions.of_chat(chat.id)] == ["", "bob"]


async def test_a_person_manages_one_chat_at_a_time_until_forgotten(storage: Storage) -> None:
    channel, group = ManagedChat("-1001", ChatKind.CHANNEL, "News"), ManagedChat("-1002", ChatKind.GROUP)
    async with storage.write() as work:
        chat = await work.chats.get_or_create(ADDRESS, ChatKind.CHANNEL, "News", ChatDefaults(), NOW)
        await work.chats.save(replace(chat, owner=ADA.user))
        for person, managed in ((ADA, channel), (BOB, channel), (ADA, group), (BOB, None)):
            await work.persons.set_managed_chat(person, managed)
        await work.commit()
    async with storage.write() as work:
        assert await work.persons.managed_chat(ADA) == group
        assert await work.persons.owned_chats(ADA) == [ADDRESS]
        assert await work.persons.owned_chats(BOB) == []
        assert await work.persons.managed_chat(BOB) is None
        await work.persons.erase(ADA)
        assert await work.persons.managed_chat(ADA) is None
        await work.commit()
    async with storage.read() as work:
        found = await work.chats.find(ADDRESS)
    assert found is not None
    assert found.owner == ""


async def first_time(storage: Storage, event: str, minutes: int = 0, platform: Platform = SLACK) -> bool:
    async with storage.write() as work:
        new = await work.inbox.record_if_new(platform, event, NOW + timedelta(minutes=minutes), f"body of {event}")
        await work.commit()
    return new


async def test_an_event_is_new_once_on_each_platform(storage: Storage) -> None:
    assert sorted(await asyncio.gather(*(first_time(storage, "E1") for _ in range(4)))) == [False] * 3 + [True]
    assert await first_time(storage, "E1", platform=TELEGRAM)


async def test_events_that_were_not_done_come_again_oldest_first(storage: Storage) -> None:
    for minutes, name in ((2, "E3"), (0, "E1"), (1, "E2")):
        await first_time(storage, name, minutes)
    async with storage.write() as work:
        await work.inbox.mark_processed(SLACK, "E2")
        await work.commit()
    async with storage.read() as work:
        assert await work.inbox.unprocessed_events(SLACK) == [("E1", "body of E1"), ("E3", "body of E3")]
        assert await work.inbox.unprocessed_events(TELEGRAM) == []
    assert not await first_time(storage, "E2")
    async with storage.write() as work:
        await work.inbox.prune(NOW + timedelta(minutes=2))
        assert await work.inbox.unprocessed_events(SLACK) == [("E3", "body of E3")]


async def test_a_long_command_has_one_short_token_for_ever(storage: Storage) -> None:
    command = "subscribe " + "(clustering OR “community detection”) \U0001f600 " * 40
    async with storage.write() as work:
        tokens = {
            await work.inbox.store_callback(command, NOW),
            await work.inbox.store_callback(command, NOW + timedelta(days=9)),
        }
        other = await work.inbox.store_callback("subscribe diffusion", NOW)
        await work.inbox.prune(NOW + timedelta(days=1000))
        await work.commit()
    [token] = tokens
    assert len(token.encode()) <= 24
    assert token != other
    async with storage.read() as work:
        assert await work.inbox.resolve_callback(token) == command
        assert await work.inbox.resolve_callback("unknown") is None


async def test_a_conversation_is_kept_in_its_order(storage: Storage) -> None:
    async with storage.write() as work:
        typed = await work.conversation.add(NOW, typed="/subscribe diffusion")
        answered = await work.conversation.add(NOW, view=HELLO)
        last = await work.conversation.add(NOW, typed="thanks")
        await work.commit()
    assert (typed.typed, answered.view, typed.view) == ("/subscribe diffusion", HELLO, None)
    async with storage.read() as work:
        assert await work.conversation.latest_messages() == [typed, answered, last]
        assert await work.conversation.latest_messages(2) == [answered, last]
        assert await work.conversation.messages_after(typed.id) == [answered, last]
        assert await work.conversation.messages_after(typed.id, 1) == [answered]
        assert await work.conversation.messages_after(last.id) == []


async def test_what_has_a_key_is_said_once(storage: Storage) -> None:
    async def say_it(view: View):
        async with storage.write() as work:
            said = await work.conversation.add(NOW, view=view, key="digest of today")
            await work.commit()
        return said

    first = await say_it(HELLO)
    again = await asyncio.gather(*(say_it(GOODBYE) for _ in range(3)))
    assert again == [first] * 3
    async with storage.read() as work:
        assert await work.conversation.latest_messages() == [first]
        assert await work.conversation.find_by_key("digest of today") == first
        assert await work.conversation.find_by_key("digest of tomorrow") is None
        assert await work.conversation.find_by_key("") is None


async def test_a_replaced_message_is_seen_as_edited(storage: Storage) -> None:
    async with storage.write() as work:
        first = await work.conversation.add(NOW, view=HELLO)
        second = await work.conversation.add(NOW, view=HELLO)
        assert await work.conversation.edit_count() == 0
        await work.conversation.replace(first.id, GOODBYE)
        await work.conversation.replace(second.id, GOODBYE)
        await work.commit()
    async with storage.read() as work:
        assert await work.conversation.edit_count() == 2
        assert [(each.view, each.edit_number) for each in await work.conversation.latest_messages()] == [
            (GOODBYE, 1),
            (GOODBYE, 2),
        ]


async def test_what_is_set_for_a_workspace_holds_for_it_alone_until_it_is_set_back(storage: Storage) -> None:
    async def set_to(workspace: str, value: str) -> None:
        async with storage.write() as work:
            await work.workspace_settings.set_setting(SLACK, workspace, "unfurl", value)
            await work.commit()

    async def found(workspace: str, name: str = "unfurl") -> str:
        async with storage.read() as work:
            return await work.workspace_settings.get_setting(SLACK, workspace, name)

    assert await found("T1") == ""
    await set_to("T1", "off")
    await set_to("T1", "off")
    await set_to("T2", "on")
    assert [await found("T1"), await found("T2"), await found("T3"), await found("T1", "other")] == [
        "off",
        "on",
        "",
        "",
    ]
    await set_to("T1", "")
    assert [await found("T1"), await found("T2")] == ["", "on"]
