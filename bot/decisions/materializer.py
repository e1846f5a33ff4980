"""Decisions on what is followed: made once for each distinct topic and paper, and stored for planning.

Topics stream by, page by page, with the words that call them up; only those that a changed paper calls up are read and
decided. The work grows with distinct topics, not with who follows them, and memory not at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.errors import UserMistake
from bot.matching import Decision, Verdict
from bot.matching.prefilter.batch import decide_called
from bot.matching.prefilter.topic_index import PaperWords, called_by
from bot.matching.rule.decide import RULE
from bot.ports import Decided, Storage, TopicState
from bot.topics import Topic
from bot.topics.parse import parse

# A digest brings what is new; older papers are archive, decided when somebody asks.
DECIDED_DAYS: Final = 30
# So few that neither the loop nor other writers are kept waiting.
PAPERS_AT_ONCE: Final = 100
TOPICS_AT_ONCE: Final = 1000
RECORDED_AT_ONCE: Final = 250

Pair = tuple[int, str]

log = logging.getLogger(__name__)


async def decide_followed(storage: Storage, today: date) -> int:
    """Decides every followed topic on the papers of the last 30 days that changed since; returns how many decisions
    were stored. It may be broken off anywhere: what was recorded stays, the rest is done at the next call."""
    made, last = 0, -1
    while (reached := await _reached(storage)) is not None and reached > last:
        made += await _sweep(storage, reached, today - timedelta(days=DECIDED_DAYS))
        last = reached
    return made


async def _reached(storage: Storage) -> int | None:
    async with storage.read() as work:
        return await work.topics.reached(RULE)


async def _sweep(storage: Storage, reached: int, listed_from: date) -> int:
    """Takes every topic that stands at ``reached``, or little further, past the next page of changed papers."""
    async with storage.read() as work:
        changes = await work.papers.changed_since(reached, PAPERS_AT_ONCE, listed_from)
    words = await asyncio.to_thread(PaperWords, changes.papers)
    made, last = 0, 0
    while topics := await _behind(storage, changes.revision, last):
        made += await _decide_page(storage, topics, words, changes.revision)
        last = topics[-1].id
    return made


async def _behind(storage: Storage, revision: int, after_id: int) -> list[TopicState]:
    async with storage.read() as work:
        return await work.topics.behind(revision, RULE, after_id, TOPICS_AT_ONCE)


async def _decide_page(storage: Storage, topics: Sequence[TopicState], words: PaperWords, revision: int) -> int:
    page = await asyncio.to_thread(_decide, topics, words)
    ids = [topic.id for topic in topics]
    async with storage.read() as work:
        stored = await work.topics.stored(ids, [paper.id for paper in words.papers])
    news = await asyncio.to_thread(_news, page.decisions, stored)
    for start in range(0, len(news), RECORDED_AT_ONCE):
        async with storage.write() as work:
            await work.topics.record(news[start : start + RECORDED_AT_ONCE], {}, RULE)
            await work.commit()
    async with storage.write() as work:
        await work.topics.keep_calls(page.called_by, RULE)
        await work.topics.record([], dict.fromkeys(ids, revision), RULE)
        await work.commit()
    return len(news)


@dataclass(slots=True)
class _Page:
    """What came of some topics: yes and not yet (a pair that is missing is a no), and for topics of which it was not
    known yet, what calls them up."""

    decisions: dict[Pair, Decision] = field(default_factory=dict)
    called_by: dict[int, str | None] = field(default_factory=dict)


def _decide(topics: Iterable[TopicState], words: PaperWords) -> _Page:
    """It holds the processor: for a thread."""
    page = _Page()
    if not words.papers:
        return page
    for state in topics:
        calls = state.called_by
        if state.called_rule != RULE:
            topic = _topic(state.text)
            calls = page.called_by[state.id] = called_by(topic) if topic else ""
        if (papers := words.calling(calls)) and (topic := _topic(state.text)):
            page.decisions.update(((state.id, paper), decision) for paper, decision in decide_called(topic, papers))
    return page


def _topic(text: str) -> Topic | None:
    """The topic, or None for a text that is none any more; that must not keep the others waiting."""
    try:
        return parse(text)
    except UserMistake:
        log.error("a followed topic can't be read and brings nothing: %s", text)
        return None


def _news(decided: Mapping[Pair, Decision], stored: Sequence[Decided]) -> list[Decided]:
    """What is to be stored: most decisions are as they were."""
    before = {(one.topic_id, one.paper_id): one for one in stored}
    return [one for one in _to_record(decided, before) if one != before.get((one.topic_id, one.paper_id))]


def _to_record(decided: Mapping[Pair, Decision], stored: Mapping[Pair, Decided]) -> Iterator[Decided]:
    """Yes and not yet, and a no where it takes something back. A yes after a not yet stays a late riser."""
    for pair, decision in decided.items():
        before = stored.get(pair)
        rose = before is not None and (before.rose or before.decision.verdict is Verdict.NOT_YET)
        yield Decided(*pair, decision, RULE, rose and decision.yes)
    for pair in stored.keys() - decided.keys():
        yield Decided(*pair, Decision(Verdict.NO), RULE)
