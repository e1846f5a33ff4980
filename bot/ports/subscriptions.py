"""The stored chats, what they follow, and what was decided for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind, Platform, Subscription
from bot.matching import Decision, MatchReason
from bot.papers import Paper
from bot.topics import Topic


class ChatRepository(Protocol):
    """The chats of one unit of work."""

    async def find(self, address: ChatAddress) -> Chat | None:
        """The chat at exactly this address, thread included; None where there is none yet."""
        ...

    async def get(self, chat_id: int) -> Chat | None:
        """The chat with that id; None where there is none (any more)."""
        ...

    async def get_many(self, chat_ids: Sequence[int]) -> Mapping[int, Chat]:
        """Those of the chats that exist, by their ids."""
        ...

    async def get_or_create(
        self, address: ChatAddress, kind: ChatKind, title: str, defaults: ChatDefaults, at: datetime
    ) -> Chat:
        """The chat at ``address``, made with the defaults if it is new (Slack: weekdays; elsewhere every day)."""
        ...

    async def save(self, chat: Chat) -> None:
        """Writes the whole chat over the row of its id; nothing where that is gone."""
        ...

    async def due_chats(self, now: datetime, limit: int, after_id: int = 0) -> list[Chat]:
        """Active chats whose ``next_digest_at`` is not after ``now``, by id, ids above ``after_id``."""
        ...

    async def page(self, after_id: int, limit: int) -> list[Chat]:
        """The next chats of all there are, by id, ids above ``after_id``."""
        ...

    async def workspaces(self) -> list[tuple[Platform, str]]:
        """Every workspace that has a chat here."""
        ...

    async def resumable_chats(self, now: datetime) -> list[Chat]:
        """Paused chats whose ``paused_until`` is past."""
        ...

    async def chats_of_workspace(self, platform: Platform, workspace: str) -> list[Chat]:
        """Every chat of a workspace, by id, whatever its state."""
        ...

    async def move(self, old: ChatAddress, new: ChatAddress) -> Chat | None:
        """Gives every chat (all threads) of ``old.chat`` the new id; a chat that already stands there takes over the
        topics it lacks. Returns the chat now at ``new``."""
        ...

    async def count_paused_because(self, reason: str) -> int:
        """How many chats are paused for a platform's reason (:class:`bot.errors.UnavailableReason`)."""
        ...

    async def count_active_and_paused(self) -> tuple[int, int]:
        """How many chats with at least one topic are active, and how many paused."""
        ...

    async def earliest_digest_at(self) -> datetime | None:
        """The moment (UTC) of the next digest of any active chat; None where none is to come."""
        ...

    async def has_subscribers(self, platform: Platform) -> bool:
        """Whether any chat there follows something."""
        ...

    async def erase(self, chat_id: int) -> None:
        """The chat and everything that hangs on it."""
        ...


@dataclass(frozen=True, slots=True)
class FollowedTopic:
    """A distinct topic that at least one chat follows, as formatted; decisions of the rule of version ``rule`` are
    stored for papers up to ``decided_revision`` (both 0: none yet).

    ``trigger_terms`` is what triggers it (:mod:`bot.matching.prefilter.topic_index`), as the rule of version
    ``trigger_rule_version`` has it; 0: not worked out yet.
    """

    id: int
    text: str
    decided_revision: int
    trigger_terms: str | None = None
    trigger_rule_version: int = 0
    rule: int = 0


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A stored decision of one topic (by id) on one paper. ``late_match``: it was NOT_YET first."""

    topic_id: int
    paper_id: str
    decision: Decision
    rule_version: int
    late_match: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may come in a chat's next digest, with every topic of the chat that matches it."""

    paper: Paper
    topics: tuple[tuple[str, tuple[MatchReason, ...]], ...]
    late_match: bool = False


class SubscriptionRepository(Protocol):
    """Subscriptions and decisions of one unit of work."""

    async def follow(
        self, chat_id: int, topic: Topic, *, day: date, at: datetime, by: str = ""
    ) -> tuple[Subscription, bool]:
        """The subscription and whether it is new; one chat follows a topic (as formatted) once."""
        ...

    async def unfollow(self, subscription_ids: Sequence[int]) -> None:
        """Deletes subscriptions; ids that are gone are no error."""
        ...

    async def of_chat(self, chat_id: int) -> list[Subscription]:
        """In the order they were added, numbered from 1."""
        ...

    async def of_chats(self, chat_ids: Sequence[int]) -> Mapping[int, list[Subscription]]:
        """The same for many chats at once; [] for one that follows nothing."""
        ...

    async def followed_texts(self, chat_ids: Sequence[int]) -> Mapping[int, list[tuple[int, str]]]:
        """The subscriptions of many chats as (id, topic as stored), in the order they were added, also topics that this
        version can't read any more; [] for a chat that follows nothing."""
        ...

    async def lowest_decided_revision(self, rule_version: int) -> int | None:
        """The lowest revision up to which a followed topic is decided, 0 for one decided by another rule version; None
        where all are decided up to the newest revision of the papers.
        """
        ...

    async def lagging_topics(
        self, revision: int, rule_version: int, after_id: int = 0, limit: int = 2000, *, since: int = 0
    ) -> list[FollowedTopic]:
        """The next distinct followed topics, by id, that are decided up to ``since`` but not up to ``revision``, 0 for
        another rule version. Only these may be marked as decided up to ``revision`` by whoever decides the papers
        changed after ``since``."""
        ...

    async def hold(self, topics: Sequence[FollowedTopic]) -> frozenset[int]:
        """Locks the topics; returns the ids of those that still have the revision and rule they were read with. Nobody
        else takes them further before this unit of work ends, so what was decided meanwhile may be stored for them."""
        ...

    async def store_trigger_terms(self, trigger_terms: Mapping[int, str | None], rule_version: int) -> None:
        """Stores what triggers each topic, made by this rule version."""
        ...

    async def stored_decisions(self, topic_ids: Sequence[int], paper_ids: Sequence[str]) -> list[StoredDecision]:
        """The stored decisions of these topics on these papers; quickest for topics of neighbouring ids."""
        ...

    async def decisions_of(self, text: str, first: date) -> tuple[FollowedTopic, list[StoredDecision]] | None:
        """A followed topic (as formatted) and its stored decisions on papers of the list days from ``first`` on; None
        where nobody follows it."""
        ...

    async def store_decisions(
        self, decided: Sequence[StoredDecision], decided_revisions: Mapping[int, int], rule_version: int
    ) -> None:
        """Stores yes and not-yet decisions (a no is the absence of a row below the topic's revision; a stored row whose
        new decision is no is removed), and up to which revision each topic has been decided. A topic's decisions on a
        page of papers are stored together with its revision, or whoever decides beside it may undo them unseen."""
        ...

    async def candidates(
        self, chat_ids: Sequence[int], today: date, sample_platforms: Collection[Platform] = ()
    ) -> Mapping[int, list[Candidate]]:
        """For each chat, papers with a yes for one of its topics that were never sent there nor are on their way:
        first listed not before the topic was added, nor before the chat's ``eligible_from``; a late match only
        within 7 days of its first list day. Sample papers only for chats of the ``sample_platforms``."""
        ...
