"""Every table that holds something of a person: /mydata shows it, /forget erases it. A new table has to be named."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.local.capabilities import LOCAL, LOCAL_CHAT
from adapters.search.fts_index import FtsIndex
from adapters.telegram.capabilities import TELEGRAM
from adapters.webhook.capabilities import WEBHOOK
from bot.calls import CommandCall
from bot.chats import ChatAddress, ChatDefaults, ChatKind, PersonAddress
from bot.commands.core.services import Services
from bot.commands.dispatcher import CommandDispatcher
from bot.ports import Endpoint, ManagedChat
from bot.ports.signups import SignupWish
from bot.topics.parser import parse
from bot.views import Document, View
from paperboy.platforms import CAPABILITIES
from storage.database import Database
from storage.tables import METADATA, cooldown
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.contracts.factories import LEASE, NOW, TODAY, make_paper, make_plan, store_chat, store_papers

USER, NAME, WORDS = "987654321", "Zebedee Quill", "zebra stripes"
TELEGRAM_READER = PersonAddress(TELEGRAM, "7", USER)
GROUP = ChatAddress(TELEGRAM, "7", "-100")
HOOK = ChatAddress(WEBHOOK, "", "1")
PAPER = make_paper("2608.01234")

# What /mydata shows of each table, by a path into its file; of the local chat where only that has it.
SHOWN: dict[str, tuple[str, ...]] = {
    "chat": ("chat", "settings"),
    "subscription": ("chat", "topics"),
    "topic": ("chat", "topics"),
    "edition": ("chat", "digests"),
    "delivery": ("chat", "papers_sent"),
    "ledger": ("chat", "papers_sent"),
    "person": ("person",),
    "saved_paper": ("reading_list",),
    "chat_feed": ("chat", "feed"),
    "remote": ("manages",),
    "endpoint": ("chat", "endpoints"),
    "utterance": ("said",),
}
# What holds a person only in passing, or nobody; each with the reason.
NOT_SHOWN = {
    "pause": "how long a platform lets a chat wait: seconds; erased with the chat",
    "inbound_event": "emptied as soon as it was worked on, and deleted after days",
    "chat_link": "what links to a chat begin with: a random number; erased with the chat",
    "signup": "an address that was not confirmed yet, deleted after two days; erased with its chat",
    "quota_use": "when something limited was asked for, under a keyed hash; deleted after a month",
    "workspace_setting": "who was welcomed: erased by forgetting, and no more than the person's own id",
}
NOBODY = {
    "paper": "public",
    "listing": "public",
    "poll": "of the source",
    "source": "of the source",
    "counter": "numbers",
    "decision": "of topics and papers, whoever follows them",
    "installation_key": "the installation's",
    "lease": "of processes",
    "lane": "of bots and groups",
    "hold": "of bots and workspaces",
    "shelf": "texts of buttons by their hash, of everybody who was offered the same",
}


def test_every_table_is_known_to_hold_a_person_or_not() -> None:
    assert {table.name for table in METADATA.sorted_tables} == {*SHOWN, *NOT_SHOWN, *NOBODY}


class Reader:
    """Asks for the own data and to be forgotten."""

    def __init__(self, storage: Database, index: FtsIndex, address: ChatAddress, kind: ChatKind) -> None:
        services = Services(storage, index, AutoAdvancingClock(NOW), version="0.1", capabilities=CAPABILITIES)
        self._answers = CommandDispatcher(services)
        self._address, self._kind = address, kind

    async def asks(self, name: str, argument: str = "") -> View:
        person = PersonAddress(self._address.platform, self._address.workspace, USER)
        return await self._answers(CommandCall(name, argument, self._address, self._kind, person, person_name=NAME))

    async def data(self) -> dict[str, Any]:
        (file,) = [block for block in (await self.asks("mydata")).blocks if isinstance(block, Document)]
        found: dict[str, Any] = json.loads(file.content)
        return found


@pytest.fixture
def index(tmp_path: Path) -> FtsIndex:
    return FtsIndex(tmp_path / "index.db")


async def fill(storage: Database, address: ChatAddress, kind: ChatKind) -> None:
    """Something of the person in every table that holds one."""
    await store_papers(storage, PAPER)
    chat = await store_chat(storage, address, kind=kind)
    group = await store_chat(storage, GROUP, kind=ChatKind.GROUP, owner=USER)
    person = PersonAddress(address.platform, address.workspace, USER)
    async with storage.write() as work:
        await work.subscriptions.follow(chat.id, parse(WORDS), day=TODAY, at=NOW)
        await work.subscriptions.follow(group.id, parse("video"), day=TODAY, at=NOW, by=NAME)
        await work.outbox.store_plans([make_plan(chat, [PAPER.id])])
        await work.outbox.claim(address.platform, owner="me", now=NOW, lease_until=LEASE)
        await work.persons.save_paper(person, PAPER.id, NOW)
        await work.persons.set_managed_chat(person, ManagedChat("-100", ChatKind.GROUP, "Lab"))
        await work.signups.add(address.platform, address.chat, SignupWish((WORDS,)), NOW)
        await work.signups.link_of(chat.id)
        await work.chat_feeds.open_feed(chat.id, "hash", NOW)
        hook = await work.chats.get_or_create(HOOK, ChatKind.CHANNEL, "", ChatDefaults(), NOW)
        await work.endpoints.add(Endpoint(hook.id, chat.id, "https://example.org", "whsec_", NOW))
        if address == LOCAL_CHAT:
            await work.conversation.add(NOW, typed=WORDS)
        await work.commit()
    async with storage.engine.begin() as connection:
        waiting = {"bot": "7", "chat": address.chat, "at": NOW, "until": NOW + timedelta(seconds=3)}
        await connection.execute(cooldown.insert().values(waiting))


async def everything(storage: Database) -> dict[str, str]:
    """What each table holds, as text."""
    async with storage.engine.connect() as connection:
        return {
            table.name: "\n".join(str(tuple(row)) for row in (await connection.execute(select(table))).all())
            for table in METADATA.sorted_tables
        }


PLACES = [(ChatAddress(TELEGRAM, "7", USER), ChatKind.PRIVATE), (LOCAL_CHAT, ChatKind.LOCAL)]


@pytest.mark.parametrize(("address", "kind"), PLACES, ids=["alone with the bot", "in the local chat"])
async def test_everything_of_a_person_is_shown_and_erased(
    storage: Database, index: FtsIndex, address: ChatAddress, kind: ChatKind
) -> None:
    await fill(storage, address, kind)
    reader = Reader(storage, index, address, kind)
    data = await reader.data()
    for table, path in SHOWN.items():
        shown: Any = data
        for step in path:
            shown = shown.get(step)
            assert shown or (table == "utterance" and address.platform != LOCAL), table
    kept = await everything(storage)
    assert {name for name in SHOWN if not kept[name]} <= {"utterance"}, "the test fills every table"
    await reader.asks("forget", "everything")
    left = await everything(storage)
    marks = (USER, WORDS) if address.platform == LOCAL else (USER, NAME, WORDS)
    assert [(name, mark) for name, rows in left.items() for mark in marks if mark in rows and name != "chat"] == []
    assert WORDS not in left["chat"]
    if address.platform == TELEGRAM:
        assert USER not in left["chat"]
    gone = set(SHOWN) - {"chat", "subscription", "topic"}
    assert {name for name in gone if left[name]} == set(), "only the group and its topic are left"
    assert (left["pause"], left["signup"], left["chat_link"]) == ("", "", "")


async def test_the_name_beside_a_groups_topic_is_shown_and_erased(storage: Database, index: FtsIndex) -> None:
    """It is the name that the platform shows, not the id."""
    await fill(storage, *PLACES[0])
    reader = Reader(storage, index, *PLACES[0])
    assert (await reader.data())["topics_added"] == [{"topic": "video", "since": TODAY.isoformat()}]
    await reader.asks("forget", "everything")
    assert NAME not in (await everything(storage))["subscription"]
