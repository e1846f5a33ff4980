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
from bot.chats import Chat, ChatStatus, Platform
from bot.commands.core.services import Services
from bot.commands.dispatcher import Answers
from bot.delivery.chat_lifecycle import StoredChatNews
from paperboy.settings import Settings
from paperboy.slack_oauth_store import slack_oauth
from storage.database import Database
from storage.platform_state import PlatformRecords
from tests.adapters.slack.slack_platform import served
from tests.adapters.telegram.telegram_platform import LeapingClock
from tests.e2e.support.single_platform import ByHand, august, paper
from tests.fakes.slack import Channel, Message, Person, SlackStandIn, Workspace

TRAITS = {Platform.SLACK: SlackPlatform.traits}


def morning(day: int) -> datetime:
    """Nine o'clock in Berlin."""
    return datetime(2026, 8, day, 7, tzinfo=UTC)


ARCHIVE = (
    paper(1, "Diffusion Models for <!channel> & *Other* Maps", august(21), 17),
    paper(2, "Fast Diffusion Sampling on a Phone", august(20), 42),
    paper(3, "Soft Clustering in Little Memory", august(3), 2),
    paper(4, "Letters from the Harbour", august(21), 9),
)


@dataclass
class Paperboy(ByHand):
    """Papers are put in by hand, moments come when the test says so."""

    platform: SlackPlatform
    slack: SlackStandIn

    async def chat(self, place: Channel | Person) -> Chat:
        async with self.storage.read() as work:
            chats = await work.chats.of_workspace(Platform.SLACK, place.team.id)
        return next(chat for chat in chats if chat.address.chat == place.id)

    async def until(self, place: Channel | Person, status: ChatStatus) -> None:
        """Waits for what Slack tells of a conversation."""
        async with asyncio.timeout(120):
            while (await self.chat(place)).status is not status:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(team: Workspace, storage: Database, index: FtsIndex, clock: LeapingClock) -> AsyncIterator[Paperboy]:
    """In one workspace, whose token the operator set, by Socket Mode."""
    platform = _platform(team.slack, storage, clock, token=team.bot_token, app_token=team.app_token)
    async with _listening(platform, team.slack, storage, index, clock) as paperboy:
        await team.slack.connected()
        yield paperboy


@asynccontextmanager
async def running_for_many(
    slack: SlackStandIn,
    storage: Database,
    index: FtsIndex,
    clock: LeapingClock,
    *,
    by_socket: bool = False,
    token: str = "",
) -> AsyncIterator[tuple[Paperboy, str]]:
    """In every workspace that installs it, by HTTP or Socket Mode; with the address that browsers reach it at.
    ``token`` is one that the operator set beside."""
    oauth = slack_oauth(many_workspaces(slack), storage)
    way = {"app_token": slack.app_token} if by_socket else {"signing_secret": slack.signing_secret}
    platform = _platform(slack, storage, clock, token, oauth=oauth, **way)
    async with served(platform) as address, _listening(platform, slack, storage, index, clock) as paperboy:
        if by_socket:
            await slack.connected()
        else:
            slack.deliver_to(f"{address}/slack/events")
        yield paperboy, address
        await slack.idle()


Many = tuple[Paperboy, str]


def many_workspaces(slack: SlackStandIn) -> Settings:
    """What an operator sets to let any workspace install the app."""
    return Settings(_env_file=None, slack_client_id=slack.client_id, slack_client_secret=SecretStr(slack.client_secret))


def _platform(
    slack: SlackStandIn, storage: Database, clock: LeapingClock, token: str = "", **ways: Any
) -> SlackPlatform:
    return SlackPlatform(
        token,
        api_url=slack.url,
        clock=clock,
        records=PlatformRecords(storage, Platform.SLACK, clock),
        news=StoredChatNews(storage, clock),
        **ways,
    )


@asynccontextmanager
async def _listening(
    platform: SlackPlatform, slack: SlackStandIn, storage: Database, index: FtsIndex, clock: LeapingClock
) -> AsyncIterator[Paperboy]:
    listening = asyncio.create_task(platform.listen(Answers(Services(storage, index, clock, traits=TRAITS))))
    try:
        yield Paperboy(storage, index, clock, platform, slack)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await platform.close()


async def follows(person: Person, channel: Channel, topic: str) -> None:
    """Invites the app and follows a topic there."""
    await person.invite(channel)
    await person.command(channel, f"/papers subscribe {topic}")
    await person.sees("✓", channel)


async def rows(storage: Database, table: str) -> int:
    """How many there are."""
    async with storage.engine.connect() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar() or 0)


def titles(message: Message) -> list[str]:
    return [link.label for link in message.links if "/papers/2608" in link.url]
