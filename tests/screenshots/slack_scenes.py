"""What people do on Slack while pictures are taken of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from adapters.slack.install.pages import install_page
from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.slack_env import SlackPaperboy
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser, SlackWorkspace
from tests.screenshots import environment, papers
from tests.screenshots.shots import Shot
from tests.screenshots.slack_page import channel_page, home_page, modal_page

Shots = AsyncIterator[Shot]
EARLY, LATER = "08:12", "09:20"
FIVE = ("diffusion", "vision-language models", "speech recognition")
MANY = ("LLM agents", "diffusion", "reinforcement learning", "vision-language models", "retrieval-augmented generation")


async def shots(migrated: Path) -> Shots:
    async for each in _installing(migrated):
        yield each
    async with environment.open_slack(migrated, papers.week_of_papers()) as (paperboy, team):
        async for each in _week(Office.of(paperboy, team)):
            yield each
    async with environment.open_slack(migrated, papers.one_long_day()) as (paperboy, team):
        office = Office.of(paperboy, team)
        await office.follows(*MANY)
        await paperboy.deliver(environment.NINE)
        (post,) = slack_digests(office.room)
        yield channel_page("slack-post-long", office.room, [post])
        yield channel_page("slack-thread", office.room, post.replies[-1:], head="Thread")


@dataclass(frozen=True)
class Office:
    """A channel of Anna's and Ben's."""

    paperboy: SlackPaperboy
    anna: SlackUser
    ben: SlackUser
    room: SlackChannel

    @classmethod
    def of(cls, paperboy: SlackPaperboy, team: SlackWorkspace) -> Office:
        anna, ben = team.person("Anna"), team.person("Ben")
        return cls(paperboy, anna, ben, team.channel("reading", members=[anna, ben]))

    async def follows(self, *topics: str) -> None:
        await self.anna.invite(self.room)
        for topic in topics:
            await self.anna.command(self.room, f"/papers subscribe {topic}")
            await self.anna.sees(f"This channel follows {topic}", self.room)

    async def window(self, person: SlackUser, shows: str = "") -> None:
        await self.paperboy.slack.until(lambda: person.modals and shows in person.modal.shown, "a window")

    async def home_of(self, person: SlackUser, shows: str) -> None:
        await person.opens_home()
        await self.paperboy.slack.until(lambda: person.home and shows in person.home.shown, "Home")


async def _installing(migrated: Path) -> Shots:
    yield Shot("slack-install", install_page("https://slack.com/oauth/v2/authorize"), 680)
    async with environment.open_multi_workspace_slack(migrated) as (slack, address):
        anna = slack.workspace("T1").person("Anna")
        await anna.installs(address)
        welcome = _message(await anna.sees("Hi Anna"))
        yield channel_page("slack-installed", anna.dm_channel, [welcome], at=EARLY)


async def _week(office: Office) -> Shots:
    for scene in (setting_up, daily_post, answers, links):
        async for each in scene(office):
            yield each


async def setting_up(office: Office) -> Shots:
    anna, room = office.anna, office.room
    await office.home_of(anna, "until you choose")
    assert anna.home
    yield home_page("slack-home-empty", anna.home)
    await anna.invite(room)
    greeted = _message(await anna.sees("Thanks for inviting me", room))
    yield channel_page("slack-invited", room, [greeted], at=EARLY)
    await anna.command(room, "/papers subscribe")
    await office.window(anna)
    await anna.choose(anna.modal, "Topics", "\n".join(FIVE))
    await office.window(anna, "Last 7 days")
    yield modal_page("slack-form", anna.modal)
    await anna.submit(anna.modal)
    done = _message(await anna.sees("✓ Done: ", room))
    yield channel_page("slack-form-done", room, [*room.posts, done], at=EARLY)


async def daily_post(office: Office) -> Shots:
    anna, room = office.anna, office.room
    await office.paperboy.deliver(environment.NINE)
    (post,) = slack_digests(room)
    yield channel_page("slack-post", room, [post])
    menu = next(block["block_id"] for block in post.blocks if "accessory" in block)
    yield channel_page("slack-menu", room, [post], menu_of=menu)
    await anna.press(post, "Abstract", within="1.")
    await office.window(anna)
    yield modal_page("slack-abstract", anna.modal)
    await anna.close(anna.modal)
    await office.ben.press(post, "Discuss in channel", within="2.")
    yield channel_page("slack-discuss", room, [_message(await anna.sees("Ben brings up:", room))], at=LATER)
    await anna.dm("subscribe world model")
    await anna.sees("✓ Following world model")
    await office.home_of(anna, "Last digest")
    assert anna.home
    yield home_page("slack-home", anna.home)


async def answers(office: Office) -> Shots:
    anna, room = office.anna, office.room
    await anna.command(room, "/papers topics")
    yield channel_page("slack-private", room, [_message(await anna.sees("set by Anna", room))], at=LATER)
    await anna.command(room, "/papers search clustering")
    yield channel_page("slack-search", room, [_message(await anna.sees("Anchor-Free", room))], at=LATER)
    await anna.command(room, "/papers subscribe (diffusion OR")
    yield channel_page(
        "slack-mistake", room, [_message(await anna.sees("the bracket is never closed", room))], at=LATER
    )


async def links(office: Office) -> Shots:
    said = await office.ben.say(office.room, "Have you seen https://arxiv.org/abs/2608.90030 already?")
    await office.paperboy.slack.until(lambda: said.unfurls, "a card")
    yield channel_page("slack-link", office.room, [said], at=LATER)


def _message(seen: object) -> SlackMessage:
    assert isinstance(seen, SlackMessage)
    return seen
