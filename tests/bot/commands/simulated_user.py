"""Somebody who types and taps, and reads what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from adapters.telegram.capabilities import TELEGRAM
from bot.calls import NO_COMMAND, CommandCall, Permission, split_command
from bot.chats import ChatAddress, ChatKind, MessageRef, PersonAddress
from bot.commands.dispatcher import CommandDispatcher
from bot.views import Button, View
from tests.bot.commands.plain_renderer import buttons_of, label_of, render_text

PRIVATE = ChatAddress(TELEGRAM, "77", "1001")


@dataclass
class SimulatedUser:
    """One person in one chat; ``says`` and ``taps`` return what they see as plain text."""

    answers: CommandDispatcher
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
            return await self._send_call(*split_command(text[1:]))
        return await self._send_call(NO_COMMAND, text)

    async def taps(self, start: str) -> str:
        """Presses the button of the last answer whose label begins so."""
        return await self._send_call(*split_command(self.button(start).command), pressed=MessageRef("1"))

    def button(self, start: str) -> Button:
        there = {label_of(each): each for each in buttons_of(self.view)}
        found = [each for text, each in there.items() if text.startswith(start)]
        assert found, f"no button {start!r} among {sorted(there)}"
        return found[0]

    @property
    def view(self) -> View:
        return self.seen[-1]

    @property
    def labels(self) -> list[str]:
        return [label_of(each) for each in buttons_of(self.view)]

    async def _send_call(self, name: str, argument: str, pressed: MessageRef | None = None) -> str:
        call = CommandCall(
            name,
            argument,
            self.chat,
            self.kind,
            PersonAddress(self.chat.platform, self.chat.workspace, self.user),
            permission=Permission.CHANGE_CHAT if self.may_change else Permission.READ,
            person_name=self.name,
            chat_title="",
            language=self.language,
            zone_hint=self.zone,
            pressed_message=pressed,
        )
        self.seen.append(await self.answers(call))
        return render_text(self.view)

    def in_other_chat(self, chat: ChatAddress, kind: ChatKind) -> SimulatedUser:
        return replace(self, chat=chat, kind=kind, seen=[])
