"""Somebody who types and taps, and reads what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.calls import PLAIN_WORDS, CommandCall, split_command
from bot.chats import ChatAddress, ChatKind, PersonAddress, Platform, Receipt
from bot.commands.dispatcher import Answers
from bot.views import Button, View
from tests.bot.commands.plain_renderer import buttons, drawn, label

PRIVATE = ChatAddress(Platform.TELEGRAM, "77", "1001")


@dataclass
class Somebody:
    """One person in one chat; ``says`` and ``taps`` return what they see as plain text."""

    answers: Answers
    chat: ChatAddress = PRIVATE
    kind: ChatKind = ChatKind.PRIVATE
    user: str = "1001"
    name: str = ""
    may_change: bool = True
    zone: str = ""
    language: str = "en"
    seen: list[View] = field(default_factory=list)

    async def says(self, text: str) -> str:
        if text.startswith("/"):
            return await self._asks(*split_command(text[1:]))
        return await self._asks(PLAIN_WORDS, text)

    async def taps(self, start: str) -> str:
        """Presses the button of the last answer whose label begins so."""
        return await self._asks(*split_command(self.button(start).command), pressed=Receipt("1"))

    def button(self, start: str) -> Button:
        there = {label(each): each for each in buttons(self.view)}
        found = [each for text, each in there.items() if text.startswith(start)]
        assert found, f"no button {start!r} among {sorted(there)}"
        return found[0]

    @property
    def view(self) -> View:
        return self.seen[-1]

    @property
    def labels(self) -> list[str]:
        return [label(each) for each in buttons(self.view)]

    async def _asks(self, name: str, argument: str, pressed: Receipt | None = None) -> str:
        call = CommandCall(
            name,
            argument,
            self.chat,
            self.kind,
            PersonAddress(self.chat.platform, self.chat.workspace, self.user),
            may_change=self.may_change,
            person_name=self.name,
            chat_title="",
            language=self.language,
            zone_hint=self.zone,
            pressed=pressed,
        )
        self.seen.append(await self.answers(call))
        return drawn(self.view)

    def elsewhere(self, chat: ChatAddress, kind: ChatKind) -> Somebody:
        return replace(self, chat=chat, kind=kind, seen=[])
