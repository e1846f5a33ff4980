"""What stands on the buttons of the last answer in a chat of one person, so that it can be typed as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.calls import NO_COMMAND, AskedFrom, CommandCall, split_command
from bot.chats import ChatAddress
from bot.i18n import Translator
from bot.views import Button, Buttons, View

REMEMBERED_FOR = timedelta(hours=1)  # as long as *undo that*: later nobody thinks of that answer any more
MAX_REMEMBERED = 10_000  # chats
_ARROWS = "‹› "  # of buttons that turn pages; nobody types them


@dataclass(slots=True)
class LastAnswers:
    """The commands behind the last answer's buttons, by what stands on them.

    In memory alone: after a restart they are pressed as ever. In chats of several people words are words, since each
    of them may have read another answer.
    """

    _commands: dict[ChatAddress, tuple[Mapping[str, str], datetime]] = field(default_factory=dict)

    def note(self, call: CommandCall, view: View, now: datetime) -> None:
        """Remembers what can be pressed under ``view``, answered ``now`` (UTC); a mere toast leaves the answer before
        it in its place."""
        if not call.kind.personal or call.asked_from is not AskedFrom.CHAT or not view.blocks:
            return
        self._commands.pop(call.chat, None)
        translator = Translator(call.language)
        labels = {_as_typed(translator.plain_text(each.label)): each.command for each in _pressable(view)}
        self._commands[call.chat] = labels, now
        while len(self._commands) > MAX_REMEMBERED:
            del self._commands[next(iter(self._commands))]

    def as_pressed(self, call: CommandCall, now: datetime) -> CommandCall:
        """The call of the button that says just these words; the same call where none does."""
        labels, answered_at = self._commands.get(call.chat, ({}, now))
        if call.name != NO_COMMAND or not call.kind.personal or now - answered_at > REMEMBERED_FOR:
            return call
        command = labels.get(_as_typed(call.argument))
        if command is None:
            return call
        name, argument = split_command(command)
        return replace(call, name=name, argument=argument)


def _pressable(view: View) -> Iterator[Button]:
    for block in view.blocks:
        for row in block.rows if isinstance(block, Buttons) else ():
            yield from (each for each in row if each.command and each.target == "here")


def _as_typed(label: str) -> str:
    return " ".join(label.split()).strip(_ARROWS).casefold()
