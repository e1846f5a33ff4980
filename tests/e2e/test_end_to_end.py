"""The whole round: papers are listed, two people far apart follow them, and days go by.

Everything runs as in earnest but time: the settings open it, the libraries talk to the three services.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.matching.rule.decide import decide
from bot.topics.parser import parse
from tests.e2e.support import sample_days
from tests.e2e.support.assertions import (
    Subscriber,
    everything_listed,
    expected_digests,
    linked_papers,
    slack_digests,
    telegram_digests,
)
from tests.e2e.support.environment import Environment, RunningPaperboy
from tests.e2e.support.sample_days import FRIDAY, MONDAY, THURSDAY, hour
from tests.e2e.support.subscribers import BERLIN, NEW_YORK, Subscribers
from tests.fakes.papers_api import FakePapersApi
from tests.fakes.papers_list_days import usual_hours
from tests.fakes.slack import SlackMessage as SlackMessage

pytestmark = pytest.mark.long(40)

SATURDAY = FRIDAY + timedelta(days=1)
Interruption = tuple[datetime, Callable[[RunningPaperboy], Awaitable[object]]]


async def switched_off(_: RunningPaperboy) -> None:
    """In the middle of nothing."""


@dataclass
class Scenario:
    """Which days are lived through, from 05:00 UTC of the first to the afternoon of the last."""

    first: date
    last: date
    telegram_topics: tuple[str, ...]
    slack_topic: str
    publish_lists: Callable[[FakePapersApi], object]

    @property
    def begin(self) -> datetime:
        return hour(self.first, 5)

    @property
    def end(self) -> datetime:
        return hour(self.last, 14)

    @property
    def interruptions(self) -> list[Interruption]:
        """Switched off overnight; planned and not sent; posted and not noted; about to be sent."""
        friday = self.first + timedelta(days=1)

        return [
            (hour(self.first, 20), switched_off),
            (hour(friday, 7), lambda paperboy: paperboy.only_plan()),
            (hour(friday, 13), lambda paperboy: paperboy.only_send(SLACK)),
            (hour(self.last, 7), lambda paperboy: paperboy.only_claim(TELEGRAM)),
        ]


def real_days(hub: FakePapersApi) -> None:
    """As they were, each growing through its day."""
    for day in hub.serve_real_days():
        hub.grow_day(day, usual_hours(day)[1])


INVENTED = Scenario(THURSDAY, MONDAY, ("clustering",), "diffusion", sample_days.publish_lists)
# The names are typed, since which of them would be added by itself is told elsewhere.
REAL = Scenario(
    date(2026, 7, 9),
    date(2026, 7, 13),
    ("clustering also:none", "agents also:none"),
    'diffusion also:"flow matching, DiT"',
    real_days,
)
WORLDS = [INVENTED, *([REAL] if os.environ.get("PAPERBOY_DATA") else [])]


@pytest.fixture(params=WORLDS, ids=lambda world: f"{world.first}")
def world(request: pytest.FixtureRequest) -> Scenario:
    world: Scenario = request.param
    return world


@pytest.fixture
async def environment(world: Scenario, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Environment]:
    async with Environment.create(tmp_path, world.begin) as environment:
        world.publish_lists(environment.hub)
        yield environment
        assert environment.violations() == []


@pytest.fixture
def readers(environment: Environment) -> Subscribers:
    return Subscribers.of(environment)


async def run_scenario(
    environment: Environment, readers: Subscribers, world: Scenario, interruptions: list[Interruption]
) -> None:
    """Through all days, with a new Paperboy after every interruption."""
    for place, (at, happens) in enumerate([*interruptions, (world.end, switched_off)]):
        async with environment.run_connected() as paperboy:
            if place == 0:
                await readers.sign_up(world.telegram_topics, [world.slack_topic])
            await paperboy.advance_to(at)
            await happens(paperboy)


def check_digests(environment: Environment, readers: Subscribers, world: Scenario) -> None:
    """Each digest has exactly what the rule says of what was listed by then, with the reasons it gives."""
    anna = Subscriber(world.telegram_topics, BERLIN, world.begin, weekends=True)
    ben = Subscriber((world.slack_topic,), NEW_YORK, world.begin, weekends=False)
    assert readers.digests_by_day() == (
        expected_digests(environment.hub, anna, world.end),
        expected_digests(environment.hub, ben, world.end),
    )
    assert all(readers.digests_by_day())


def check_nothing_else_was_said(environment: Environment, readers: Subscribers, world: Scenario) -> None:
    """No word but the answers, the digests, who set a channel up, and the one note on the first empty day, anywhere."""
    answers = len(world.telegram_topics) + 1
    first_empty_day = [message for message in readers.anna.messages if message.text.startswith("Nothing for you today")]
    assert len(first_empty_day) <= 1
    digests = len(telegram_digests(readers.anna.messages)) + len(first_empty_day)
    assert len(readers.anna.messages) == answers + digests
    assert len(readers.bystander.messages) == 1
    assert len(environment.telegram.calls("sendMessage")) == answers + digests + 1
    assert slack_digests(readers.empty_channel) == []
    assert [post.replies for post in readers.channel.posts if post.replies] == []
    posts = [*readers.channel.posts, *readers.empty_channel.posts]
    assert len(environment.slack.calls.of("chat.postMessage")) == len(posts) == len(slack_digests(readers.channel)) + 1


async def test_one_digest_at_each_ones_hour_with_what_is_new(
    environment: Environment, readers: Subscribers, world: Scenario
) -> None:
    """Switched off at night, before sending, after sending and while about to: nothing is lost and nothing doubled."""
    await run_scenario(environment, readers, world, world.interruptions)
    check_digests(environment, readers, world)
    check_nothing_else_was_said(environment, readers, world)


@pytest.mark.parametrize("world", [INVENTED], indirect=True, ids=["invented"])
async def test_three_days_without_a_break(environment: Environment, readers: Subscribers, world: Scenario) -> None:
    """The late row comes the day after, the relisted one never again; what is about something else stays away."""
    await run_scenario(environment, readers, world, [])
    telegram, slack = readers.digests_by_day()
    assert telegram == {
        THURSDAY: {"2609.00010": "clustering", "2609.00012": "clustering, twice in the abstract"},
        FRIDAY: {"2609.00022": "clustering", "2609.00017": "clustering"},
        SATURDAY: {"2609.00026": "clustering"},  # listed on Friday afternoon
        MONDAY: {"2609.00030": "clustering, 3× in the abstract"},
    }
    assert slack == {
        THURSDAY: {"2609.00011": "diffusion", "2609.00014": "diffusion, in the opening"},
        FRIDAY: {"2609.00016": "diffusion", "2609.00022": "diffusion", "2609.00024": "diffusion"},
        MONDAY: {"2609.00032": "diffusion", "2609.00027": "diffusion"},
    }
    check_digests(environment, readers, world)
    check_nothing_else_was_said(environment, readers, world)


async def test_search_shows_first_what_a_subscription_delivers(
    environment: Environment, readers: Subscribers, world: Scenario
) -> None:
    """From the archive, in both: first all that the rule says yes to, and only then what mentions it."""
    environment.clock.move_to(world.end)
    async with environment.run_connected():
        found = await readers.anna.ask(f"/search {world.slack_topic}")
        await readers.ben.command(readers.channel, f"/papers search {world.slack_topic}")
        shown = await readers.ben.sees("diffusion: ", readers.channel)
    assert isinstance(shown, SlackMessage)
    in_telegram = linked_papers([*found.links.values()])
    assert linked_papers([link.url for link in shown.links]) == in_telegram

    archive = everything_listed(environment.hub, world.end)
    about = {paper.id for paper in archive if decide(parse(world.slack_topic), paper).is_match}
    assert f"diffusion: {len(about)} papers about it" in found.text
    first = in_telegram[: len(about)]
    assert len(first) == min(len(about), len(in_telegram))
    assert set(first) <= about
    assert not set(in_telegram[len(about) :]) & about
    days = {paper.id: paper.listed_on for paper in archive}
    assert first == sorted(first, key=lambda paper_id: days[paper_id], reverse=True)
    assert readers.channel.messages == []
