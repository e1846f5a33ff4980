"""Hugging Face's Daily Papers as a source: every page of every day asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from adapters.huggingface.api import HuggingFaceApi
from adapters.huggingface.parser import parse_rows
from bot.errors import SourceUnavailable
from bot.papers import HUGGING_FACE, PaperListing
from bot.ports import PollResult, RejectedRow

PAGE_SIZE = 100  # the largest the API takes; its default of 50 cuts busy days
MAX_PAGES = 20


class HuggingFaceSource:
    """See :class:`bot.ports.PaperSource`. A day ahead of UTC answers 400, so days must be computed in UTC."""

    name = HUGGING_FACE
    has_archive = True

    def __init__(self, api: HuggingFaceApi) -> None:
        self._api = api

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> PollResult:
        listed: dict[tuple[str, date], PaperListing] = {}
        counts: dict[date, int] = {}
        skipped: list[RejectedRow] = []
        for day in days:
            papers, unread = parse_rows(await self._fetch_rows(day), day)
            skipped += unread
            # Votes move while pages are read, so a row can stand on two pages.
            of_day = {(one.paper.id, day): one for one in papers}
            listed |= of_day
            counts[day] = len(of_day)
        return PollResult(tuple(listed.values()), counts, tuple(skipped))

    async def _fetch_rows(self, day: date) -> list[Any]:
        rows: list[Any] = []
        for page in range(MAX_PAGES):
            answer = await self._api.get_json(
                "/api/daily_papers", {"date": day.isoformat(), "limit": PAGE_SIZE, "p": page}
            )
            if not isinstance(answer, list):
                raise SourceUnavailable("answered something else than a list")
            rows += answer
            if len(answer) < PAGE_SIZE:
                break
        return rows
