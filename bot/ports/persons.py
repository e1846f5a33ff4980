"""What belongs to persons, and what came in from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chats import ChatAddress, ChatKind, PersonAddress, Platform
from bot.papers import Paper


@dataclass(frozen=True, slots=True)
class SavedPaper:
    """An entry of a reading list."""

    paper: Paper
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Managed:
    """The chat of the same platform and workspace that a person manages from the own one."""

    chat: str
    kind: ChatKind
    title: str = ""


class PeopleBook(Protocol):
    """What belongs to persons, not to chats."""

    async def save_paper(self, person: PersonAddress, paper_id: str, at: datetime) -> bool:
        """Whether it was not saved before."""
        ...

    async def unsave_paper(self, person: PersonAddress, paper_id: str) -> bool: ...

    async def saved(self, person: PersonAddress) -> list[SavedPaper]:
        """Newest first."""
        ...

    async def set_up(self, person: PersonAddress) -> list[ChatAddress]:
        """The chats whose owner the person is."""
        ...

    async def managed(self, person: PersonAddress) -> Managed | None:
        """What the person manages from the own chat at the moment."""
        ...

    async def manage(self, person: PersonAddress, managed: Managed | None) -> None:
        """From now on that one; None: none."""
        ...

    async def erase(self, person: PersonAddress) -> None: ...


class Inbox(Protocol):
    """Inbound events and buttons of one unit of work."""

    async def first_time(self, platform: Platform, event_id: str, at: datetime, body: str = "") -> bool:
        """Stores an inbound event before it is acknowledged; False if it was stored before."""
        ...

    async def done(self, platform: Platform, event_id: str) -> None: ...

    async def unfinished(self, platform: Platform) -> list[tuple[str, str]]:
        """(event id, body) of events that were stored but not done, oldest first."""
        ...

    async def shelve(self, command: str, at: datetime) -> str:
        """A short token (at most 24 characters) for a command too long for a platform's button; the same command has
        the same token for ever."""
        ...

    async def unshelve(self, token: str) -> str | None: ...

    async def prune(self, before: datetime) -> None: ...
