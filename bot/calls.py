"""What a person asks, whichever platform they asked on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.chats import ChatAddress, ChatKind, MessageRef, PersonAddress

NO_COMMAND = ""


class Permission(Enum):
    """What somebody may do, each including those before it: read, change what the chat follows, and choose what holds
    for the whole workspace."""

    READ = auto()
    CHANGE_CHAT = auto()
    ADMINISTER_WORKSPACE = auto()


class AskedFrom(Enum):
    """Where a call comes from: the chat itself; elsewhere, so that no chat is registered for whoever asks; or the own
    chat of somebody who manages this one, so that nobody else reads the answer."""

    CHAT = auto()
    ELSEWHERE = auto()
    OWN_CHAT = auto()


@dataclass(frozen=True, slots=True)
class CommandCall:
    """One request: a typed command, a pressed button (a command not typed) or plain words.

    ``name`` is the command or an alias in lower case as typed, :data:`NO_COMMAND` for a message without a command.
    ``argument`` is the rest, stripped. ``permission`` may be more than is true where the command changes nothing:
    adapters find it out only for those that do (see :meth:`bot.commands.core.command.Command.changes_chat`).
    ``zone_hint`` is the IANA zone the platform knows for the person, '' where it tells none. ``pressed_message`` is the
    message whose button was pressed. ``chat_title`` and ``person_name`` are for display only.
    """

    name: str
    argument: str
    chat: ChatAddress
    kind: ChatKind
    person: PersonAddress
    permission: Permission = Permission.CHANGE_CHAT
    asked_from: AskedFrom = AskedFrom.CHAT
    person_name: str = ""
    chat_title: str = ""
    language: str = "en"
    zone_hint: str = ""
    pressed_message: MessageRef | None = None
    dm_channel: str = ""


def split_command(text: str) -> tuple[str, str]:
    """``"subscribe  diffusion "`` as (``"subscribe"``, ``"diffusion"``): the command in lower case and its argument."""
    name, _, argument = text.strip().partition(" ")
    return name.lower(), argument.strip()
