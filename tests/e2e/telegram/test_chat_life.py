"""Telegram from a person's side: the whole core behind the real client library, against a Bot API of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.search.fts_index import FtsIndex
from bot.chats import ChatStatus
from bot.commands.registry import COMMANDS
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support.single_platform import FRIDAY, august, make_paper
from tests.e2e.support.telegram_env import ARCHIVE, TelegramPaperboy, paper_titles, run_on_telegram
from tests.fakes.telegram import FakeTelegram


async def test_a_newcomer_finds_the_way(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    """Start, a topic that brings much, one that is rare, today's digest at once, a card, the way back."""
    chat = telegram.private(telegram.person("Anna", language="de"))
    welcome = await chat.ask("/start")
    assert welcome.words("bold") == ["Paperboy"]
    assert len(welcome.buttons) >= 3

    followed = await chat.ask("/subscribe diffusion")
    assert followed.text.startswith("✓ Following diffusion")
    assert paper_titles(followed) == [ARCHIVE[0].title, ARCHIVE[1].title]

    assert (await chat.press("Send me today", on=followed)).text == "On its way: 1 paper."
    await paperboy.deliver()
    digest = next(message for message in chat.messages if "for you" in message.text)
    assert digest.text.startswith("1 paper for you · Fri 21 Aug\n\n1 Diffusion Models for <b>Tidal</b> & Other Maps\n")
    assert digest.words("expandable_blockquote") == ["We present a way that helps them to keep the plan."]
    assert digest.words("italic") == ["diffusion"]
    assert not digest.silent

    await chat.press("1", on=digest)
    card = await chat.reply()
    assert "Mira Aldous, Tom Brandt" in card.text
    assert ARCHIVE[0].abstract in card.text

    rare = await chat.ask("/follow clustering")
    assert "Soft Clustering in Little Memory" in rare.text
    searched = await chat.ask("harbour letters")
    assert paper_titles(searched) == ["Letters from the Harbour"]
    assert any("Follow" in label for row in searched.buttons for label in row)


async def test_one_digest_a_day_with_only_what_is_new(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    await chat.ask("/subscribe diffusion")
    monday = make_paper(11, "Diffusion on Monday", august(24))
    tuesday = make_paper(12, "Diffusion on Tuesday", august(25))
    digests = []
    for moment, listed in (
        (datetime(2026, 8, 24, 13, tzinfo=UTC), monday),
        (datetime(2026, 8, 25, 13, tzinfo=UTC), tuesday),
    ):
        paperboy.clock.move_to(moment - timedelta(hours=1))
        await paperboy.list_papers(listed)
        before = len(chat.messages)
        for later in range(3):
            await paperboy.deliver(moment + timedelta(minutes=later))
        digests += chat.messages[before:]
    assert [paper_titles(digest) for digest in digests] == [[ARCHIVE[0].title, monday.title], [tuesday.title]]


async def test_who_blocks_the_bot_is_left_alone_until_coming_back(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    """Blocking is told by Telegram or found out at the next digest; nothing is forgotten."""
    anna, bert = telegram.person("Anna"), telegram.person("Bert")
    chat, other = telegram.private(anna), telegram.private(bert)
    for each in (chat, other):
        await each.ask("/subscribe diffusion")
    anna.block()
    bert.room.blocked = True
    await paperboy.wait_for_status(chat, ChatStatus.PAUSED)
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(datetime(2026, 8, 24, 13, tzinfo=UTC))
    assert (await paperboy.chat(other)).pause_reason == "blocked"

    anna.unblock()
    await paperboy.wait_for_status(chat, ChatStatus.ACTIVE)
    assert "diffusion" in (await chat.ask("/topics")).text


async def test_who_deleted_the_account_is_left_alone_and_the_others_get_theirs(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    anna, bert = telegram.person("Anna"), telegram.person("Bert")
    for each in (anna, bert):
        await telegram.private(each).ask("/subscribe diffusion")
    anna.delete_account()
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    for hour in (13, 14):
        await paperboy.deliver(datetime(2026, 8, 24, hour, tzinfo=UTC))
    assert (await paperboy.chat(telegram.private(anna))).pause_reason == "deactivated"
    assert "Diffusion on Monday" in telegram.private(bert).last.text
    tried = [call for call in telegram.calls("sendMessage") if call.status == 403]
    assert len(tried) == 1


async def test_a_group_follows_what_its_admins_choose(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    """Greeted once; a member may look but not change; the digest has no sound; numbers open the reader's own chat."""
    boss, member = telegram.person("Boss"), telegram.person("Member")
    group = telegram.supergroup("Lab", admins=[boss], members=[member], with_bot=False)
    group.add_bot(by=boss)
    assert (await group.reply()).text.startswith("Hello! I bring this group new AI papers")

    refused = await group.ask("/subscribe diffusion", by=member)
    assert "set by admins" in refused.text
    followed = await group.ask("/subscribe diffusion", by=boss)
    assert followed.text.startswith("✓ This group follows diffusion (set by Boss)")
    undo = await group.press("Undo", on=followed, by=member)
    assert undo.text == "Only admins can change this."

    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(datetime(2026, 8, 24, 13, tzinfo=UTC))
    digest = group.last
    assert digest.text.startswith("2 new papers · Mon 24 Aug · diffusion")
    assert digest.silent

    link = digest.button("1")["url"]
    card = await telegram.private(member).ask("/start " + link.partition("start=")[2])
    assert ARCHIVE[0].title in card.text


async def test_a_restart_changes_nothing(telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex) -> None:
    """Buttons of before still work, also those with a long command; what was said meanwhile is answered."""
    clock, chat = AutoAdvancingClock(FRIDAY), telegram.private(telegram.person("Anna"))
    long = 'diffusion OR "soft clustering" OR "spectral clustering" -painting has:code'
    async with run_on_telegram(telegram, sqlite_storage, index, clock) as before:
        await before.list_papers(*ARCHIVE)
        followed = await chat.ask(f"/subscribe {long}")
    await chat.say("/topics")
    async with run_on_telegram(telegram, sqlite_storage, index, clock):
        assert "soft clustering" in (await chat.reply()).text
        await chat.press("Undo", on=followed)
        await chat.reply()
        assert "soft clustering" not in (await chat.ask("/topics")).text


@pytest.mark.parametrize(
    "typed", ["/subscribe (diffusion OR", "/date yesterdayish", "/when 25:00", "/paper 12", "/nonsense"]
)
async def test_a_mistake_is_answered_kindly(paperboy: TelegramPaperboy, telegram: FakeTelegram, typed: str) -> None:
    answer = await telegram.private(telegram.person("Anna")).ask(typed)
    assert answer.text
    assert "Traceback" not in answer.text
    assert "went wrong" not in answer.text


async def test_every_command_can_be_shown(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    """Whatever it answers, Telegram takes it at the first try, with all its buttons."""
    chat = telegram.private(telegram.person("Anna"))
    await chat.ask("/subscribe diffusion")
    for command in COMMANDS:
        await chat.ask(f"/{command.name}")
    for argument in ("diffusion", "2608.00001"):
        for command in COMMANDS:
            await chat.ask(f"/{command.name} {argument}")
    sent = telegram.calls("sendMessage") + telegram.calls("sendDocument")
    assert [request.refused for request in sent if request.status != 200] == []
