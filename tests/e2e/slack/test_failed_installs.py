"""Installations that go wrong, end while nobody looks, or are asked for by somebody with other plans."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import make_url, text

from adapters.search.fts_index import FtsIndex
from bot.chats import ChatStatus
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.slack_env import (
    ARCHIVE,
    MultiWorkspace,
    count_rows,
    invite_and_follow,
    morning,
    run_multi_workspace,
)
from tests.fakes.slack import (
    FakeSlack,
    SlackChannel,
    SlackFault,
    SlackUser,
    SlackWorkspace,
    dropped,
    html,
    http,
    payloads,
    refused,
)


async def test_taken_away_in_the_first_moment_after_a_restart_it_ends_there_as_well(
    slack: FakeSlack,
    team: SlackWorkspace,
    sqlite_storage: Database,
    index: FtsIndex,
    slack_clock: AutoAdvancingClock,
    anna: SlackUser,
    channel: SlackChannel,
) -> None:
    """By then its token is dead, and nobody has asked Slack yet who the bot is there."""
    running = (slack, sqlite_storage, index, slack_clock)
    async with run_multi_workspace(*running) as (paperboy, address):
        await paperboy.list_papers(*ARCHIVE)
        await anna.installs(address)
        await invite_and_follow(anna, channel, "diffusion")
    slack_clock.move_to(morning(22))
    async with run_multi_workspace(*running) as (paperboy, address):
        await team.uninstall()
        await paperboy.wait_for_status(channel, ChatStatus.PAUSED)
        for table in ("slack_bots", "slack_installations"):
            assert await count_rows(sqlite_storage, table) == 0


async def test_a_token_of_the_operators_that_slack_refuses_stops_no_other_workspace(
    slack: FakeSlack,
    sqlite_storage: Database,
    index: FtsIndex,
    slack_clock: AutoAdvancingClock,
    other: SlackWorkspace,
    carl: SlackUser,
    caplog: pytest.LogCaptureFixture,
) -> None:
    running: Any = run_multi_workspace(slack, sqlite_storage, index, slack_clock, token="xoxb-another")
    async with running as (paperboy, address):
        await paperboy.list_papers(*ARCHIVE)
        await carl.installs(address)
        await carl.sees("Hi Carl")
        await invite_and_follow(carl, other.channel("lab", members=[carl]), "diffusion")
    assert "Slack refuses SLACK_BOT_TOKEN (Slack says invalid_auth)" in caplog.text


async def test_the_way_to_slack_takes_nothing_from_whoever_wrote_the_link(many: MultiWorkspace) -> None:
    """slack-sdk puts the team of the address behind its own parameters as it is."""
    paperboy, address = many
    for team, wanted in (("T024BE7LD", "&team=T024BE7LD"), ("T1&client_id=another&scope=admin", "")):
        async with paperboy.slack.http.get(f"{address}/slack/install", params={"team": team}) as page:
            shown = (await page.text()).replace("&amp;", "&")
        (way,) = re.findall(r'href="([^"]*authorize[^"]*)"', shown)
        assert way.endswith(wanted)
        assert way.count("client_id=") == way.count("scope=") - 1 == 1  # scope= and user_scope=


@pytest.mark.parametrize("fault", [refused("bad_redirect_uri"), http(500), html(), dropped(accepted=False)])
async def test_what_slack_does_not_confirm_is_said_without_the_code(
    fault: SlackFault, many: MultiWorkspace, anna: SlackUser, caplog: pytest.LogCaptureFixture
) -> None:
    """The code may still work, and what stands in its place was written by whoever called the address."""
    paperboy, address = many
    paperboy.slack.fail("oauth.v2.access", fault)
    done = await anna.installs(address)
    assert (done.status, "Slack did not confirm it" in done.page, "Try again" in done.page) == (401, True, True)
    async with paperboy.slack.http.get(f"{address}/slack/install") as page:
        state = page.cookies["slack-app-oauth-state"].value
    query, cookie = {"state": state, "code": "x - error: y\nforged"}, {"Cookie": f"slack-app-oauth-state={state}"}
    paperboy.slack.fail("oauth.v2.access", fault)
    async with paperboy.slack.http.get(f"{address}/slack/oauth_redirect", params=query, headers=cookie) as back:
        assert back.status == 401
    assert await count_rows(paperboy.storage, "slack_bots") == 0
    assert "CODE" not in caplog.text
    assert "forged" not in caplog.text
    assert fault.error is None or fault.error in caplog.text


async def test_a_database_that_fails_while_somebody_installs_is_told_and_logged_without_the_state(
    many: MultiWorkspace, anna: SlackUser, caplog: pytest.LogCaptureFixture
) -> None:
    paperboy, address = many
    async with paperboy.slack.http.get(f"{address}/slack/install") as page:
        state = page.cookies["slack-app-oauth-state"].value
    async with paperboy.storage.engine.begin() as connection:
        await connection.execute(text("DROP TABLE slack_oauth_states"))
    query, cookie = {"state": state, "code": "any"}, {"Cookie": f"slack-app-oauth-state={state}"}
    async with paperboy.slack.http.get(f"{address}/slack/oauth_redirect", params=query, headers=cookie) as back:
        assert (back.status, "try again in a few minutes" in await back.text()) == (503, True)
    assert state not in caplog.text


async def test_an_answer_without_a_token_installs_nothing(many: MultiWorkspace, anna: SlackUser) -> None:
    paperboy, address = many
    anna.team.bot_token = None  # type: ignore[assignment]  # broken on purpose
    anna.team.install = lambda scopes=None: None  # type: ignore[method-assign]  # broken on purpose
    done = await anna.installs(address)
    assert (done.status, await count_rows(paperboy.storage, "slack_bots")) == (401, 0)
    assert "Slack did not confirm it" in done.page


async def test_with_an_old_token_and_a_locked_database_people_are_acknowledged_in_time(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel, sqlite_url: str
) -> None:
    paperboy, address = many
    await anna.installs(address)
    await anna.sees("Hi Anna")
    await invite_and_follow(anna, channel, "diffusion")
    paperboy.clock.move_to(morning(22))
    with closing(sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        told = await anna.command(channel, "/papers today")
        lock.execute("ROLLBACK")
    assert told.acked
    await anna.sees("Letters from the Harbour", channel)


async def test_of_a_workspace_that_did_not_install_it_nothing_is_kept(
    many: MultiWorkspace, anna: SlackUser, other: SlackWorkspace, carl: SlackUser
) -> None:
    paperboy, address = many
    await anna.installs(address)
    for event in (
        {"type": "app_home_opened", "user": carl.id, "tab": "home"},
        {"type": "app_uninstalled"},
        {"type": "app_mention", "user": carl.id, "text": "today", "channel": "C0UNKNOWN", "ts": "1.1"},
    ):
        assert (await paperboy.slack.deliveries.deliver("events_api", payloads.event_callback(other, event))).acked
    await anna.sees("Hi Anna")
    await paperboy.slack.idle()
    assert set(paperboy.platform._registry._installed) <= {"T1"}
    assert await count_rows(paperboy.storage, "slack_bots") == 1


async def test_taken_away_while_nobody_listened_the_next_digest_notices_it(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    paperboy, address = many
    await anna.installs(address)
    await invite_and_follow(anna, channel, "diffusion")
    paperboy.slack.subscriptions -= {"app_uninstalled", "tokens_revoked"}
    await anna.team.uninstall()
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(morning(24))
    assert (await paperboy.chat(channel)).status is ChatStatus.PAUSED
    for table in ("slack_bots", "slack_installations"):
        assert await count_rows(paperboy.storage, table) == 0

    await anna.installs(address)
    await paperboy.wait_for_status(channel, ChatStatus.ACTIVE)
    await paperboy.list_papers(make_paper(12, "Diffusion on Tuesday", august(25)))
    await paperboy.deliver(morning(25))
    assert ["Diffusion on Tuesday" in post.shown for post in slack_digests(channel)][-1:] == [True]
