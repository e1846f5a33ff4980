"""Small fakes of the core's ports: a settable clock, a scripted messenger, source and index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.chats import Chat, ChatAddress, MessageRef, PersonAddress, Platform
from bot.errors import UnavailableReason
from bot.matching.text.tokenizer import TokenizedPaper
from bot.papers import Paper, PaperListing
from bot.ports import (
    CommandHandler,
    LookupUnsupported,
    ManagedChat,
    PlatformCapabilities,
    PollFailure,
    PollResult,
    SearchHit,
    Storage,
    UnitOfWork,
)
from bot.sources import SourceCapabilities
from bot.topics import Topic
from bot.views import View

_STEP = 0.001
_ROUNDS = 20


class FakeClock:
    """Stands still until it is moved; whoever sleeps wakes when the moment has come."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._sleepers: dict[asyncio.Future[None], datetime] = {}

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Never backwards."""
        self._now = max(self._now, moment)
        for sleeper, until in list(self._sleepers.items()):
            if until <= self._now and not sleeper.done():
                sleeper.set_result(None)

    async def sleep_until(self, moment: datetime) -> None:
        if moment <= self._now:
            await asyncio.sleep(0)
            return
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers[sleeper] = moment
        try:
            await sleeper
        finally:
            del self._sleepers[sleeper]

    @asynccontextmanager
    async def advancing_while_idle(self, storage: ActivityTrackingStorage) -> AsyncIterator[None]:
        """Inside, the clock jumps to the next sleeper's moment whenever everybody waits for nothing but time."""
        runner = asyncio.create_task(self._advance_while_idle(storage))
        try:
            yield
        finally:
            runner.cancel()

    async def _advance_while_idle(self, storage: ActivityTrackingStorage) -> None:
        while True:
            before = storage.begun
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)
            if storage.open or storage.begun != before:
                await asyncio.sleep(_STEP)
            elif self._sleepers:
                self.move_to(min(self._sleepers.values()))


class ActivityTrackingStorage:
    """A storage that knows whether anybody is working with it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.open = 0
        self.begun = 0
        self.write_failures: list[Exception] = []

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        if self.write_failures:
            raise self.write_failures.pop()
        async with self._watched(), self._storage.write() as work:
            yield work

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        async with self._watched(), self._storage.read() as work:
            yield work

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        self.open += 1
        self.begun += 1
        try:
            yield
        finally:
            self.open -= 1


@dataclass
class SentMessage:
    """One message as it was asked for."""

    chat: Chat
    view: View
    key: str
    silent: bool
    reply_to: MessageRef | None
    at: datetime


@dataclass
class FakeChatPlatform:
    """A platform that records what it is sent. ``script`` holds errors (or None: accept) for the next tries;
    ``remembers`` says whether sent messages can be looked for; ``loses_answers``: it accepts and then raises."""

    platform: Platform
    clock: FakeClock
    capabilities: PlatformCapabilities = field(default_factory=PlatformCapabilities)
    script: list[BaseException | None] = field(default_factory=list)
    finds_sent: bool = False
    loses_answers: bool = False
    sent: list[SentMessage] = field(default_factory=list)
    attempts: int = 0
    find_requests: list[str] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    gate: asyncio.Event | None = None
    turns: int = 0
    next_turn: asyncio.Event | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_until(self, *, sent: int = 0, in_flight: int = 0, turns: int = 0) -> None:
        """Returns when so many messages were sent, so many are being sent, and so many turns were asked for."""
        while len(self.sent) < sent or self.in_flight < in_flight or self.turns < turns:
            self._changed.clear()
            await self._changed.wait()

    async def wait_turn(self, chat: ChatAddress) -> None:
        self.turns += 1
        self._changed.set()
        if self.next_turn is not None:
            await self.next_turn.wait()

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        self.attempts += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self._changed.set()
        try:
            if self.gate is not None:
                await self.gate.wait()
            problem = self.script.pop(0) if self.script else None
            if problem is not None and not self.loses_answers:
                raise problem
            self.sent.append(SentMessage(chat, view, key, silent, reply_to, self.clock.now()))
            if problem is not None:
                raise problem
            return MessageRef(str(len(self.sent)))
        finally:
            self.in_flight -= 1
            self._changed.set()

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        raise AssertionError("nothing is edited here")

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> MessageRef | LookupUnsupported | None:
        self.find_requests.append(key)
        if not self.finds_sent:
            return LookupUnsupported.UNSUPPORTED
        places = [place for place, sent in enumerate(self.sent, 1) if sent.key == key and sent.at >= since]
        return MessageRef(str(places[0])) if places else None

    async def check_connection(self) -> str:
        return ""

    async def listen(self, handler: CommandHandler) -> None:
        await asyncio.Event().wait()


@dataclass
class FakePaperSource:
    """Lists papers by day; ``problems`` are raised by the next polls, ``hangs`` never answers.

    ``failing_days`` are left out of an answer that has others, each with its reason.
    """

    days: dict[date, tuple[Paper, ...]] = field(default_factory=dict)
    name: str = "huggingface"
    has_archive: bool = True
    problems: list[Exception | None] = field(default_factory=list)
    failing_days: dict[date, str] = field(default_factory=dict)
    other_failures: tuple[PollFailure, ...] = ()
    hangs: bool = False
    polled_days: list[tuple[date, ...]] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def capabilities(self) -> SourceCapabilities:
        return SourceCapabilities(self.name, self.name, "", has_archive=self.has_archive)

    async def wait_for_polls(self, times: int) -> None:
        """Returns when it was polled so many times in all."""
        while len(self.polled_days) < times:
            self._changed.clear()
            await self._changed.wait()

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> PollResult:
        self.polled_days.append(tuple(days))
        self._changed.set()
        if self.hangs:
            await asyncio.Event().wait()
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            raise problem
        whole = [day for day in days if day not in self.failing_days]
        rows = tuple(PaperListing(paper, self.name, day) for day in whole for paper in self.days.get(day, ()))
        failed = [PollFailure(str(day), self.failing_days[day], day) for day in days if day in self.failing_days]
        counts = {day: len(self.days.get(day, ())) for day in whole}
        return PollResult(rows, counts, failures=(*self.other_failures, *failed))


@dataclass
class FakePaperIndex:
    """An index for which every paper is a candidate; it remembers what it was given."""

    papers: dict[str, Paper] = field(default_factory=dict)
    reached: int = 0

    async def add(self, papers: Sequence[Paper], revision: int, *, since: int | None = None) -> bool:
        if since not in (None, self.reached):
            return False
        self.papers.update({paper.id: paper for paper in papers})
        self.reached = revision
        return True

    async def remove(self, paper_ids: Sequence[str]) -> None:
        for paper_id in paper_ids:
            self.papers.pop(paper_id, None)

    async def indexed_revision(self) -> int:
        return self.reached

    async def search(self, query: str, limit: int) -> list[SearchHit]:
        raise AssertionError("nothing is searched here")

    async def candidates(self, topic: Topic, limit: int = 5000) -> list[str] | None:
        return None

    async def newest_candidates(self, topic: Topic, limit: int, first: date, last: date) -> list[str] | None:
        return None

    async def tokenized_texts(self, paper_ids: Sequence[str]) -> Mapping[str, TokenizedPaper]:
        return {}

    async def nearest_words(self, query: str) -> Mapping[str, str]:
        return {}


@dataclass
class InMemoryPlatformState:
    """What is received and shelved, kept in memory."""

    stored: dict[str, str] = field(default_factory=dict)
    processed: list[str] = field(default_factory=list)
    callbacks: dict[str, str] = field(default_factory=dict)
    remotes: dict[PersonAddress, ManagedChat] = field(default_factory=dict)
    settings: dict[tuple[str, str], str] = field(default_factory=dict)

    async def record_if_new(self, event_id: str, body: str) -> bool:
        return self.stored.setdefault(event_id, body) is body

    async def mark_processed(self, event_id: str) -> None:
        self.processed.append(event_id)

    async def unprocessed_events(self) -> list[tuple[str, str]]:
        return [(event_id, body) for event_id, body in self.stored.items() if event_id not in self.processed]

    async def store_callback(self, command: str) -> str:
        token = f"t{len(self.callbacks)}"
        self.callbacks[token] = command
        return token

    async def resolve_callback(self, token: str) -> str | None:
        return self.callbacks.get(token)

    async def managed_chat(self, person: PersonAddress) -> ManagedChat | None:
        return self.remotes.get(person)

    async def set_managed_chat(self, person: PersonAddress, managed: ManagedChat | None) -> None:
        self.remotes.pop(person, None)
        if managed is not None:
            self.remotes[person] = managed

    async def get_setting(self, workspace: str, name: str) -> str:
        return self.settings.get((workspace, name), "")

    async def set_setting(self, workspace: str, name: str, value: str) -> None:
        self.settings[workspace, name] = value


@dataclass
class RecordedChatEvents:
    """What was told about chats, each named as settings on its platform name it."""

    capabilities: PlatformCapabilities = field(default_factory=PlatformCapabilities)
    migrated: list[tuple[str, str]] = field(default_factory=list)
    unavailable: list[tuple[str, UnavailableReason]] = field(default_factory=list)
    available: list[str] = field(default_factory=list)

    async def on_migrated(self, old: ChatAddress, new: ChatAddress) -> None:
        self.migrated.append((old.chat, new.chat))

    async def on_unavailable(self, chat: ChatAddress, reason: UnavailableReason) -> None:
        self.unavailable.append((self.capabilities.address_text(chat), reason))

    async def on_available(self, chat: ChatAddress) -> None:
        self.available.append(self.capabilities.address_text(chat))
