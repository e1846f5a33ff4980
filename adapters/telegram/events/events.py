"""The events in Telegram that Paperboy answers, as values without a connection."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.telegram.capabilities import TELEGRAM
from bot.chats import ChatAddress, ChatKind, PersonAddress
from bot.errors import UnavailableReason


@dataclass(frozen=True, slots=True)
class ChatRef:
    """A chat, or one topic of a forum. ``thread`` is None in General and wherever there are no topics."""

    chat_id: int
    kind: ChatKind
    title: str = ""
    thread: int | None = None

    def address(self, bot_id: int) -> ChatAddress:
        return ChatAddress(TELEGRAM, str(bot_id), str(self.chat_id), str(self.thread or ""))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, or a chat in whose name somebody writes. ``admin`` None: Telegram has to be asked."""

    id: int
    name: str
    language: str = "en"
    admin: bool | None = None

    def address(self, bot_id: int) -> PersonAddress:
        return PersonAddress(TELEGRAM, str(bot_id), str(self.id))


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A command or plain words. ``to_us``: meant for this bot beyond doubt (named, replied to, or in private). What
    nobody else in the group sees has an ``ephemeral_id`` instead of a ``message_id``."""

    chat: ChatRef
    actor: Actor
    name: str
    argument: str
    message_id: int
    to_us: bool
    ephemeral_id: int = 0


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A pressed button; ``chat`` is None where Telegram no longer knows the message. ``sibling_data``: the data of all
    buttons of that message, where it answers what somebody asked and none of its buttons opens a link. One that only
    the presser sees has an ``ephemeral_id`` instead of a ``message_id``."""

    chat: ChatRef | None
    actor: Actor
    query_id: str
    data: str
    message_id: int = 0
    sibling_data: tuple[str, ...] = ()
    ephemeral_id: int = 0


@dataclass(frozen=True, slots=True)
class GroupMigrated:
    """A group became a supergroup and has a new id."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """The bot may write here no longer (``gone``), or again. ``arrived``: it was added to a group just now."""

    chat: ChatRef
    actor: Actor
    gone: UnavailableReason | None = None
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class ChatPicked:
    """A chat that somebody picked with Telegram's own list, in their private chat."""

    chat: ChatRef
    actor: Actor
    chat_id: int


@dataclass(frozen=True, slots=True)
class InlineQueried:
    """``@bot words`` typed in some chat, which Telegram does not name; ``page`` counts from 1."""

    actor: Actor
    query_id: str
    words: str
    page: int = 1


Event = MessageReceived | ButtonPressed | GroupMigrated | MembershipChanged | ChatPicked | InlineQueried
