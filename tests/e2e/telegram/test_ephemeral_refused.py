"""Where an answer can’t be shown to one person alone: what was asked aloud is answered aloud, and what was not is never
said to everybody."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import pytest

from adapters.search.fts_index import FtsIndex
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support.ephemeral_messages import (
    FOLLOWED,
    MONDAY,
    NOT_SHOWN,
    count_ephemeral,
    tap_through,
    wait_for_menus,
)
from tests.e2e.support.single_platform import FRIDAY, august, make_paper
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


async def test_a_refusal_never_ends_in_the_same_words_for_everybody(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup
) -> None:
    """The next answer is tried again: it may be this chat or this moment alone."""
    await wait_for_menus(telegram)
    telegram.refuse_next("sendMessage", bad_request("EPHEMERAL_FORBIDDEN"))
    await screen.say("/topics")
    assert (await group.reply()).text == NOT_SHOWN
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
    """An admin may still say it to one alone, others say that they can't."""
    await wait_for_menus(telegram)
    if admin:
        group.promote_bot(by=boss)
    held = telegram.hold_next("getChatMember")
    await screen.say("/subscribe diffusion")
    await held.arrived()
    telegram.now = lambda: time.time() + 16
    held.release()
    assert (await screen.reply()).text == (FOLLOWED if admin else NOT_SHOWN)
    assert len(group.messages) == (0 if admin else 1)


# --- a Bot API server before 10.4, and one that says it knows more than it does


async def on_an_older_server(
    telegram: FakeTelegram,
    storage: Database,
    index: FtsIndex,
    tell: Callable[[TelegramPaperboy], Awaitable[None]],
    version: tuple[int, int] = (10, 1),
) -> None:
    telegram.bot_api = version
    async with run_on_telegram(telegram, storage, index, AutoAdvancingClock(FRIDAY)) as paperboy:
        await paperboy.list_papers(*ARCHIVE)
        await tell(paperboy)


@pytest.mark.parametrize("version", [(10, 1), (10, 2), (10, 3)], ids=["10.1", "10.2", "10.3"])
async def test_an_older_server_is_found_out_before_anything_private_is_sent(
    telegram: FakeTelegram,
    sqlite_storage: Database,
    index: FtsIndex,
    group: TelegramGroup,
    boss: TelegramUser,
    version: tuple[int, int],
) -> None:
    """It might post for everybody what it was asked to show to one. What was asked aloud is a line, edited from then
    on."""
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
        assert count_ephemeral(telegram) == 0
        assert telegram.unseen_commands("all_group_chats") == []

    await on_an_older_server(telegram, sqlite_storage, index, told, version)


async def test_what_everybody_saw_is_taken_back_at_once_and_nothing_is_sent_so_any_more(
    telegram: FakeTelegram,
    sqlite_storage: Database,
    index: FtsIndex,
    group: TelegramGroup,
    screen: TelegramGroup,
    boss: TelegramUser,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also after a restart. It takes a bot that is an admin: every other way is refused by who does not know it."""
    group.promote_bot(by=boss)
    async with run_on_telegram(telegram, sqlite_storage, index, AutoAdvancingClock(FRIDAY)):
        await wait_for_menus(telegram)
        telegram.shows_everybody = True
        await screen.say("/subscribe diffusion")
        while not group.messages or group.last.text != NOT_SHOWN:
            await group.reply()
        assert [message.text for message in group.messages] == [NOT_SHOWN]
        assert len(telegram.calls("deleteMessage")) == 1
        tried = count_ephemeral(telegram)
        assert "showed everybody what was for one person alone" in caplog.text
        await screen.say("/topics")
        await group.reply()
    async with run_on_telegram(telegram, sqlite_storage, index, AutoAdvancingClock(FRIDAY)):
        await screen.say("/topics")
        await group.reply()
    assert {message.text for message in group.messages} == {NOT_SHOWN}
    assert count_ephemeral(telegram) == tried


async def test_a_press_names_no_chat_so_an_older_server_refuses_it(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup
) -> None:
    """One of several servers behind one address may be older than the one that was asked at the start."""
    await wait_for_menus(telegram)
    await screen.ask("/subscribe diffusion")
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(MONDAY)
    telegram.bot_api = (10, 1)
    digest = group.last
    await screen.press("Topics and time", on=digest)
    while group.last is digest:
        await group.reply()
    assert [message.text for message in group.messages[1:]] == [NOT_SHOWN]
    assert [call.refused for call in telegram.calls("sendMessage")][-2:] == ["Bad Request: chat_id is empty", ""]


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
    telegram.bot_api = (10, 4)
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
