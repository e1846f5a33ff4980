"""One reading of a source: asked once, stored with all that follows from it, also when it failed."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.errors import SourceUnavailable
from bot.ports import Clock, Gathered, PaperIndex, PaperSource, Poll, SkippedRow, Storage, UnitOfWork

_KNOWN_FROM: Final = timedelta(days=14)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Read:
    """What reading some days brought: rows per day, how many papers were new, and rows that could not be read."""

    counts: Mapping[date, int]
    new: int
    skipped: tuple[SkippedRow, ...] = ()


class Reader:
    """Asks sources and stores their answers, one at a time, and never before the moment a source asked to wait for."""

    def __init__(self, storage: Storage, index: PaperIndex, clock: Clock) -> None:
        self._storage = storage
        self._index = index
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()

    async def read(self, source: PaperSource, days: Sequence[date]) -> Read:
        """Asks for ``days`` (UTC) and stores the answer. Raises :class:`bot.errors.SourceUnavailable`; the failure is
        then recorded."""
        async with self._one_at_a_time:
            await self._wait_no_longer_needed(source)
            try:
                gathered = await source.poll(days, await self._known(days))
            except SourceUnavailable as problem:
                await self._note_failure(source, days, problem.reason, problem.retry_at)
                raise
            except Exception as problem:
                await self._note_failure(source, days, type(problem).__name__, None)
                raise
            return await self._store(source, gathered)

    async def _wait_no_longer_needed(self, source: PaperSource) -> None:
        async with self._storage.read() as work:
            states = await work.papers.source_states()
        retry_at = next((state.retry_at for state in states if state.name == source.name), None)
        if retry_at is not None and retry_at > self._clock.now():
            raise SourceUnavailable("it asked to wait", retry_at)

    async def _known(self, days: Sequence[date]) -> frozenset[str]:
        async with self._storage.read() as work:
            papers = await work.papers.listed_between(min(days) - _KNOWN_FROM, max(days))
        return frozenset(paper.id for paper in papers if not paper.sample)

    async def _store(self, source: PaperSource, gathered: Gathered) -> Read:
        for row in gathered.skipped:
            log.warning("%s: row %s skipped: %s", source.name, row.row, row.reason)
        now = self._clock.now()
        async with self._storage.write() as work:
            invented = await _drop_sample(work) if gathered.papers else []
            upserted = await work.papers.upsert(gathered.papers, now)
            await work.papers.record_polls(_polls(source.name, gathered, upserted.new, now))
            await work.commit()
        if invented:
            await self._index.remove(invented)
        return Read(gathered.counts, len(upserted.new), gathered.skipped)

    async def _note_failure(
        self, source: PaperSource, days: Sequence[date], reason: str, retry_at: datetime | None
    ) -> None:
        async with self._storage.write() as work:
            failed = Poll(source.name, max(days), self._clock.now(), problem=reason or "no answer")
            await work.papers.record_polls([failed], retry_at)
            await work.commit()


async def _drop_sample(work: UnitOfWork) -> list[str]:
    archive = await work.papers.archive()
    return await work.papers.drop_sample() if archive.sample else []


def _polls(source: str, gathered: Gathered, new: frozenset[str], at: datetime) -> list[Poll]:
    new_rows = Counter(listed.day for listed in gathered.papers if listed.paper.id in new)
    return [Poll(source, day, at, rows, new_rows[day]) for day, rows in gathered.counts.items()]
