"""``paperboy chat``: type, read, press a button by its letter; messages from elsewhere appear as they come."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.text import Text

from adapters.terminal.renderer import lettered_buttons, render_view
from bot.i18n import Translator
from bot.ports import ChatMessage, ConversationSession
from bot.views import Button, View

POLL_SECONDS = 1.0
INITIAL_MESSAGES = 4
EXIT_COMMANDS = {"exit", "quit", "/exit", "/quit"}


class TerminalChat:
    """One window on the local conversation."""

    def __init__(self, session: ConversationSession, console: Console, commands: Sequence[str]) -> None:
        self._session = session
        self._console = console
        self._commands = [f"/{command}" for command in commands]
        self._last_id = 0
        self._buttons: dict[str, Button] = {}
        self._buttons_message_id = 0

    async def run(self) -> None:
        """Until the person leaves (Ctrl-D, *exit*) or the input ends."""
        self._print_welcome()
        await self._print_new(await self._session.latest_messages(INITIAL_MESSAGES))
        lines = self._interactive_lines() if sys.stdin.isatty() else self._piped_lines()
        async for line in lines:
            if line.strip().lower() in EXIT_COMMANDS:
                return
            await self._handle_line(line)

    def _print_welcome(self) -> None:
        self._console.print(Text("Paperboy", style="bold red"), Text("in your terminal. Try:", style="dim"))
        self._console.print(Text("  /subscribe diffusion   /today   /search diffusion   /help   exit", style="dim"))
        self._console.print(Text("  A button is pressed by its letter, a paper opened by its number.", style="dim"))

    async def _handle_line(self, line: str) -> None:
        button = self._find_button(line.strip().lower())
        if button is None:
            await self._session.submit(line)
            await self._poll(typed_here=True)
            return
        view = await self._session.press_button(button.command, self._buttons_message_id)
        if view.toast:
            self._console.print(Text(Translator(view.language).plain_text(view.toast), style="green"))
        if view.blocks and view.replaces_message:
            self._print_view(view, self._buttons_message_id)
        await self._poll(typed_here=True)

    def _find_button(self, typed: str) -> Button | None:
        """The button of that letter, or the one that says this number: it stands before its paper."""
        if typed.isdecimal():
            labels = {Translator().plain_text(button.label): button for button in self._buttons.values()}
            return labels.get(typed)
        return self._buttons.get(typed) if len(typed) == 1 else None

    async def _poll(self, *, typed_here: bool = False) -> None:
        await self._print_new(await self._session.messages_after(self._last_id), typed_here=typed_here)

    async def _print_new(self, messages: Sequence[ChatMessage], *, typed_here: bool = False) -> None:
        for one in messages:
            if one.id <= self._last_id:
                continue
            self._last_id = one.id
            if one.view is not None:
                self._print_view(one.view, one.id)
            elif not typed_here:
                self._console.print(Text(f"> {one.typed}", style="bold"))

    def _print_view(self, view: View, utterance_id: int) -> None:
        self._console.print()
        self._console.print(render_view(view))
        if buttons := lettered_buttons(view):
            self._buttons, self._buttons_message_id = buttons, utterance_id

    async def _interactive_lines(self) -> AsyncIterator[str]:
        session: PromptSession[str] = PromptSession(completer=WordCompleter(self._commands, sentence=True))
        watching = asyncio.create_task(self._poll_forever())
        try:
            with patch_stdout(raw=True), suppress(EOFError, KeyboardInterrupt):
                while True:
                    yield await session.prompt_async("\n> ")
        finally:
            watching.cancel()

    async def _piped_lines(self) -> AsyncIterator[str]:
        while line := await asyncio.to_thread(sys.stdin.readline):
            yield line

    async def _poll_forever(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self._poll()
