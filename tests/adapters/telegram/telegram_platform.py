"""The Telegram platform at work against the fake, with scripted answers; nothing of the library is replaced."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from adapters.clock import SystemClock
from adapters.telegram.capabilities import CAPABILITIES, TELEGRAM
from adapters.telegram.platform import TelegramPlatform
from bot.calls import CommandCall
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings
from bot.commands.core.command import Command, CommandContext, has_argument
from bot.i18n import t
from bot.papers import Author, Organization, Paper
from bot.views import Button, Buttons, TextBlock, View
from tests.fakes.idle import Idle
from tests.fakes.ports import FakeClock, InMemoryPlatformState, RecordedChatEvents
from tests.fakes.telegram import FakeTelegram, TelegramConversation


async def _never(asked: CommandContext) -> View:
    raise AssertionError("answers are scripted here")


COMMANDS = (
    Command("start", t("begin"), _never, menu=True),
    Command("help", t("what I can do"), _never, menu=True),
    Command("subscribe", t("follow a topic"), _never, aliases=("follow",), argument="TOPIC", changes=True, menu=True),
    Command("topics", t("what this chat follows"), _never, menu=True),
    Command("today", t("the newest list"), _never, menu=True),
    Command("search", t("the whole archive"), _never, argument="QUERY", menu=True),
    Command("when", t("hour and days"), _never, changes=has_argument, menu=True),
    Command("pick", t("tap a topic"), _never, changes=True, hidden=True),
    Command("paper", t("one paper"), _never),
)


class AutoAdvancingClock(FakeClock):
    """Stands still but for a block of :meth:`leaping`, where it leaps to the next sleeper's moment again and again."""

    @contextlib.asynccontextmanager
    async def auto_advancing(self) -> AsyncIterator[None]:
        leaper = asyncio.create_task(self._advance())
        try:
            yield
        finally:
            leaper.cancel()

    async def _advance(self) -> None:
        idle = Idle.of_this_loop()
        while True:
            if await idle.for_a_while(0.01) and self._sleepers:
                self.move_to(min(self._sleepers.values()))


Script = Callable[[CommandCall], View]


@dataclass
class TelegramHarness:
    """A platform, what it was asked, and what it noted."""

    telegram: FakeTelegram
    platform: TelegramPlatform
    state: InMemoryPlatformState
    chat_events: RecordedChatEvents
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
        """Returns when everything that was sent to the bot so far has been worked on."""
        await self.telegram.updates.wait_until_taken()
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
async def make_harness(
    telegram: FakeTelegram, script: Script = echo_call, **options: Any
) -> AsyncIterator[TelegramHarness]:
    """A platform that does not listen yet."""
    state, chat_events = options.pop("state", InMemoryPlatformState()), RecordedChatEvents(CAPABILITIES)
    settings: dict[str, Any] = {"clock": SystemClock(), "commands": COMMANDS, "api_url": api_url(telegram)} | options
    token = settings.pop("token", telegram.token)
    platform = TelegramPlatform(token, state=state, chat_events=chat_events, **settings)
    try:
        yield TelegramHarness(telegram, platform, state, chat_events, script)
    finally:
        await platform.close()


@contextlib.asynccontextmanager
async def listening_harness(
    telegram: FakeTelegram, script: Script = echo_call, **options: Any
) -> AsyncIterator[TelegramHarness]:
    """A platform that listens."""
    async with make_harness(telegram, script, **options) as made, made.listening():
        yield made


def api_url(telegram: FakeTelegram) -> str:
    return telegram.base_url.removesuffix("/bot")


def make_chat(conversation: TelegramConversation, kind: ChatKind = ChatKind.PRIVATE, thread: str = "") -> Chat:
    """The stored chat that a conversation of the fake belongs to."""
    address = ChatAddress(TELEGRAM, "123456", str(conversation.id), thread)
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
