"""Installations that go wrong, end while nobody looks, or are asked for by somebody with other plans."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters.search.fts import FtsIndex
from bot.chats import ChatStatus
from storage.engine import Database
from tests.adapters.telegram_at_work import LeapingClock
from tests.journeys.on_slack import ARCHIVE, Many, follows, morning, rows, running_for_many
from tests.standins.slack import Channel, Person, SlackStandIn, Workspace


async def test_taken_away_in_the_first_moment_after_a_restart_it_ends_there_as_well(
    slack: SlackStandIn,
    team: Workspace,
    sqlite_storage: Database,
    index: FtsIndex,
    slack_clock: LeapingClock,
    anna: Person,
    channel: Channel,
) -> None:
    """By then its token is dead, and nobody has asked Slack yet who the bot is there."""
    running = (slack, sqlite_storage, index, slack_clock)
    async with running_for_many(*running) as (paperboy, address):
        await paperboy.lists(*ARCHIVE)
        await anna.installs(address)
        await follows(anna, channel, "diffusion")
    slack_clock.move_to(morning(22))
    async with running_for_many(*running) as (paperboy, address):
        await team.uninstall()
        await paperboy.until(channel, ChatStatus.PAUSED)
        for table in ("slack_bots", "slack_installations"):
            assert await rows(sqlite_storage, table) == 0


async def test_a_token_of_the_operators_that_slack_refuses_stops_no_other_workspace(
    slack: SlackStandIn,
    sqlite_storage: Database,
    index: FtsIndex,
    slack_clock: LeapingClock,
    other: Workspace,
    carl: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    running: Any = running_for_many(slack, sqlite_storage, index, slack_clock, token="xoxb-another")
    async with running as (paperboy, address):
        await paperboy.lists(*ARCHIVE)
        await carl.installs(address)
        await carl.sees("Hi Carl")
        await follows(carl, other.channel("lab", members=[carl]), "diffusion")
    assert "Slack refuses SLACK_BOT_TOKEN (Slack says invalid_auth)" in caplog.text


async def test_the_way_to_slack_takes_nothing_from_whoever_wrote_the_link(many: Many) -> None:
    """slack-sdk puts the team of the address behind its own parameters as it is."""
    paperboy, address = many
    for team, wanted in (("T024BE7LD", "&team=T024BE7LD"), ("T1&client_id=another&scope=admin", "")):
        async with paperboy.slack.http.get(f"{address}/slack/install", params={"team": team}) as page:
            shown = (await page.text()).replace("&amp;", "&")
        (way,) = re.findall(r'href="([^"]*authorize[^"]*)"', shown)
        assert way.endswith(wanted)
        assert way.count("client_id=") == way.count("scope=") - 1 == 1  # scope= and user_scope=
