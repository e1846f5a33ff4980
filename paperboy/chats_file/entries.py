"""What the file says, as values: the chats and reading lists it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.chats import ChatAddress, ChatKind, PersonAddress
from bot.topics import Topic

FORMAT_VERSION = "1"


@dataclass(frozen=True, slots=True)
class ChatEntry:
    """One chat of the file. ``settings`` are the fields of :class:`bot.chats.ChatSettings` that it names; ``topics`` is
    None where it says nothing of them, ``paused`` too; ``kind`` is needed only for a chat that is not here yet."""

    line: int
    address: ChatAddress
    kind: ChatKind | None = None
    title: str = ""
    topics: tuple[Topic, ...] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    paused: bool | None = None
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadingListEntry:
    """One person's reading list: ids of papers, the newest first."""

    line: int
    person: PersonAddress
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileContent:
    """Everything the file names, and what was odd in it but harmless, as sentences."""

    chats: tuple[ChatEntry, ...]
    reading_lists: tuple[ReadingListEntry, ...]
    notices: tuple[str, ...] = ()
