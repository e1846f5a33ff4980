"""Reads a source once and stores the poll with its papers, also when it failed."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.errors import SourceUnavailable
from bot.ports import (
    Clock,
    PaperIndex,
    PaperSource,
    PollFailure,
    PollRecord,
    PollResult,
    RejectedRow,
    Storage,
    UnitOfWork,
)

_KNOWN_PERIOD: Final = timedelta(days=14)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What reading some days brought: rows per day, how many papers were new, rows that could not be read, and the
    parts of the source that failed."""

    counts: Mapping[date, int]
    new: int
    rejected: tuple[RejectedRow, ...] = ()
    failures: tuple[PollFailure, ...] = ()


class SourceReader:
    """Polls sources and stores their answers, one at a time, and never before a source's ``retry_at``."""

    def __init__(self, storage: Storage, index: PaperIndex, clock: Clock) -> None:
        self._storage = storage
        self._index = index
        self._clock = clock
        self._lock = asyncio.Lock()

    async def read(self, source: PaperSource, days: Sequence[date]) -> ReadResult:
        """Asks for ``days`` (UTC) and stores the answer, and what of it failed. Raises
        :class:`bot.errors.SourceUnavailable` when nothing came; the failure is then recorded."""
        async with self._lock:
            await self._check_retry_after(source)
            try:
                poll_result = await source.poll(days, await self._known_ids(days))
            except SourceUnavailable as problem:
                await self._record_failure(source, days, problem.reason, problem.retry_at)
                raise
            except Exception as problem:
                await self._record_failure(source, days, type(problem).__name__, None)
                raise
            return await self._store(source, poll_result)

    async def _check_retry_after(self, source: PaperSource) -> None:
        async with self._storage.read() as work:
            states = await work.papers.source_states()
        retry_at = next((state.retry_at for state in states if state.name == source.capabilities.name), None)
        if retry_at is not None and retry_at > self._clock.now():
            raise SourceUnavailable("it asked to wait", retry_at)

    async def _known_ids(self, days: Sequence[date]) -> frozenset[str]:
        async with self._storage.read() as work:
            papers = await work.papers.listed_between(min(days) - _KNOWN_PERIOD, max(days))
        return frozenset(paper.id for paper in papers if not paper.sample)

    async def _store(self, source: PaperSource, poll_result: PollResult) -> ReadResult:
        for row in poll_result.rejected:
            log.warning("%s: row %s skipped: %s", source.capabilities.name, row.row, row.reason)
        for failure in poll_result.failures:
            log.warning("%s: %s: %s", source.capabilities.name, failure.part, failure.reason)
        now = self._clock.now()
        async with self._storage.write() as work:
            invented = await _delete_sample(work) if poll_result.papers else []
            upserted = await work.papers.upsert(poll_result.papers, now)
            records = _poll_records(source.capabilities.name, poll_result, upserted.new, now)
            await work.papers.record_polls(records, poll_result.retry_at, _note(poll_result.failures))
            await work.commit()
        if invented:
            await self._index.remove(invented)
        return ReadResult(poll_result.counts, len(upserted.new), poll_result.rejected, poll_result.failures)

    async def _record_failure(
        self, source: PaperSource, days: Sequence[date], reason: str, retry_at: datetime | None
    ) -> None:
        async with self._storage.write() as work:
            failed = PollRecord(source.capabilities.name, max(days), self._clock.now(), problem=reason or "no answer")
            await work.papers.record_polls([failed], retry_at)
            await work.commit()


async def _delete_sample(work: UnitOfWork) -> list[str]:
    archive = await work.papers.archive_extent()
    return await work.papers.delete_sample() if archive.sample else []


def _poll_records(source: str, poll_result: PollResult, new: frozenset[str], at: datetime) -> list[PollRecord]:
    rows = Counter(listed.day for listed in poll_result.papers)
    new_rows = Counter(listed.day for listed in poll_result.papers if listed.paper.id in new)
    failed = [
        PollRecord(source, each.day, at, rows[each.day], new_rows[each.day], each.reason)
        for each in poll_result.failures
        if each.day
    ]
    return [PollRecord(source, day, at, count, new_rows[day]) for day, count in poll_result.counts.items()] + failed


def _note(failures: Sequence[PollFailure]) -> str:
    return "; ".join(f"{each.part}: {each.reason}" for each in failures if each.day is None)
