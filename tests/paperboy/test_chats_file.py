"""The readable file: what is written comes back, and what can't be followed is said with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.local.capabilities import LOCAL
from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import ChatDefaults, ChatSettings, ChatStatus, Look, Platform
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from paperboy.chats_file.addresses import AddressBook
from paperboy.chats_file.checked_yaml import MAX_BYTES, ChatsFileError, Value, parse_yaml, read_yaml
from paperboy.chats_file.following import FileFollower, FilePlan
from paperboy.chats_file.reading import read_content
from paperboy.chats_file.settings_fields import read_setting, written_settings
from paperboy.chats_file.writing import export_text
from paperboy.platforms import CAPABILITIES
from storage.database import Database
from tests.contracts.factories import NOW, TODAY, make_address, make_listing, make_paper, store_chat
from tests.contracts.test_backup import READER

WORKSPACES: Mapping[Platform, list[str]] = {TELEGRAM: ["7"], SLACK: [], LOCAL: [""]}
BOOK = AddressBook(CAPABILITIES, WORKSPACES)


async def follow(storage: Database, text: str, *, only_add: bool = False, max_topics: int = 50) -> FilePlan:
    content = read_content(parse_yaml(text), BOOK, NOW, max_topics)
    defaults = ChatDefaults(max_topics=max_topics)
    return await FileFollower(storage, BOOK, defaults, NOW, only_add=only_add).follow(content)


async def fill(storage: Database) -> None:
    chat = await store_chat(storage, next_digest_at=NOW + timedelta(hours=1))
    await store_chat(storage, make_address("-100", thread="5"), status=ChatStatus.PAUSED)
    async with storage.write() as work:
        for text in ("diffusion policy", 'author:"Kaiming He"'):
            await work.subscriptions.follow(chat.id, parse(text), day=TODAY - timedelta(days=9), at=NOW)
        await work.chats.save(replace(chat, settings=replace(chat.settings, zone="Asia/Kolkata", muted=("survey",))))
        await work.papers.upsert([make_listing(make_paper())], NOW)
        await work.persons.save_paper(READER, make_paper().id, NOW)
        await work.commit()


async def topics_of(storage: Database, name: str = "42") -> list[str]:
    async with storage.read() as work:
        chat = await work.chats.find(make_address(name))
        return [format_topic(each.topic) for each in await work.subscriptions.of_chat(chat.id)] if chat else []


async def test_what_is_exported_makes_the_same_installation(storage: Database, sqlite_storage: Database) -> None:
    await fill(storage)
    text = await export_text(storage, BOOK)
    assert (await follow(storage, text)).is_empty
    if storage is not sqlite_storage and storage.name != sqlite_storage.name:
        async with sqlite_storage.write() as work:
            await work.papers.upsert([make_listing(make_paper())], NOW)
            await work.commit()
        await follow(sqlite_storage, text, only_add=True)
        assert await export_text(sqlite_storage, BOOK) == text


async def test_apply_makes_a_named_chat_as_the_file_says(storage: Database) -> None:
    await fill(storage)
    plan = await follow(
        storage,
        """
        version: 1
        chats:
          - chat: telegram:42
            when: 10:30 Europe/Berlin mon-fri
            topics: [diffusion policy, robotics]
            silent: on
        """,
    )
    (change,) = plan.chats
    described = "\n".join(change.describe())
    assert "+ robotics" in described
    assert '- author:"Kaiming He"' in described
    assert "hour: 09:00:00 -> 10:30:00" in described
    assert await topics_of(storage) == ["diffusion policy", "robotics"]
    async with storage.read() as work:
        chat = await work.chats.find(make_address())
        assert chat is not None
        old, new = await work.subscriptions.of_chat(chat.id)
    assert (old.added_on, new.added_on) == (TODAY - timedelta(days=9), TODAY)
    assert chat.settings.silent
    assert chat.settings.muted == ("survey",)
    assert (chat.settings.zone, chat.settings.days) == ("Europe/Berlin", frozenset(range(5)))
    assert chat.next_digest_at == NOW.replace(hour=8, minute=30)


async def test_import_adds_and_stops_nothing(storage: Database) -> None:
    await fill(storage)
    await follow(
        storage,
        "version: 1\nchats:\n  - chat: telegram:42\n    when: 23:00\n    topics: [robotics]\n    paused: yes\n"
        "  - {chat: slack:T1/C2, kind: channel, topics: [video]}\n",
        only_add=True,
    )
    assert await topics_of(storage) == ["diffusion policy", 'author:"Kaiming He"', "robotics"]
    async with storage.read() as work:
        chat = await work.chats.find(make_address())
        new = await work.chats.find(replace(make_address("C2", SLACK), workspace="T1"))
    assert chat is not None
    assert new is not None
    assert (chat.settings.hour.hour, chat.status) == (9, ChatStatus.ACTIVE)
    assert new.eligible_from == TODAY
    assert new.next_digest_at is not None
    assert new.settings.days == frozenset(range(5))


async def test_a_chat_that_its_platform_closed_is_not_opened_by_a_file(storage: Database) -> None:
    closed = await store_chat(storage, status=ChatStatus.PAUSED, pause_reason="blocked")
    await follow(storage, "version: 1\nchats: [{chat: telegram:42, paused: no, topics: [video]}]")
    async with storage.read() as work:
        chat = await work.chats.get(closed.id)
    assert chat is not None
    assert (chat.status, chat.next_digest_at) == (ChatStatus.PAUSED, None)


CHAT = "version: 1\nchats:\n- chat: telegram:42\n"
REFUSED = {
    "nothing": ("", "names no chat"),
    "only a comment": ("# nothing yet\n", "names no chat"),
    "no chats": ("version: 1\nchats: []\n", "names no chat"),
    "a list": ("- telegram:42\n", "names no chat"),
    "no version": ("chats: []\n", "must say `version: 1`"),
    "a newer version": ("version: 2\n", "Line 1: The file must say `version: 1`"),
    "an unknown name": (CHAT + "  topic: [video]\n", "Line 4: 'topic' is not understood. Do you mean topics?"),
    "an unknown name above": ("version: 1\nchat: []\n", "Line 2: 'chat' is not understood. Do you mean chats?"),
    "a key twice": (CHAT + "  layout: full\n  layout: titles\n", "Line 5: layout stands here twice; it is in line 4"),
    "a chat twice": (CHAT + "- chat: telegram:42\n", "Line 4: telegram:42 stands here twice; it is in line 3"),
    "an unknown platform": ("version: 1\nchats:\n- chat: irc:x\n", "Line 3: There is no platform 'irc'"),
    "no such chat": ("version: 1\nchats:\n- chat: local:9\n", "Line 3: local:9 is no chat of local"),
    "no kind": ("version: 1\nchats:\n- chat: telegram:99\n", "Line 3: telegram:99 is not here yet; write its kind"),
    "a topic that does not parse": (CHAT + "  topics:\n  - video\n  - (robot\n", "Line 6: the topic '(robot'"),
    "an hour that is none": (CHAT + "  when: 25:00\n", "Line 4: when: "),
    "a layout that is none": (CHAT + "  layout: wide\n", "Line 4: layout is one of titles, compact, full"),
    "a number that is none": (CHAT + "  summaries: ²\n", "Line 4: summaries is a number up to 50"),
    "an anchor": (CHAT + "  topics: &a [video]\n  muted: *a\n", "Line 4: Anchors"),
    "laughs": ("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "Line 1: Anchors"),
    "a tag": (CHAT + "  title: !!python/object/apply:os.system [ls]\n", "Line 4: Tags"),
    "too deep": (CHAT + "  topics: " + "[" * 20 + "]" * 20 + "\n", "nested too deeply"),
    "far too deep": (CHAT + "  topics: " + "[" * 500_000, "nest"),
    "two documents": (CHAT + "---\n" + CHAT, "A second document"),
    "no YAML": (CHAT + "  title: 'open\n", "This is no YAML"),
    "control characters": (CHAT + "  title: a\x00b\n", "This is no YAML"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_can_not_be_followed_is_said_and_changes_nothing(name: str, sqlite_storage: Database) -> None:
    text, said = REFUSED[name]
    await fill(sqlite_storage)
    before = await export_text(sqlite_storage, BOOK)
    with pytest.raises(ChatsFileError) as refused:
        await follow(sqlite_storage, text)
    assert said in str(refused.value)
    assert await export_text(sqlite_storage, BOOK) == before


async def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ChatsFileError) as refused:
        read_content(parse_yaml(CHAT + "  topics: ['(a']\n- chat: irc:1\n- chat: local\n  layout: 3\n"), BOOK, NOW, 50)
    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["Line 4", "Line 5", "Line 7"]


async def test_too_many_topics_are_refused(sqlite_storage: Database) -> None:
    await fill(sqlite_storage)
    with pytest.raises(ChatsFileError, match="would follow 3 topics"):
        await follow(sqlite_storage, CHAT + "  topics: [video]\n", only_add=True, max_topics=2)
    assert len(await topics_of(sqlite_storage)) == 2


async def test_a_topic_twice_is_followed_once_and_said(sqlite_storage: Database) -> None:
    text = CHAT + "  kind: private\n  topics: [video, ' video ']\n"
    assert read_content(parse_yaml(text), BOOK, NOW, 50).notices == ("Line 5: 'video' is there twice; once is enough.",)
    await follow(sqlite_storage, text)
    assert await topics_of(sqlite_storage) == ["video"]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ChatsFileError, match="larger than 10 MB"):
        read_yaml(file)


async def test_papers_that_are_not_here_are_named(sqlite_storage: Database) -> None:
    plan = await follow(
        sqlite_storage, "version: 1\nreading_lists: [{person: telegram:42, papers: ['2608.09999']}]", only_add=True
    )
    assert (plan.saved, plan.unknown_papers) == (0, ("2608.09999",))


def test_every_setting_of_a_chat_is_in_the_file() -> None:
    read: dict[str, object] = {}
    look = {"look": Look.RICH, "look_since": date(2026, 8, 21)}
    chosen = ChatSettings(zone="Asia/Kolkata", days=frozenset({1}), muted=("survey",), **look)  # type: ignore[arg-type]  # of the two fields
    for name, value in written_settings(chosen).items():
        content = [Value(1, each) for each in value] if isinstance(value, list) else str(value)
        read |= read_setting(name, Value(1, content), NOW)
    assert set(read) == {each.name for each in fields(ChatSettings)}
    assert ChatSettings(**read) == chosen  # type: ignore[arg-type]  # just read
