"""What commands work with, handed over once at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.chats import ChatDefaults, Platform
from bot.commands.core.last_lists import LastLists
from bot.commands.core.recent_changes import RecentChanges
from bot.commands.core.weekly_counts import WeeklyCounts
from bot.decisions.step_budget import MAX_STEPS
from bot.i18n import LazyText, t
from bot.ingest.index_sync import IndexProgress
from bot.ingest.ingestor import BackfillProgress
from bot.matching.catalogue.catalogue import Catalogue, load_bundled_catalogue
from bot.matching.catalogue.synonym_expansion import SynonymExpansion, expand_synonyms
from bot.ports import AddressSignup, Clock, EndpointPlatform, FeedAddresses, PaperIndex, PlatformCapabilities, Storage
from bot.topics import Topic


def _no_wakeup() -> None:
    """Nobody waits for deliveries."""


def _no_progress() -> BackfillProgress | None:
    return None


def _no_signup() -> AddressSignup | None:
    return None


def _no_endpoints() -> EndpointPlatform | None:
    return None


def _index_complete() -> IndexProgress | None:
    return None


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command may ask or change.

    ``wake_dispatcher`` tells the dispatcher that something was planned just now. ``progress`` says how far the backfill
    is, None before it began; ``indexing`` what the search index still lacks, None for nothing. ``capabilities`` are
    those of the platforms that run. ``database`` is the database's kind for the operator, never its address.
    ``catalogue`` is asked for synonyms when a topic is followed. ``steps_per_answer`` is what one may cost in a chat.
    ``address_signup`` is the platform that people join by
    an address, ``endpoint_platform`` the one whose chats are endpoints, where they are connected. ``feed_addresses``
    says where the feed with a token is read, None where no feeds are served.
    """

    storage: Storage
    index: PaperIndex
    clock: Clock
    defaults: ChatDefaults = field(default_factory=ChatDefaults)
    version: str = ""
    database: str = ""
    wake_dispatcher: Callable[[], None] = _no_wakeup
    progress: Callable[[], BackfillProgress | None] = _no_progress
    indexing: Callable[[], IndexProgress | None] = _index_complete
    capabilities: Mapping[Platform, PlatformCapabilities] = field(default_factory=dict)
    address_signup: Callable[[], AddressSignup | None] = _no_signup
    endpoint_platform: Callable[[], EndpointPlatform | None] = _no_endpoints
    feed_addresses: Callable[[str], FeedAddresses] | None = None
    catalogue: Catalogue = field(default_factory=load_bundled_catalogue)
    weekly_counts: WeeklyCounts = field(default_factory=WeeklyCounts)
    recent_changes: RecentChanges = field(default_factory=RecentChanges)
    last_lists: LastLists = field(default_factory=LastLists)
    steps_per_answer: int = MAX_STEPS

    def capabilities_of(self, platform: Platform) -> PlatformCapabilities:
        """Those of a platform; of one that is not known, those that every platform has."""
        return self.capabilities.get(platform) or PlatformCapabilities()

    @property
    def sample_platforms(self) -> frozenset[Platform]:
        """Where invented papers are shown while there are no others."""
        return frozenset(name for name, each in self.capabilities.items() if each.samples)

    def defaults_on(self, platform: Platform) -> ChatDefaults:
        """What a new chat of this platform starts with."""
        return replace(self.defaults, days=self.capabilities_of(platform).default_days)

    def only_elsewhere(self, command: str) -> LazyText:
        """What is said of a command that only another platform has."""
        said = (each.phrases.exclusive.get(command) for each in self.capabilities.values())
        return next(filter(None, said), t("That can’t be done in this chat."))

    def expand_synonyms(self, topic: Topic) -> SynonymExpansion:
        """The topic as it is followed: with the names that count for it where none were said."""
        return expand_synonyms(topic, self.catalogue)

    def as_followed(self, topic: Topic) -> Topic:
        """The same, the topic alone."""
        return self.expand_synonyms(topic).topic

    async def count_week(self, topics: Sequence[str], today: date) -> Mapping[str, int]:
        """How many papers each topic brought in the last seven days; {} where counting takes too long."""
        return await self.weekly_counts.count_topics(self.storage, self.as_followed, topics, today)
