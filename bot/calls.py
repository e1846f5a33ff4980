"""What a person asks, whichever platform they asked on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chats import ChatAddress, ChatKind, MessageRef, PersonAddress

NO_COMMAND = ""


@dataclass(frozen=True, slots=True)
class CommandCall:
    """One request: a typed command, a pressed button (a command not typed) or plain words.

    ``name`` is the command or an alias in lower case as typed, :data:`NO_COMMAND` for a message without a command.
    ``argument`` is the rest, stripped. ``may_change``: the person may change what this chat follows; adapters find it
    out only for commands that change something (see :attr:`bot.commands.core.command.Command.changes`). ``zone_hint``
    is the IANA zone the platform knows for the person, '' where it names none. ``pressed_message`` is the one whose
    button was pressed. ``chat_title`` and ``person_name`` are for display only. ``without_registration``: asked from
    elsewhere, by somebody whose chat is not to be stored for it. ``workspace_admin``: the person is an admin of the
    whole workspace. ``managed_remotely``: asked in the person's own chat about this one, so that nobody else reads the
    answer.
    """

    name: str
    argument: str
    chat: ChatAddress
    kind: ChatKind
    person: PersonAddress
    may_change: bool = True
    person_name: str = ""
    chat_title: str = ""
    language: str = "en"
    zone_hint: str = ""
    pressed_message: MessageRef | None = None
    dm_channel: str = ""
    without_registration: bool = False
    workspace_admin: bool = False
    managed_remotely: bool = False


def split_command(text: str) -> tuple[str, str]:
    """``"subscribe  diffusion "`` as (``"subscribe"``, ``"diffusion"``): the command in lower case and its argument."""
    name, _, argument = text.strip().partition(" ")
    return name.lower(), argument.strip()
