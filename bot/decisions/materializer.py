"""Materializes decisions on what is followed: made once for each distinct topic and paper, stored for planning.

Topics stream by, page by page, with their trigger terms; only those that a changed paper triggers are parsed and
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
from bot.topics.formatter import TRENDING_NAME
from bot.topics.parser import parse

# A digest brings what is new; older papers are archive, decided when somebody asks.
DECISION_WINDOW_DAYS: Final = 30
# So few that a page blocks neither the event loop nor other writers for long.
PAPER_PAGE_SIZE: Final = 100
TOPIC_PAGE_SIZE: Final = 1000
WRITE_BATCH_SIZE: Final = 250

# A topic followed meanwhile needs another pass. Two rule versions working at once would undo each other for ever.
MOST_PASSES: Final = 10

TopicPaperPair = tuple[int, str]
ChangedDecisions = Mapping[int, Sequence[StoredDecision]]

log = logging.getLogger(__name__)


async def materialize_decisions(storage: Storage, today: date) -> int:
    """Decides every followed topic on the papers of the last 30 days that changed since; returns how many decisions
    were stored. It may be cancelled anywhere: what was stored stays, the rest is done at the next call."""
    made = 0
    for _ in range(MOST_PASSES):
        revision = await _lowest_decided_revision(storage)
        if revision is None:
            return made
        made += await _pass(storage, revision, today - timedelta(days=DECISION_WINDOW_DAYS))
    log.info("followed topics are not all decided yet, others change them meanwhile: the rest is left to the next run")
    return made


async def _lowest_decided_revision(storage: Storage) -> int | None:
    async with storage.read() as work:
        return await work.subscriptions.lowest_decided_revision(RULE_VERSION)


async def _pass(storage: Storage, revision: int, listed_from: date) -> int:
    """Goes through the changed papers page by page to the newest. A topic joins at the page that begins at or before
    its decided revision; one that falls behind that meanwhile (newly followed) has the next pass."""
    made, more = 0, True
    while more:
        async with storage.read() as work:
            changes = await work.papers.changed_since(revision, PAPER_PAGE_SIZE, listed_from)
        made += await _decide_changes(storage, revision, changes)
        revision, more = changes.revision, changes.more
    return made


async def _decide_changes(storage: Storage, since: int, changes: ChangePage) -> int:
    """Decides every topic that was decided up to ``since``, or further, on these changes; no other, since a topic's
    watermark may only move over papers that it was decided on."""
    terms = await asyncio.to_thread(PaperTerms, changes.papers)
    made, last = 0, 0
    while topics := await _lagging_topics(storage, since, changes.revision, last):
        made += await _decide_topic_page(storage, topics, terms, changes.revision)
        last = topics[-1].id
    return made


async def _lagging_topics(storage: Storage, since: int, revision: int, after_id: int) -> list[FollowedTopic]:
    async with storage.read() as work:
        return await work.subscriptions.lagging_topics(revision, RULE_VERSION, after_id, TOPIC_PAGE_SIZE, since=since)


async def _decide_topic_page(
    storage: Storage, topics: Sequence[FollowedTopic], terms: PaperTerms, revision: int
) -> int:
    page = await asyncio.to_thread(_decide_topics, topics, terms)
    async with storage.read() as work:
        # What is trending is decided on whole lists elsewhere; here it would be taken back.
        by_paper = [topic.id for topic in topics if topic.text != TRENDING_NAME]
        stored = await work.subscriptions.stored_decisions(by_paper, [paper.id for paper in terms.papers])
    changed = await asyncio.to_thread(_changed_decisions, page.decisions, stored)
    made = 0
    for batch in _write_batches(topics, changed):
        made += await _store(storage, batch, changed, page.trigger_terms, revision)
    return made


async def _store(
    storage: Storage,
    topics: Sequence[FollowedTopic],
    changed: ChangedDecisions,
    trigger_terms: Mapping[int, str | None],
    revision: int,
) -> int:
    """Stores the changed decisions of these topics and their new watermark in one commit: a watermark without its
    decisions would turn every *yes* below it into a *no*. A topic that another process, or another call, decided
    further meanwhile is left as it is: its decisions may be on newer papers."""
    async with storage.write() as work:
        locked = await work.subscriptions.hold(topics)
        decided = [one for topic in topics if topic.id in locked for one in changed.get(topic.id, ())]
        await work.subscriptions.store_trigger_terms(
            {topic_id: terms for topic_id, terms in trigger_terms.items() if topic_id in locked}, RULE_VERSION
        )
        await work.subscriptions.store_decisions(decided, dict.fromkeys(locked, revision), RULE_VERSION)
        await work.commit()
    return len(decided)


def _write_batches(topics: Sequence[FollowedTopic], changed: ChangedDecisions) -> Iterator[list[FollowedTopic]]:
    """The topics in batches of few decisions each, so that a write is short; one topic's are never split, since its
    watermark moves with all of them."""
    batch: list[FollowedTopic] = []
    size = 0
    for topic in topics:
        count = len(changed.get(topic.id, ()))
        if batch and size + count > WRITE_BATCH_SIZE:
            yield batch
            batch, size = [], 0
        batch.append(topic)
        size += count
    if batch:
        yield batch


@dataclass(slots=True)
class _PageDecisions:
    """The decisions of a page of topics: yes and not yet (a missing pair is a no), and the trigger terms of those that
    had none of this rule version."""

    decisions: dict[TopicPaperPair, Decision] = field(default_factory=dict)
    trigger_terms: dict[int, str | None] = field(default_factory=dict)


def _decide_topics(topics: Iterable[FollowedTopic], terms: PaperTerms) -> _PageDecisions:
    """CPU-bound: to be run in a thread."""
    page = _PageDecisions()
    if not terms.papers:
        return page
    for followed in topics:
        triggers = followed.trigger_terms
        if followed.trigger_rule_version != RULE_VERSION:
            topic = _parse_followed(followed.text)
            triggers = page.trigger_terms[followed.id] = trigger_terms(topic) if topic else ""
        if (papers := terms.triggered_by(triggers)) and (topic := _parse_followed(followed.text)):
            page.decisions.update(
                ((followed.id, paper), decision) for paper, decision in decide_triggered(topic, papers)
            )
    return page


def _parse_followed(text: str) -> Topic | None:
    """The topic, or None for a text that can't be parsed any more; that must not stop the others."""
    try:
        return parse(text)
    except InputError:
        log.error("a followed topic can't be read and brings nothing: %s", text)
        return None


def _changed_decisions(
    decided: Mapping[TopicPaperPair, Decision], stored: Sequence[StoredDecision]
) -> ChangedDecisions:
    """What is to be stored, by topic, without the decisions that are as they were, which is most."""
    before = {(one.topic_id, one.paper_id): one for one in stored}
    changed = defaultdict[int, list[StoredDecision]](list)
    for one in _decisions_to_store(decided, before):
        if one != before.get((one.topic_id, one.paper_id)):
            changed[one.topic_id].append(one)
    return changed


def _decisions_to_store(
    decided: Mapping[TopicPaperPair, Decision], stored: Mapping[TopicPaperPair, StoredDecision]
) -> Iterator[StoredDecision]:
    """Yes and not yet, and a no where it takes something back. A yes after a not yet is and stays a late match."""
    for pair, decision in decided.items():
        before = stored.get(pair)
        late_match = before is not None and (before.late_match or before.decision.verdict is Verdict.NOT_YET)
        yield StoredDecision(*pair, decision, RULE_VERSION, late_match and decision.is_match)
    for pair in stored.keys() - decided.keys():
        yield StoredDecision(*pair, Decision(Verdict.NO), RULE_VERSION)
