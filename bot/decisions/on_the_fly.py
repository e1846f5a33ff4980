"""Decisions of one topic, computed when asked for: previews and search, by the same rule as the stored ones.

Papers are decided on newest first, so that a question of a person can end early: at as many papers as are shown, or
where its budget is spent. Without either the answer is complete.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.decisions.most_voted import most_voted
from bot.decisions.step_budget import StepBudget, decision_steps
from bot.matching import Decision
from bot.matching.prefilter.raw_text_filter import prefilter
from bot.matching.prefilter.required_terms import required_terms
from bot.matching.prefilter.text_filter import texts_may_satisfy
from bot.matching.rule.decide import decide, decide_tokenized
from bot.matching.text.tokenizer import TokenizedPaper
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
    if topic.is_trending:
        return await _find_most_voted(storage, first, last, bounds)
    search = _NewestFirst(topic, last, bounds)
    async with aclosing(_pages(storage, index, topic, first, last, search.most_papers)) as pages:
        async for page in pages:
            if not await asyncio.to_thread(search.decide_page, page.within(first, last, last)):
                break
    return _sorted_by_day(search.found, last)


async def _find_most_voted(storage: Storage, first: date, last: date, bounds: SearchBounds | None) -> list[Match]:
    """Each list so far, with the votes of now."""
    found: list[Match] = []
    async for page in _load_months(storage, first, last):
        papers = [paper for paper in page.papers if paper is not None]
        found += [Match(*each) for each in most_voted(papers, last)]
        if bounds and (len(found) > bounds.enough or not bounds.budget.spend(len(papers))):
            break
    return _sorted_by_day(found, last)


def _sorted_by_day(found: Iterable[Match], last: date) -> list[Match]:
    return sorted(
        found, key=lambda match: (-match.paper.list_day(last).toordinal(), -match.paper.upvotes, match.paper.id)
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """Papers to be decided on, with what is known of their texts; None for one that is surely a NO."""

    papers: Sequence[Paper | None]
    texts: Mapping[str, TokenizedPaper] = field(default_factory=dict)

    def within(self, first: date, last: date, until: date) -> _Page:
        """Those that come by a list day from ``first`` to ``last``, as of ``until``."""
        within = [each for each in self.papers if each is None or first <= each.list_day(until) <= last]
        return _Page(within, self.texts)


async def read_indexed_texts(
    storage: Storage, index: PaperIndex, paper_ids: Sequence[str]
) -> Mapping[str, TokenizedPaper]:
    """The tokenized texts of papers, as far as they are surely those that are stored."""
    return await index.tokenized_texts(paper_ids) if await _is_complete(storage, index) else {}


async def _is_complete(storage: Storage, index: PaperIndex) -> bool:
    """Whether the index holds the papers as they are stored."""
    async with storage.read() as work:
        newest = await work.papers.latest_revision()
    return await index.indexed_revision() == newest


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

    def decide_page(self, page: _Page) -> bool:
        """Whether to go on. It holds the processor."""
        return all(self._pass_over() if each is None else self._decide_next(each, page.texts) for each in page.papers)

    def _pass_over(self) -> bool:
        """A paper that was ruled out cost as much as another, unless enough were found before it."""
        if self._bounds and len(self.found) <= self._bounds.enough and not self._spend(self._bounds):
            return False
        self._looked_through += 1
        return True

    def _decide_next(self, paper: Paper, texts: Mapping[str, TokenizedPaper]) -> bool:
        if self._bounds and not self._may_decide(paper, self._bounds):
            return False
        self._day, self._looked_through = self._list_day(paper), self._looked_through + 1
        known = texts.get(paper.id)
        decision = decide_tokenized(self._topic, paper, known) if known else decide(self._topic, paper)
        if decision.is_match:
            self.found.append(Match(paper, decision))
        return True

    def _list_day(self, paper: Paper) -> date:
        return paper.list_day(self._last)

    def _may_decide(self, paper: Paper, bounds: SearchBounds) -> bool:
        """A list day that was begun is gone through: its papers are in the order of their votes."""
        if len(self.found) > bounds.enough and self._list_day(paper) != self._day:
            return False
        return self._spend(bounds)

    def _spend(self, bounds: SearchBounds) -> bool:
        if bounds.budget.spend(self._steps):
            return True
        bounds.budget.stop_after(self._looked_through)
        return False


async def _pages(
    storage: Storage, index: PaperIndex, topic: Topic, first: date, last: date, most: int | None
) -> AsyncGenerator[_Page, None]:
    """Every paper that the topic may take, the newest pages first, at most about ``most``."""
    if last - first <= _SHORT_RANGE:
        listed = await _load_listed(storage, first, last)
        yield _newest_first(await asyncio.to_thread(prefilter, listed, required_terms(topic)), last)
        return
    few = None if most is None else min(most, _FIRST_CANDIDATES)
    ids = await (index.candidates(topic) if few is None else index.newest_candidates(topic, few, first, last))
    if ids is None and most is None:
        yield _newest_first(await _load_listed(storage, first, last), last)
        return
    texts = _IndexedTexts(storage, index, topic, last)
    pages = _load_months(storage, first, last) if ids is None else texts.load_pages(ids, most)
    async for page in pages:
        yield page
    if ids is not None and few is not None and most is not None and len(ids) == few < most:
        taken = set(ids)
        further = await index.newest_candidates(topic, most, first, last) or []
        async for page in texts.load_pages([each for each in further if each not in taken], most):
            yield page


def _newest_first(papers: Iterable[Paper], last: date) -> _Page:
    ordered: list[Paper] = sorted(papers, key=lambda paper: paper.list_day(last), reverse=True)
    return _Page(ordered)


class _IndexedTexts:
    """Candidates, loaded only where their texts in the index don't rule them out."""

    def __init__(self, storage: Storage, index: PaperIndex, topic: Topic, last: date) -> None:
        self._storage = storage
        self._index = index
        self._topic = topic
        self._last = last

    async def load_pages(self, ids: Sequence[str], most: int | None) -> AsyncGenerator[_Page, None]:
        """The papers by page, in the order of their ids; without a bound all at once."""
        complete = await _is_complete(self._storage, self._index)
        start, size = 0, _FIRST_PAGE if most else len(ids)
        while start < len(ids):
            page = ids[start : start + size]
            yield await self._load_likely(page) if complete else await self._load_all(page)
            start, size = start + size, min(2 * size, _LARGEST_PAGE)

    async def _load_all(self, ids: Sequence[str]) -> _Page:
        async with self._storage.read() as work:
            return _newest_first(await work.papers.get(ids), self._last)

    async def _load_likely(self, ids: Sequence[str]) -> _Page:
        texts = await self._index.tokenized_texts(ids)
        likely = await asyncio.to_thread(self._may_satisfy, ids, texts)
        async with self._storage.read() as work:
            loaded = {paper.id: paper for paper in await work.papers.get(likely)}
        return _Page([loaded.get(each) for each in ids], texts)

    def _may_satisfy(self, ids: Sequence[str], texts: Mapping[str, TokenizedPaper]) -> list[str]:
        return [each for each in ids if each not in texts or texts_may_satisfy(self._topic, texts[each])]


async def _load_months(storage: Storage, first: date, last: date) -> AsyncGenerator[_Page, None]:
    """The papers of each 31 days, each in the one it was first listed in, or listed again."""
    until = last
    while last >= first:
        begin = max(first, last - _SHORT_RANGE + _ONE_DAY)
        yield _newest_first(await _load_listed(storage, begin, last), until).within(begin, last, until)
        last = begin - _ONE_DAY


async def _load_listed(storage: Storage, first: date, last: date) -> list[Paper]:
    async with storage.read() as work:
        return await work.papers.listed_between(first, last)
