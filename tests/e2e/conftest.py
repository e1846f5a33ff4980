"""Paperboy on Telegram and on Slack, running with a small archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.search.fts_index import FtsIndex
from adapters.slack.install.manifest import manifest
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support import slack_env as slack_journeys
from tests.e2e.support.single_platform import FRIDAY
from tests.e2e.support.telegram_env import ARCHIVE, TelegramPaperboy, run_on_telegram
from tests.fakes.slack import FakeSlack, SlackChannel, SlackUser
from tests.fakes.slack import SlackWorkspace as Team
from tests.fakes.telegram import FakeTelegram, TelegramGroup
from tests.fakes.telegram import TelegramUser as TelegramPerson


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[FtsIndex]:
    index = FtsIndex(tmp_path / "index.db")
    yield index
    await index.close()


@pytest.fixture
async def paperboy(
    telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex
) -> AsyncIterator[TelegramPaperboy]:
    async with run_on_telegram(telegram, sqlite_storage, index, AutoAdvancingClock(FRIDAY)) as made:
        await made.list_papers(*ARCHIVE)
        yield made


@pytest.fixture
def boss(telegram: FakeTelegram) -> TelegramPerson:
    return telegram.person("Boss")


@pytest.fixture
def member(telegram: FakeTelegram) -> TelegramPerson:
    return telegram.person("Member")


@pytest.fixture
def group(telegram: FakeTelegram, boss: TelegramPerson, member: TelegramPerson) -> TelegramGroup:
    return telegram.supergroup("Lab", admins=[boss], members=[member])


@pytest.fixture
def screen(group: TelegramGroup, boss: TelegramPerson) -> TelegramGroup:
    """The group as the boss sees it, on a phone that knows ephemeral commands."""
    return group.seen_by(boss)


@pytest.fixture
def slack_clock() -> AutoAdvancingClock:
    return AutoAdvancingClock(FRIDAY)


@pytest.fixture
async def slack(slack_clock: AutoAdvancingClock) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(now=lambda: slack_clock.now().timestamp()) as fake:
        yield fake
        assert fake.complaints == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    team = slack.workspace("T1")
    slack.use_manifest(manifest())
    return team


@pytest.fixture
def anna(team: Team) -> SlackUser:
    return team.person("Anna", tz="Europe/Berlin")


@pytest.fixture
def ben(team: Team) -> SlackUser:
    return team.person("Ben", tz="Europe/Berlin")


@pytest.fixture
def channel(team: Team, anna: SlackUser, ben: SlackUser) -> SlackChannel:
    return team.channel("gen-video", members=[anna, ben])


@pytest.fixture
async def on_slack(
    team: Team, sqlite_storage: Database, index: FtsIndex, slack_clock: AutoAdvancingClock
) -> AsyncIterator[slack_journeys.SlackPaperboy]:
    async with slack_journeys.run_in_workspace(team, sqlite_storage, index, slack_clock) as made:
        await made.list_papers(*slack_journeys.ARCHIVE)
        yield made


@pytest.fixture
def other(slack: FakeSlack, team: Team) -> Team:
    """A second workspace, where the app is not installed yet."""
    other = slack.workspace("T2")
    other.installed = False
    return other


@pytest.fixture
def carl(other: Team) -> SlackUser:
    return other.person("Carl", tz="America/New_York")


@pytest.fixture
async def many(
    request: pytest.FixtureRequest,
    slack: FakeSlack,
    team: Team,
    sqlite_storage: Database,
    index: FtsIndex,
    slack_clock: AutoAdvancingClock,
) -> AsyncIterator[slack_journeys.MultiWorkspace]:
    """Paperboy for every workspace that installs it; none has yet."""
    team.installed = False
    by_socket = getattr(request, "param", "http") == "socket"
    running = slack_journeys.run_multi_workspace(slack, sqlite_storage, index, slack_clock, by_socket=by_socket)
    async with running as (paperboy, address):
        await paperboy.list_papers(*slack_journeys.ARCHIVE)
        yield paperboy, address
