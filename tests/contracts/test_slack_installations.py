"""Installations in Slack, in slack-sdk's stores on our database: found, erased, and their tokens exchanged once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import text

from adapters.clock import SystemClock
from adapters.slack.client.connection import Connection
from adapters.slack.install.installations import InstallationRepository, InstallationToken
from bot.errors import NotAuthorised, RetryLater
from paperboy.settings import Settings
from paperboy.slack_oauth_store import STATE_LIFETIME_SECONDS, SignedStateStore, make_slack_oauth
from storage.database import Database
from tests.fakes.slack import FakeSlack, SlackWorkspace, dropped, refused, slow

CLOCK = SystemClock()


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
def team(slack: FakeSlack) -> SlackWorkspace:
    return slack.workspace("T1")


@asynccontextmanager
async def process(slack: FakeSlack, storage: Database) -> AsyncIterator[InstallationRepository]:
    """One process's view of them."""
    settings = Settings(
        _env_file=None, slack_client_id=slack.client_id, slack_client_secret=SecretStr(slack.client_secret)
    )
    oauth, connection = make_slack_oauth(settings, storage), Connection(slack.url)
    assert oauth
    try:
        yield InstallationRepository(oauth, connection, CLOCK)
    finally:
        await connection.close()


@pytest.fixture
async def installations(slack: FakeSlack, storage: Database) -> AsyncIterator[InstallationRepository]:
    async with process(slack, storage) as made:
        yield made


def installed(team: SlackWorkspace, lasts: float | None = None, **more: Any) -> Installation:
    """The app just installed there; ``lasts``: its token is exchanged, and that one lasts so many seconds."""
    if lasts is not None:
        team.rotate()
        more |= {
            "bot_refresh_token": team.refresh_token,
            "bot_token_expires_at": int(CLOCK.now().timestamp() + lasts),
        }
    known = {
        "app_id": "A1", "team_id": team.id, "user_id": "U1", "bot_token": team.bot_token, "bot_id": team.bot_id,
        "bot_user_id": team.bot_user, "bot_scopes": "chat:write",
    }  # fmt: skip
    return Installation(**(known | more))


def exchanges(slack: FakeSlack) -> list[dict[str, Any]]:
    return [call.args for call in slack.calls if call.method == "oauth.v2.access"]


async def test_each_workspace_is_found_by_the_id_its_chats_have(
    installations: InstallationRepository, team: SlackWorkspace
) -> None:
    in_grid = installed(team, team_id="T2", enterprise_id="E1", enterprise_name="Grid")
    whole_grid = installed(team, team_id=None, enterprise_id="E2", is_enterprise_install=True)
    names = [await installations.save(each) for each in (installed(team), in_grid, whole_grid)]
    assert names == ["T1", "T2", "E2"]
    found = [await installations.bot(name) for name in (*names, "T9", "E1")]
    assert [bot.bot_token if bot else None for bot in found] == [team.bot_token] * 3 + [None] * 2


async def test_it_is_erased_alone_and_not_where_it_is_newer(
    installations: InstallationRepository, storage: Database, team: SlackWorkspace
) -> None:
    for name in ("T1", "T2"):
        await installations.save(installed(team, team_id=name))
    assert not await installations.erase("T1", CLOCK.now() - timedelta(minutes=1))
    assert await installations.bot("T1")
    assert await installations.erase("T1", CLOCK.now())
    assert await installations.bot("T1") is None
    assert await installations.bot("T2")
    async with storage.engine.connect() as connection:
        for table in ("slack_bots", "slack_installations"):
            assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar() == 1


async def test_a_token_that_lasts_is_left_alone(
    installations: InstallationRepository, slack: FakeSlack, team: SlackWorkspace
) -> None:
    await installations.save(installed(team, lasts=3 * 3600))
    bot = await installations.bot("T1")
    assert bot
    assert bot.bot_token == team.bot_token
    assert exchanges(slack) == []


async def test_several_who_need_it_at_once_exchange_it_once(
    storage: Database, slack: FakeSlack, team: SlackWorkspace
) -> None:
    """On PostgreSQL two processes; on SQLite one alone sends. A refresh token works once."""
    async with process(slack, storage) as one, process(slack, storage) as second:
        another = one if storage.name.startswith("sqlite") else second
        await one.save(installed(team, lasts=3600))
        old = team.bot_token
        askers = [InstallationToken(each, "T1", CLOCK) for each in (one, another) for _ in range(3)]
        slack.fail("oauth.v2.access", slow(0.3))
        tokens = set(await asyncio.gather(*(each.get() for each in askers)))
    assert tokens == {team.bot_token} != {old}
    assert len(exchanges(slack)) == 1


async def test_what_can_not_be_exchanged_works_as_long_as_it_lasts(
    installations: InstallationRepository, slack: FakeSlack, team: SlackWorkspace
) -> None:
    await installations.save(installed(team, lasts=3600))
    slack.fail("oauth.v2.access", refused("internal_error"))
    assert await InstallationToken(installations, "T1", CLOCK).get() == team.bot_token
    await installations.save(installed(team, lasts=-60))
    slack.fail("oauth.v2.access", dropped(accepted=False))
    with pytest.raises(RetryLater):
        await InstallationToken(installations, "T1", CLOCK).get()
    team.refresh_token = "another"
    with pytest.raises(NotAuthorised, match="installed again"):
        await InstallationToken(installations, "T1", CLOCK).get()


async def test_where_it_is_not_installed_there_is_no_token(installations: InstallationRepository) -> None:
    with pytest.raises(NotAuthorised, match="not installed"):
        await InstallationToken(installations, "T1", CLOCK).get()


async def test_another_token_is_looked_for_where_one_is_refused(
    installations: InstallationRepository, team: SlackWorkspace
) -> None:
    await installations.save(installed(team))
    token = InstallationToken(installations, "T1", CLOCK)
    old = await token.get()
    assert await token.refreshed_from(old) == ""
    team.install()
    await installations.save(installed(team))
    assert await token.get() == old, "it is looked at again after a minute, or where it is refused"
    assert await token.refreshed_from(old) == team.bot_token


async def stored_states(storage: Database) -> Sequence[str]:
    async with storage.engine.connect() as connection:
        return (await connection.execute(text("SELECT state FROM slack_oauth_states"))).scalars().all()


async def test_what_was_begun_stores_nothing_and_is_good_once(storage: Database) -> None:
    now = 1_000_000_000.0
    states = SignedStateStore(storage.engine, "secret", lambda: now)
    issued = [await states.async_issue() for _ in range(1000)]
    assert await stored_states(storage) == []
    assert len(set(issued)) == 1000
    results = await asyncio.gather(*(states.async_consume(issued[0]) for _ in range(5)))
    assert sorted(results) == [False] * 4 + [True]
    assert await stored_states(storage) == [issued[0]]
    now += STATE_LIFETIME_SECONDS - 1
    assert await states.async_consume(issued[1])
    now += 1
    assert not await states.async_consume(issued[2])
    assert await states.async_consume(await states.async_issue())
    now += 1
    assert len(await stored_states(storage)) == 3
    await states.async_consume(await states.async_issue())
    assert len(await stored_states(storage)) == 2


async def test_a_state_that_is_not_ours_is_none(storage: Database) -> None:
    states, others = SignedStateStore(storage.engine, "secret"), SignedStateStore(storage.engine, "another")
    right = await states.async_issue()
    for forged in ("", "-", "é", "zz-y-x", f"f{right}", right[:-1], await others.async_issue()):
        assert not await states.async_consume(forged)
    assert await stored_states(storage) == []
