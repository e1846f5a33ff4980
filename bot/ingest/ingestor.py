"""Ingests the sources: polls through the day, bootstrap on an empty archive, and the backfill."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from bot.decisions.materializer import materialize_decisions
from bot.errors import SourceUnavailable
from bot.ingest.index_sync import IndexProgress, IndexSynchronizer
from bot.ingest.list_days import (
    FIRST_START_DAYS,
    days_to_backfill,
    days_to_poll,
    deep_poll_due,
    newest_list_days,
    oldest_deep_day,
)
from bot.ingest.source_reader import ReadResult, SourceReader
from bot.papers import PaperListing
from bot.ports import Clock, PaperIndex, PaperSource, PollFailure, RejectedRow, SourceState, Storage

REQUEST_INTERVAL: Final = timedelta(seconds=2)
FIRST_ANSWER_TIMEOUT_SECONDS: Final = 10.0
MAX_FAILURES_IN_A_ROW: Final = 3  # of list days; then it is the source that is away
_ATTEMPTS_PER_DAY: Final = 3
_MIN_RETRY_DELAY: Final = timedelta(seconds=30)
_MAX_RETRY_DELAY: Final = timedelta(minutes=10)
# A full disk or a busy database passes; a day that the source sends broken mostly stays so.
_BACKFILL_RETRY_DELAYS: Final = (
    timedelta(),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
)

SampleLoader = Callable[[date], Sequence[PaperListing]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """How far the backfill of the archive is, in list days."""

    days_done: int
    days_total: int

    @property
    def finished(self) -> bool:
        return self.days_done >= self.days_total


class Ingestor:
    """Reads the sources into the storage and synchronizes index and decisions with it. One per process.

    ``sample`` makes the bundled papers as of a day (UTC). ``first_answer_timeout`` is how many seconds the very first
    answer may take before they are used.
    """

    def __init__(
        self,
        sources: Sequence[PaperSource],
        storage: Storage,
        index: PaperIndex,
        clock: Clock,
        sample: SampleLoader | None = None,
        first_answer_timeout: float = FIRST_ANSWER_TIMEOUT_SECONDS,
    ) -> None:
        self._sources = tuple(sources)
        self._storage = storage
        self._clock = clock
        self._sample = sample
        self._first_answer_timeout = first_answer_timeout
        self._reader = SourceReader(storage, index, clock)
        self._index_sync = IndexSynchronizer(storage, index)
        self._backfill_progress: BackfillProgress | None = None
        self._unanswered_days = 0  # days of the archive in a row

    @property
    def backfill_progress(self) -> BackfillProgress | None:
        """How far the backfill is; None before it began."""
        return self._backfill_progress

    @property
    def index_progress(self) -> IndexProgress | None:
        """How far the search index is behind, while bringing it up takes more than a moment."""
        return self._index_sync.progress

    async def run_index_sync(self) -> None:
        """Synchronizes the search index until cancelled; meanwhile nothing here waits for it."""
        await self._index_sync.run()

    async def poll(self, now: datetime) -> None:
        """One poll of every source that may be asked now. A source that fails is recorded and stops no other."""
        async with self._storage.read() as work:
            states = {state.name: state for state in await work.papers.source_states()}
        for source in self._sources:
            await self._poll_source(source, states.get(source.capabilities.name), now)
        await self.sync_derived(now.date())

    async def bootstrap(self) -> bool:
        """On an empty archive: the newest 10 list days, newest first, one request each. Without any answer in time the
        sample is stored instead. Returns whether there are real papers."""
        async with self._storage.read() as work:
            archive = await work.papers.archive_extent()
        if archive.paper_count and not archive.sample:
            return True
        today = self._clock.now().date()
        real = await self._read_newest(today)
        if not real and not archive.sample:
            await self._store_sample(today)
        await self.sync_derived(today)
        return real

    async def backfill(self) -> None:
        """The weekdays of 12 months that were never read, newest first, one request in two seconds. It can be cancelled
        at any time and goes on where it stopped; a source that fails is asked again later, and a day that could not be
        read or stored comes again after the others."""
        source = self._archive_source()
        if source is None:
            return
        async with self._storage.read() as work:
            days = days_to_backfill(self._clock.now().date(), await work.papers.days_polled(source.capabilities.name))
        self._backfill_progress = BackfillProgress(0, len(days))
        for delay in _BACKFILL_RETRY_DELAYS:
            await self._clock.sleep_until(self._clock.now() + delay)
            days = [day for day in days if not await self._read_archived(source, day)]
            if not days:
                return
        log.error("left for the next start, since they can't be read: %s", ", ".join(map(str, days)))
        self._backfill_progress = BackfillProgress(self._backfill_progress.days_done, self._backfill_progress.days_done)

    async def _read_archived(self, source: PaperSource, day: date) -> bool:
        """Whether the day was read."""
        was_read = await self._read_with_retries(source, day)
        if was_read and self._backfill_progress is not None:
            self._backfill_progress = replace(self._backfill_progress, days_done=self._backfill_progress.days_done + 1)
        return was_read

    async def fetch_days(self, days: Sequence[date]) -> ReadResult:
        """Reads these days (UTC) once from every source, with all that follows from it.

        Raises :class:`bot.errors.SourceUnavailable` if no source answers; one that does not is else among the failures.
        """
        counts: Counter[date] = Counter()
        new, rejected, failures = 0, list[RejectedRow](), list[PollFailure]()
        silent: list[SourceUnavailable] = []
        for source in self._sources:
            try:
                read = await self._reader.read(source, days)
            except SourceUnavailable as problem:
                silent.append(problem)
                failures.append(PollFailure(source.capabilities.name, problem.reason))
                continue
            counts.update(read.counts)
            new, rejected, failures = new + read.new, rejected + list(read.rejected), failures + list(read.failures)
        if silent and len(silent) == len(self._sources):
            raise silent[0]
        await self.sync_derived(self._clock.now().date())
        return ReadResult(counts, new, tuple(rejected), tuple(failures))

    async def sync_derived(self, today: date) -> None:
        """Brings decisions and index up to the papers' revision; both are derived, so stopping between them loses
        nothing.
        """
        await materialize_decisions(self._storage, today)
        await self._index_sync.on_papers_changed()

    async def _poll_source(self, source: PaperSource, state: SourceState | None, now: datetime) -> None:
        async with self._storage.read() as work:
            deepest = await work.papers.polls(source.capabilities.name, oldest_deep_day(now.date()))
        deep = deep_poll_due(now, [poll.at for poll in deepest if not poll.problem])
        last_success, failed = (state.last_success_at, state.failed_days) if state else (None, ())
        days = days_to_poll(now, deep=deep, last_success=last_success, failed=failed)
        await self._try_reading(source, days)

    async def _try_reading(self, source: PaperSource, days: Sequence[date]) -> bool:
        """Whether the source answered; that it did not is logged, and enough."""
        try:
            await self._reader.read(source, days)
        except SourceUnavailable as problem:
            again = f"not before {problem.retry_at:%H:%M:%S} UTC" if problem.retry_at else "at the next poll"
            log.warning("%s did not answer: %s; asked again %s", source.capabilities.name, problem.reason, again)
            return False
        except Exception:
            log.exception("%s could not be read", source.capabilities.name)
            return False
        return True

    async def _read_newest(self, today: date) -> bool:
        """Whether the source answered. Of the other days one may fail; after a few in a row the rest is left to the
        polls and the archive."""
        source = self._archive_source()
        if source is None:
            return False
        newest, *others = newest_list_days(today, FIRST_START_DAYS)
        try:
            async with asyncio.timeout(self._first_answer_timeout):
                if not await self._try_reading(source, [newest]):
                    return False
        except TimeoutError:
            log.warning("%s did not answer within %s s", source.capabilities.name, self._first_answer_timeout)
            return False
        in_a_row = 0
        for day in others:
            in_a_row = 0 if await self._try_reading(source, [day]) else in_a_row + 1
            if in_a_row == MAX_FAILURES_IN_A_ROW:
                break
        return True

    async def _store_sample(self, today: date) -> None:
        if self._sample is None:
            return
        async with self._storage.write() as work:
            await work.papers.upsert(self._sample(today), self._clock.now())
            await work.commit()

    def _archive_source(self) -> PaperSource | None:
        """Only a source with lists by day has an archive; a feed knows its newest day alone."""
        return next((source for source in self._sources if source.capabilities.has_archive), None)

    async def _read_with_retries(self, source: PaperSource, day: date) -> bool:
        """One day of the archive, at a pace that leaves room for everything else.

        False for a day that the source does not answer for, that breaks the reading itself or cannot be stored just
        now: it must not hide the others. Once several days in a row got no answer it is the source that is away, and
        the day is asked for as often as it takes.
        """
        retry = _MIN_RETRY_DELAY
        for attempt in count(1):
            started = self._clock.now()
            was_read = True
            try:
                await self._reader.read(source, [day])
            except SourceUnavailable as problem:
                await self._clock.sleep_until(max(problem.retry_at or started, started + retry))
                retry = min(2 * retry, _MAX_RETRY_DELAY)
                if attempt < _ATTEMPTS_PER_DAY or self._unanswered_days >= MAX_FAILURES_IN_A_ROW:
                    continue
                self._unanswered_days += 1
                log.warning("%s of %s: %s; it comes again later", source.capabilities.name, day, problem.reason)
                return False
            except Exception:
                was_read = False
                log.exception(
                    "%s of %s could not be read or stored; it comes again later", source.capabilities.name, day
                )
            else:
                self._unanswered_days = 0
                await self._index_sync.on_papers_changed()
            await self._clock.sleep_until(started + REQUEST_INTERVAL)
            return was_read
        raise AssertionError("it is asked for until it is read or left")
