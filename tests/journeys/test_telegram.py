"""Telegram from a person's side: the whole core behind the real client library, against a Bot API of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.search.fts import FtsIndex
from adapters.telegram.platform import TelegramPlatform
from bot.chats import Chat, ChatStatus, Platform
from bot.commands import COMMANDS
from bot.commands.answer import Answers
from bot.commands.services import Services
from bot.digests.chat_news import StoredChatNews
from bot.digests.deliver import Courier
from bot.digests.plan import plan_due
from bot.papers import Author, Listed, Paper
from bot.ports import Poll
from storage.engine import Database
from storage.records import PlatformRecords
from tests.adapters.telegram_at_work import LeapingClock
from tests.standins.telegram import Conversation, Message, TelegramStandIn

FRIDAY = datetime(2026, 8, 21, 12, tzinfo=UTC)


def paper(number: int, title: str, day: date, upvotes: int = 5) -> Paper:
    abstract = "We measure how students plan their week. We present a way that helps them to keep the plan."
    authors = (Author("Mira Aldous"), Author("Tom Brandt"))
    return Paper(f"2608.{number:05}", title, abstract, day, authors=authors, upvotes=upvotes)


def august(day: int) -> date:
    return date(2026, 8, day)


ARCHIVE = (
    paper(1, "Diffusion Models for <b>Tidal</b> & Other Maps", august(21), 17),
    paper(2, "Fast Diffusion Sampling on a Phone", august(20), 42),
    paper(3, "Soft Clustering in Little Memory", august(3), 2),
    paper(4, "Letters from the Harbour", august(21), 9),
)


@dataclass
class Paperboy:
    """All of it but the sources: papers are put in by hand, moments come when the test says so."""

    telegram: TelegramStandIn
    storage: Database
    index: FtsIndex
    clock: LeapingClock
    platform: TelegramPlatform

    async def lists(self, *papers: Paper) -> None:
        now = self.clock.now()
        async with self.storage.write() as work:
            await work.papers.upsert([Listed(each, "huggingface", each.listed_on) for each in papers], now)
            days = {each.listed_on for each in papers} | {now.date()}
            await work.papers.record_polls([Poll("huggingface", day, now, rows=1) for day in sorted(days)])
            revision = await work.papers.revision()
            await work.commit()
        await self.index.add(papers, revision)

    async def deliver(self, at: datetime | None = None) -> None:
        """The beat at this moment, and everything it planned is sent."""
        if at is not None:
            self.clock.move_to(at)
            await self.lists()
        await plan_due(self.storage, self.index, self.clock.now(), {Platform.TELEGRAM: self.platform.traits})
        courier = Courier(self.storage, {Platform.TELEGRAM: self.platform}, self.clock, "me")
        async with self.clock.leaping():
            await courier.drain(timedelta(hours=1))

    async def chat(self, conversation: Conversation) -> Chat:
        async with self.storage.read() as work:
            chats = await work.chats.of_workspace(Platform.TELEGRAM, "123456")
        return next(chat for chat in chats if chat.address.chat == str(conversation.id))

    async def until(self, conversation: Conversation, status: ChatStatus) -> None:
        """Waits for what Telegram tells of a chat."""
        async with asyncio.timeout(5):
            while (await self.chat(conversation)).status is not status:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(
    telegram: TelegramStandIn, storage: Database, index: FtsIndex, clock: LeapingClock
) -> AsyncIterator[Paperboy]:
    services = Services(storage, index, clock)
    platform = TelegramPlatform(
        telegram.token,
        clock=clock,
        records=PlatformRecords(storage, Platform.TELEGRAM, clock),
        news=StoredChatNews(storage, clock),
        commands=COMMANDS,
        api_url=telegram.base_url.removesuffix("/bot"),
    )
    listening = asyncio.create_task(platform.listen(Answers(services)))
    try:
        yield Paperboy(telegram, storage, index, clock, platform)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await platform.close()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as standin:
        yield standin


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[FtsIndex]:
    index = FtsIndex(tmp_path / "index.db")
    yield index
    await index.close()


@pytest.fixture
async def paperboy(telegram: TelegramStandIn, sqlite_storage: Database, index: FtsIndex) -> AsyncIterator[Paperboy]:
    async with running(telegram, sqlite_storage, index, LeapingClock(FRIDAY)) as made:
        await made.lists(*ARCHIVE)
        yield made


def titles(message: Message) -> list[str]:
    return [words for words in message.links if not words.isdigit()]


async def test_a_newcomer_finds_the_way(paperboy: Paperboy, telegram: TelegramStandIn) -> None:
    """Start, a topic that brings much, one that is rare, today's digest at once, a card, the way back."""
    chat = telegram.private(telegram.person("Anna", language="de"))
    welcome = await chat.ask("/start")
    assert welcome.words("bold") == ["Paperboy"]
    assert len(welcome.buttons) >= 3

    followed = await chat.ask("/subscribe diffusion")
    assert followed.text.startswith("✓ Following diffusion")
    assert titles(followed) == [ARCHIVE[0].title, ARCHIVE[1].title]

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
    assert titles(searched) == ["Letters from the Harbour"]
    assert any("Follow" in label for row in searched.buttons for label in row)


async def test_one_digest_a_day_with_only_what_is_new(paperboy: Paperboy, telegram: TelegramStandIn) -> None:
    chat = telegram.private(telegram.person("Anna"))
    await chat.ask("/subscribe diffusion")
    monday = paper(11, "Diffusion on Monday", august(24))
    tuesday = paper(12, "Diffusion on Tuesday", august(25))
    digests = []
    for moment, listed in (
        (datetime(2026, 8, 24, 13, tzinfo=UTC), monday),
        (datetime(2026, 8, 25, 13, tzinfo=UTC), tuesday),
    ):
        paperboy.clock.move_to(moment - timedelta(hours=1))
        await paperboy.lists(listed)
        before = len(chat.messages)
        for later in range(3):
            await paperboy.deliver(moment + timedelta(minutes=later))
        digests += chat.messages[before:]
    assert [titles(digest) for digest in digests] == [[ARCHIVE[0].title, monday.title], [tuesday.title]]


async def test_who_blocks_the_bot_is_left_alone_until_coming_back(
    paperboy: Paperboy, telegram: TelegramStandIn
) -> None:
    """Blocking is told by Telegram or found out at the next digest; nothing is forgotten."""
    anna, bert = telegram.person("Anna"), telegram.person("Bert")
    chat, other = telegram.private(anna), telegram.private(bert)
    for each in (chat, other):
        await each.ask("/subscribe diffusion")
    anna.block()
    bert.room.blocked = True
    await paperboy.until(chat, ChatStatus.PAUSED)
    await paperboy.lists(paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(datetime(2026, 8, 24, 13, tzinfo=UTC))
    assert (await paperboy.chat(other)).paused_because == "blocked"

    anna.unblock()
    await paperboy.until(chat, ChatStatus.ACTIVE)
    assert "diffusion" in (await chat.ask("/topics")).text


async def test_a_group_follows_what_its_admins_choose(paperboy: Paperboy, telegram: TelegramStandIn) -> None:
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

    await paperboy.lists(paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(datetime(2026, 8, 24, 13, tzinfo=UTC))
    digest = group.last
    assert digest.text.startswith("2 new papers · Mon 24 Aug · diffusion 2")
    assert digest.silent

    link = digest.button("1")["url"]
    card = await telegram.private(member).ask("/start " + link.partition("start=")[2])
    assert ARCHIVE[0].title in card.text


async def test_a_restart_changes_nothing(telegram: TelegramStandIn, sqlite_storage: Database, index: FtsIndex) -> None:
    """Buttons of before still work, also those with a long command; what was said meanwhile is answered."""
    clock, chat = LeapingClock(FRIDAY), telegram.private(telegram.person("Anna"))
    long = 'diffusion OR "soft clustering" OR "spectral clustering" -painting has:code'
    async with running(telegram, sqlite_storage, index, clock) as before:
        await before.lists(*ARCHIVE)
        followed = await chat.ask(f"/subscribe {long}")
    await chat.say("/topics")
    async with running(telegram, sqlite_storage, index, clock):
        assert "soft clustering" in (await chat.reply()).text
        await chat.press("Undo", on=followed)
        await chat.reply()
        assert "soft clustering" not in (await chat.ask("/topics")).text


@pytest.mark.parametrize(
    "typed", ["/subscribe (diffusion OR", "/date yesterdayish", "/when 25:00", "/paper 12", "/nonsense"]
)
async def test_a_mistake_is_answered_kindly(paperboy: Paperboy, telegram: TelegramStandIn, typed: str) -> None:
    answer = await telegram.private(telegram.person("Anna")).ask(typed)
    assert answer.text
    assert "Traceback" not in answer.text
    assert "went wrong" not in answer.text


async def test_every_command_can_be_shown(paperboy: Paperboy, telegram: TelegramStandIn) -> None:
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
