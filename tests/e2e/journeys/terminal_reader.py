"""In ``paperboy chat``, reading what it prints."""

from __future__ import annotations

import io
import re

from rich.console import Console

from adapters.local import LocalChat
from adapters.terminal.chat import TerminalChat
from tests.bot.commands.plain_renderer import label_of
from tests.e2e.journeys.reader import find_label


class TerminalReader:
    """Implements :class:`tests.e2e.journeys.reader.Reader`."""

    def __init__(self, chat: LocalChat) -> None:
        self._printed = io.StringIO()
        self._window = TerminalChat(chat, Console(file=self._printed, width=200, no_color=True), ["topics"])

    async def ask(self, line: str) -> str:
        await self.came()
        await self._window._handle_line(line)
        return self._take_printed()

    async def press(self, label: str) -> str:
        letters = {label_of(button): letter for letter, button in self._window._buttons.items()}
        assert find_label(letters, label), f"no button {label!r}, only {list(letters)}"
        return await self.ask(letters[find_label(letters, label)])

    async def came(self) -> str:
        await self._window._poll(typed_here=True)
        return self._take_printed()

    def _take_printed(self) -> str:
        text = self._printed.getvalue()
        self._printed.seek(0)
        self._printed.truncate()
        return re.sub(r"[^\S\n]*\n[^\S\n]*", "\n", text).strip()
