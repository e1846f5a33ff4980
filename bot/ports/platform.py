"""Where people talk with Paperboy, and what a platform needs of the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.calls import CommandCall
from bot.chats import Chat, ChatAddress, MessageRef, PersonAddress, Platform
from bot.errors import UnavailableReason
from bot.ports.persons import ManagedChat
from bot.views import View


class LookupUnsupported(StrEnum):
    """A platform that gives no way to look for a message."""

    UNSUPPORTED = "cannot know"


@dataclass(frozen=True, slots=True)
class PlatformCapabilities:
    """What planning and sending must know of a platform: whether long digests continue in a thread, whether a message
    can be changed without telling anybody of it, and how many may be on their way to one workspace at once."""

    threads: bool = False
    silent_edits: bool = False
    max_in_flight: int = 8


class Messenger(Protocol):
    """Sends views. Splitting what is too long and falling back to plain text happen inside."""

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        """Sends once; ``key`` is opaque and the same for every try of one delivery. Raises
        ChatUnavailable, ChatIdChanged, RetryLater, OutcomeUnknown, NotAuthorised or MessageRejected."""
        ...

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        """Shows ``view`` where the message stands; one that is gone or unchanged is no error. Raises what :meth:`send`
        raises."""
        ...

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> MessageRef | LookupUnsupported | None:
        """Looks for a message sent with ``key`` within the time that one try takes from ``since`` (UTC) on, in the
        thread below ``reply_to`` where it was a reply; None: surely not there. Raises RetryLater, OutcomeUnknown
        or NotAuthorised where that can't be said now."""
        ...


CommandHandler = Callable[[CommandCall], Awaitable[View]]


class ChatPlatform(Messenger, Protocol):
    """One platform with its people."""

    platform: Platform
    capabilities: PlatformCapabilities

    async def wait_turn(self, chat: ChatAddress) -> None:
        """Waits until the next digest may be sent within the bot's rate limits; answers to people go before."""
        ...

    async def check_connection(self) -> str:
        """What is wrong with the connection or the token, a whole sentence for the operator; '' where nothing is."""
        ...

    async def listen(self, handler: CommandHandler) -> None:
        """Calls ``handler`` for everything people ask, and draws what it says, until cancelled."""
        ...


class PlatformState(Protocol):
    """What one platform keeps over a restart: events it received, and callback tokens. Each call is a
    transaction of its own."""

    async def record_if_new(self, event_id: str, body: str) -> bool:
        """Stores an event (JSON) before it is acknowledged; False if it was stored before."""
        ...

    async def mark_processed(self, event_id: str) -> None:
        """The event was processed; it is not taken up again."""
        ...

    async def unprocessed_events(self) -> list[tuple[str, str]]:
        """(event id, body) of events that were stored but not processed, oldest first."""
        ...

    async def store_callback(self, command: str) -> str:
        """A callback token of at most 24 characters for a command; '' where it can't be stored now, and its button is
        left out.
        """
        ...

    async def resolve_callback(self, token: str) -> str | None:
        """The command of a token, None for an unknown one."""
        ...

    async def managed_chat(self, person: PersonAddress) -> ManagedChat | None:
        """The chat that the person manages from the own one at the moment."""
        ...

    async def set_managed_chat(self, person: PersonAddress, managed: ManagedChat | None) -> None:
        """From now on that one; None ends managing."""
        ...


class ChatEvents(Protocol):
    """Listens to what happens to a chat as a whole; each call may be repeated.

    An address without a thread means all threads of that chat, one without a chat every chat of the workspace.
    """

    async def on_migrated(self, old: ChatAddress, new: ChatAddress) -> None:
        """The chat, with all its threads, has a new id."""
        ...

    async def on_unavailable(self, chat: ChatAddress, reason: UnavailableReason) -> None:
        """Nothing can be sent there until :meth:`on_available` says otherwise."""
        ...

    async def on_available(self, chat: ChatAddress) -> None:
        """Messages can be sent there again. Of a whole workspace: what its leaving had paused begins again."""
        ...
