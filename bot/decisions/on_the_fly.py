"""Decisions of one topic, computed when asked for: previews and search, by the same rule as the stored ones.

Papers are decided on newest first, so that a question of a person can end early: at as many papers as are shown, or
where its budget is spent. Without either the answer is complete.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.decisions.step_budget import StepBudget, decision_steps
from bot.matching import Decision
from bot.matching.prefilter.raw_text_filter import prefilter
from bot.matching.prefilter.required_terms import required_terms
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.ports import PaperIndex, Storage
from bot.topics import Topic

#: As many papers as an answer in a chat counts: exactly up to here, beyond it says "more than".
MAX_COUNTED: Final = 200
# Up to here deciding on every listed paper is cheaper than asking the index for candidates.
_SHORT_RANGE: Final = timedelta(days=31)
_ONE_DAY: Final = timedelta(days=1)
# A page of candidates grows from the first to the second as long as little is found.
_FIRST_PAGE: Final = 64
_LARGEST_PAGE: Final = 512
# Mostly as many candidates suffice; naming all of them costs the index more than deciding on these.
_FIRST_CANDIDATES: Final = 1024


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that a topic's subscriber would get, and why."""

    paper: Paper
    decision: Decision


@dataclass(frozen=True, slots=True)
class SearchBounds:
    """How far an answer in a chat looks: until more than ``enough`` papers are found and their list day is complete, or
    the ``budget`` is spent."""

    budget: StepBudget
    enough: int = MAX_COUNTED


async def find_matches(
    storage: Storage, index: PaperIndex, topic: Topic, first: date, last: date, bounds: SearchBounds | None = None
) -> list[Match]:
    """The papers first listed, or listed again, from ``first`` to ``last`` that a subscriber of ``topic`` would get:
    newest list day first, then most votes. Within ``bounds`` perhaps only the newest of them."""
    search = _NewestFirst(topic, last, bounds)
    async with aclosing(_pages(storage, index, topic, first, last, search.most_papers)) as pages:
        async for page in pages:
            papers = [paper for paper in page if first <= paper.list_day(last) <= last]
            if not await asyncio.to_thread(search.decide_page, papers):
                break
    return sorted(
        search.found, key=lambda match: (-match.paper.list_day(last).toordinal(), -match.paper.upvotes, match.paper.id)
    )


class _NewestFirst:
    """Decides on one page of papers after another, no further than the bounds allow."""

    def __init__(self, topic: Topic, last: date, bounds: SearchBounds | None) -> None:
        self.found: list[Match] = []
        self._topic = topic
        self._last = last
        self._bounds = bounds
        self._steps = decision_steps(topic)
        self._looked_through = 0
        self._day: date | None = None

    @property
    def most_papers(self) -> int | None:
        """One more paper than the budget suffices for; None without one."""
        return self._bounds.budget.steps // self._steps + 1 if self._bounds else None

    def decide_page(self, papers: Iterable[Paper]) -> bool:
        """Whether to go on. It holds the processor."""
        return all(map(self._decide_next, sorted(papers, key=self._list_day, reverse=True)))

    def _decide_next(self, paper: Paper) -> bool:
        if self._bounds and not self._may_decide(paper, self._bounds):
            return False
        self._day, self._looked_through = self._list_day(paper), self._looked_through + 1
        decision = decide(self._topic, paper)
        if decision.is_match:
            self.found.append(Match(paper, decision))
        return True

    def _list_day(self, paper: Paper) -> date:
        return paper.list_day(self._last)

    def _may_decide(self, paper: Paper, bounds: SearchBounds) -> bool:
        """A list day that was begun is gone through: its papers are in the order of their votes."""
        if len(self.found) > bounds.enough and self._list_day(paper) != self._day:
            return False
        if bounds.budget.spend(self._steps):
            return True
        bounds.budget.stop_after(self._looked_through)
        return False


async def _pages(
    storage: Storage, index: PaperIndex, topic: Topic, first: date, last: date, most: int | None
) -> AsyncGenerator[list[Paper], None]:
    """Every paper that the topic may take, the newest pages first, at most about ``most``."""
    if last - first <= _SHORT_RANGE:
        listed = await _load_listed(storage, first, last)
        yield await asyncio.to_thread(prefilter, listed, required_terms(topic))
        return
    few = None if most is None else min(most, _FIRST_CANDIDATES)
    ids = await (index.candidates(topic) if few is None else index.newest_candidates(topic, few, first, last))
    if ids is None and most is None:
        yield await _load_listed(storage, first, last)
        return
    pages = _load_months(storage, first, last) if ids is None else _load_pages(storage, ids, most)
    async for page in pages:
        yield page
    if ids is not None and few is not None and most is not None and len(ids) == few < most:
        taken = set(ids)
        further = await index.newest_candidates(topic, most, first, last) or []
        async for page in _load_pages(storage, [each for each in further if each not in taken], most):
            yield page


async def _load_pages(storage: Storage, ids: Sequence[str], most: int | None) -> AsyncGenerator[list[Paper], None]:
    start, size = 0, _FIRST_PAGE if most else len(ids)
    while start < len(ids):
        async with storage.read() as work:
            page = await work.papers.get(ids[start : start + size])
        yield page
        start, size = start + size, min(2 * size, _LARGEST_PAGE)


async def _load_months(storage: Storage, first: date, last: date) -> AsyncGenerator[list[Paper], None]:
    """The papers of each 31 days, each in the one it was first listed in, or listed again."""
    until = last
    while last >= first:
        begin = max(first, last - _SHORT_RANGE + _ONE_DAY)
        yield [paper for paper in await _load_listed(storage, begin, last) if begin <= paper.list_day(until) <= last]
        last = begin - _ONE_DAY


async def _load_listed(storage: Storage, first: date, last: date) -> list[Paper]:
    async with storage.read() as work:
        return await work.papers.listed_between(first, last)
