"""The connection to Slack: wrong tokens, broken sockets, a Slack that is away."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import ErrorScope, NotAuthorised
from tests.adapters.slack.slack_platform import (
    SlackHarness,
    harness_by_http,
    harness_by_socket,
    make_harness,
    wait_until,
)
from tests.fakes.slack import SlackUser, SlackWorkspace, http, refused

OFTEN = timedelta(seconds=0.05)


@pytest.fixture
def anna(team: SlackWorkspace) -> SlackUser:
    return team.person("Anna")


async def refusal(made: SlackHarness) -> NotAuthorised:
    with pytest.raises(NotAuthorised) as raised:
        async with asyncio.timeout(120):
            await made.platform.listen(made.answer)
    return raised.value


async def test_a_wrong_bot_token_is_told_in_words(team: SlackWorkspace) -> None:
    async with make_harness(team, token="xoxb-wrong") as made:
        problem = await refusal(made)
    assert problem.scope is ErrorScope.WORKSPACE
    assert "SLACK_BOT_TOKEN" in problem.reason
    assert "invalid_auth" in problem.reason
    assert "xoxb-wrong" not in problem.reason


async def test_a_wrong_app_token_too(team: SlackWorkspace, caplog: pytest.LogCaptureFixture) -> None:
    async with make_harness(team, app_token="xapp-wrong") as made:
        problem = await refusal(made)
    assert problem.scope is ErrorScope.BOT
    assert "SLACK_APP_TOKEN" in problem.reason
    assert "xapp-wrong" not in problem.reason + caplog.text


async def test_without_any_way_in_it_says_which_two_there_are(team: SlackWorkspace) -> None:
    async with make_harness(team, app_token="") as made:
        problem = await refusal(made)
        assert made.platform.routes() == []
    assert "SLACK_APP_TOKEN" in problem.reason
    assert "SLACK_SIGNING_SECRET" in problem.reason


async def test_in_socket_mode_nothing_is_mounted(team: SlackWorkspace) -> None:
    async with make_harness(team, signing_secret="secret") as made:
        assert made.platform.routes() == []
    async with make_harness(team, app_token="", signing_secret="secret") as made:
        assert [route.path for route in made.platform.routes()] == ["/slack/events"]


async def test_a_token_that_dies_ends_it(team: SlackWorkspace) -> None:
    for working in (harness_by_socket, harness_by_http):
        async with working(team, check_every=OFTEN) as made:
            await team.uninstall()
            async with made.listening() as task:
                await asyncio.wait({task}, timeout=120)
                assert isinstance(task.exception(), NotAuthorised)
        team.install()


async def test_a_slack_that_is_away_at_the_start_is_waited_for(team: SlackWorkspace, anna: SlackUser) -> None:
    team.slack.fail("auth.test", http(503))
    team.slack.fail("apps.connections.open", refused("internal_error"))
    async with harness_by_socket(team):
        await anna.dm("hello")
        await anna.sees("|hello")


async def test_a_connection_that_is_cut_or_replaced_goes_on(team: SlackWorkspace, anna: SlackUser) -> None:
    async with harness_by_socket(team):
        await team.slack.socket.refresh()
        await anna.dm("after the refresh")
        await anna.sees("|after the refresh")
        await team.slack.socket.cut()
        await team.slack.connected()
        await anna.dm("after the cut")
        await anna.sees("|after the cut")


async def test_a_connection_that_can_not_mend_itself_is_made_anew(
    team: SlackWorkspace, anna: SlackUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK tries a one-time link that failed for ever; the whole connection is thrown away then."""
    async with harness_by_socket(team, check_every=OFTEN):
        with monkeypatch.context() as broken:
            broken.setattr(team.slack.socket, "new_link", lambda: f"{team.slack.address}/link/?ticket=none")
            await team.slack.socket.cut()
            await wait_until(lambda: len(team.slack.calls.of("apps.connections.open")) > 1)
        await team.slack.connected()
        await anna.dm("hello")
        await anna.sees("|hello")


async def test_a_connection_that_dies_silently_is_noticed(team: SlackWorkspace, anna: SlackUser) -> None:
    async with harness_by_socket(team, check_every=OFTEN, ping_seconds=0.05):
        team.slack.socket.silent = True
        before = team.slack.socket.connections
        await wait_until(lambda: team.slack.socket.connections > before)
        team.slack.socket.silent = False


async def test_tokens_in_the_environment_change_nothing(
    team: SlackWorkspace, anna: SlackUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt reads them from there by itself, and would begin to install workspaces."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "xoxb-other")
    async with harness_by_socket(team):
        await anna.dm("hello")
        await anna.sees("|hello")
    async with make_harness(team, app_token="") as made:
        assert "no way" in (await refusal(made)).reason


async def test_the_workspace_is_told_to_be_back_at_each_start(team: SlackWorkspace) -> None:
    async with harness_by_socket(team) as made:
        assert made.chat_events.available == ["slack:T1"]
