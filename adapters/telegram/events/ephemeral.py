"""Who sees an answer in a group: everybody, or by an ephemeral message (Bot API 10.2) the one who asked alone.

Telegram takes such a message for fifteen seconds after a press of that person's, as a reply to an ephemeral command of
theirs for as long, and at any time from a bot that is an admin of the group
(core.telegram.org/bots/api#ephemeral-messages-and-commands). It has no number of its own among the group's messages but
one beside them. What python-telegram-bot does not know yet travels in its ``api_kwargs``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from telegram import Message

from adapters.telegram.events.events import Actor, ButtonPressed, ChatRef, MessageReceived
from bot.chats import ChatKind
from bot.views import Buttons, InputErrorBlock, View

IS_EPHEMERAL: Final = "is_ephemeral"  # of a command in a menu
_NUMBER: Final = "ephemeral_message_id"


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What an answer answers: a message, an ephemeral one, or a press (``query_id``) of a button under either."""

    asker: Actor
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
        """The parameters beside those of any message."""
        reply = {"reply_parameters": {_NUMBER: self.reply_to_ephemeral_id}} if self.reply_to_ephemeral_id else {}
        return {"receiver_user_id": self.receiver_id, "callback_query_id": self.query_id or None, **reply}


def reply_context_of(event: MessageReceived | ButtonPressed) -> ReplyContext:
    """What an answer to this event answers."""
    query_id = event.query_id if isinstance(event, ButtonPressed) else ""
    return ReplyContext(event.asker, event.message_id, event.ephemeral_id, query_id)


def ephemeral_id(message: Message) -> int:
    """The message's number among ephemeral ones, 0 for one that everybody in the chat sees."""
    number = message.api_kwargs.get(_NUMBER)
    return number if isinstance(number, int) else 0


def is_private(view: View, place: ChatRef, question: ReplyContext | None) -> bool:
    """Whether the answer is for the one who asked alone: by what it says, or since nobody else saw the question.

    Whoever writes in a chat's name is nobody to be answered alone.
    """
    if question is None or place.kind is not ChatKind.GROUP or question.asker.admin is not None or view.post_publicly:
        return False
    return view.private or bool(question.ephemeral_id)


def routes(question: ReplyContext, *, bot_is_admin: bool) -> tuple[EphemeralTarget, ...]:
    """How to send the answer to the one who asked, the surest way first; none where Telegram would take none."""
    receiver = question.asker.id
    found = []
    if question.query_id:
        found.append(EphemeralTarget(receiver, query_id=question.query_id))
    elif question.ephemeral_id:
        found.append(EphemeralTarget(receiver, reply_to_ephemeral_id=question.ephemeral_id))
    return (*found, EphemeralTarget(receiver)) if bot_is_admin else tuple(found)


def replaces_pressed(view: View, question: ReplyContext) -> bool:
    """Whether the answer to a press on an ephemeral message takes its place, as all talk about settings does."""
    return bool(question.ephemeral_id) and (view.replaces_message or view.private)


def offers_more(view: View) -> bool:
    """Whether a refusal has a way on that a notice can't hold."""
    kinds = {type(block) for block in view.blocks}
    return {InputErrorBlock, Buttons} <= kinds
