"""The local chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.views import View


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message of the local conversation: what was typed, or a view that was answered or sent."""

    id: int
    at: datetime
    typed: str = ""
    view: View | None = None
    key: str = ""
    edited: int = 0


class Conversation(Protocol):
    """The local chat's messages."""

    async def add(self, at: datetime, *, typed: str = "", view: View | None = None, key: str = "") -> Utterance:
        """With a ``key`` that already stands, the message that has it (sending is an insert, so never twice)."""
        ...

    async def replace(self, utterance_id: int, view: View) -> bool:
        """Shows another view in a message's place; False where there is no such message (any more)."""
        ...

    async def since(self, utterance_id: int, limit: int = 100) -> list[Utterance]:
        """Messages with a larger id, oldest first."""
        ...

    async def newest(self, limit: int = 50) -> list[Utterance]:
        """The last messages, oldest first."""
        ...

    async def oldest(self) -> int:
        """The id of the oldest message that is kept, 0 for none: what a window shows of older ones was erased."""
        ...

    async def edits(self) -> int:
        """A number that grows with every replacement."""
        ...

    async def by_key(self, key: str) -> Utterance | None: ...


class LocalTalk(Protocol):
    """The local chat as its windows (the page, the terminal) use it."""

    async def say(self, typed: str) -> list[Utterance]:
        """Writes down what was typed and the answer to it; returns both."""
        ...

    async def press(self, command: str, utterance_id: int) -> View:
        """Answers a button of a message: the answer replaces that message or is written down as a new one. Returns the
        answer, for its toast."""
        ...

    async def newest(self, limit: int = 50) -> list[Utterance]: ...

    async def since(self, utterance_id: int) -> list[Utterance]: ...

    async def oldest(self) -> int:
        """The id of the oldest message that is kept, 0 for none."""
        ...

    async def edits(self) -> int:
        """Grows with every message that was replaced."""
        ...
