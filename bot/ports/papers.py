"""The stored papers, and how reading the sources went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.papers import Paper, PaperListing


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """What storing papers changed: ids that are new, and ids of known papers whose facts changed."""

    new: frozenset[str]
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Papers changed after a revision, oldest change first, and the revision this page reaches."""

    papers: tuple[Paper, ...]
    revision: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One reading of one list day: ``rows`` it had, ``new_rows`` not seen before. ``problem`` '' = a good poll; a
    failed one may have brought rows all the same."""

    source: str
    day: date
    at: datetime
    rows: int = 0
    new_rows: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is doing; ``latest_day`` is the newest list day with a paper.

    ``problem`` names everything that failed at the last reading, ``failing_since`` is set while the newest day can't be
    read, and ``failed_days`` are the list days whose last reading failed, newest first.
    """

    name: str
    last_success_at: datetime | None
    latest_day: date | None
    paper_count: int
    list_complete: bool
    problem: str = ""
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    failed_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveExtent:
    """How far the stored papers reach."""

    paper_count: int
    first_day: date | None
    last_day: date | None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ListVersion:
    """What of some list days tells one state of them from another; it costs one query.

    ``revision`` is the newest of a paper on these days (0 without any), ``newest_revision`` that of any paper;
    ``changed_at`` and ``text_changed_at`` (UTC; None without a paper) say when the newest facts and the newest title,
    abstract or summary came. ``previous_day`` and ``next_day`` are the nearest list days with a paper outside.
    ``read_to_the_end``: the last of the days was well read once it was over. ``sample``: a paper of them is invented.
    """

    revision: int
    paper_count: int
    changed_at: datetime | None
    text_changed_at: datetime | None
    previous_day: date | None
    next_day: date | None
    read_to_the_end: bool
    sample: bool
    newest_revision: int


class PaperRepository(Protocol):
    """The papers of one unit of work."""

    async def upsert(self, listed: Sequence[PaperListing], at: datetime) -> UpsertResult:
        """Stores papers and their listings. The same paper from several sources is one row: Hugging Face's facts win,
        empty ones are filled from the other; ``listed_on`` becomes the earliest listing, ``relisted_on`` follows from
        all of them. Each paper that is new or changed gets the next revision."""
        ...

    async def get(self, ids: Sequence[str]) -> list[Paper]:
        """The papers in the order of ``ids``; unknown ones are left out."""
        ...

    async def listed_between(self, first: date, last: date, *, source: str = "") -> list[Paper]:
        """Papers with a listing on those days (both included), most upvotes first, each once."""
        ...

    async def days_with_papers(self, last: date, limit: int) -> list[date]:
        """The newest ``limit`` list days up to ``last`` that have a paper, newest first."""
        ...

    async def count_listed(self, first: date, last: date) -> Mapping[date, int]:
        """How many papers are listed on each of those list days (UTC, both included); 0 for a day without any. One
        listed again is none of the day's: it came when it was new."""
        ...

    async def list_version(self, first: date, last: date) -> ListVersion:
        """What tells this state of those list days (UTC, both included) from another, by one query."""
        ...

    async def texts_changed_at(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        """When (UTC) the title, abstract or summary of each paper last changed; its votes do not count."""
        ...

    async def changed_since(self, revision: int, limit: int = 500, listed_from: date | None = None) -> ChangePage:
        """At most ``limit`` papers changed after ``revision``, with ``listed_from`` only those first listed, or listed
        again, on that day (UTC) or later. Whoever goes on from the page's revision misses no change."""
        ...

    async def count_changed_since(self, revision: int) -> int:
        """How many papers changed after a revision."""
        ...

    async def latest_revision(self) -> int:
        """The revision of the newest change of a paper; 0 where there was none."""
        ...

    async def checkpoint(self, consumer: str) -> int | None:
        """The revision up to which ``consumer`` has worked through the papers' changes; None: it never began."""
        ...

    async def save_checkpoint(self, consumer: str, revision: int) -> None:
        """Keeps that ``consumer`` has worked through the changes up to ``revision``."""
        ...

    async def archive_extent(self) -> ArchiveExtent:
        """How many papers there are, and their first and last list day (UTC; None without papers)."""
        ...

    async def delete_sample(self) -> list[str]:
        """Deletes the sample papers with everything that hangs on them; returns their ids."""
        ...

    async def record_polls(self, polls: Sequence[PollRecord], retry_at: datetime | None = None, note: str = "") -> None:
        """Records polls. ``retry_at`` (UTC): the source asked not to be read before; None: it asked for nothing.
        ``note`` names what else failed beside list days: a category, a token.
        """
        ...

    async def polls(self, source: str, day: date) -> list[PollRecord]:
        """The polls of one list day, oldest first."""
        ...

    async def days_polled(self, source: str) -> frozenset[date]:
        """List days of which at least one good poll is stored (kept for ever, for the resumable background fetch)."""
        ...

    async def source_states(self) -> list[SourceState]:
        """Every source that was ever polled; ``list_complete`` is left False here (:mod:`bot.ingest.list_completeness`
        decides).
        """
        ...
