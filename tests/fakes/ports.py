"""Small stand-ins for the core's doors: a settable clock, a scripted messenger, source and index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.chats import Chat, ChatAddress, Platform, Receipt
from bot.papers import Listed, Paper
from bot.ports import Answer, CannotKnow, Gathered, Hit, Storage, Traits, UnitOfWork
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
    async def hurrying(self, storage: WatchedStorage) -> AsyncIterator[None]:
        """Inside, the clock jumps to the next sleeper's moment whenever everybody waits for nothing but time."""
        runner = asyncio.create_task(self._hurry(storage))
        try:
            yield
        finally:
            runner.cancel()

    async def _hurry(self, storage: WatchedStorage) -> None:
        while True:
            before = storage.begun
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)
            if storage.open or storage.begun != before:
                await asyncio.sleep(_STEP)
            elif self._sleepers:
                self.move_to(min(self._sleepers.values()))


class WatchedStorage:
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
class Sent:
    """One message as it was asked for."""

    chat: Chat
    view: View
    key: str
    silent: bool
    reply_to: Receipt | None
    at: datetime


@dataclass
class FakeMessenger:
    """A platform that records what it is sent. ``script`` holds errors (or None: accept) for the next tries;
    ``remembers`` says whether sent messages can be looked for; ``loses_answers``: it accepts and then raises."""

    platform: Platform
    clock: FakeClock
    traits: Traits = field(default_factory=Traits)
    script: list[BaseException | None] = field(default_factory=list)
    remembers: bool = False
    loses_answers: bool = False
    sent: list[Sent] = field(default_factory=list)
    tried: int = 0
    looked_for: list[str] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    gate: asyncio.Event | None = None
    turns: int = 0
    next_turn: asyncio.Event | None = None
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, *, sent: int = 0, in_flight: int = 0, turns: int = 0) -> None:
        """Returns when so many messages were sent, so many are being sent, and so many turns were asked for."""
        while len(self.sent) < sent or self.in_flight < in_flight or self.turns < turns:
            self._bell.clear()
            await self._bell.wait()

    async def turn(self, chat: ChatAddress) -> None:
        self.turns += 1
        self._bell.set()
        if self.next_turn is not None:
            await self.next_turn.wait()

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: Receipt | None = None
    ) -> Receipt:
        self.tried += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self._bell.set()
        try:
            if self.gate is not None:
                await self.gate.wait()
            problem = self.script.pop(0) if self.script else None
            if problem is not None and not self.loses_answers:
                raise problem
            self.sent.append(Sent(chat, view, key, silent, reply_to, self.clock.now()))
            if problem is not None:
                raise problem
            return Receipt(str(len(self.sent)))
        finally:
            self.in_flight -= 1
            self._bell.set()

    async def edit(self, chat: Chat, receipt: Receipt, view: View) -> None:
        raise AssertionError("nothing is edited here")

    async def find(
        self, chat: Chat, key: str, since: datetime, reply_to: Receipt | None = None
    ) -> Receipt | CannotKnow | None:
        self.looked_for.append(key)
        if not self.remembers:
            return CannotKnow.CANNOT_KNOW
        places = [place for place, sent in enumerate(self.sent, 1) if sent.key == key and sent.at >= since]
        return Receipt(str(places[0])) if places else None

    async def check(self) -> str:
        return ""

    async def listen(self, answer: Answer) -> None:
        await asyncio.Event().wait()


@dataclass
class FakeSource:
    """Lists papers by day; ``problems`` are raised by the next polls, ``hangs`` never answers."""

    days: dict[date, tuple[Paper, ...]] = field(default_factory=dict)
    name: str = "huggingface"
    problems: list[Exception | None] = field(default_factory=list)
    hangs: bool = False
    asked: list[tuple[date, ...]] = field(default_factory=list)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def asked_for(self, times: int) -> None:
        """Returns when it was polled so many times in all."""
        while len(self.asked) < times:
            self._bell.clear()
            await self._bell.wait()

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> Gathered:
        self.asked.append(tuple(days))
        self._bell.set()
        if self.hangs:
            await asyncio.Event().wait()
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            raise problem
        rows = tuple(Listed(paper, self.name, day) for day in days for paper in self.days.get(day, ()))
        return Gathered(rows, {day: len(self.days.get(day, ())) for day in days})


@dataclass
class AllCandidates:
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

    async def revision(self) -> int:
        return self.reached

    async def search(self, query: str, limit: int) -> list[Hit]:
        raise AssertionError("nothing is searched here")

    async def candidates(self, topic: Topic, limit: int = 5000) -> list[str] | None:
        return None

    async def nearest_words(self, query: str) -> Mapping[str, str]:
        return {}
