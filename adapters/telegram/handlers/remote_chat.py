"""Talk in a private chat about another one: choosing it, asking about it, and the way back."""

from __future__ import annotations

from dataclasses import replace

from telegram import ReplyKeyboardRemove

from adapters.telegram.events.events import Actor, ChatPicked, ChatRef
from adapters.telegram.handlers.remote_picker import (
    OFF,
    OWN,
    AccessDenied,
    RemoteAccess,
    chosen_view,
    denied_view,
    ended_lines,
    picker,
    view_about,
)
from adapters.telegram.rendering.outgoing_messages import outgoing_messages
from adapters.telegram.replies.command_calls import CommandCallFactory
from adapters.telegram.replies.sender import Bot, MessageSender, Target
from bot.calls import NO_COMMAND
from bot.chats import ChatKind, MessageRef
from bot.ports import CommandHandler, ManagedChat, PlatformState
from bot.views import View


class RemoteChatHandler:
    """Answers for chats that are managed from private ones."""

    def __init__(
        self, bot: Bot, sender: MessageSender, records: PlatformState, remote: RemoteAccess, calls: CommandCallFactory
    ) -> None:
        self._bot = bot
        self._sender = sender
        self._records = records
        self._remote = remote
        self._calls = calls

    async def typed(
        self, place: ChatRef, asker: Actor, name: str, argument: str, answer: CommandHandler
    ) -> View | None:
        """The answer for the chat that is managed from this private one; None where it is about the person's own."""
        if place.kind is not ChatKind.PRIVATE or name in OWN or (name == NO_COMMAND and not argument):
            return None
        managed = await self._records.managed_chat(asker.address(self._bot.id))
        if managed is None:
            return None
        return await self.about(int(managed.chat), asker, name, argument, answer)

    async def about(
        self,
        chat_id: int,
        asker: Actor,
        name: str,
        argument: str,
        answer: CommandHandler,
        pressed: MessageRef | None = None,
    ) -> View:
        """The answer for a chat that is named, shown in the private one."""
        there = await self._remote.resolve(chat_id, asker)
        if isinstance(there, AccessDenied):
            return replace(denied_view(there), language=asker.language)
        call = await self._calls.build(there, asker, name, argument, pressed=pressed, remote=True)
        return view_about(await answer(call), there)

    async def ended(self, asker: Actor) -> View:
        """The private chat is about the person's own topics again."""
        await self._records.set_managed_chat(asker.address(self._bot.id), None)
        return View(tuple(ended_lines()), replaces_message=True, language=asker.language)

    async def choose(self, place: ChatRef, view: View) -> None:
        """Shows the picker under what ``view`` says."""
        (letter, *_) = await outgoing_messages(replace(view, blocks=view.blocks[:1]), self._records.store_callback)
        await self._sender.post(Target(place.chat_id), replace(letter, buttons=picker(view.language)))

    async def picked(self, event: ChatPicked, answer: CommandHandler) -> View:
        """From now on the private chat is about the chat that was picked, if both may manage it."""
        there = await self._remote.resolve(event.chat_id, event.asker)
        if isinstance(there, AccessDenied):
            return replace(denied_view(there), language=event.asker.language)
        managed = ManagedChat(str(there.chat_id), there.kind, there.title)
        await self._records.set_managed_chat(event.asker.address(self._bot.id), managed)
        await self._without_keyboard(event.place, replace(chosen_view(there), language=event.asker.language))
        return await self.about(there.chat_id, event.asker, "topics", "", answer)

    async def _without_keyboard(self, place: ChatRef, view: View) -> None:
        """Says it and puts the phone's own keyboard back; a message can't do that and have buttons."""
        (letter,) = await outgoing_messages(view, self._records.store_callback)
        await self._sender.post(Target(place.chat_id), replace(letter, buttons=ReplyKeyboardRemove()))


def is_off(argument: str) -> bool:
    """Whether ``remote`` asks to end it."""
    return argument.casefold() in (OFF, "stop", "end")
