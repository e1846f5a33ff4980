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

from adapters.terminal.renderer import draw_view, pressable
from bot.i18n import Translator
from bot.ports import LocalTalk, Utterance
from bot.views import Button, View

LOOK_SECONDS = 1.0
SHOWN_AT_START = 4
LEAVING = {"exit", "quit", "/exit", "/quit"}


class TerminalChat:
    """One window on the local conversation."""

    def __init__(self, talk: LocalTalk, console: Console, commands: Sequence[str]) -> None:
        self._talk = talk
        self._console = console
        self._commands = [f"/{command}" for command in commands]
        self._last = 0
        self._buttons: dict[str, Button] = {}
        self._buttons_of = 0

    async def run(self) -> None:
        """Until the person leaves (Ctrl-D, *exit*) or the input ends."""
        self._welcome()
        await self._show(await self._talk.newest(SHOWN_AT_START))
        lines = self._prompted() if sys.stdin.isatty() else self._piped()
        async for line in lines:
            if line.strip().lower() in LEAVING:
                return
            await self._take(line)

    def _welcome(self) -> None:
        self._console.print(Text("Paperboy", style="bold red"), Text("in your terminal. Try:", style="dim"))
        self._console.print(Text("  /subscribe diffusion   /today   /search diffusion   /help   exit", style="dim"))
        self._console.print(Text("  A button is pressed by its letter, a paper opened by its number.", style="dim"))

    async def _take(self, line: str) -> None:
        button = self._pressed(line.strip().lower())
        if button is None:
            await self._talk.say(line)
            await self._look(typed_here=True)
            return
        view = await self._talk.press(button.command, self._buttons_of)
        if view.toast:
            self._console.print(Text(Translator(view.language).text(view.toast), style="green"))
        if view.blocks and view.in_place:
            self._print(view, self._buttons_of)
        await self._look(typed_here=True)

    def _pressed(self, typed: str) -> Button | None:
        """The button of that letter, or the one that says this number: it stands before its paper."""
        if typed.isdecimal():
            labels = {Translator().text(button.label): button for button in self._buttons.values()}
            return labels.get(typed)
        return self._buttons.get(typed) if len(typed) == 1 else None

    async def _look(self, *, typed_here: bool = False) -> None:
        await self._show(await self._talk.since(self._last), typed_here=typed_here)

    async def _show(self, said: Sequence[Utterance], *, typed_here: bool = False) -> None:
        for one in said:
            if one.id <= self._last:
                continue
            self._last = one.id
            if one.view is not None:
                self._print(one.view, one.id)
            elif not typed_here:
                self._console.print(Text(f"> {one.typed}", style="bold"))

    def _print(self, view: View, utterance_id: int) -> None:
        self._console.print()
        self._console.print(draw_view(view))
        if buttons := pressable(view):
            self._buttons, self._buttons_of = buttons, utterance_id

    async def _prompted(self) -> AsyncIterator[str]:
        session: PromptSession[str] = PromptSession(completer=WordCompleter(self._commands, sentence=True))
        watching = asyncio.create_task(self._watch())
        try:
            with patch_stdout(raw=True), suppress(EOFError, KeyboardInterrupt):
                while True:
                    yield await session.prompt_async("\n> ")
        finally:
            watching.cancel()

    async def _piped(self) -> AsyncIterator[str]:
        while line := await asyncio.to_thread(sys.stdin.readline):
            yield line

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._look()
