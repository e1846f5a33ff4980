"""The Slack platform at work against the stand-in, with scripted answers; nothing of the libraries is replaced."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette

from adapters.clock import SystemClock
from adapters.slack import SlackPlatform
from adapters.slack.capabilities import SLACK
from bot.calls import CommandCall
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings, PersonAddress
from bot.errors import UnavailableReason
from bot.i18n import t
from bot.papers import Author, Organization, Paper
from bot.ports import ManagedChat
from bot.views import Button, Buttons, TextBlock, View
from tests.fakes.slack import FakeSlack, SlackChannel, SlackUser, SlackWorkspace

Script = Callable[[CommandCall], View]


@dataclass
class InMemoryPlatformState:
    """What is received and shelved, kept in memory."""

    stored: dict[str, str] = field(default_factory=dict)
    processed: list[str] = field(default_factory=list)
    callbacks: dict[str, str] = field(default_factory=dict)
    remotes: dict[PersonAddress, ManagedChat] = field(default_factory=dict)

    async def record_if_new(self, event_id: str, body: str) -> bool:
        return self.stored.setdefault(event_id, body) is body

    async def mark_processed(self, event_id: str) -> None:
        self.processed.append(event_id)

    async def unprocessed_events(self) -> list[tuple[str, str]]:
        return [(event_id, body) for event_id, body in self.stored.items() if event_id not in self.processed]

    async def store_callback(self, command: str) -> str:
        token = f"t{len(self.callbacks)}"
        self.callbacks[token] = command
        return token

    async def resolve_callback(self, token: str) -> str | None:
        return self.callbacks.get(token)

    async def managed_chat(self, person: PersonAddress) -> ManagedChat | None:
        return self.remotes.get(person)

    async def set_managed_chat(self, person: PersonAddress, managed: ManagedChat | None) -> None:
        self.remotes.pop(person, None)
        if managed is not None:
            self.remotes[person] = managed


@dataclass
class RecordedChatEvents:
    """What was told about chats."""

    unavailable: list[tuple[str, UnavailableReason]] = field(default_factory=list)
    available: list[str] = field(default_factory=list)

    async def on_migrated(self, old: ChatAddress, new: ChatAddress) -> None:
        raise AssertionError("Slack's chats keep their ids")

    async def on_unavailable(self, chat: ChatAddress, reason: UnavailableReason) -> None:
        self.unavailable.append((str(chat), reason))

    async def on_available(self, chat: ChatAddress) -> None:
        self.available.append(str(chat))


class NonWaitingClock(SystemClock):
    """Real time, but nobody sleeps."""

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(0)


@dataclass
class SlackHarness:
    """A platform, what it was asked, and what it noted."""

    slack: FakeSlack
    platform: SlackPlatform
    records: InMemoryPlatformState
    news: RecordedChatEvents
    answer_with: Script
    calls: list[CommandCall] = field(default_factory=list)

    async def answer(self, call: CommandCall) -> View:
        self.calls.append(call)
        return self.answer_with(call)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Task[None]]:
        """Listens until the block ends."""
        task = asyncio.create_task(self.platform.listen(self.answer))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def wait_until_idle(self) -> None:
        """Returns when everything that was told so far has been worked on."""
        await self.slack.idle()
        await wait_until(lambda: set(self.records.stored) == set(self.records.processed))


async def wait_until(condition: Callable[[], object]) -> None:
    """Waits for what nobody announces."""
    async with asyncio.timeout(120):
        while not condition():  # noqa: ASYNC110 - nobody would set an event
            await asyncio.sleep(0.005)


def echo_call(call: CommandCall) -> View:
    """Says back how it understood the call."""
    return View((TextBlock(t("<b>{name}</b>|{argument}", name=call.name, argument=call.argument)),))


def menu_view(*commands: str) -> View:
    """A view with one button a command, labelled with it."""
    rows = tuple((Button(t("{c}", c=command[:30]), command),) for command in commands)
    return View((TextBlock(t("Choose")), Buttons(rows)))


@contextlib.asynccontextmanager
async def make_harness(team: SlackWorkspace, script: Script = echo_call, **options: Any) -> AsyncIterator[SlackHarness]:
    """A platform that does not listen yet."""
    records, news = options.pop("records", InMemoryPlatformState()), RecordedChatEvents()
    settings: dict[str, Any] = {
        "clock": SystemClock(),
        "app_token": team.app_token,
        "api_url": team.slack.url,
        "ping_seconds": 0.2,
    } | options
    platform = SlackPlatform(settings.pop("token", team.bot_token), records=records, news=news, **settings)
    try:
        yield SlackHarness(team.slack, platform, records, news, script)
    finally:
        await platform.close()


@contextlib.asynccontextmanager
async def harness_by_socket(
    team: SlackWorkspace, script: Script = echo_call, **options: Any
) -> AsyncIterator[SlackHarness]:
    """A platform that listens over Socket Mode."""
    async with make_harness(team, script, **options) as made, made.listening():
        await team.slack.connected()
        yield made


@contextlib.asynccontextmanager
async def harness_by_http(
    team: SlackWorkspace, script: Script = echo_call, **options: Any
) -> AsyncIterator[SlackHarness]:
    """A platform that Slack posts to."""
    options = {"app_token": "", "signing_secret": team.slack.signing_secret} | options
    async with make_harness(team, script, **options) as made, serve_routes(made.platform) as address, made.listening():
        team.slack.deliver_to(f"{address}/slack/events")
        await wait_until(lambda: made.news.available)
        yield made


@contextlib.asynccontextmanager
async def serve_routes(platform: SlackPlatform) -> AsyncIterator[str]:
    """The platform's routes on a port of their own."""
    app = Starlette(routes=platform.routes())
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]  # uvicorn would take over pytest's signals
    task = asyncio.create_task(server.serve())
    try:
        await wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def make_chat(place: SlackChannel | SlackUser, *, workspace: str = "T1") -> Chat:
    """The stored chat of a channel, or of a person's own conversation."""
    kind = ChatKind.PRIVATE if isinstance(place, SlackUser) else ChatKind.CHANNEL
    address = ChatAddress(SLACK, workspace, place.id)
    return Chat(1, address, kind, "", ChatSettings(), datetime(2026, 8, 18, tzinfo=UTC), date(2026, 8, 18))


def make_paper(number: int = 1, **facts: Any) -> Paper:
    """A paper of ours."""
    known: dict[str, Any] = {
        "title": f"Paper {number}: Moving Boxes with Two Arms",
        "abstract": "We teach two arms to move boxes. They drop few.",
        "listed_on": date(2026, 8, 18),
        "authors": (Author("Ann Lee"), Author("Bo Chen")),
        "organization": Organization("boxlab", "Box Lab"),
        "upvotes": 30 + number,
    }
    return Paper(f"2608.{number:05}", **(known | facts))


def moment_ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)
