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
from bot.calls import CommandCall
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings, PersonAddress, Platform
from bot.errors import GoneReason
from bot.i18n import say
from bot.papers import Author, Organization, Paper
from bot.ports import Managed
from bot.views import Button, Buttons, Line, View
from tests.fakes.slack import Channel, Person, SlackStandIn, Workspace

Script = Callable[[CommandCall], View]


@dataclass
class MemoryRecords:
    """What is received and shelved, kept in memory."""

    stored: dict[str, str] = field(default_factory=dict)
    finished: list[str] = field(default_factory=list)
    shelf: dict[str, str] = field(default_factory=dict)
    remotes: dict[PersonAddress, Managed] = field(default_factory=dict)

    async def first_time(self, event_id: str, body: str) -> bool:
        return self.stored.setdefault(event_id, body) is body

    async def done(self, event_id: str) -> None:
        self.finished.append(event_id)

    async def unfinished(self) -> list[tuple[str, str]]:
        return [(event_id, body) for event_id, body in self.stored.items() if event_id not in self.finished]

    async def shelve(self, command: str) -> str:
        token = f"t{len(self.shelf)}"
        self.shelf[token] = command
        return token

    async def unshelve(self, token: str) -> str | None:
        return self.shelf.get(token)

    async def managed(self, person: PersonAddress) -> Managed | None:
        return self.remotes.get(person)

    async def manage(self, person: PersonAddress, managed: Managed | None) -> None:
        self.remotes.pop(person, None)
        if managed is not None:
            self.remotes[person] = managed


@dataclass
class HeardNews:
    """What was told about chats."""

    lost: list[tuple[str, GoneReason]] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)

    async def moved(self, old: ChatAddress, new: ChatAddress) -> None:
        raise AssertionError("Slack's chats keep their ids")

    async def gone(self, chat: ChatAddress, reason: GoneReason) -> None:
        self.lost.append((str(chat), reason))

    async def back(self, chat: ChatAddress) -> None:
        self.returned.append(str(chat))


class NoWaiting(SystemClock):
    """Real time, but nobody sleeps."""

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(0)


@dataclass
class Desk:
    """A platform, what it was asked, and what it noted."""

    slack: SlackStandIn
    platform: SlackPlatform
    records: MemoryRecords
    news: HeardNews
    script: Script
    calls: list[CommandCall] = field(default_factory=list)

    async def answer(self, call: CommandCall) -> View:
        self.calls.append(call)
        return self.script(call)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Task[None]]:
        """Listens until the block ends."""
        task = asyncio.create_task(self.platform.listen(self.answer))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def settled(self) -> None:
        """Returns when everything that was told so far has been worked on."""
        await self.slack.idle()
        await until(lambda: set(self.records.stored) == set(self.records.finished))


async def until(condition: Callable[[], object]) -> None:
    """Waits for what nobody announces."""
    async with asyncio.timeout(120):
        while not condition():  # noqa: ASYNC110 - nobody would set an event
            await asyncio.sleep(0.005)


def echo(call: CommandCall) -> View:
    """Says back how it understood the call."""
    return View((Line(say("<b>{name}</b>|{argument}", name=call.name, argument=call.argument)),))


def menu_of(*commands: str) -> View:
    """A view with one button a command, labelled with it."""
    rows = tuple((Button(say("{c}", c=command[:30]), command),) for command in commands)
    return View((Line(say("Choose")), Buttons(rows)))


@contextlib.asynccontextmanager
async def desk(team: Workspace, script: Script = echo, **options: Any) -> AsyncIterator[Desk]:
    """A platform that does not listen yet."""
    records, news = options.pop("records", MemoryRecords()), HeardNews()
    settings: dict[str, Any] = {
        "clock": SystemClock(),
        "app_token": team.app_token,
        "api_url": team.slack.url,
        "ping_seconds": 0.2,
    } | options
    platform = SlackPlatform(settings.pop("token", team.bot_token), records=records, news=news, **settings)
    try:
        yield Desk(team.slack, platform, records, news, script)
    finally:
        await platform.close()


@contextlib.asynccontextmanager
async def at_work(team: Workspace, script: Script = echo, **options: Any) -> AsyncIterator[Desk]:
    """A platform that listens over Socket Mode."""
    async with desk(team, script, **options) as made, made.listening():
        await team.slack.connected()
        yield made


@contextlib.asynccontextmanager
async def at_work_by_http(team: Workspace, script: Script = echo, **options: Any) -> AsyncIterator[Desk]:
    """A platform that Slack posts to."""
    options = {"app_token": "", "signing_secret": team.slack.signing_secret} | options
    async with desk(team, script, **options) as made, served(made.platform) as address, made.listening():
        team.slack.deliver_to(f"{address}/slack/events")
        await until(lambda: made.news.returned)
        yield made


@contextlib.asynccontextmanager
async def served(platform: SlackPlatform) -> AsyncIterator[str]:
    """The platform's routes on a port of their own."""
    app = Starlette(routes=platform.routes())
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]  # uvicorn would take over pytest's signals
    task = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def chat_of(place: Channel | Person, *, workspace: str = "T1") -> Chat:
    """The stored chat of a channel, or of a person's own conversation."""
    kind = ChatKind.PRIVATE if isinstance(place, Person) else ChatKind.CHANNEL
    address = ChatAddress(Platform.SLACK, workspace, place.id)
    return Chat(1, address, kind, "", ChatSettings(), datetime(2026, 8, 18, tzinfo=UTC), date(2026, 8, 18))


def paper(number: int = 1, **facts: Any) -> Paper:
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


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)
