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

from bot.errors import InputError
from bot.matching import Decision, Verdict
from bot.matching.prefilter.batch import decide_triggered
from bot.matching.prefilter.topic_index import PaperTerms, trigger_terms
from bot.matching.rule.decide import RULE_VERSION
from bot.ports import ChangePage, FollowedTopic, Storage, StoredDecision
from bot.topics import Topic
from bot.topics.parser import parse

# A digest brings what is new; older papers are archive, decided when somebody asks.
DECISION_WINDOW_DAYS: Final = 30
# So few that neither the loop nor other writers are kept waiting.
PAPER_PAGE_SIZE: Final = 100
TOPIC_PAGE_SIZE: Final = 1000
WRITE_BATCH_SIZE: Final = 250

# Who follows meanwhile needs another pass. Two versions of the rule, working at once, would undo each other for ever.
MOST_PASSES: Final = 10

TopicPaperPair = tuple[int, str]
News = Mapping[int, Sequence[StoredDecision]]

log = logging.getLogger(__name__)


async def materialize_decisions(storage: Storage, today: date) -> int:
    """Decides every followed topic on the papers of the last 30 days that changed since; returns how many decisions
    were stored. It may be broken off anywhere: what was recorded stays, the rest is done at the next call."""
    made = 0
    for _ in range(MOST_PASSES):
        reached = await _lowest_decided_revision(storage)
        if reached is None:
            return made
        made += await _pass(storage, reached, today - timedelta(days=DECISION_WINDOW_DAYS))
    log.info("followed topics are not all decided yet, others change them meanwhile: the rest is left to the next time")
    return made


async def _lowest_decided_revision(storage: Storage) -> int | None:
    async with storage.read() as work:
        return await work.subscriptions.lowest_decided_revision(RULE_VERSION)


async def _pass(storage: Storage, reached: int, listed_from: date) -> int:
    """Goes through the changed papers page by page to the newest; each topic joins at the page it stands in, and who
    comes to stand before that has the next pass."""
    made, more = 0, True
    while more:
        async with storage.read() as work:
            changes = await work.papers.changed_since(reached, PAPER_PAGE_SIZE, listed_from)
        made += await _decide_changes(storage, reached, changes)
        reached, more = changes.revision, changes.more
    return made


async def _decide_changes(storage: Storage, since: int, changes: ChangePage) -> int:
    """Takes every topic that was decided up to ``since``, or further, past these changes; no other, since it was not
    decided on what came before them."""
    words = await asyncio.to_thread(PaperTerms, changes.papers)
    made, last = 0, 0
    while topics := await _lagging_topics(storage, since, changes.revision, last):
        made += await _decide_topic_page(storage, topics, words, changes.revision)
        last = topics[-1].id
    return made


async def _lagging_topics(storage: Storage, since: int, revision: int, after_id: int) -> list[FollowedTopic]:
    async with storage.read() as work:
        return await work.subscriptions.lagging_topics(revision, RULE_VERSION, after_id, TOPIC_PAGE_SIZE, since=since)


async def _decide_topic_page(
    storage: Storage, topics: Sequence[FollowedTopic], words: PaperTerms, revision: int
) -> int:
    page = await asyncio.to_thread(_decide_topics, topics, words)
    async with storage.read() as work:
        stored = await work.subscriptions.stored_decisions(
            [topic.id for topic in topics], [paper.id for paper in words.papers]
        )
    news = await asyncio.to_thread(_changed_decisions, page.decisions, stored)
    made = 0
    for portion in _portions(topics, news):
        made += await _record(storage, portion, news, page.trigger_terms, revision)
    return made


async def _record(
    storage: Storage, topics: Sequence[FollowedTopic], news: News, called_by: Mapping[int, str | None], revision: int
) -> int:
    """Stores what is new of these topics together with how far they are decided now. One that another process, or
    another call, took further meanwhile is left as it is: there the decisions may be on newer papers."""
    async with storage.write() as work:
        held = await work.subscriptions.hold(topics)
        decided = [one for topic in topics if topic.id in held for one in news.get(topic.id, ())]
        await work.subscriptions.store_trigger_terms(
            {each: lots for each, lots in called_by.items() if each in held}, RULE_VERSION
        )
        await work.subscriptions.store_decisions(decided, dict.fromkeys(held, revision), RULE_VERSION)
        await work.commit()
    return len(decided)


def _portions(topics: Sequence[FollowedTopic], news: News) -> Iterator[list[FollowedTopic]]:
    """The topics, so many at a time that few decisions are stored at once; one topic's are never torn apart."""
    portion: list[FollowedTopic] = []
    size = 0
    for topic in topics:
        more = len(news.get(topic.id, ()))
        if portion and size + more > WRITE_BATCH_SIZE:
            yield portion
            portion, size = [], 0
        portion.append(topic)
        size += more
    if portion:
        yield portion


@dataclass(slots=True)
class _PageDecisions:
    """What came of some topics: yes and not yet (a pair that is missing is a no), and for topics of which it was not
    known yet, what calls them up."""

    decisions: dict[TopicPaperPair, Decision] = field(default_factory=dict)
    trigger_terms: dict[int, str | None] = field(default_factory=dict)


def _decide_topics(topics: Iterable[FollowedTopic], words: PaperTerms) -> _PageDecisions:
    """It holds the processor: for a thread."""
    page = _PageDecisions()
    if not words.papers:
        return page
    for state in topics:
        calls = state.trigger_terms
        if state.trigger_rule_version != RULE_VERSION:
            topic = _parse_followed(state.text)
            calls = page.trigger_terms[state.id] = trigger_terms(topic) if topic else ""
        if (papers := words.triggered_by(calls)) and (topic := _parse_followed(state.text)):
            page.decisions.update(((state.id, paper), decision) for paper, decision in decide_triggered(topic, papers))
    return page


def _parse_followed(text: str) -> Topic | None:
    """The topic, or None for a text that is none any more; that must not keep the others waiting."""
    try:
        return parse(text)
    except InputError:
        log.error("a followed topic can't be read and brings nothing: %s", text)
        return None


def _changed_decisions(decided: Mapping[TopicPaperPair, Decision], stored: Sequence[StoredDecision]) -> News:
    """What is to be stored, by topic: most decisions are as they were."""
    before = {(one.topic_id, one.paper_id): one for one in stored}
    news = defaultdict[int, list[StoredDecision]](list)
    for one in _decisions_to_store(decided, before):
        if one != before.get((one.topic_id, one.paper_id)):
            news[one.topic_id].append(one)
    return news


def _decisions_to_store(
    decided: Mapping[TopicPaperPair, Decision], stored: Mapping[TopicPaperPair, StoredDecision]
) -> Iterator[StoredDecision]:
    """Yes and not yet, and a no where it takes something back. A yes after a not yet stays a late riser."""
    for pair, decision in decided.items():
        before = stored.get(pair)
        rose = before is not None and (before.late_match or before.decision.verdict is Verdict.NOT_YET)
        yield StoredDecision(*pair, decision, RULE_VERSION, rose and decision.is_match)
    for pair in stored.keys() - decided.keys():
        yield StoredDecision(*pair, Decision(Verdict.NO), RULE_VERSION)
