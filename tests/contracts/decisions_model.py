"""A story of papers that come and change, chats that follow, and workers that decide and index, a step at a time.

The workers are the product's own. Each is let go on by one unit of work, so that a story tells exactly what happens
between two of them; it may be ended anywhere. What must hold in the end: for any list days, the preview, what a search
of the archive would deliver, and the digest name the same papers.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import delete

from adapters.search.fts_index import FtsIndex
from bot.decisions.materializer import materialize_decisions
from bot.decisions.on_the_fly import find_matches
from bot.ingest.index_sync import IndexSynchronizer
from bot.matching import Decision, Verdict
from bot.matching.rule.decide import RULE_VERSION
from bot.papers import Paper
from bot.ports import Storage, StoredDecision, UnitOfWork
from bot.topics import Topic
from bot.topics.parser import parse
from storage.database import Database
from storage.tables import METADATA, counter, decision
from tests.contracts.factories import TODAY, follow_topics, make_address, make_paper, store_chat, store_papers
from tests.contracts.outbox_model import Step

DAYS = (TODAY - timedelta(days=2), TODAY - timedelta(days=1), TODAY)
# So old that a search of the whole archive asks the index, and does not read every paper.
LONG_AGO = TODAY - timedelta(days=60)
TOPICS = ("diffusion", "speech", "agents upvotes>=20", "diffusion OR agents")
TITLES = ("Diffusion of Ideas", "Speech for All", "Agents at Work", "Diffusion for Agents")
WORKERS = ("one", "two", "index")

Value = TypeVar("Value")


class Gated:
    """A storage for one worker: each of its units of work waits until the worker may go on."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.waits = asyncio.Event()
        self.may = asyncio.Semaphore(0)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        await self._turn()
        async with self._storage.read() as work:
            yield work

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        await self._turn()
        async with self._storage.write() as work:
            yield work

    async def _turn(self) -> None:
        self.waits.set()
        await self.may.acquire()


class Worker:
    """One run of a piece of the product's work, let on unit by unit."""

    def __init__(self, gate: Gated, work: Coroutine[Any, Any, object]) -> None:
        self._gate = gate
        self._task = asyncio.create_task(work)

    async def goes_on(self) -> bool:
        """Up to the beginning of its next unit of work; whether it has one."""
        if await self.waits():
            self._gate.waits.clear()
            self._gate.may.release()
        return await self.waits()

    async def waits(self) -> bool:
        """Whether it came to the beginning of another unit of work, and not to its end."""
        waits = asyncio.create_task(self._gate.waits.wait())
        await asyncio.wait([waits, self._task], return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        if self._task.done():
            self._task.result()
        return not self._task.done()

    async def crashes(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


class Story:
    """Two that decide and one that indexes, on one database and one index file; chats of one topic each."""

    def __init__(self, storage: Database, file: Path, runner: asyncio.Runner, set_rule: Callable[[int], None]) -> None:
        self.storage = storage
        self._file = file
        self._runner = runner
        self._set_rule = set_rule
        self._rule = RULE_VERSION
        set_rule(RULE_VERSION)
        self._workers: dict[str, Worker] = {}
        self._papers: dict[str, Paper] = {}
        self._follows: dict[int, tuple[int, str]] = {}
        self.do(self._begin())

    def do(self, work: Coroutine[Any, Any, Value]) -> Value:
        return self._runner.run(work)

    async def _begin(self) -> None:
        async with self.storage.engine.begin() as connection:
            for table in reversed(METADATA.sorted_tables):
                if table.name != "counter":
                    await connection.execute(delete(table))
            await connection.execute(counter.update().values(value=0))
        self.index = FtsIndex(self._file)
        await self.index.indexed_revision()
        await self._come(make_paper("old", listed_on=LONG_AGO, title=TITLES[3]))
        self._chats = [
            await store_chat(self.storage, make_address(str(n)), eligible_from=DAYS[0]) for n in range(len(TOPICS))
        ]

    def goes_on(self, step: Step) -> None:
        self.do(getattr(self, step.name)(**step.how))

    # --- what happens

    async def papers_come(self, numbers: set[int], votes: int) -> None:
        """New ones, or known ones with other votes."""
        await self._come(*(self._paper(number, votes) for number in sorted(numbers)))

    def _paper(self, number: int, votes: int) -> Paper:
        title, day = TITLES[number % len(TITLES)], DAYS[number % len(DAYS)]
        return make_paper(f"2608.{number:05}", title=title, listed_on=day, upvotes=votes)

    async def _come(self, *papers: Paper) -> None:
        await store_papers(self.storage, *papers)

    async def follows(self, place: int) -> None:
        """Since before the first day, so that nothing is left out for its age."""
        if place not in self._follows:
            [number] = await follow_topics(self.storage, self._chats[place], TOPICS[place], day=DAYS[0])
            self._follows[place] = number, TOPICS[place]

    async def unfollows(self, place: int) -> None:
        if place in self._follows:
            number, _ = self._follows.pop(place)
            async with self.storage.write() as work:
                await work.subscriptions.unfollow([number])
                await work.commit()

    async def works(self, worker: str, units: int) -> None:
        """It begins, or goes on for so many units of work."""
        if worker not in self._workers:
            self._workers[worker] = self._new(worker)
        for _ in range(units):
            if not await self._workers[worker].goes_on():
                del self._workers[worker]
                return

    def _new(self, worker: str) -> Worker:
        gate = Gated(self.storage)
        if worker == "index":
            return Worker(gate, IndexSynchronizer(gate, self.index).sync())
        return Worker(gate, materialize_decisions(gate, TODAY))

    async def crashes(self, worker: str) -> None:
        if worker in self._workers:
            await self._workers.pop(worker).crashes()

    async def rule_changes(self, took_everything: bool) -> None:
        """All are started anew with the next rule; the one before found nothing, or took every paper."""
        for worker in WORKERS:
            await self.crashes(worker)
        async with self.storage.engine.begin() as connection:
            await connection.execute(delete(decision))
        if took_everything:
            await self._take_everything()
        self._rule += 1
        self._set_rule(self._rule)

    async def _take_everything(self) -> None:
        async with self.storage.write() as work:
            topics = await work.subscriptions.lagging_topics(10**6, -1)
            papers = (await work.papers.changed_since(0)).papers
            yes, rule = Decision(Verdict.YES), self._rule
            every = [StoredDecision(topic.id, paper.id, yes, rule) for topic in topics for paper in papers]
            await work.subscriptions.store_decisions(every, {}, rule)
            await work.commit()

    async def index_is_damaged(self) -> None:
        """A search finds it, and the file is empty."""
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute("DROP TABLE IF EXISTS stems")
        await self.index.search("diffusion", 5)

    # --- what must hold

    async def ends(self) -> None:
        for worker in WORKERS:
            await self.crashes(worker)
        await materialize_decisions(self.storage, TODAY)
        await IndexSynchronizer(self.storage, self.index).sync()
        for place, (_, text) in self._follows.items():
            await self._agrees(place, parse(text))
        await self.index.close()

    async def _agrees(self, place: int, asked: Topic) -> None:
        chat = self._chats[place]
        async with self.storage.read() as work:
            candidates = (await work.subscriptions.candidates([chat.id], TODAY))[chat.id]
        found = await find_matches(self.storage, self.index, asked, LONG_AGO, TODAY)
        for first in DAYS:
            for last in (day for day in DAYS if day >= first):
                preview = {each.paper.id for each in await find_matches(self.storage, self.index, asked, first, last)}
                searched = {each.paper.id for each in found if first <= each.paper.listed_on <= last}
                digest = {each.paper.id for each in candidates if first <= each.paper.listed_on <= last}
                assert preview == searched == digest, (TOPICS[place], first, last)
