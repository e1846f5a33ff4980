"""A database that version 0.1 made is opened by this one: everything is there, and what was on its way arrives.

``tests/fixtures/database-0.1.sql`` is a dump of a database in which 0.1 lived through five days with readers on every
platform, and was switched off on the sixth with messages in every state. It is never written anew.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from adapters.local.capabilities import LOCAL
from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import (
    Chat,
    ChatAddress,
    ChatKind,
    ChatSettings,
    ChatStatus,
    EmptyDigestPolicy,
    Layout,
    PersonAddress,
    Platform,
)
from bot.deliveries import Delivery, DeliveryKind, DeliveryState, DigestContent, EmptyDigestContent, RoundupContent
from bot.delivery.dispatcher import OutboxDispatcher
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from bot.matching.catalogue.stored_origins import with_stored_origins
from bot.ports import ManagedChat, PlatformCapabilities
from bot.rendering.digest import referenced_paper_ids, render_content
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from paperboy.platforms import CAPABILITIES
from storage.database import Database
from storage.stored_types import TABLE
from tests.fakes.ports import ActivityTrackingStorage, FakeChatPlatform, FakeClock

DUMP = Path(__file__).parents[1] / "fixtures" / "database-0.1.sql"
SWITCHED_OFF = datetime(2026, 9, 14, 13, tzinfo=UTC)
TODAY = date(2026, 9, 14)
DELIVERIES = 38


def rows(statement: str) -> list[tuple[object, ...]]:
    """What the dump itself holds, read without any code of ours."""
    with sqlite3.connect(":memory:") as dumped:
        dumped.executescript(DUMP.read_text())
        return dumped.execute(statement).fetchall()


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Database]:
    file = tmp_path / "old.db"
    with sqlite3.connect(file) as dumped:
        dumped.executescript(DUMP.read_text())
    dumped.close()
    database = Database(f"sqlite:///{file}")
    await database.migrate()
    await database.start()
    yield database
    await database.close()


async def every_chat(old: Database) -> dict[int, Chat]:
    async with old.read() as work:
        return dict(await work.chats.get_many(range(1, 100)))


async def every_delivery(old: Database) -> list[Delivery]:
    async with old.read() as work:
        found = [await work.outbox.get(number) for number in range(1, DELIVERIES + 1)]
    return [each for each in found if each]


async def test_every_chat_is_there_with_its_settings(old: Database) -> None:
    chats = await every_chat(old)
    stored = rows("SELECT id, platform, workspace, chat, thread, kind, status FROM chat")
    assert [
        (c.id, c.address.platform, c.address.workspace, c.address.chat, c.address.thread, c.kind, c.status)
        for c in chats.values()
    ] == stored
    more = [(chat.pause_reason, chat.title, chat.owner, chat.dm_channel) for chat in chats.values()]
    assert more == rows("SELECT paused_because, title, owner, dm_channel FROM chat")
    assert {chat.kind for chat in chats.values()} == set(ChatKind)
    assert {chat.address.platform for chat in chats.values()} == {LOCAL, SLACK, TELEGRAM}, "those there were"
    assert Counter(chat.status for chat in chats.values())[ChatStatus.PAUSED] == 2
    assert chats[13].settings == ChatSettings(
        hour=time(9, 0),
        zone="Europe/Berlin",
        days=frozenset({0, 3}),
        compact_summaries=3,
        silent=True,
        empty_digest_policy=EmptyDigestPolicy.WEEKLY,
        source_grace_minutes=60,
        wait_for_complete_list=True,
        muted=("surveys", 'author:"Tom Brandt"'),
        pictures=True,
        layout=Layout.FULL,
        roundup=True,
    )
    assert (chats[1].settings.muted, chats[1].settings.roundup) == (('"bird calls"',), True)
    assert chats[7].settings.layout is Layout.TITLES


async def test_every_topic_is_followed_as_it_was_written(old: Database) -> None:
    stored = rows("SELECT s.id, s.chat_id, t.text FROM subscription s JOIN topic t ON t.id = s.topic_id ORDER BY s.id")
    async with old.read() as work:
        followed = await work.subscriptions.of_chats(range(1, 100))
    found = [(each.id, each.chat_id, format_topic(each.topic)) for chat in followed.values() for each in chat]
    # The same names; each says by now where it came from.
    known = load_bundled_catalogue()
    assert sorted(found) == [
        (number, chat, format_topic(with_stored_origins(parse(str(typed)), known))) for number, chat, typed in stored
    ]
    assert len(found) == 13


async def test_every_decision_is_there_with_its_reasons(old: Database) -> None:
    ids = [str(row[0]) for row in rows("SELECT id FROM paper")]
    async with old.read() as work:
        decided = await work.subscriptions.stored_decisions(range(1, 100), ids)
        candidates = await work.subscriptions.candidates(range(1, 100), TODAY)
    stored = rows("SELECT topic_id, paper_id, verdict, json_array_length(reasons) FROM decision ORDER BY 1, 2")
    assert (
        sorted(
            (each.topic_id, each.paper_id, each.decision.verdict.value, len(each.decision.reasons)) for each in decided
        )
        == stored
    )
    assert candidates


async def test_every_paper_is_there(old: Database) -> None:
    stored = rows("SELECT id, title, upvotes, abstract FROM paper ORDER BY id")
    async with old.read() as work:
        papers = await work.papers.get([str(row[0]) for row in stored])
        listed = await work.papers.count_listed(date(2026, 9, 9), TODAY)
    assert [(each.id, each.title, each.upvotes, each.abstract) for each in papers] == stored
    assert sum(listed.values()) == len(rows("SELECT DISTINCT paper_id, day FROM listing"))
    assert all(each.authors for each in papers)


async def test_every_delivery_can_be_shown(old: Database) -> None:
    deliveries, chats = await every_delivery(old), await every_chat(old)
    stored = rows("SELECT id, kind, key, part, state, problem, attempts, client_key FROM delivery")
    assert [
        (each.id, each.kind, each.key, each.part, each.state, each.problem, each.attempts, each.client_key)
        for each in deliveries
    ] == stored
    receipts = [(each.message_ref.id if each.message_ref else "",) for each in deliveries]
    assert receipts == rows("SELECT receipt FROM delivery")
    assert {each.state for each in deliveries} == set(DeliveryState)
    assert {each.kind for each in deliveries} == set(DeliveryKind)
    for each in deliveries:
        async with old.read() as work:
            papers = {paper.id: paper for paper in await work.papers.get(referenced_paper_ids(each.content))}
        assert papers.keys() == set(referenced_paper_ids(each.content))
        chat = chats[each.chat_id]
        capabilities = CAPABILITIES[chat.address.platform]
        assert render_content(each.content, papers, chat, each.id, capabilities=capabilities).blocks
    contents = [each.content for each in deliveries]
    tags = {each.kind: each.tag for each in TABLE}
    assert {tags[type(each)] for each in contents} == {str(row[0]) for row in rows(
        "SELECT DISTINCT json_extract(content, '$.$') FROM delivery")}  # fmt: skip
    asked = contents[32]
    assert isinstance(asked, DigestContent)
    assert (asked.on_demand, asked.late_source, asked.message_count, asked.roundup) == (True, True, 2, ("2609.00001",))
    assert [(one.with_summary, one.late_match) for one in asked.selected] == [
        (True, False), (True, False), (True, True), (False, False), (False, False),
    ]  # fmt: skip
    late = contents[30]
    assert isinstance(late, EmptyDigestContent)
    assert (late.weekly, late.wider_matches, late.last_match_day, late.source_down_since) == (
        True, 4, date(2026, 9, 11), datetime(2026, 9, 14, 2, tzinfo=UTC),
    )  # fmt: skip
    assert isinstance(contents[37], RoundupContent)


async def test_what_was_sent_is_not_sent_again_and_why_is_known(old: Database) -> None:
    ledger = rows("SELECT chat_id, paper_id, local_day FROM ledger")
    editions = rows("SELECT chat_id, local_day, papers, empty FROM edition")
    papers = sorted({str(row[1]) for row in ledger})
    async with old.read() as work:
        for chat_id in await every_chat(old):
            sent = await work.outbox.sent_papers(chat_id, papers)
            assert {(paper, str(day)) for paper, day in sent.items()} == {r[1:] for r in ledger if r[0] == chat_id}
            planned = await work.outbox.editions(chat_id, limit=100)
            assert {
                (chat_id, str(e.local_day), e.paper_count, e.empty_reason.value if e.empty_reason else "")
                for e in planned
            } == {row for row in editions if row[0] == chat_id}
    assert {row[3] for row in editions} >= {"", "nothing matched", "source down"}


async def test_every_person_has_the_list_and_every_button_its_command(old: Database) -> None:
    people = rows(
        "SELECT p.platform, p.workspace, p.user, s.paper_id FROM saved_paper s JOIN person p ON p.id = s.person_id"
    )
    async with old.read() as work:
        for platform, workspace, user, paper in people:
            person = PersonAddress(Platform(str(platform)), str(workspace), str(user))
            assert paper in [each.paper.id for each in await work.persons.saved_papers(person)]
        for token, command in rows("SELECT token, command FROM shelf"):
            assert await work.inbox.resolve_callback(str(token)) == command
        carla = PersonAddress(TELEGRAM, "123456", "503")
        assert await work.persons.managed_chat(carla) == ManagedChat("-1001000000001", ChatKind.GROUP, "Harbour Lab")
        assert ChatAddress(TELEGRAM, "123456", "-1001000000003") in await work.persons.owned_chats(carla)
        (telegram,) = await work.inbox.unprocessed_events(TELEGRAM)
        (slack,) = await work.inbox.unprocessed_events(SLACK)
        assert json.loads(telegram[1])["message"]["text"] == "/topics"
        assert json.loads(slack[1])["text"] == "topics"
        assert await work.workspace_settings.get_setting(SLACK, "T1", "unfurl") == "off"
        assert await work.workspace_settings.get_setting(SLACK, "T1", "who") == "admins"
    assert len(people) == 5


async def test_the_local_conversation_is_there(old: Database) -> None:
    stored = rows("SELECT id, typed, view IS NOT NULL FROM utterance ORDER BY id")
    async with old.read() as work:
        said = await work.conversation.latest_messages(100)
    assert [(each.id, each.typed, int(each.view is not None)) for each in said] == stored
    assert all(each.view is None or each.view.blocks for each in said)


async def test_what_was_on_its_way_arrives(old: Database) -> None:
    """Pending ones are sent; those that were being sent, or in doubt, are looked for, not found, and sent."""
    clock = FakeClock(SWITCHED_OFF + timedelta(minutes=5))
    platforms = {
        each: FakeChatPlatform(each, clock, PlatformCapabilities(threads=True), finds_sent=True)
        for each in CAPABILITIES
    }
    watched = ActivityTrackingStorage(old)
    waiting = [each for each in await every_delivery(old) if each.state.value in ("pending", "sending", "uncertain")]
    async with clock.advancing_while_idle(watched):
        dispatcher = OutboxDispatcher(watched, platforms, clock, "the new one")
        assert await dispatcher.drain(timedelta(hours=1))
    async with old.read() as work:
        counts = await work.outbox.count_by_state()
    assert counts[DeliveryState.SENT] == 23 + len(waiting)
    assert counts[DeliveryState.FAILED] == 1
    assert counts[DeliveryState.EXPIRED] == 2
    arrived = [sent.key for platform in platforms.values() for sent in platform.sent]
    assert sorted(arrived) == sorted(each.client_key for each in waiting)


def test_the_dump_holds_no_tokens_and_no_traces_of_a_machine() -> None:
    assert not re.search(r"xox|xapp|127\.0\.0\.1|localhost|/home/|/tmp/", DUMP.read_text())
    assert len(DUMP.read_bytes()) < 200_000
