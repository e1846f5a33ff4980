"""The whole core behind the real Slack libraries, against a Slack of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text

from adapters.search.fts_index import FtsIndex
from adapters.slack import SlackPlatform
from adapters.slack.capabilities import SLACK
from bot.chats import Chat, ChatStatus
from bot.commands.core.services import Services
from bot.commands.dispatcher import CommandDispatcher
from bot.delivery.chat_lifecycle import ChatLifecycle
from paperboy.settings import Settings
from paperboy.slack_oauth_store import make_slack_oauth
from storage.database import Database
from storage.platform_state import StoredPlatformState
from tests.adapters.slack.slack_platform import serve_routes
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support.single_platform import SinglePlatformPaperboy, august, make_paper
from tests.fakes.slack import FakeSlack, SlackChannel, SlackMessage, SlackUser, SlackWorkspace

CAPABILITIES = {SLACK: SlackPlatform.capabilities}


def morning(day: int) -> datetime:
    """Nine o'clock in Berlin."""
    return datetime(2026, 8, day, 7, tzinfo=UTC)


ARCHIVE = (
    make_paper(1, "Diffusion Models for <!channel> & *Other* Maps", august(21), 17),
    make_paper(2, "Fast Diffusion Sampling on a Phone", august(20), 42),
    make_paper(3, "Soft Clustering in Little Memory", august(3), 2),
    make_paper(4, "Letters from the Harbour", august(21), 9),
)


@dataclass
class SlackPaperboy(SinglePlatformPaperboy):
    """Papers are put in by hand, moments come when the test says so."""

    platform: SlackPlatform
    slack: FakeSlack

    async def chat(self, place: SlackChannel | SlackUser) -> Chat:
        async with self.storage.read() as work:
            chats = await work.chats.chats_of_workspace(SLACK, place.team.id)
        return next(chat for chat in chats if chat.address.chat == place.id)

    async def wait_for_status(self, place: SlackChannel | SlackUser, status: ChatStatus) -> None:
        """Waits for what Slack tells of a conversation."""
        async with asyncio.timeout(120):
            while (await self.chat(place)).status is not status:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def run_in_workspace(
    team: SlackWorkspace, storage: Database, index: FtsIndex, clock: AutoAdvancingClock
) -> AsyncIterator[SlackPaperboy]:
    """In one workspace, whose token the operator set, by Socket Mode."""
    platform = _platform(team.slack, storage, clock, token=team.bot_token, app_token=team.app_token)
    async with _listening(platform, team.slack, storage, index, clock) as paperboy:
        await team.slack.connected()
        yield paperboy


@asynccontextmanager
async def run_multi_workspace(
    slack: FakeSlack,
    storage: Database,
    index: FtsIndex,
    clock: AutoAdvancingClock,
    *,
    by_socket: bool = False,
    token: str = "",
) -> AsyncIterator[tuple[SlackPaperboy, str]]:
    """In every workspace that installs it, by HTTP or Socket Mode; with the address that browsers reach it at.
    ``token`` is one that the operator set beside."""
    oauth = make_slack_oauth(oauth_settings(slack), storage)
    way = {"app_token": slack.app_token} if by_socket else {"signing_secret": slack.signing_secret}
    platform = _platform(slack, storage, clock, token, oauth=oauth, **way)
    async with serve_routes(platform) as address, _listening(platform, slack, storage, index, clock) as paperboy:
        if by_socket:
            await slack.connected()
        else:
            slack.deliver_to(f"{address}/slack/events")
        yield paperboy, address
        await slack.idle()


MultiWorkspace = tuple[SlackPaperboy, str]


def oauth_settings(slack: FakeSlack) -> Settings:
    """What an operator sets to let any workspace install the app."""
    return Settings(_env_file=None, slack_client_id=slack.client_id, slack_client_secret=SecretStr(slack.client_secret))


def _platform(
    slack: FakeSlack, storage: Database, clock: AutoAdvancingClock, token: str = "", **ways: Any
) -> SlackPlatform:
    return SlackPlatform(
        token,
        api_url=slack.url,
        clock=clock,
        state=StoredPlatformState(storage, SLACK, clock),
        chat_events=ChatLifecycle(storage, clock, SlackPlatform.capabilities),
        **ways,
    )


@asynccontextmanager
async def _listening(
    platform: SlackPlatform, slack: FakeSlack, storage: Database, index: FtsIndex, clock: AutoAdvancingClock
) -> AsyncIterator[SlackPaperboy]:
    listening = asyncio.create_task(
        platform.listen(CommandDispatcher(Services(storage, index, clock, capabilities=CAPABILITIES)))
    )
    try:
        yield SlackPaperboy(storage, index, clock, platform, slack)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await platform.close()


async def invite_and_follow(person: SlackUser, channel: SlackChannel, topic: str) -> None:
    """Invites the app and follows a topic there."""
    await person.invite(channel)
    await person.command(channel, f"/papers subscribe {topic}")
    await person.sees("✓", channel)


async def count_rows(storage: Database, table: str) -> int:
    """How many there are."""
    async with storage.engine.connect() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar() or 0)


def paper_titles(message: SlackMessage) -> list[str]:
    return [link.label for link in message.links if "/papers/2608" in link.url]
