"""Paperboy on Telegram and on Slack, running with a small archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.search.fts_index import FtsIndex
from adapters.slack.install.manifest import manifest
from storage.database import Database
from tests.adapters.telegram.telegram_platform import LeapingClock
from tests.e2e.support import slack_env as slack_journeys
from tests.e2e.support.single_platform import FRIDAY
from tests.e2e.support.telegram_env import ARCHIVE, Paperboy, running
from tests.fakes.slack import Channel, Person, SlackStandIn
from tests.fakes.slack import Workspace as Team
from tests.fakes.telegram import Group, TelegramStandIn
from tests.fakes.telegram import Person as TelegramPerson


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


@pytest.fixture
def boss(telegram: TelegramStandIn) -> TelegramPerson:
    return telegram.person("Boss")


@pytest.fixture
def member(telegram: TelegramStandIn) -> TelegramPerson:
    return telegram.person("Member")


@pytest.fixture
def group(telegram: TelegramStandIn, boss: TelegramPerson, member: TelegramPerson) -> Group:
    return telegram.supergroup("Lab", admins=[boss], members=[member])


@pytest.fixture
def screen(group: Group, boss: TelegramPerson) -> Group:
    """The group as the boss sees it, on a phone that knows ephemeral commands."""
    return group.seen_by(boss)


@pytest.fixture
def slack_clock() -> LeapingClock:
    return LeapingClock(FRIDAY)


@pytest.fixture
async def slack(slack_clock: LeapingClock) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(now=lambda: slack_clock.now().timestamp()) as standin:
        yield standin
        assert standin.complaints == []


@pytest.fixture
def team(slack: SlackStandIn) -> Team:
    team = slack.workspace("T1")
    slack.use_manifest(manifest())
    return team


@pytest.fixture
def anna(team: Team) -> Person:
    return team.person("Anna", tz="Europe/Berlin")


@pytest.fixture
def ben(team: Team) -> Person:
    return team.person("Ben", tz="Europe/Berlin")


@pytest.fixture
def channel(team: Team, anna: Person, ben: Person) -> Channel:
    return team.channel("gen-video", members=[anna, ben])


@pytest.fixture
async def on_slack(
    team: Team, sqlite_storage: Database, index: FtsIndex, slack_clock: LeapingClock
) -> AsyncIterator[slack_journeys.Paperboy]:
    async with slack_journeys.running(team, sqlite_storage, index, slack_clock) as made:
        await made.lists(*slack_journeys.ARCHIVE)
        yield made


@pytest.fixture
def other(slack: SlackStandIn, team: Team) -> Team:
    """A second workspace, where the app is not installed yet."""
    other = slack.workspace("T2")
    other.installed = False
    return other


@pytest.fixture
def carl(other: Team) -> Person:
    return other.person("Carl", tz="America/New_York")


@pytest.fixture
async def many(
    request: pytest.FixtureRequest,
    slack: SlackStandIn,
    team: Team,
    sqlite_storage: Database,
    index: FtsIndex,
    slack_clock: LeapingClock,
) -> AsyncIterator[slack_journeys.Many]:
    """Paperboy for every workspace that installs it; none has yet."""
    team.installed = False
    by_socket = getattr(request, "param", "http") == "socket"
    running = slack_journeys.running_for_many(slack, sqlite_storage, index, slack_clock, by_socket=by_socket)
    async with running as (paperboy, address):
        await paperboy.lists(*slack_journeys.ARCHIVE)
        yield paperboy, address
