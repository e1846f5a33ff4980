"""The core's doors: all it asks of the outside, few and small, each with the errors it may raise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.calls import CommandCall
from bot.chats import (
    Chat,
    ChatAddress,
    ChatDefaults,
    ChatKind,
    PersonAddress,
    Platform,
    Receipt,
    Subscription,
)
from bot.deliveries import Delivery, DeliveryState, Edition, Plan, Result
from bot.errors import GoneReason
from bot.matching import Decision, Reason
from bot.papers import Listed, Paper
from bot.topics import Topic
from bot.views import View

# --- time ---------------------------------------------------------------------------------------------------------


class Clock(Protocol):
    """The time, so that tests and rehearsals can bring their own."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Returns at ``moment`` (UTC), at once if it is past."""
        ...


# --- sources ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that could not be read: which (an id or a position) and why."""

    row: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one poll brought. ``counts`` has every day that was read, with 0 for an empty list."""

    papers: tuple[Listed, ...]
    counts: Mapping[date, int]
    skipped: tuple[SkippedRow, ...] = ()


class PaperSource(Protocol):
    """An outside list of papers."""

    name: str

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> Gathered:
        """All papers listed on ``days`` (UTC), every page; ``known`` are ids already stored (a source whose rows name
        no list day dates an unknown paper today). Raises :class:`bot.errors.SourceUnavailable`."""
        ...


# --- search -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked candidate; ``score`` is comparable within one search only, larger is better."""

    paper_id: str
    score: float


class PaperIndex(Protocol):
    """Derived, rebuildable, outside the unit of work: what is searched is found again in the papers themselves."""

    async def add(self, papers: Sequence[Paper], revision: int) -> None:
        """Adds or replaces papers; the index then holds everything up to ``revision``."""
        ...

    async def remove(self, paper_ids: Sequence[str]) -> None: ...

    async def revision(self) -> int:
        """Up to which revision of the papers the index is complete; 0 when empty, new or rebuilt."""
        ...

    async def search(self, query: str, limit: int) -> list[Hit]:
        """The best ``limit`` papers for plain words, best first; [] when no word is known."""
        ...

    async def candidates(self, topic: Topic, limit: int = 5000) -> list[str] | None:
        """Ids of every paper that the decision rule could say yes to (a superset); None: the topic asks for no words,
        so every paper is a candidate."""
        ...

    async def nearest_words(self, query: str) -> Mapping[str, str]:
        """For words the archive doesn't know, the nearest word it does: {"difusion": "diffusion"}."""
        ...


class Meaning(Protocol):
    """A sentence model; optional."""

    async def closeness(self, text: str, papers: Sequence[Paper]) -> list[float]:
        """Cosine of the text and each paper, in their order."""
        ...


# --- platforms ----------------------------------------------------------------------------------------------------


class CannotKnow(StrEnum):
    """A platform that gives no way to look for a message."""

    CANNOT_KNOW = "cannot know"


@dataclass(frozen=True, slots=True)
class Traits:
    """What planning must know of a platform: whether long digests continue in a thread."""

    threads: bool = False


class Messenger(Protocol):
    """Sends views. Splitting what is too long and falling back to plain text happen inside."""

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: Receipt | None = None
    ) -> Receipt:
        """Sends once; ``key`` is opaque and the same for every try of one delivery. Raises ChatGone, ChatMoved,
        TryLater, OutcomeUnknown, NotAuthorised, Refused (:mod:`bot.errors`)."""
        ...

    async def edit(self, chat: Chat, receipt: Receipt, view: View) -> None:
        """Shows ``view`` where the message stands; one that is gone or unchanged is no error."""
        ...

    async def find(self, chat: Chat, key: str, since: datetime) -> Receipt | CannotKnow | None:
        """Looks for a message sent with ``key`` since then; None: surely not there."""
        ...


Answer = Callable[[CommandCall], Awaitable[View]]


class ChatPlatform(Messenger, Protocol):
    """One platform with its people."""

    platform: Platform
    traits: Traits

    async def turn(self, chat: ChatAddress) -> None:
        """Waits until the next digest may be sent within the bot's pace; answers to people go before."""
        ...

    async def check(self) -> str:
        """What is wrong with the connection or the token, a whole sentence for the operator; '' where nothing is."""
        ...

    async def listen(self, answer: Answer) -> None:
        """Calls ``answer`` for everything people ask, and draws what it says, until cancelled."""
        ...


class Records(Protocol):
    """What one platform keeps over a restart: events it took in, and commands too long for a button. Each call is a
    transaction of its own."""

    async def first_time(self, event_id: str, body: str) -> bool:
        """Stores an event (JSON) before it is acknowledged; False if it was stored before."""
        ...

    async def done(self, event_id: str) -> None:
        """The event was worked on; it is not taken up again."""
        ...

    async def unfinished(self) -> list[tuple[str, str]]:
        """(event id, body) of events that were stored but not done, oldest first."""
        ...

    async def shelve(self, command: str) -> str:
        """A token of at most 24 characters for a command."""
        ...

    async def unshelve(self, token: str) -> str | None:
        """The command of a token, None for an unknown one."""
        ...


class ChatNews(Protocol):
    """Told what happens to a chat as a whole; may be told more than once.

    An address without a thread means all threads of that chat, one without a chat every chat of the workspace.
    """

    async def moved(self, old: ChatAddress, new: ChatAddress) -> None:
        """The chat, with all its threads, has a new id."""
        ...

    async def gone(self, chat: ChatAddress, reason: GoneReason) -> None:
        """Nothing can be sent there until it is said to be :meth:`back`."""
        ...

    async def back(self, chat: ChatAddress) -> None:
        """Messages can be sent there again. Of a whole workspace: what its leaving had paused begins again."""
        ...


# --- storage ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Upserted:
    """What storing papers changed: ids that are new, and ids of known papers whose facts changed."""

    new: frozenset[str]
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Changes:
    """Papers changed after a revision, oldest change first, and the revision this page reaches."""

    papers: tuple[Paper, ...]
    revision: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Poll:
    """One reading of one list day: ``rows`` it had, ``new_rows`` not seen before. ``problem`` '' = a good poll."""

    source: str
    day: date
    at: datetime
    rows: int = 0
    new_rows: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is doing; ``latest_day`` is the newest list day with a paper."""

    name: str
    last_success_at: datetime | None
    latest_day: date | None
    papers: int
    settled: bool
    problem: str = ""
    failing_since: datetime | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """How far the stored papers reach."""

    papers: int
    first_day: date | None
    last_day: date | None
    sample: bool = False


class PaperShelf(Protocol):
    """The papers of one unit of work."""

    async def upsert(self, listed: Sequence[Listed], at: datetime) -> Upserted:
        """Stores papers and their listings. The same paper from several sources is one row: Hugging Face's facts win,
        empty ones are filled from the other; ``listed_on`` becomes the earliest listing. Each paper that is new or
        changed gets the next revision."""
        ...

    async def get(self, ids: Sequence[str]) -> list[Paper]:
        """The papers in the order of ``ids``; unknown ones are left out."""
        ...

    async def known(self, ids: Sequence[str]) -> frozenset[str]: ...

    async def listed_between(self, first: date, last: date, *, source: str = "") -> list[Paper]:
        """Papers with a listing on those days (both included), most upvotes first, each once."""
        ...

    async def days_with_papers(self, last: date, limit: int) -> list[date]:
        """The newest ``limit`` list days up to ``last`` that have a paper, newest first."""
        ...

    async def count_listed(self, first: date, last: date) -> Mapping[date, int]: ...

    async def changed_since(self, revision: int, limit: int = 500, listed_from: date | None = None) -> Changes: ...

    async def revision(self) -> int: ...

    async def archive(self) -> Archive: ...

    async def drop_sample(self) -> list[str]:
        """Deletes the sample papers with everything that hangs on them; returns their ids."""
        ...

    async def record_polls(self, polls: Sequence[Poll], retry_at: datetime | None = None) -> None: ...

    async def polls(self, source: str, day: date) -> list[Poll]:
        """The polls of one list day, oldest first."""
        ...

    async def days_read(self, source: str) -> frozenset[date]:
        """List days of which at least one good poll is stored (kept for ever, for the resumable background fetch)."""
        ...

    async def source_states(self) -> list[SourceState]:
        """Every source that was ever polled; ``settled`` is left False here (:mod:`bot.digests.settle` decides)."""
        ...


class ChatBook(Protocol):
    """The chats of one unit of work."""

    async def find(self, address: ChatAddress) -> Chat | None: ...

    async def get(self, chat_id: int) -> Chat | None: ...

    async def open(
        self, address: ChatAddress, kind: ChatKind, title: str, defaults: ChatDefaults, at: datetime
    ) -> Chat:
        """The chat at ``address``, made with the defaults if it is new (Slack: weekdays; elsewhere every day)."""
        ...

    async def save(self, chat: Chat) -> None: ...

    async def due(self, now: datetime, limit: int, after_id: int = 0) -> list[Chat]:
        """Active chats whose ``next_digest_at`` is not after ``now``, by id, ids above ``after_id``."""
        ...

    async def resumable(self, now: datetime) -> list[Chat]:
        """Paused chats whose ``paused_until`` is past."""
        ...

    async def of_workspace(self, platform: Platform, workspace: str) -> list[Chat]: ...

    async def move(self, old: ChatAddress, new: ChatAddress) -> Chat | None:
        """Gives every chat (all threads) of ``old.chat`` the new id; a chat that already stands there takes over the
        topics it lacks. Returns the chat now at ``new``."""
        ...

    async def counts(self) -> tuple[int, int]:
        """How many chats with at least one topic are active, and how many paused."""
        ...

    async def next_digest_at(self) -> datetime | None: ...

    async def erase(self, chat_id: int) -> None:
        """The chat and everything that hangs on it."""
        ...


@dataclass(frozen=True, slots=True)
class TopicState:
    """A distinct topic that at least one chat follows; decisions are stored for papers up to ``revision``."""

    id: int
    topic: Topic
    revision: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A stored decision of one topic (by id) on one paper. ``rose``: it was NOT_YET first."""

    topic_id: int
    paper_id: str
    decision: Decision
    rule: int
    rose: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may come in a chat's next digest, with every topic of the chat that matches it."""

    paper: Paper
    topics: tuple[tuple[str, tuple[Reason, ...]], ...]
    rose: bool = False


class TopicBook(Protocol):
    """Subscriptions and decisions of one unit of work."""

    async def follow(
        self, chat_id: int, topic: Topic, *, day: date, at: datetime, by: str = ""
    ) -> tuple[Subscription, bool]:
        """The subscription and whether it is new; one chat follows a topic (as printed) once."""
        ...

    async def unfollow(self, subscription_ids: Sequence[int]) -> None: ...

    async def of_chat(self, chat_id: int) -> list[Subscription]:
        """In the order they were added, numbered from 1."""
        ...

    async def of_chats(self, chat_ids: Sequence[int]) -> Mapping[int, list[Subscription]]: ...

    async def behind(self, revision: int, rule: int) -> list[TopicState]:
        """Distinct followed topics whose decisions don't reach ``revision``, or were made by another rule version
        (their revision is then 0)."""
        ...

    async def stored(self, topic_ids: Sequence[int], paper_ids: Sequence[str]) -> list[Decided]: ...

    async def record(self, decided: Sequence[Decided], reached: Mapping[int, int], rule: int) -> None:
        """Stores yes and not-yet decisions (a no is the absence of a row below the topic's revision; a stored row whose
        new decision is no is removed), and up to which revision each topic has been decided."""
        ...

    async def candidates(self, chat_ids: Sequence[int], today: date) -> Mapping[int, list[Candidate]]:
        """For each chat, papers with a yes for one of its topics that were never sent there nor are on their way:
        first listed not before the topic was added, nor before the chat's ``counting_from``; a paper that rose only
        within 7 days of its first list day. Sample papers only for local chats."""
        ...


class Outbox(Protocol):
    """The deliveries of one unit of work."""

    async def plan(self, plans: Sequence[Plan]) -> list[int]:
        """Writes editions, deliveries, ledger rows and the chats' next moments; a plan whose (chat, kind, key) or
        edition already stands is left out entirely. Withdraws what a plan takes over (state expired, problem
        "superseded"), but only while still pending; a plan whose ``takes_over`` is no longer pending, or with a paper
        that went or is going there by another delivery, is left out too, to be made again. Returns the chats that were
        planned."""
        ...

    async def unsent_digests(self, chat_ids: Sequence[int]) -> Mapping[int, list[Delivery]]:
        """Digests still pending (first parts)."""
        ...

    async def claim(
        self, platform: Platform, *, owner: str, now: datetime, lease_until: datetime, limit: int = 1
    ) -> list[Delivery]:
        """Marks pending deliveries of active chats as sending: the lowest unfinished part of a chat, oldest first,
        never two of one chat, none before its, its chat's, its workspace's or its bot's ``not_before``. Sets
        ``reply_to`` of later parts. Past ``expires_at`` they become expired instead."""
        ...

    async def settle(self, results: Sequence[Result], owner: str) -> None:
        """Writes how tries ended, only for rows still held by ``owner`` or uncertain (held by nobody). A digest that
        ends failed or expired gives its papers back (its ledger rows are deleted) in the same commit, and its later
        parts expire. ``not_before`` holds for the row and, whatever the state, for its chat."""
        ...

    async def overdue(self, now: datetime, owner: str = "") -> list[Delivery]:
        """Marks sending rows whose lease is over (with ``owner``: all rows of other owners, at start under the sender
        lock) as uncertain and returns every uncertain row."""
        ...

    async def hold_back(self, platform: Platform, workspace: str, until: datetime) -> None:
        """Nothing is claimed for this bot or workspace before ``until``; '' = the whole platform."""
        ...

    async def waiting(self, platform: Platform, now: datetime) -> int:
        """How many pending deliveries could be claimed now."""
        ...

    async def unfinished(self) -> int:
        """How many are pending, sending or uncertain."""
        ...

    async def next_pending_at(self, platform: Platform) -> datetime | None:
        """The earliest moment at which a pending delivery may be claimed."""
        ...

    async def get(self, delivery_id: int) -> Delivery | None: ...

    async def counts(self) -> Mapping[DeliveryState, int]: ...

    async def editions(self, chat_id: int, limit: int = 7) -> list[Edition]:
        """The newest editions of a chat, newest first, with the state of their delivery."""
        ...

    async def sent_papers(self, chat_id: int, paper_ids: Sequence[str]) -> Mapping[str, date]:
        """Which of the papers went (or are going) to this chat, and on which local day."""
        ...

    async def prune(self, before: datetime) -> int:
        """Deletes finished deliveries planned before then; the ledger stays."""
        ...


@dataclass(frozen=True, slots=True)
class SavedPaper:
    """An entry of a reading list."""

    paper: Paper
    saved_at: datetime


class PeopleBook(Protocol):
    """What belongs to persons, not to chats."""

    async def save_paper(self, person: PersonAddress, paper_id: str, at: datetime) -> bool:
        """Whether it was not saved before."""
        ...

    async def unsave_paper(self, person: PersonAddress, paper_id: str) -> bool: ...

    async def saved(self, person: PersonAddress) -> list[SavedPaper]:
        """Newest first."""
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

    async def replace(self, utterance_id: int, view: View) -> None: ...

    async def since(self, utterance_id: int, limit: int = 100) -> list[Utterance]:
        """Messages with a larger id, oldest first."""
        ...

    async def newest(self, limit: int = 50) -> list[Utterance]:
        """The last messages, oldest first."""
        ...

    async def edits(self) -> int:
        """A number that grows with every replacement."""
        ...

    async def by_key(self, key: str) -> Utterance | None: ...


class UnitOfWork(Protocol):
    """One transaction, made anew for each use; without :meth:`commit` nothing stays."""

    papers: PaperShelf
    chats: ChatBook
    topics: TopicBook
    outbox: Outbox
    people: PeopleBook
    inbox: Inbox
    conversation: Conversation

    async def commit(self) -> None: ...


class Storage(Protocol):
    """Where everything that matters is kept."""

    def write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that may commit; on SQLite it begins IMMEDIATE and one at a time."""
        ...

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that only reads, beside writers."""
        ...


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

    async def edits(self) -> int:
        """Grows with every message that was replaced."""
        ...
