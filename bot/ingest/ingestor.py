"""Reading the sources: polls through the day, the first start, and the archive behind it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.decisions.materializer import decide_followed
from bot.errors import SourceUnavailable
from bot.ingest.index_sync import Indexing, IndexKeeper
from bot.ingest.list_days import FIRST_START_DAYS, deep_poll_due, deepest_day, newest_list_days, to_backfill, to_poll
from bot.ingest.source_reader import Read, Reader
from bot.papers import HUGGING_FACE, Listed
from bot.ports import Clock, PaperIndex, PaperSource, SkippedRow, SourceState, Storage

BETWEEN_REQUESTS: Final = timedelta(seconds=2)
FIRST_ANSWER_WITHIN: Final = 10.0
_FIRST_RETRY: Final = timedelta(seconds=30)
_LAST_RETRY: Final = timedelta(minutes=10)
# A full disk or a busy database passes; a day that the source sends broken mostly stays so.
_TRIED_AFTER: Final = (timedelta(), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))

Sample = Callable[[date], Sequence[Listed]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the background reading of the archive is, in list days."""

    days_done: int
    days_total: int

    @property
    def done(self) -> bool:
        return self.days_done >= self.days_total


class Gatherer:
    """Reads the sources into the storage and keeps index and decisions up with it. One for a process.

    ``sample`` makes the bundled papers as of a day (UTC). ``patience`` is how many seconds the very first answer may
    take before they are used.
    """

    def __init__(
        self,
        sources: Sequence[PaperSource],
        storage: Storage,
        index: PaperIndex,
        clock: Clock,
        sample: Sample | None = None,
        patience: float = FIRST_ANSWER_WITHIN,
    ) -> None:
        self._sources = tuple(sources)
        self._storage = storage
        self._clock = clock
        self._sample = sample
        self._patience = patience
        self._reader = Reader(storage, index, clock)
        self._keeper = IndexKeeper(storage, index)
        self._progress: Progress | None = None

    @property
    def progress(self) -> Progress | None:
        """How far the background reading is; None before it began."""
        return self._progress

    @property
    def indexing(self) -> Indexing | None:
        """How far the search index is behind, while bringing it up takes more than a moment."""
        return self._keeper.progress

    async def keep_index(self) -> None:
        """Keeps the search index up until cancelled; meanwhile nothing here waits for it."""
        await self._keeper.keep()

    async def poll(self, now: datetime) -> None:
        """One poll of every source that may be asked now. A source that fails is noted and doesn't stop the others."""
        async with self._storage.read() as work:
            states = {state.name: state for state in await work.papers.source_states()}
        for source in self._sources:
            await self._poll_source(source, states.get(source.name), now)
        await self.catch_up(now.date())

    async def first_start(self) -> bool:
        """On an empty archive: the newest 10 list days, newest first, one request each. Without any answer in time the
        sample is stored instead. Returns whether there are real papers."""
        async with self._storage.read() as work:
            archive = await work.papers.archive()
        if archive.papers and not archive.sample:
            return True
        today = self._clock.now().date()
        real = await self._read_newest(today)
        if not real and not archive.sample:
            await self._store_sample(today)
        await self.catch_up(today)
        return real

    async def backfill(self) -> None:
        """The weekdays of 12 months that were never read, newest first, one request in two seconds. It can be cancelled
        at any time and goes on where it stopped; a source that fails is asked again later, and a day that could not be
        read or stored comes again after the others."""
        source = self._archive_source()
        if source is None:
            return
        async with self._storage.read() as work:
            days = to_backfill(self._clock.now().date(), await work.papers.days_read(source.name))
        self._progress = Progress(0, len(days))
        for pause in _TRIED_AFTER:
            await self._clock.sleep_until(self._clock.now() + pause)
            days = [day for day in days if not await self._read_archived(source, day)]
            if not days:
                return
        log.error("left for the next start, since they can't be read: %s", ", ".join(map(str, days)))
        self._progress = Progress(self._progress.days_done, self._progress.days_done)

    async def _read_archived(self, source: PaperSource, day: date) -> bool:
        """Whether the day was read."""
        there = await self._read_patiently(source, day)
        if there and self._progress is not None:
            self._progress = replace(self._progress, days_done=self._progress.days_done + 1)
        return there

    async def fetch(self, days: Sequence[date]) -> Read:
        """Reads these days (UTC) once from every source, with all that follows from it.

        Raises :class:`bot.errors.SourceUnavailable` if a source does not answer; what came before it stays.
        """
        counts: Counter[date] = Counter()
        new, skipped = 0, list[SkippedRow]()
        for source in self._sources:
            read = await self._reader.read(source, days)
            counts.update(read.counts)
            new, skipped = new + read.new, skipped + list(read.skipped)
        await self.catch_up(self._clock.now().date())
        return Read(counts, new, tuple(skipped))

    async def catch_up(self, today: date) -> None:
        """Brings the decisions and the index up to the papers' revision."""
        await decide_followed(self._storage, today)
        await self._keeper.papers_changed()

    async def _poll_source(self, source: PaperSource, state: SourceState | None, now: datetime) -> None:
        async with self._storage.read() as work:
            deepest = await work.papers.polls(source.name, deepest_day(now.date()))
        deep = deep_poll_due(now, [poll.at for poll in deepest if not poll.problem])
        days = to_poll(now, deep=deep, last_success=state.last_success_at if state else None)
        await self._try(source, days)

    async def _try(self, source: PaperSource, days: Sequence[date]) -> bool:
        """Whether the source answered; that it did not is noted, and enough."""
        try:
            await self._reader.read(source, days)
        except SourceUnavailable as problem:
            again = f"not before {problem.retry_at:%H:%M:%S} UTC" if problem.retry_at else "at the next poll"
            log.warning("%s did not answer: %s; asked again %s", source.name, problem.reason, again)
            return False
        except Exception:
            log.exception("%s could not be read", source.name)
            return False
        return True

    async def _read_newest(self, today: date) -> bool:
        """Whether the source answered; a failure after the first day leaves the rest to the polls and the archive."""
        source = self._archive_source()
        if source is None:
            return False
        newest, *others = newest_list_days(today, FIRST_START_DAYS)
        try:
            async with asyncio.timeout(self._patience):
                if not await self._try(source, [newest]):
                    return False
        except TimeoutError:
            log.warning("%s did not answer within %s s", source.name, self._patience)
            return False
        for day in others:
            if not await self._try(source, [day]):
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
        return next((source for source in self._sources if source.name == HUGGING_FACE), None)

    async def _read_patiently(self, source: PaperSource, day: date) -> bool:
        """One day of the archive, as often as it takes the source, at a pace that leaves room for everything else.

        False for a day that breaks the reading itself, or cannot be stored just now: it must not hide the others.
        """
        retry = _FIRST_RETRY
        while True:
            started = self._clock.now()
            there = True
            try:
                await self._reader.read(source, [day])
            except SourceUnavailable as problem:
                await self._clock.sleep_until(max(problem.retry_at or started, started + retry))
                retry = min(2 * retry, _LAST_RETRY)
                continue
            except Exception:
                there = False
                log.exception("%s of %s could not be read or stored; it comes again later", source.name, day)
            else:
                await self._keeper.papers_changed()
            await self._clock.sleep_until(started + BETWEEN_REQUESTS)
            return there
