"""Where an answer can’t be shown to one person alone, it is a line that everybody sees, as before."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import pytest

from adapters.search.fts_index import FtsIndex
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support.ephemeral_messages import FOLLOWED, count_ephemeral, tap_through, wait_for_menus
from tests.e2e.support.single_platform import FRIDAY
from tests.e2e.support.telegram_env import ARCHIVE, TelegramPaperboy, run_on_telegram
from tests.fakes.telegram import FakeTelegram, TelegramGroup, TelegramUser, bad_request


async def test_without_a_reason_that_telegram_takes_one_line_is_edited(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, boss: TelegramUser
) -> None:
    """An older phone and a bot that is no admin."""
    followed = await group.ask("/subscribe diffusion", by=boss)
    await tap_through(group, followed, ("Settings", "Settings: daily 13:00 UTC · 5 with summary"))
    assert group.messages == [followed]
    assert count_ephemeral(telegram) == 0


async def test_a_refusal_falls_back_to_a_line_for_everybody(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup
) -> None:
    """The next answer is tried again: it may be this chat or this moment alone."""
    await wait_for_menus(telegram)
    telegram.refuse_next("sendMessage", bad_request("EPHEMERAL_FORBIDDEN"))
    await screen.say("/topics")
    assert "Nothing is followed here yet." in (await group.reply()).text
    assert await screen.ask("/subscribe diffusion") is not group.last
    assert len(group.messages) == 1


@pytest.mark.parametrize("admin", [True, False], ids=["an admin", "no admin"])
async def test_an_answer_after_fifteen_seconds(
    paperboy: TelegramPaperboy,
    telegram: FakeTelegram,
    group: TelegramGroup,
    screen: TelegramGroup,
    boss: TelegramUser,
    admin: bool,
) -> None:
    """An admin may still say it to one alone, others say it aloud."""
    await wait_for_menus(telegram)
    if admin:
        group.promote_bot(by=boss)
    held = telegram.hold_next("getChatMember")
    await screen.say("/subscribe diffusion")
    await held.arrived()
    telegram.now = lambda: time.time() + 16
    held.release()
    assert (await screen.reply()).text == FOLLOWED
    assert len(group.messages) == (0 if admin else 1)


# --- a Bot API server before 10.2


async def on_an_older_server(
    telegram: FakeTelegram, storage: Database, index: FtsIndex, tell: Callable[[TelegramPaperboy], Awaitable[None]]
) -> None:
    telegram.knows_ephemeral = False
    async with run_on_telegram(telegram, storage, index, AutoAdvancingClock(FRIDAY)) as paperboy:
        await paperboy.list_papers(*ARCHIVE)
        await tell(paperboy)


async def test_an_older_server_is_found_out_once_and_everything_is_as_before(
    telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex, group: TelegramGroup, boss: TelegramUser
) -> None:
    """It posts for everybody what it was asked to show to one: a line, edited from then on."""
    group.promote_bot(by=boss)

    async def told(paperboy: TelegramPaperboy) -> None:
        followed = await group.seen_by(boss).ask("/subscribe diffusion")
        assert followed.text == FOLLOWED
        await tap_through(
            group,
            followed,
            ("Settings", "Settings: daily 13:00 UTC · 5 with summary"),
            ("Zone", "By which city’s clock? Now: daily 13:00 UTC."),
        )
        await group.ask("/topics", by=boss)
        assert len(group.messages) == 2
        assert count_ephemeral(telegram) == 1

    await on_an_older_server(telegram, sqlite_storage, index, told)


async def test_an_older_servers_menus_are_not_set_at_each_start(
    telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex, group: TelegramGroup, boss: TelegramUser
) -> None:
    """It does not keep which commands are typed unseen, and that is no reason to tell it again."""

    async def told(paperboy: TelegramPaperboy) -> None:
        await group.ask("/topics", by=boss)

    await on_an_older_server(telegram, sqlite_storage, index, told)
    before = len(telegram.calls("setMyCommands"))
    await on_an_older_server(telegram, sqlite_storage, index, told)
    assert len(telegram.calls("setMyCommands")) == before


async def test_the_menus_mark_what_is_answered_to_one_alone(
    telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex, group: TelegramGroup, boss: TelegramUser
) -> None:
    """Also on a server that learned it since the menus were set; once they are marked, nothing is set any more."""

    async def told(paperboy: TelegramPaperboy) -> None:
        await group.ask("/topics", by=boss)

    await on_an_older_server(telegram, sqlite_storage, index, told)
    telegram.knows_ephemeral = True
    for _ in range(2):
        async with run_on_telegram(telegram, sqlite_storage, index, AutoAdvancingClock(FRIDAY)) as paperboy:
            await told(paperboy)
    assert len(telegram.calls("setMyCommands")) == 3 + 2
    assert telegram.unseen_commands("all_chat_administrators") == ["subscribe", "topics", "when", "pause", "help"]
    assert telegram.unseen_commands("all_group_chats") == ["topics", "help"]
    assert telegram.unseen_commands("all_private_chats") == []


async def test_an_unseen_command_that_there_is_no_more_is_answered_all_the_same(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup
) -> None:
    """Nobody but this bot can be meant by it."""
    await wait_for_menus(telegram)
    old = [{"command": "subscriptions", "description": "what this chat follows", "is_ephemeral": True}]
    telegram.settings.commands['{"type": "all_chat_administrators"}', ""] = old  # type: ignore[assignment]  # put in as an old library would
    assert "I don’t know /subscriptions." in (await screen.ask("/subscriptions")).text
    assert group.messages == []
