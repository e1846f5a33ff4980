"""The local chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.views import View


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of the local conversation: what was typed, or a view that was answered or sent."""

    id: int
    at: datetime
    typed: str = ""
    view: View | None = None
    key: str = ""
    edit_number: int = 0


class ConversationRepository(Protocol):
    """The local chat's messages."""

    async def add(self, at: datetime, *, typed: str = "", view: View | None = None, key: str = "") -> ChatMessage:
        """A message of the moment ``at`` (UTC). With a ``key`` that already stands, the message that has it (sending is
        an insert, so never twice)."""
        ...

    async def replace(self, message_id: int, view: View) -> bool:
        """Shows another view in a message's place; False where there is no such message (any more)."""
        ...

    async def messages_after(self, message_id: int, limit: int = 100) -> list[ChatMessage]:
        """Messages with a larger id, oldest first."""
        ...

    async def latest_messages(self, limit: int = 50) -> list[ChatMessage]:
        """The last messages, oldest first."""
        ...

    async def oldest_id(self) -> int:
        """The id of the oldest message that is kept, 0 for none: what a window shows of older ones was erased."""
        ...

    async def edit_count(self) -> int:
        """A number that grows with every replacement."""
        ...

    async def find_by_key(self, key: str) -> ChatMessage | None:
        """The message that was added with ``key``; None where none was, or where it is not kept any more."""
        ...

    async def erase(self) -> None:
        """Every message."""
        ...


class ConversationSession(Protocol):
    """The local chat as its windows (the page, the terminal) use it."""

    async def submit(self, typed: str, zone: str = "") -> list[ChatMessage]:
        """Writes down what was typed and the answer to it; returns both. A mistake is answered, not raised.

        ``zone`` is the IANA zone of the window's own clock, '' where it tells none (or one there isn't): this
        machine's then.
        """
        ...

    async def press_button(self, command: str, message_id: int, zone: str = "") -> View:
        """Answers a button of a message: the answer replaces that message or is stored as a new one. Returns the
        answer, for its toast. ``zone`` as above."""
        ...

    async def zone(self) -> str:
        """The IANA zone of the chat, or where it has none yet, this machine's; '' for UTC."""
        ...

    async def latest_messages(self, limit: int = 50) -> list[ChatMessage]:
        """The last ``limit`` messages, oldest first."""
        ...

    async def messages_after(self, message_id: int) -> list[ChatMessage]:
        """Messages with a larger id, oldest first, at most a hundred."""
        ...

    async def oldest_id(self) -> int:
        """The id of the oldest message that is kept, 0 for none."""
        ...

    async def edit_count(self) -> int:
        """Grows with every message that was replaced."""
        ...
