"""The Telegram platform at work against the stand-in, with scripted answers; nothing of the library is replaced."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from adapters.clock import SystemClock
from adapters.telegram.platform import TelegramPlatform
from bot.calls import CommandCall
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings, PersonAddress, Platform
from bot.commands.core.command import Asked, Command, with_argument
from bot.errors import GoneReason
from bot.i18n import say
from bot.papers import Author, Organization, Paper
from bot.ports import Managed
from bot.views import Button, Buttons, Line, View
from tests.fakes.idle import Idle
from tests.fakes.ports import FakeClock
from tests.fakes.telegram import Conversation, TelegramStandIn


async def _never(asked: Asked) -> View:
    raise AssertionError("answers are scripted here")


COMMANDS = (
    Command("start", say("begin"), _never, menu=True),
    Command("help", say("what I can do"), _never, menu=True),
    Command("subscribe", say("follow a topic"), _never, aliases=("follow",), argument="TOPIC", changes=True, menu=True),
    Command("topics", say("what this chat follows"), _never, menu=True),
    Command("today", say("the newest list"), _never, menu=True),
    Command("search", say("the whole archive"), _never, argument="QUERY", menu=True),
    Command("when", say("hour and days"), _never, changes=with_argument, menu=True),
    Command("pick", say("tap a topic"), _never, changes=True, hidden=True),
    Command("paper", say("one paper"), _never),
)


class LeapingClock(FakeClock):
    """Stands still but for a block of :meth:`leaping`, where it leaps to the next sleeper's moment again and again."""

    @contextlib.asynccontextmanager
    async def leaping(self) -> AsyncIterator[None]:
        leaper = asyncio.create_task(self._leap())
        try:
            yield
        finally:
            leaper.cancel()

    async def _leap(self) -> None:
        idle = Idle.of_this_loop()
        while True:
            if await idle.for_a_while(0.01) and self._sleepers:
                self.move_to(min(self._sleepers.values()))


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

    moves: list[tuple[str, str]] = field(default_factory=list)
    lost: list[tuple[str, GoneReason]] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)

    async def moved(self, old: ChatAddress, new: ChatAddress) -> None:
        self.moves.append((old.chat, new.chat))

    async def gone(self, chat: ChatAddress, reason: GoneReason) -> None:
        self.lost.append((str(chat), reason))

    async def back(self, chat: ChatAddress) -> None:
        self.returned.append(str(chat))


@dataclass
class Desk:
    """A platform, what it was asked, and what it noted."""

    telegram: TelegramStandIn
    platform: TelegramPlatform
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
        """Returns when everything that was sent to the bot so far has been worked on."""
        await self.telegram.updates.wait_until_taken()
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
async def desk(telegram: TelegramStandIn, script: Script = echo, **options: Any) -> AsyncIterator[Desk]:
    """A platform that does not listen yet."""
    records, news = options.pop("records", MemoryRecords()), HeardNews()
    settings: dict[str, Any] = {"clock": SystemClock(), "commands": COMMANDS, "api_url": api_url(telegram)} | options
    token = settings.pop("token", telegram.token)
    platform = TelegramPlatform(token, records=records, news=news, **settings)
    try:
        yield Desk(telegram, platform, records, news, script)
    finally:
        await platform.close()


@contextlib.asynccontextmanager
async def at_work(telegram: TelegramStandIn, script: Script = echo, **options: Any) -> AsyncIterator[Desk]:
    """A platform that listens."""
    async with desk(telegram, script, **options) as made, made.listening():
        yield made


def api_url(telegram: TelegramStandIn) -> str:
    return telegram.base_url.removesuffix("/bot")


def chat_of(conversation: Conversation, kind: ChatKind = ChatKind.PRIVATE, thread: str = "") -> Chat:
    """The stored chat that a conversation of the stand-in belongs to."""
    address = ChatAddress(Platform.TELEGRAM, "123456", str(conversation.id), thread)
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
