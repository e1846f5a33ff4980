"""Who changed what last, and how it is taken back: for *undo that*."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.calls import CommandCall
from bot.chats import ChatAddress, PersonAddress
from bot.views import Buttons, View

UNDO_WITHIN = timedelta(hours=1)
MAX_REMEMBERED = 10_000
_UNDO_LABEL = "Undo"


@dataclass(slots=True)
class RecentChanges:
    """The command that takes the last change of a person in a chat back, and when the change was made (UTC).

    In memory alone: after a restart the buttons under the answers still take their changes back.
    """

    _last: dict[tuple[ChatAddress, PersonAddress], tuple[str, datetime]] = field(default_factory=dict)

    def note(self, call: CommandCall, view: View, now: datetime) -> None:
        """Remembers how the change that ``view`` tells of is taken back, if it says so itself."""
        command = _undo_command(view)
        if command is None:
            return
        self._last.pop(_place(call), None)
        self._last[_place(call)] = command, now
        while len(self._last) > MAX_REMEMBERED:
            del self._last[next(iter(self._last))]

    def take(self, call: CommandCall, now: datetime) -> str | None:
        """The command that takes the last change back, once; None where there is none within the hour."""
        command, made_at = self._last.pop(_place(call), ("", now))
        return command if command and now - made_at <= UNDO_WITHIN else None


def _place(call: CommandCall) -> tuple[ChatAddress, PersonAddress]:
    return call.chat, call.person


def _undo_command(view: View) -> str | None:
    for block in view.blocks:
        for row in block.rows if isinstance(block, Buttons) else ():
            for each in row:
                if each.label.msgid == _UNDO_LABEL:
                    return each.command
    return None
