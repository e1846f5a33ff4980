"""A plain text file as a chat: the smallest platform there can be, to see what one needs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from starlette.routing import BaseRoute

from bot.calls import NO_COMMAND, CommandCall, split_command
from bot.chats import Chat, ChatAddress, ChatKind, MessageRef, PersonAddress, Platform
from bot.errors import OutcomeUnknown
from bot.i18n import Translator
from bot.ports import Clock, CommandHandler, LookupUnsupported, PlatformCapabilities, PlatformPhrases, Storage
from bot.views import View
from paperboy.check_result import CheckResult
from paperboy.platforms import PlatformEntry
from paperboy.settings import Settings
from storage.database import Database
from tests.bot.commands.plain_renderer import buttons_of, label_of, render_text

TEXT_FILE = Platform("text file")
CHAT = ChatAddress(TEXT_FILE, "", "notes")
CAPABILITIES = PlatformCapabilities(phrases=PlatformPhrases(usage_prefix="> ", suggestion_prefix=""))


class TextFilePlatform:
    """Implements :class:`paperboy.platforms.ConnectedPlatform`. What a person types begins with ``> `` in the file, a
    message for a delivery with its key; ``[`` and how a label begins is its button. ``lose_answers``: a message is
    written, and nobody is told."""

    platform = TEXT_FILE
    capabilities = CAPABILITIES

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lose_answers = False
        self._commands: dict[str, str] = {}
        self._typed: asyncio.Queue[tuple[str, asyncio.Future[str]]] = asyncio.Queue()
        file.touch()

    # --- for deliveries

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        self._append(f"[{key}]\n{self._show(view)}")
        if self.lose_answers:
            raise OutcomeUnknown("nobody saw it written")
        return MessageRef(key)

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        """What is written is written."""

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> MessageRef | LookupUnsupported | None:
        return MessageRef(key) if f"[{key}]\n" in self.file.read_text() else None

    async def wait_turn(self, chat: ChatAddress) -> None:
        """A file has no rate limit."""

    # --- with people

    async def check_connection(self) -> str:
        return "" if self.file.exists() else f"{self.file.name} is gone"

    async def type(self, line: str) -> str:
        """Writes a line as the person; returns the answer that was written below it."""
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        await self._typed.put((line, answered))
        return await answered

    async def listen(self, handler: CommandHandler) -> None:
        while True:
            line, answered = await self._typed.get()
            self._append(f"> {line}")
            answer = self._show(await handler(_read_call(self._pressed(line))))
            self._append(answer)
            answered.set_result(answer)

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def close(self) -> None:
        """Nothing is held open."""

    def _show(self, view: View) -> str:
        offered = {label_of(each): each.command for each in buttons_of(view)}
        self._commands = offered | {label: old for label, old in self._commands.items() if label not in offered}
        return render_text(view) or (Translator().plain_text(view.toast) if view.toast else "")

    def _pressed(self, line: str) -> str:
        return next((f"/{each}" for label, each in self._commands.items() if f"[{label}".startswith(line)), line)

    def _append(self, text: str) -> None:
        with self.file.open("a") as file:
            file.write(f"{text}\n\n")


def _read_call(line: str) -> CommandCall:
    name, argument = split_command(line[1:]) if line.startswith("/") else (NO_COMMAND, line)
    return CommandCall(name, argument, CHAT, ChatKind.PRIVATE, PersonAddress(TEXT_FILE, "", "me"), zone_hint="UTC")


# --- its entry in the table of platforms


def _make(settings: Settings, storage: Database, clock: Clock) -> TextFilePlatform:
    return TextFilePlatform(settings.data_dir / "notes.txt")


async def _check_connected(settings: Settings, storage: Storage) -> CheckResult:
    return CheckResult(TEXT_FILE, "ok", "The file is there.")


def _render(views: Iterable[View]) -> str:
    return "\n\n".join(map(render_text, views))


ENTRY = PlatformEntry(
    TEXT_FILE,
    CAPABILITIES,
    _make,
    account=lambda settings: settings.data_dir.name,
    check_connected=_check_connected,
    incomplete_settings=lambda settings: (),
    render_text=_render,
)
