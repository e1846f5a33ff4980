"""Where digests go, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NewType

from bot.topics import Topic

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKLY_DAYS = frozenset({0})  # Monday: by then Friday's list is complete everywhere


Platform = NewType("Platform", str)
"""The name under which a platform is stored; each adapter names its own."""


class ChatKind(StrEnum):
    """The kind of a chat; only ``PRIVATE`` and ``LOCAL`` belong to one person."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"
    LOCAL = "local"

    @property
    def personal(self) -> bool:
        return self in (ChatKind.PRIVATE, ChatKind.LOCAL)


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """The address of one chat. All text, '' for none: NULL never collides in a unique key.

    Telegram: ``workspace`` is the bot's id, ``thread`` a forum topic's id ('' for General). Slack: ``workspace`` is the
    installation's team or enterprise id, ``chat`` a channel's or, for a direct message, the person's id.
    """

    platform: Platform
    workspace: str
    chat: str
    thread: str = ""

    def __str__(self) -> str:
        return f"{self.platform}:{'/'.join(filter(None, (self.workspace, self.chat, self.thread)))}"


@dataclass(frozen=True, slots=True)
class PersonAddress:
    """One person on one platform; owns the reading list and the language."""

    platform: Platform
    workspace: str
    user: str


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Which message of ours, in the platform's own terms (Telegram: message id; Slack: channel and ts)."""

    id: str


class EmptyDigestPolicy(StrEnum):
    """How often a chat is notified of empty digests."""

    NEVER = "never"
    WEEKLY = "weekly"
    DAILY = "daily"


class Layout(StrEnum):
    """How much of its papers a digest shows: titles alone, some with their summary, or all with it."""

    TITLES = "titles"
    COMPACT = "compact"
    FULL = "full"


class Look(StrEnum):
    """How digests are drawn: as text that every app shows, or as one rich message where the platform has them."""

    PLAIN = "plain"
    RICH = "rich"


ALL_PAPERS = 1_000_000  # papers; more than any digest holds


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How a chat wants its digest.

    ``hour`` is local time in ``zone`` (an IANA name; '' = not chosen yet: see :func:`bot.due.next_digest_at`), ``days``
    are weekdays (Monday 0), ``compact_summaries`` how many papers of a long digest come with their summary,
    ``source_grace_minutes`` how long a digest waits for a late source, ``wait_for_complete_list`` whether it waits
    until the day's list is complete. ``muted`` are topics (as formatted) whose papers stay out of every digest,
    ``pictures`` asks for one large picture with each message about papers, where the platform can show one. ``layout``
    is how much of the papers is shown; ``compact_summaries`` counts in the compact one only. ``roundup`` asks for the
    week's best at its end. ``look`` is how it is drawn, ``look_since`` the day (UTC) on which that was chosen.
    """

    hour: time = time(9, 0)
    zone: str = ""
    days: frozenset[int] = EVERY_DAY
    compact_summaries: int = 5
    silent: bool = False
    empty_digest_policy: EmptyDigestPolicy = EmptyDigestPolicy.NEVER
    source_grace_minutes: int = 180
    wait_for_complete_list: bool = False
    muted: tuple[str, ...] = ()
    pictures: bool = False
    layout: Layout = Layout.COMPACT
    roundup: bool = False
    look: Look = Look.PLAIN
    look_since: date | None = None

    @property
    def summary_count(self) -> int:
        """How many papers of a digest come with their summary, by its layout."""
        return {Layout.TITLES: 0, Layout.COMPACT: self.compact_summaries, Layout.FULL: ALL_PAPERS}[self.layout]


class ChatStatus(StrEnum):
    """Whether digests go to a chat."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as it is stored. All moments UTC.

    ``next_digest_at`` is None while nothing is followed or the chat is paused. ``eligible_from`` is the first list day
    that may still come in a digest; a pause moves it. ``last_local_day`` is the chat's local date of its last planned
    digest. ``pause_reason`` is '' for the person's own wish, else a platform's reason
    (:class:`bot.errors.UnavailableReason`). ``not_before`` is the earliest moment for the next message there. ``owner``
    is the person (the platform's id) who set it up last, '' where nobody is known or the chat is the person's own.
    """

    id: int
    address: ChatAddress
    kind: ChatKind
    title: str
    settings: ChatSettings
    created_at: datetime
    eligible_from: date
    status: ChatStatus = ChatStatus.ACTIVE
    pause_reason: str = ""
    paused_until: datetime | None = None
    next_digest_at: datetime | None = None
    last_local_day: date | None = None
    not_before: datetime | None = None
    dm_channel: str = ""
    first_empty_notified: bool = False
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat follows a topic since ``added_on`` (UTC day); ``number`` is its place in the chat's list, from 1."""

    id: int
    chat_id: int
    topic: Topic
    added_on: date
    added_at: datetime
    number: int = 0
    added_by: str = ""


@dataclass(frozen=True, slots=True)
class ChatDefaults:
    """What a new chat starts with, from the operator's settings; ``days`` are the platform's."""

    hour: time = time(9, 0)
    zone: str = ""
    days: frozenset[int] = EVERY_DAY
    max_topics: int = 50
    admin_chats: frozenset[str] = field(default_factory=frozenset)
    allowed_chats: frozenset[str] = field(default_factory=frozenset)

    def settings(self, kind: ChatKind) -> ChatSettings:
        """How a chat begins; only a person alone is notified of weeks that brought nothing."""
        return ChatSettings(
            hour=self.hour,
            zone=self.zone,
            days=self.days,
            empty_digest_policy=EmptyDigestPolicy.WEEKLY if kind.personal else EmptyDigestPolicy.NEVER,
        )
