"""Hugging Face's Daily Papers as a source: every page of every day asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from adapters.huggingface.api import HuggingFaceApi
from adapters.huggingface.parser import read_rows
from bot.errors import SourceUnavailable
from bot.papers import HUGGING_FACE, Listed
from bot.ports import Gathered, SkippedRow

PAGE = 100  # the largest the API takes; its default of 50 cuts busy days
MOST_PAGES = 20


class HuggingFaceSource:
    """See :class:`bot.ports.PaperSource`. A day ahead of UTC answers 400, so days must be computed in UTC."""

    name = HUGGING_FACE

    def __init__(self, api: HuggingFaceApi) -> None:
        self._api = api

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> Gathered:
        listed: dict[tuple[str, date], Listed] = {}
        counts: dict[date, int] = {}
        skipped: list[SkippedRow] = []
        for day in days:
            papers, unread = read_rows(await self._rows(day), day)
            skipped += unread
            # Votes move while pages are read, so a row can stand on two pages.
            of_day = {(one.paper.id, day): one for one in papers}
            listed |= of_day
            counts[day] = len(of_day)
        return Gathered(tuple(listed.values()), counts, tuple(skipped))

    async def _rows(self, day: date) -> list[Any]:
        rows: list[Any] = []
        for page in range(MOST_PAGES):
            answer = await self._api.get("/api/daily_papers", {"date": day.isoformat(), "limit": PAGE, "p": page})
            if not isinstance(answer, list):
                raise SourceUnavailable("answered something else than a list")
            rows += answer
            if len(answer) < PAGE:
                break
        return rows
