"""Hugging Face's Daily Papers as a source: every page of every day asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters.huggingface.api import HuggingFaceApi
from adapters.huggingface.capabilities import CAPABILITIES
from adapters.huggingface.parser import parse_rows
from bot.errors import SourceUnavailable
from bot.papers import PaperListing
from bot.ports import PollFailure, PollResult, RejectedRow

PAGE_SIZE = 100  # the largest the API takes; its default of 50 cuts busy days
DEFAULT_PAGE_SIZE = 50  # the API's own
MAX_PAGES = 20
MAX_FAILURES_IN_A_ROW = 3  # then it is the source that is away, and no list day
TOKEN_SETTING = "HF_TOKEN"  # noqa: S105  # the name of a setting


@dataclass(slots=True)
class _Reading:
    """What has come so far in one poll."""

    listed: dict[tuple[str, date], PaperListing] = field(default_factory=dict)
    counts: dict[date, int] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    failed: dict[date, SourceUnavailable] = field(default_factory=dict)

    def take_in(self, rows: Sequence[Any], day: date) -> None:
        papers, unread = parse_rows(rows, day)
        self.rejected += unread
        # Votes move while pages are read, so a row can stand on two pages.
        self.listed |= {(one.paper.id, day): one for one in papers}

    def day_ended(self, day: date) -> None:
        self.counts[day] = sum(listed_day == day for _, listed_day in self.listed)


class HuggingFaceSource:
    """See :class:`bot.ports.PaperSource`. A day ahead of UTC answers 400, so days must be computed in UTC.

    A hub may hand out fewer rows a page than were asked for. Whether a short page ends its day is known from the
    longest page that the hub ever gave: a shorter one does. One as long may be cut, and the next is asked for as well,
    if it has 50 rows or more or a round number of them, as caps are.
    """

    capabilities = CAPABILITIES

    def __init__(self, api: HuggingFaceApi) -> None:
        self._api = api
        self._longest_page = 0
        self._day_retries: dict[date, SourceUnavailable] = {}

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> PollResult:
        reading, in_a_row = _Reading(), 0
        for position, day in enumerate(days):
            problem = await self._try_day(day, reading)
            in_a_row = in_a_row + 1 if problem else 0
            if problem and (self._api.retry_at or in_a_row >= MAX_FAILURES_IN_A_ROW):
                reading.failed |= dict.fromkeys(days[position:], problem)
                break
        if reading.failed and not reading.counts and not reading.listed:
            raise next(iter(reading.failed.values()))
        return PollResult(
            tuple(reading.listed.values()),
            reading.counts,
            tuple(reading.rejected),
            (*self._token_failures(), *_day_failures(reading.failed)),
            self._api.retry_at,
        )

    async def _try_day(self, day: date, reading: _Reading) -> SourceUnavailable | None:
        """Why the day could not be read to its end; what came of it is kept."""
        try:
            self._check_day_retry(day)
            await self._read_day(day, reading)
        except SourceUnavailable as problem:
            reading.failed[day] = problem
            if problem.retry_at:
                self._day_retries[day] = problem
            return problem
        reading.day_ended(day)
        self._day_retries.pop(day, None)
        return None

    def _check_day_retry(self, day: date) -> None:
        earlier = self._day_retries.get(day)
        if earlier and earlier.retry_at and self._api.now() < earlier.retry_at:
            raise SourceUnavailable(earlier.reason, earlier.retry_at)

    async def _read_day(self, day: date, reading: _Reading) -> None:
        seen: set[str] = set()
        limit = PAGE_SIZE
        for page in range(MAX_PAGES):
            rows = await self._fetch_page(day, page, limit)
            ids = {_row_id(row) for row in rows}
            if page and not ids - seen:
                return
            seen |= ids
            reading.take_in(rows, day)
            if not self._may_be_cut(len(rows), limit):
                return
            if page == 0:
                # Where the next page begins is then the same for a hub that counts in its own pages and one that counts
                # in those that were asked for.
                limit = min(limit, len(rows))
        raise SourceUnavailable(f"no end after {MAX_PAGES} pages")

    def _may_be_cut(self, rows: int, limit: int) -> bool:
        longest = self._longest_page
        self._longest_page = max(longest, rows)
        return rows >= limit or (rows >= max(longest, 1) and (rows >= DEFAULT_PAGE_SIZE or rows % 10 == 0))

    async def _fetch_page(self, day: date, page: int, limit: int) -> list[Any]:
        answer = await self._api.get_json("/api/daily_papers", {"date": day.isoformat(), "limit": limit, "p": page})
        if not isinstance(answer, list):
            raise SourceUnavailable("answered something else than a list")
        return answer

    def _token_failures(self) -> list[PollFailure]:
        refusal = self._api.token_refusal
        return [PollFailure(TOKEN_SETTING, f"{refusal}, read without it")] if refusal else []


def _row_id(row: Any) -> str:
    """The paper's id; a row that names none is told by all it holds."""
    paper = row.get("paper") if isinstance(row, Mapping) else None
    paper_id = paper.get("id") if isinstance(paper, Mapping) else None
    return paper_id if isinstance(paper_id, str) else repr(row)


def _day_failures(failed: Mapping[date, SourceUnavailable]) -> list[PollFailure]:
    return [PollFailure(day.isoformat(), problem.reason, day) for day, problem in failed.items()]
