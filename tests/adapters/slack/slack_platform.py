"""The Slack platform at work against the fake, with scripted answers; nothing of the libraries is replaced."""

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
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings
from bot.i18n import t
from bot.papers import Author, Organization, Paper
from bot.views import Button, Buttons, TextBlock, View
from tests.fakes.ports import InMemoryPlatformState, RecordedChatEvents
from tests.fakes.slack import FakeSlack, SlackChannel, SlackUser, SlackWorkspace

Script = Callable[[CommandCall], View]


class SlackChatEvents(RecordedChatEvents):
    """Slack's chats keep their ids."""

    async def on_migrated(self, old: ChatAddress, new: ChatAddress) -> None:
        raise AssertionError(f"{old} is said to have become {new}")


class NonWaitingClock(SystemClock):
    """Real time, but nobody sleeps."""

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(0)


@dataclass
class SlackHarness:
    """A platform, what it was asked, and what it noted."""

    slack: FakeSlack
    platform: SlackPlatform
    state: InMemoryPlatformState
    chat_events: SlackChatEvents
    answer_with: Script
    calls: list[CommandCall] = field(default_factory=list)
    #: While it is not set, everything that is asked stays without an answer.
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def answer(self, call: CommandCall) -> View:
        self.calls.append(call)
        await self.may_answer.wait()
        return self.answer_with(call)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Task[None]]:
        """Listens until the block ends."""
        task = asyncio.create_task(self.platform.listen(self.answer))
        try:
            yield task
        finally:
            self.may_answer.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def wait_until_idle(self) -> None:
        """Returns when everything that was told so far has been worked on."""
        await self.slack.idle()
        await wait_until(lambda: set(self.state.stored) == set(self.state.processed))


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
    state, chat_events = options.pop("state", InMemoryPlatformState()), SlackChatEvents()
    settings: dict[str, Any] = {
        "clock": SystemClock(),
        "app_token": team.app_token,
        "api_url": team.slack.url,
        "ping_seconds": 0.2,
    } | options
    platform = SlackPlatform(settings.pop("token", team.bot_token), state=state, chat_events=chat_events, **settings)
    try:
        yield SlackHarness(team.slack, platform, state, chat_events, script)
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
        await wait_until(lambda: made.chat_events.available)
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
