"""The connection to Slack: wrong tokens, broken sockets, a Slack that is away."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import NotAuthorised, Scope
from tests.adapters.slack.slack_platform import Desk, at_work, at_work_by_http, desk, until
from tests.fakes.slack import Person, Workspace, http, refused

OFTEN = timedelta(seconds=0.05)


@pytest.fixture
def anna(team: Workspace) -> Person:
    return team.person("Anna")


async def refusal(made: Desk) -> NotAuthorised:
    with pytest.raises(NotAuthorised) as raised:
        async with asyncio.timeout(120):
            await made.platform.listen(made.answer)
    return raised.value


async def test_a_wrong_bot_token_is_told_in_words(team: Workspace) -> None:
    async with desk(team, token="xoxb-wrong") as made:
        problem = await refusal(made)
    assert problem.scope is Scope.WORKSPACE
    assert "SLACK_BOT_TOKEN" in problem.reason
    assert "invalid_auth" in problem.reason
    assert "xoxb-wrong" not in problem.reason


async def test_a_wrong_app_token_too(team: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    async with desk(team, app_token="xapp-wrong") as made:
        problem = await refusal(made)
    assert problem.scope is Scope.BOT
    assert "SLACK_APP_TOKEN" in problem.reason
    assert "xapp-wrong" not in problem.reason + caplog.text


async def test_without_any_way_in_it_says_which_two_there_are(team: Workspace) -> None:
    async with desk(team, app_token="") as made:
        problem = await refusal(made)
        assert made.platform.routes() == []
    assert "SLACK_APP_TOKEN" in problem.reason
    assert "SLACK_SIGNING_SECRET" in problem.reason


async def test_in_socket_mode_nothing_is_mounted(team: Workspace) -> None:
    async with desk(team, signing_secret="secret") as made:
        assert made.platform.routes() == []
    async with desk(team, app_token="", signing_secret="secret") as made:
        assert [route.path for route in made.platform.routes()] == ["/slack/events"]


async def test_a_token_that_dies_ends_it(team: Workspace) -> None:
    for working in (at_work, at_work_by_http):
        async with working(team, check_every=OFTEN) as made:
            await team.uninstall()
            async with made.listening() as task:
                await asyncio.wait({task}, timeout=120)
                assert isinstance(task.exception(), NotAuthorised)
        team.install()


async def test_a_slack_that_is_away_at_the_start_is_waited_for(team: Workspace, anna: Person) -> None:
    team.slack.fail("auth.test", http(503))
    team.slack.fail("apps.connections.open", refused("internal_error"))
    async with at_work(team):
        await anna.dm("hello")
        await anna.sees("|hello")


async def test_a_connection_that_is_cut_or_replaced_goes_on(team: Workspace, anna: Person) -> None:
    async with at_work(team):
        await team.slack.socket.refresh()
        await anna.dm("after the refresh")
        await anna.sees("|after the refresh")
        await team.slack.socket.cut()
        await team.slack.connected()
        await anna.dm("after the cut")
        await anna.sees("|after the cut")


async def test_a_connection_that_can_not_mend_itself_is_made_anew(
    team: Workspace, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK tries a one-time link that failed for ever; the whole connection is thrown away then."""
    async with at_work(team, check_every=OFTEN):
        with monkeypatch.context() as broken:
            broken.setattr(team.slack.socket, "new_link", lambda: f"{team.slack.address}/link/?ticket=none")
            await team.slack.socket.cut()
            await until(lambda: len(team.slack.calls.of("apps.connections.open")) > 1)
        await team.slack.connected()
        await anna.dm("hello")
        await anna.sees("|hello")


async def test_a_connection_that_dies_silently_is_noticed(team: Workspace, anna: Person) -> None:
    async with at_work(team, check_every=OFTEN, ping_seconds=0.05):
        team.slack.socket.silent = True
        before = team.slack.socket.connections
        await until(lambda: team.slack.socket.connections > before)
        team.slack.socket.silent = False


async def test_tokens_in_the_environment_change_nothing(
    team: Workspace, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt reads them from there by itself, and would begin to install workspaces."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "xoxb-other")
    async with at_work(team):
        await anna.dm("hello")
        await anna.sees("|hello")
    async with desk(team, app_token="") as made:
        assert "no way" in (await refusal(made)).reason


async def test_the_workspace_is_told_to_be_back_at_each_start(team: Workspace) -> None:
    async with at_work(team) as made:
        assert made.news.returned == ["slack:T1/"]
