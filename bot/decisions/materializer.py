"""Decisions on what is followed: made once for each distinct topic and paper, and stored for planning.

Topics stream by, page by page, with the words that call them up; only those that a changed paper calls up are read and
decided. The work grows with distinct topics, not with who follows them, and memory not at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.errors import UserMistake
from bot.matching import Decision, Verdict
from bot.matching.prefilter.batch import decide_called
from bot.matching.prefilter.topic_index import PaperWords, called_by
from bot.matching.rule.decide import RULE
from bot.ports import Changes, Decided, Storage, TopicState
from bot.topics import Topic
from bot.topics.parser import parse

# A digest brings what is new; older papers are archive, decided when somebody asks.
DECIDED_DAYS: Final = 30
# So few that neither the loop nor other writers are kept waiting.
PAPERS_AT_ONCE: Final = 100
TOPICS_AT_ONCE: Final = 1000
RECORDED_AT_ONCE: Final = 250

# Who follows meanwhile needs another pass. Two versions of the rule, working at once, would undo each other for ever.
MOST_PASSES: Final = 10

Pair = tuple[int, str]
News = Mapping[int, Sequence[Decided]]

log = logging.getLogger(__name__)


async def decide_followed(storage: Storage, today: date) -> int:
    """Decides every followed topic on the papers of the last 30 days that changed since; returns how many decisions
    were stored. It may be broken off anywhere: what was recorded stays, the rest is done at the next call."""
    made = 0
    for _ in range(MOST_PASSES):
        reached = await _reached(storage)
        if reached is None:
            return made
        made += await _pass(storage, reached, today - timedelta(days=DECIDED_DAYS))
    log.info("followed topics are not all decided yet, others change them meanwhile: the rest is left to the next time")
    return made


async def _reached(storage: Storage) -> int | None:
    async with storage.read() as work:
        return await work.topics.reached(RULE)


async def _pass(storage: Storage, reached: int, listed_from: date) -> int:
    """Goes through the changed papers page by page to the newest; each topic joins at the page it stands in, and who
    comes to stand before that has the next pass."""
    made, more = 0, True
    while more:
        async with storage.read() as work:
            changes = await work.papers.changed_since(reached, PAPERS_AT_ONCE, listed_from)
        made += await _decide_changes(storage, reached, changes)
        reached, more = changes.revision, changes.more
    return made


async def _decide_changes(storage: Storage, since: int, changes: Changes) -> int:
    """Takes every topic that was decided up to ``since``, or further, past these changes; no other, since it was not
    decided on what came before them."""
    words = await asyncio.to_thread(PaperWords, changes.papers)
    made, last = 0, 0
    while topics := await _behind(storage, since, changes.revision, last):
        made += await _decide_page(storage, topics, words, changes.revision)
        last = topics[-1].id
    return made


async def _behind(storage: Storage, since: int, revision: int, after_id: int) -> list[TopicState]:
    async with storage.read() as work:
        return await work.topics.behind(revision, RULE, after_id, TOPICS_AT_ONCE, since=since)


async def _decide_page(storage: Storage, topics: Sequence[TopicState], words: PaperWords, revision: int) -> int:
    page = await asyncio.to_thread(_decide, topics, words)
    async with storage.read() as work:
        stored = await work.topics.stored([topic.id for topic in topics], [paper.id for paper in words.papers])
    news = await asyncio.to_thread(_news, page.decisions, stored)
    made = 0
    for portion in _portions(topics, news):
        made += await _record(storage, portion, news, page.called_by, revision)
    return made


async def _record(
    storage: Storage, topics: Sequence[TopicState], news: News, called_by: Mapping[int, str | None], revision: int
) -> int:
    """Stores what is new of these topics together with how far they are decided now. One that another process, or
    another call, took further meanwhile is left as it is: there the decisions may be on newer papers."""
    async with storage.write() as work:
        held = await work.topics.hold(topics)
        decided = [one for topic in topics if topic.id in held for one in news.get(topic.id, ())]
        await work.topics.keep_calls({each: lots for each, lots in called_by.items() if each in held}, RULE)
        await work.topics.record(decided, dict.fromkeys(held, revision), RULE)
        await work.commit()
    return len(decided)


def _portions(topics: Sequence[TopicState], news: News) -> Iterator[list[TopicState]]:
    """The topics, so many at a time that few decisions are stored at once; one topic's are never torn apart."""
    portion: list[TopicState] = []
    size = 0
    for topic in topics:
        more = len(news.get(topic.id, ()))
        if portion and size + more > RECORDED_AT_ONCE:
            yield portion
            portion, size = [], 0
        portion.append(topic)
        size += more
    if portion:
        yield portion


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


def _news(decided: Mapping[Pair, Decision], stored: Sequence[Decided]) -> News:
    """What is to be stored, by topic: most decisions are as they were."""
    before = {(one.topic_id, one.paper_id): one for one in stored}
    news = defaultdict[int, list[Decided]](list)
    for one in _to_record(decided, before):
        if one != before.get((one.topic_id, one.paper_id)):
            news[one.topic_id].append(one)
    return news


def _to_record(decided: Mapping[Pair, Decision], stored: Mapping[Pair, Decided]) -> Iterator[Decided]:
    """Yes and not yet, and a no where it takes something back. A yes after a not yet stays a late riser."""
    for pair, decision in decided.items():
        before = stored.get(pair)
        rose = before is not None and (before.rose or before.decision.verdict is Verdict.NOT_YET)
        yield Decided(*pair, decision, RULE, rose and decision.yes)
    for pair in stored.keys() - decided.keys():
        yield Decided(*pair, Decision(Verdict.NO), RULE)
