"""Slack from a team's side: the whole core behind the real client libraries, against a Slack of our own.

The app there has exactly the rights and events of the manifest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.search.fts import FtsIndex
from adapters.slack import SlackPlatform
from adapters.slack.manifest import manifest
from bot.chats import Chat, ChatStatus, Platform
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
from tests.standins.slack import Channel, Message, Person, SlackStandIn, Workspace, dropped

FRIDAY = datetime(2026, 8, 21, 12, tzinfo=UTC)
TRAITS = {Platform.SLACK: SlackPlatform.traits}


def paper(number: int, title: str, day: date, upvotes: int = 5) -> Paper:
    abstract = "We measure how students plan their week. We present a way that helps them to keep the plan."
    authors = (Author("Mira Aldous"), Author("Tom Brandt"))
    return Paper(f"2608.{number:05}", title, abstract, day, authors=authors, upvotes=upvotes)


def august(day: int) -> date:
    return date(2026, 8, day)


def morning(day: int) -> datetime:
    """Nine o'clock in Berlin."""
    return datetime(2026, 8, day, 7, tzinfo=UTC)


ARCHIVE = (
    paper(1, "Diffusion Models for <!channel> & *Other* Maps", august(21), 17),
    paper(2, "Fast Diffusion Sampling on a Phone", august(20), 42),
    paper(3, "Soft Clustering in Little Memory", august(3), 2),
    paper(4, "Letters from the Harbour", august(21), 9),
)


@dataclass
class Paperboy:
    """All of it but the sources: papers are put in by hand, moments come when the test says so."""

    slack: SlackStandIn
    storage: Database
    index: FtsIndex
    clock: LeapingClock
    platform: SlackPlatform

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
        await plan_due(self.storage, self.index, self.clock.now(), TRAITS)
        courier = Courier(self.storage, {Platform.SLACK: self.platform}, self.clock, "me")
        async with self.clock.leaping():
            await courier.drain(timedelta(hours=1))

    async def chat(self, place: Channel | Person) -> Chat:
        async with self.storage.read() as work:
            chats = await work.chats.of_workspace(Platform.SLACK, "T1")
        return next(chat for chat in chats if chat.address.chat == place.id)

    async def until(self, place: Channel | Person, status: ChatStatus) -> None:
        """Waits for what Slack tells of a conversation."""
        async with asyncio.timeout(5):
            while (await self.chat(place)).status is not status:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(team: Workspace, storage: Database, index: FtsIndex, clock: LeapingClock) -> AsyncIterator[Paperboy]:
    platform = SlackPlatform(
        team.bot_token,
        app_token=team.app_token,
        api_url=team.slack.url,
        clock=clock,
        records=PlatformRecords(storage, Platform.SLACK, clock),
        news=StoredChatNews(storage, clock),
    )
    listening = asyncio.create_task(platform.listen(Answers(Services(storage, index, clock, traits=TRAITS))))
    try:
        await team.slack.connected()
        yield Paperboy(team.slack, storage, index, clock, platform)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await platform.close()


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock(FRIDAY)


@pytest.fixture
async def slack(clock: LeapingClock) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(now=lambda: clock.now().timestamp()) as standin:
        yield standin
        assert standin.complaints == []


@pytest.fixture
def team(slack: SlackStandIn) -> Workspace:
    team = slack.workspace("T1")
    slack.use_manifest(manifest())
    return team


@pytest.fixture
def anna(team: Workspace) -> Person:
    return team.person("Anna", tz="Europe/Berlin")


@pytest.fixture
def ben(team: Workspace) -> Person:
    return team.person("Ben", tz="Europe/Berlin")


@pytest.fixture
def channel(team: Workspace, anna: Person, ben: Person) -> Channel:
    return team.channel("gen-video", members=[anna, ben])


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[FtsIndex]:
    index = FtsIndex(tmp_path / "index.db")
    yield index
    await index.close()


@pytest.fixture
async def paperboy(
    team: Workspace, sqlite_storage: Database, index: FtsIndex, clock: LeapingClock
) -> AsyncIterator[Paperboy]:
    async with running(team, sqlite_storage, index, clock) as made:
        await made.lists(*ARCHIVE)
        yield made


def titles(message: Message) -> list[str]:
    return [link.label for link in message.links if "/papers/2608" in link.url]


async def test_a_channel_is_set_up_by_a_form_and_gets_its_post(
    paperboy: Paperboy, anna: Person, ben: Person, channel: Channel
) -> None:
    """Invited, asked what to follow, posted once on Monday; the channel saw nothing before."""
    await anna.invite(channel)
    greeting = await anna.sees("Nothing is chosen yet")
    assert ben.can_see("Nothing is chosen yet") is None
    assert isinstance(greeting, Message)

    await anna.command(channel, "/papers subscribe")
    await paperboy.slack.until(lambda: anna.modals, "the form")
    await anna.submit(anna.modal, {anna.modal.fields[0]: "(diffusion"})
    assert anna.modals
    assert anna.modal.errors
    await anna.submit(anna.modal, {anna.modal.fields[0]: "diffusion"})
    followed = await anna.sees("✓")
    assert "diffusion" in followed.shown
    assert channel.messages == []

    await paperboy.lists(paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(morning(24))
    await paperboy.deliver(morning(24) + timedelta(minutes=1))
    (post,) = channel.posts
    assert post.shown.startswith(
        "2 new papers · Mon 24 Aug · diffusion 2\n1. Diffusion Models for <!channel> & ∗Other∗ Maps"
    )
    assert post.pings == []
    assert post.notification.startswith("2 new papers on diffusion: ")
    assert post.replies == []

    await ben.press(post, "Abstract", within="1.")
    card = await ben.sees("Mira Aldous, Tom Brandt")
    assert isinstance(card, Message)
    assert card.ephemeral_for == ben.id
    await ben.press(post, "Save for me", within="1.")
    await ben.sees("aved")
    await ben.command(channel, "/papers saved")
    saved = await ben.sees("eading list", channel)
    assert isinstance(saved, Message)
    assert titles(saved) == ["Diffusion Models for <!channel> & ∗Other∗ Maps"]
    assert anna.can_see("Mira Aldous, Tom Brandt") is None
    assert [message.edits for message in channel.posts] == [0]


async def test_one_post_a_day_with_only_what_is_new_over_a_restart(
    team: Workspace, sqlite_storage: Database, index: FtsIndex, clock: LeapingClock, anna: Person, channel: Channel
) -> None:
    async with running(team, sqlite_storage, index, clock) as paperboy:
        await paperboy.lists(*ARCHIVE)
        await anna.invite(channel)
        await anna.command(channel, "/papers subscribe diffusion")
        await anna.sees("✓")
        await paperboy.lists(paper(11, "Diffusion on Monday", august(24)))
        await paperboy.deliver(morning(24))
    async with running(team, sqlite_storage, index, clock) as paperboy:
        await paperboy.deliver(morning(24) + timedelta(hours=1))
        clock.move_to(morning(25) - timedelta(hours=1))
        await paperboy.lists(paper(12, "Diffusion on Tuesday", august(25)))
        await paperboy.deliver(morning(25))
    assert [titles(post)[-1] for post in channel.posts] == ["Diffusion on Monday", "Diffusion on Tuesday"]
    assert len(titles(channel.posts[1])) == 1


async def test_a_post_whose_answer_was_lost_is_not_posted_twice(
    paperboy: Paperboy, anna: Person, channel: Channel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    paperboy.slack.fail("chat.postMessage", dropped(accepted=True))
    await paperboy.deliver(morning(24))
    assert len(channel.posts) == 1
    paperboy.slack.fail("chat.postMessage", dropped(accepted=False))
    await paperboy.lists(paper(12, "Diffusion on Tuesday", august(25)))
    await paperboy.deliver(morning(25))
    assert [titles(post)[-1] for post in channel.posts][1:] == ["Diffusion on Tuesday"]


async def test_a_long_day_goes_on_in_the_thread(paperboy: Paperboy, anna: Person, channel: Channel) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    many = [paper(20 + n, f"Diffusion Number {n}", august(24), upvotes=50 - n) for n in range(24)]
    await paperboy.lists(*many)
    await paperboy.deliver(morning(24))
    (post,) = channel.posts
    assert len(titles(post)) == 25
    assert [len(titles(reply)) for reply in post.replies] == [12, 8]
    assert post.replies[0].shown.startswith("6. ")


async def test_a_person_follows_alone_from_where_the_bot_is_not(
    paperboy: Paperboy, anna: Person, ben: Person, channel: Channel
) -> None:
    await anna.command(channel, "/papers subscribe diffusion")
    told = await anna.sees("/invite @paperboy")
    assert "Following diffusion" in told.shown
    await anna.dm("harbour letters")
    searched = await anna.sees("Letters from the Harbour")
    assert isinstance(searched, Message)
    assert any("Follow" in label for label in searched.buttons)
    await paperboy.lists(paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(morning(24))
    assert channel.messages == []
    digest = anna.dms[-1]
    assert digest.shown.startswith("2 papers for you · Mon 24 Aug")
    assert ben.dms == []


async def test_an_archived_channel_rests_until_it_is_back(paperboy: Paperboy, anna: Person, channel: Channel) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await channel.archive()
    await paperboy.until(channel, ChatStatus.PAUSED)
    assert (await paperboy.chat(channel)).paused_because == "archived"
    await paperboy.deliver(morning(24))
    await channel.unarchive()
    await paperboy.until(channel, ChatStatus.ACTIVE)
    assert channel.posts == []


async def test_an_app_that_is_installed_again_goes_on(
    team: Workspace, sqlite_storage: Database, index: FtsIndex, clock: LeapingClock, anna: Person, channel: Channel
) -> None:
    """What had stopped for a reason of its own stays as it was."""
    other = team.channel("old-stuff", members=[anna])
    async with running(team, sqlite_storage, index, clock) as paperboy:
        for place in (channel, other):
            await anna.invite(place)
            await anna.command(place, "/papers subscribe diffusion")
            await anna.sees("✓", place)
        await other.archive()
        await paperboy.until(other, ChatStatus.PAUSED)
        await team.uninstall()
        await paperboy.until(channel, ChatStatus.PAUSED)
    team.install()
    async with running(team, sqlite_storage, index, clock) as paperboy:
        await paperboy.until(channel, ChatStatus.ACTIVE)
        assert (await paperboy.chat(other)).paused_because == "archived"


async def test_a_mention_is_answered_in_its_thread(paperboy: Paperboy, anna: Person, channel: Channel) -> None:
    await anna.invite(channel)
    question = await anna.say(channel, "@paperboy search clustering")
    await anna.sees("Soft Clustering in Little Memory")
    assert channel.messages == [question]
    assert titles(question.replies[0]) == ["Soft Clustering in Little Memory"]
