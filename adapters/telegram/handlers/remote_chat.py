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
        self,
        bot: Bot,
        sender: MessageSender,
        state: PlatformState,
        access: RemoteAccess,
        call_factory: CommandCallFactory,
    ) -> None:
        self._bot = bot
        self._sender = sender
        self._state = state
        self._access = access
        self._call_factory = call_factory

    async def message_view(
        self, chat: ChatRef, actor: Actor, name: str, argument: str, answer: CommandHandler
    ) -> View | None:
        """The answer for the chat that is managed from this private one; None where it is about the person's own."""
        if chat.kind is not ChatKind.PRIVATE or name in OWN or (name == NO_COMMAND and not argument):
            return None
        managed = await self._state.managed_chat(actor.address(self._bot.id))
        if managed is None:
            return None
        return await self.view_in(int(managed.chat), actor, name, argument, answer)

    async def view_in(
        self,
        chat_id: int,
        actor: Actor,
        name: str,
        argument: str,
        answer: CommandHandler,
        pressed: MessageRef | None = None,
    ) -> View:
        """The answer for a chat that is named, shown in the private one."""
        remote_chat = await self._access.resolve(chat_id, actor)
        if isinstance(remote_chat, AccessDenied):
            return replace(denied_view(remote_chat), language=actor.language)
        call = await self._call_factory.build(remote_chat, actor, name, argument, pressed=pressed, remote=True)
        return view_about(await answer(call), remote_chat)

    async def end(self, actor: Actor) -> View:
        """The private chat is about the person's own topics again."""
        await self._state.set_managed_chat(actor.address(self._bot.id), None)
        return View(tuple(ended_lines()), replaces_message=True, language=actor.language)

    async def show_picker(self, chat: ChatRef, view: View) -> None:
        """Sends the first block of ``view`` with the picker as its keyboard."""
        (outgoing, *_) = await outgoing_messages(replace(view, blocks=view.blocks[:1]), self._state.store_callback)
        await self._sender.post(Target(chat.chat_id), replace(outgoing, buttons=picker(view.language)))

    async def on_picked(self, event: ChatPicked, answer: CommandHandler) -> View:
        """From now on the private chat is about the chat that was picked, if both may manage it."""
        remote_chat = await self._access.resolve(event.chat_id, event.actor)
        if isinstance(remote_chat, AccessDenied):
            return replace(denied_view(remote_chat), language=event.actor.language)
        managed = ManagedChat(str(remote_chat.chat_id), remote_chat.kind, remote_chat.title)
        await self._state.set_managed_chat(event.actor.address(self._bot.id), managed)
        await self._remove_keyboard(event.chat, replace(chosen_view(remote_chat), language=event.actor.language))
        return await self.view_in(remote_chat.chat_id, event.actor, "topics", "", answer)

    async def _remove_keyboard(self, chat: ChatRef, view: View) -> None:
        """Sends the view and puts the phone's own keyboard back; a message can't do that and have buttons."""
        (outgoing,) = await outgoing_messages(view, self._state.store_callback)
        await self._sender.post(Target(chat.chat_id), replace(outgoing, buttons=ReplyKeyboardRemove()))


def is_off(argument: str) -> bool:
    """Whether ``remote`` asks to end it."""
    return argument.casefold() in (OFF, "stop", "end")
