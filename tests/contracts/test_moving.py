"""Another bot takes over, on both engines: nothing comes twice, nothing is lost, nobody is written to unasked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.telegram.capabilities import TELEGRAM
from bot.calls import CommandCall
from bot.chats import ChatAddress, ChatKind, ChatStatus, PersonAddress
from bot.commands.core.services import Services
from bot.commands.dispatcher import CommandDispatcher
from bot.deliveries import DeliveryState
from bot.delivery.chat_lifecycle import ChatLifecycle
from paperboy.platforms import CAPABILITIES
from storage.database import Database
from storage.engine.errors import DatabaseError
from storage.moving import BotInUse, MoveOutcome, known_bots, move_bot
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
from tests.contracts.test_backup import opened
from tests.fakes.ports import FakeClock, FakePaperIndex

NEW_BOT = "8"
READER = PersonAddress(TELEGRAM, NEW_BOT, "42")


@pytest.fixture
async def url(database_url: str) -> str:
    """A private chat with a digest sent and one on its way, a group that is due, one that its people paused, and a
    reading list; nothing runs."""
    async with opened(database_url) as storage:
        await store_papers(storage, make_paper("1"), make_paper("2"))
        anna = await store_chat(storage, make_address("42"), next_digest_at=NOW + timedelta(hours=1))
        await store_chat(storage, make_address("-9"), kind=ChatKind.GROUP, next_digest_at=NOW + timedelta(hours=1))
        await store_chat(storage, make_address("43"), status=ChatStatus.PAUSED)
        await follow_topics(storage, anna, "diffusion")
        await write_plans(storage, make_plan(anna, ["1"], day=TODAY, planned_at=NOW))
        async with storage.write() as work:
            await work.persons.save_paper(PersonAddress(TELEGRAM, "7", "42"), "2", NOW)
            await work.workspace_settings.set_setting(TELEGRAM, "7", "learned", "yes")
            await work.inbox.record_if_new(TELEGRAM, "100", NOW, "{}")
            await work.commit()
    return database_url


def new_home(chat: str) -> ChatAddress:
    return ChatAddress(TELEGRAM, NEW_BOT, chat)


async def test_all_goes_over_and_waits_for_the_first_word(url: str) -> None:
    assert move_bot(url, TELEGRAM, "7", NEW_BOT, dry_run=True) == MoveOutcome(3, 2, 1, 0)
    assert known_bots(url, TELEGRAM) == ["7"]
    assert move_bot(url, TELEGRAM, "7", NEW_BOT).chats == 3
    assert known_bots(url, TELEGRAM) == [NEW_BOT]
    async with opened(url) as storage:
        async with storage.read() as work:
            anna, group, paused = [await work.chats.find(new_home(name)) for name in ("42", "-9", "43")]
            assert anna is not None
            assert group is not None
            assert paused is not None
            assert [each.paper.id for each in await work.persons.saved_papers(READER)] == ["2"]
            assert set(await work.outbox.all_sent_papers(anna.id)) == {"1"}
            assert await work.workspace_settings.get_setting(TELEGRAM, NEW_BOT, "learned") == ""
            assert not await work.inbox.unprocessed_events(TELEGRAM)
            assert await work.chats.due_chats(NOW + timedelta(days=30), 10) == []
            assert await work.chats.count_paused_because("moved") == 2
        assert (paused.status, paused.pause_reason) == (ChatStatus.PAUSED, "")
        await _say(storage, "42")
        await ChatLifecycle(storage, FakeClock(NOW), CAPABILITIES[TELEGRAM]).on_available(new_home("-9"))
        async with storage.read() as work:
            woken = [await work.chats.find(new_home(name)) for name in ("42", "-9", "43")]
        assert [each and each.status for each in woken] == [ChatStatus.ACTIVE, ChatStatus.ACTIVE, ChatStatus.PAUSED]
        assert woken[0] is not None
        assert woken[0].next_digest_at is not None
        assert woken[0].eligible_from == max(anna.eligible_from, TODAY - timedelta(days=7))


async def _say(storage: Database, chat: str) -> None:
    services = Services(storage, FakePaperIndex(), FakeClock(NOW), capabilities=CAPABILITIES)
    call = CommandCall("status", "", new_home(chat), ChatKind.PRIVATE, READER)
    await CommandDispatcher(services)(call)


async def test_what_was_on_its_way_is_not_sent_again(url: str) -> None:
    async with opened(url) as storage, storage.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE delivery SET state = 'sending', receipt = '5'")
    assert move_bot(url, TELEGRAM, "7", NEW_BOT).expired == 1
    async with opened(url) as storage, storage.read() as work:
        assert (await work.outbox.count_by_state())[DeliveryState.EXPIRED] == 1


async def test_a_bot_with_chats_of_its_own_takes_nothing_over(url: str) -> None:
    async with opened(url) as storage:
        await store_chat(storage, new_home("50"))
    with pytest.raises(BotInUse):
        move_bot(url, TELEGRAM, "7", NEW_BOT)
    assert known_bots(url, TELEGRAM) == ["7", NEW_BOT]


async def test_nothing_moves_under_a_running_process(postgres_url: str) -> None:
    async with opened(postgres_url) as running:
        await running.start()
        with pytest.raises(DatabaseError, match="is running on this database"):
            move_bot(postgres_url, TELEGRAM, "7", NEW_BOT)
