"""What commands work with, handed over once at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.chats import ChatDefaults, Platform
from bot.commands.core.expansion_cache import Expansions
from bot.commands.core.weekly_counts import WeekCounts
from bot.ingest.index_sync import Indexing
from bot.ingest.ingestor import Progress
from bot.matching.catalogue.catalogue import Catalogue, shipped
from bot.matching.catalogue.synonym_expansion import Expansion
from bot.ports import Clock, PaperIndex, Storage, Traits
from bot.topics import Topic


def _nothing() -> None:
    """Nobody waits for deliveries."""


def _not_begun() -> Progress | None:
    return None


def _complete() -> Indexing | None:
    return None


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command may ask or change.

    ``wake`` tells whoever delivers that something was planned just now. ``progress`` says how far the background
    reading is, None before it began; ``indexing`` what the search index still lacks, None for nothing. ``traits`` are
    those of the platforms that run. ``database`` is the database's kind for the operator, never its address.
    ``catalogue`` is asked for further names when a topic is followed.
    """

    storage: Storage
    index: PaperIndex
    clock: Clock
    defaults: ChatDefaults = field(default_factory=ChatDefaults)
    version: str = ""
    database: str = ""
    wake: Callable[[], None] = _nothing
    progress: Callable[[], Progress | None] = _not_begun
    indexing: Callable[[], Indexing | None] = _complete
    traits: Mapping[Platform, Traits] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=shipped)
    expansions: Expansions = field(default_factory=Expansions)
    week_counts: WeekCounts = field(default_factory=WeekCounts)

    async def expanded(self, topic: Topic, today: date) -> Expansion:
        """The topic as it is followed: with the names that count for it where none were said."""
        return await self.expansions.expanded(self.storage, self.index, self.catalogue, topic, today)

    async def followed_as(self, topic: Topic, today: date) -> Topic:
        """The same, the topic alone."""
        return (await self.expanded(topic, today)).topic

    async def week_of(self, topics: Sequence[str], today: date) -> Mapping[str, int]:
        """How many papers each topic brought in the last seven days; {} where counting takes too long."""
        return await self.week_counts.of(self.storage, self.followed_as, topics, today)
