"""Hugging Face is away for six hours, over the hour of the digest: it waits, then says so, and nothing is skipped.

Or it answers, and the list it had is gone for a while: what was read once is kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.support import sample_days
from tests.e2e.support.assertions import slack_digests, slack_papers
from tests.e2e.support.environment import Environment
from tests.e2e.support.sample_days import MONDAY, THURSDAY, hour
from tests.e2e.support.subscribers import Subscribers
from tests.fakes import papers_faults as faults
from tests.fakes.papers_faults import Fault
from tests.fakes.slack import SlackChannel, SlackMessage

pytestmark = pytest.mark.long(60)


@pytest.fixture
async def environment(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Environment]:
    async with Environment.create(tmp_path, hour(THURSDAY, 5)) as environment:
        sample_days.publish_lists(environment.hub)
        yield environment


FOLLOWED = {f"2609.{number:05}" for number in (11, 14, 16, 22, 24, 32, 27)}


# How it is away: it answers what nobody can use, or not at all. A small run takes the second, as
# the first comes below as well.
AWAY: dict[str, Fault] = {
    "503": faults.status(503),
    "drop": faults.drop,
    "html": faults.html(),
    "loop": faults.redirect_loop,
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "away_by" in metafunc.fixturenames:
        metafunc.parametrize("away_by", list(AWAY) if metafunc.config.getoption("full") else ["drop"])


async def test_six_hours_over_the_digest(environment: Environment, away_by: str) -> None:
    """The channel's digest of 13:00 UTC comes at 15:15, whole, and nobody had to hear why."""
    channel = await away(environment, AWAY[away_by], until=15)
    digests = [slack_papers(post) for post in slack_digests(channel)]
    assert moment(slack_digests(channel)[0]) == hour(THURSDAY, 15) + timedelta(minutes=15)
    assert "is late today" not in slack_digests(channel)[0].shown
    assert sorted(paper for papers in digests for paper in papers) == sorted(FOLLOWED)


async def test_longer_than_the_channel_waits(environment: Environment) -> None:
    """After three hours it comes with what there is and says so; what was listed meanwhile comes the day after."""
    channel = await away(environment, faults.status(503), until=22)
    digests = [slack_papers(post) for post in slack_digests(channel)]
    assert moment(slack_digests(channel)[0]) == hour(THURSDAY, 16)
    assert "Hugging Face is late today" in slack_digests(channel)[0].shown
    assert "is late today" not in slack_digests(channel)[1].shown
    assert "2609.00016" in digests[1]
    assert sorted(paper for papers in digests for paper in papers) == sorted(FOLLOWED)


async def test_rows_that_vanish_and_come_back(environment: Environment) -> None:
    """Over the digest the day's list is empty: it brings what was read before, and nothing comes a second time."""
    readers = Subscribers.of(environment)
    async with environment.run_connected() as paperboy:
        await readers.sign_up(["clustering"], ["diffusion"])
        await paperboy.advance_to(hour(THURSDAY, 12) + timedelta(minutes=40))
        environment.hub.add_day(THURSDAY, [])
        await paperboy.advance_to(hour(THURSDAY, 15))
        sample_days.publish_lists(environment.hub)
        await paperboy.advance_to(hour(MONDAY, 14))
    digests = [slack_papers(post) for post in slack_digests(readers.channel)]
    assert moment(slack_digests(readers.channel)[0]) == hour(THURSDAY, 13)
    assert set(digests[0]) == {"2609.00011", "2609.00014"}
    assert sorted(paper for papers in digests for paper in papers) == sorted(FOLLOWED)
    assert environment.violations() == []


async def away(environment: Environment, fault: Fault, *, until: int) -> SlackChannel:
    """From nine on Thursday (UTC); the channel after Monday's digest."""
    readers = Subscribers.of(environment)
    async with environment.run_connected() as paperboy:
        await readers.sign_up(["clustering"], ["diffusion"])
        await paperboy.advance_to(hour(THURSDAY, 9))
        environment.hub.fail(fault)
        await paperboy.advance_to(hour(THURSDAY, until))
        environment.hub.clear_faults()
        await paperboy.advance_to(hour(MONDAY, 14))
    assert environment.violations() == []
    return readers.channel


def moment(post: SlackMessage) -> datetime:
    """To the minute."""
    return datetime.fromtimestamp(float(post.ts), UTC).replace(second=0, microsecond=0)
