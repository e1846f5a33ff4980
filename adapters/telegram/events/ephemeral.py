"""Who sees an answer in a group: everybody, or by an ephemeral message (Bot API 10.4) the one who asked alone.

Telegram takes such a message for fifteen seconds after a press of that person's, as a reply to an ephemeral command of
theirs for as long, and at any time from a bot that is an admin of the group
(core.telegram.org/bots/api#ephemeral-messages-and-commands). It has no id among the group's messages but one
of its own kind. What python-telegram-bot does not know yet travels in its ``api_kwargs``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from telegram import Message

from adapters.telegram.events.events import Actor, ButtonPressed, ChatRef, MessageReceived
from bot.chats import ChatKind
from bot.views import Buttons, InputErrorBlock, View

IS_EPHEMERAL: Final = "is_ephemeral"  # of a command in a menu
EPHEMERAL_PARAMETERS: Final = "ephemeral_message_parameters"
_NUMBER: Final = "ephemeral_message_id"


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What a reply answers: a message, an ephemeral one, or a press (``query_id``) of a button under either."""

    actor: Actor
    message_id: int = 0
    ephemeral_id: int = 0
    query_id: str = ""


@dataclass(frozen=True, slots=True)
class EphemeralTarget:
    """How a message is sent so that ``receiver`` alone sees it: because of a press, as the answer to an ephemeral
    command, or with neither, which only an admin may."""

    receiver_id: int
    query_id: str = ""
    reply_to_ephemeral_id: int = 0

    def options(self) -> dict[str, Any]:
        """What differs from the parameters of a message to everybody.

        A server that does not know the object skips it and would post for everybody. So the answer to a press names no
        chat (the press does), which older servers refuse, and the answer to a command replies without a
        ``message_id``, which servers refuse that know no ephemeral ones.
        """
        if self.query_id:
            elsewhere = {"chat_id": None, "message_thread_id": None, "reply_parameters": None}
            return {**elsewhere, "api_kwargs": {EPHEMERAL_PARAMETERS: {"callback_query_id": self.query_id}}}
        reply = {"reply_parameters": {_NUMBER: self.reply_to_ephemeral_id}} if self.reply_to_ephemeral_id else {}
        return {"api_kwargs": {EPHEMERAL_PARAMETERS: {"receiver_user_id": self.receiver_id}, **reply}}


def reply_context_of(event: MessageReceived | ButtonPressed) -> ReplyContext:
    """What an answer to this event answers."""
    query_id = event.query_id if isinstance(event, ButtonPressed) else ""
    return ReplyContext(event.actor, event.message_id, event.ephemeral_id, query_id)


def ephemeral_id(message: Message) -> int:
    """The message's number among ephemeral ones, 0 for one that everybody in the chat sees."""
    number = message.api_kwargs.get(_NUMBER)
    return number if isinstance(number, int) else 0


def is_private(view: View, chat: ChatRef, context: ReplyContext | None) -> bool:
    """Whether the answer is for the one who asked alone: by what it says, or since nobody else saw the question.

    Whoever writes in a chat's name is nobody to be answered alone.
    """
    if context is None or chat.kind is not ChatKind.GROUP or context.actor.admin is not None or view.post_publicly:
        return False
    return view.private or bool(context.ephemeral_id)


def routes(context: ReplyContext, *, bot_is_admin: bool) -> tuple[EphemeralTarget, ...]:
    """How to send the answer to the one who asked, the surest route first; none where Telegram would take none."""
    receiver = context.actor.id
    found = []
    if context.query_id:
        found.append(EphemeralTarget(receiver, query_id=context.query_id))
    elif context.ephemeral_id:
        found.append(EphemeralTarget(receiver, reply_to_ephemeral_id=context.ephemeral_id))
    return (*found, EphemeralTarget(receiver)) if bot_is_admin else tuple(found)


def replaces_pressed(view: View, context: ReplyContext) -> bool:
    """Whether the answer replaces the pressed ephemeral message, as every answer about settings does."""
    return bool(context.ephemeral_id) and (view.replaces_message or view.private)


def offers_more(view: View) -> bool:
    """Whether an input error comes with buttons, which a notice can't hold."""
    kinds = {type(block) for block in view.blocks}
    return {InputErrorBlock, Buttons} <= kinds
