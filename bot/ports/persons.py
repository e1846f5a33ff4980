"""What belongs to persons, and the inbox: events that came in, and callback tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.chats import ChatAddress, ChatKind, PersonAddress, Platform
from bot.papers import Paper


@dataclass(frozen=True, slots=True)
class SavedPaper:
    """An entry of a reading list."""

    paper: Paper
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class ManagedChat:
    """The chat of the same platform and workspace that a person manages from the own one."""

    chat: str
    kind: ChatKind
    title: str = ""


class PersonRepository(Protocol):
    """What belongs to persons, not to chats."""

    async def save_paper(self, person: PersonAddress, paper_id: str, at: datetime) -> bool:
        """Whether it was not saved before."""
        ...

    async def unsave_paper(self, person: PersonAddress, paper_id: str) -> bool:
        """Takes a paper off the reading list; whether it was on it."""
        ...

    async def saved_papers(self, person: PersonAddress) -> list[SavedPaper]:
        """Newest first."""
        ...

    async def reading_lists(self) -> list[tuple[PersonAddress, list[str]]]:
        """Every person who saved a paper, with the ids of the papers, newest first."""
        ...

    async def owned_chats(self, person: PersonAddress) -> list[ChatAddress]:
        """The chats whose owner the person is."""
        ...

    async def managed_chat(self, person: PersonAddress) -> ManagedChat | None:
        """What the person manages from the own chat at the moment."""
        ...

    async def set_managed_chat(self, person: PersonAddress, managed: ManagedChat | None) -> None:
        """From now on that one; None ends managing."""
        ...

    async def topics_added(self, person: PersonAddress, name: str) -> list[tuple[str, date]]:
        """Topics as stored, with their day, that the person added to chats of several people; ``name`` is how the
        platform shows the person, since that stands beside the topic."""
        ...

    async def erase(self, person: PersonAddress, name: str = "") -> None:
        """Deletes the reading list and what the person manages; chats and topics stay, without the person's name, which
        is the id or ``name``, as the platform shows the person. Somebody of the same name in the same workspace loses
        it too: one name too few is better than one too many."""
        ...


class Inbox(Protocol):
    """Inbound events and callback tokens of one unit of work."""

    async def record_if_new(self, platform: Platform, event_id: str, at: datetime, body: str = "") -> bool:
        """Stores an inbound event before it is acknowledged; False if it was stored before."""
        ...

    async def mark_processed(self, platform: Platform, event_id: str) -> None:
        """The event was worked on; it is not taken up again."""
        ...

    async def unprocessed_events(self, platform: Platform) -> list[tuple[str, str]]:
        """(event id, body) of events that were stored but not processed, oldest first."""
        ...

    async def store_callback(self, command: str, at: datetime) -> str:
        """A callback token (at most 24 characters) for a command too long for a platform's button; the same command has
        the same token for ever.
        """
        ...

    async def resolve_callback(self, token: str) -> str | None:
        """The command of a token, None for an unknown one."""
        ...

    async def prune(self, before: datetime) -> None:
        """Deletes events stored before then (UTC), done or not; tokens stay, since old buttons do."""
        ...
