"""From a chat, an actor and a command to the call that is answered."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.telegram.events.events import Actor, ButtonPressed, ChatRef
from adapters.telegram.rendering.keyboard import STORED_CALLBACK_PREFIX
from adapters.telegram.replies.permissions import PermissionChecker
from adapters.telegram.replies.sender import Bot
from bot.calls import NO_COMMAND, AskedFrom, CommandCall, Permission, split_command
from bot.chats import MessageRef
from bot.commands.core.command import Command, find_command, find_typed_command


class CommandCallFactory:
    """Makes calls; whether somebody may change the chat is found out only for what changes it."""

    def __init__(self, bot: Bot, rights: PermissionChecker, commands: Sequence[Command]) -> None:
        self._bot = bot
        self._rights = rights
        self._commands = tuple(commands)

    def is_command(self, name: str) -> bool:
        """Whether there is such a command."""
        return find_command(self._commands, name) is not None

    def is_settings(self, event: ButtonPressed) -> bool:
        """Whether the pressed message is an answer about settings that others read as well, all of its buttons too."""
        if event.chat is None or event.chat.kind.personal:
            return False
        commands = [
            find_command(self._commands, split_command(data)[0])
            for data in event.sibling_data
            if not data.startswith(STORED_CALLBACK_PREFIX)
        ]
        return bool(commands) and all(command is not None and command.private for command in commands)

    async def build(
        self,
        chat: ChatRef,
        actor: Actor,
        name: str,
        argument: str,
        *,
        pressed: MessageRef | None = None,
        remote: bool = False,
    ) -> CommandCall:
        """``remote``: asked in the person's own chat, after it was found out that both may manage this one."""
        # Behind a mention a command needs no slash, so the right to it is looked up as well.
        spoken, rest = split_command(argument) if name == NO_COMMAND else (name, argument)
        find = find_command if name == NO_COMMAND else find_typed_command
        command = find(self._commands, spoken)
        changes = command is not None and command.changes_chat(rest)
        allowed = remote or not changes or await self._rights.may_change(chat, actor)
        return CommandCall(
            name=name,
            argument=argument,
            chat=chat.address(self._bot.id),
            kind=chat.kind,
            person=actor.address(self._bot.id),
            permission=Permission.CHANGE_CHAT if allowed else Permission.READ,
            person_name=actor.name,
            chat_title=chat.title,
            language=actor.language,
            pressed_message=pressed,
            asked_from=AskedFrom.OWN_CHAT if remote else AskedFrom.CHAT,
        )
