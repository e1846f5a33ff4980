"""Decisions of topics on papers: stored for planning, fresh for previews and search, both by the same rule."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from bot.matching import Decision, Verdict
from bot.matching.batch import decide_all
from bot.matching.rule import RULE, decide
from bot.papers import Paper
from bot.ports import Decided, PaperIndex, Storage, TopicState
from bot.topics import Topic

# A digest brings what is new; older papers are archive, decided when somebody asks.
DECIDED_DAYS: Final = 30
PAGE: Final = 500
# Up to here deciding on every listed paper is cheaper than loading all candidates of the archive.
_SHORT_RANGE: Final = timedelta(days=31)

Pair = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that a topic's subscriber would get, and why."""

    paper: Paper
    decision: Decision


async def decide_followed(storage: Storage, today: date) -> int:
    """Decides every followed topic on the papers of the last 30 days that changed since; returns how many decisions
    were stored. It may be broken off anywhere: what was recorded stays, the rest is done at the next call."""
    async with storage.read() as work:
        behind = await work.topics.behind(await work.papers.revision(), RULE)
    made = 0
    for revision, topics in groupby(sorted(behind, key=_revision), key=_revision):
        made += await _catch_up(storage, list(topics), revision, today - timedelta(days=DECIDED_DAYS))
    return made


async def matches(storage: Storage, index: PaperIndex, topic: Topic, first: date, last: date) -> list[Match]:
    """The papers first listed from ``first`` to ``last`` that a subscriber of ``topic`` would get: newest list day
    first, then most votes."""
    asked = await _in_question(storage, index, topic, first, last)
    papers = [paper for paper in asked if first <= paper.listed_on <= last]
    found = await asyncio.to_thread(_found, topic, papers)
    return sorted(found, key=lambda match: (-match.paper.listed_on.toordinal(), -match.paper.upvotes, match.paper.id))


async def _in_question(storage: Storage, index: PaperIndex, topic: Topic, first: date, last: date) -> list[Paper]:
    candidates = None if last - first <= _SHORT_RANGE else await index.candidates(topic)
    async with storage.read() as work:
        if candidates is None:
            return await work.papers.listed_between(first, last)
        return await work.papers.get(candidates)


def _found(topic: Topic, papers: Sequence[Paper]) -> list[Match]:
    """Filing pays for many topics; a single one is decided at once, and a title that tells spares reading on."""
    return [Match(paper, decision) for paper in papers if (decision := decide(topic, paper)).yes]


def _decide(topics: Mapping[int, Topic], papers: Sequence[Paper]) -> dict[Pair, Decision]:
    """Yes and not yet; a pair that is missing is a no. It holds the processor: for a thread."""
    return {(number, paper_id): decision for number, paper_id, decision in decide_all(topics, papers)}


def _revision(topic: TopicState) -> int:
    return topic.revision


async def _catch_up(storage: Storage, topics: Sequence[TopicState], revision: int, listed_from: date) -> int:
    """Decides ``topics``, which all stand at ``revision``, page by page on what changed after it."""
    made, more = 0, True
    while more:
        async with storage.read() as work:
            changes = await work.papers.changed_since(revision, PAGE, listed_from)
            stored = await work.topics.stored([topic.id for topic in topics], [paper.id for paper in changes.papers])
        decided = await asyncio.to_thread(_decide, {topic.id: topic.topic for topic in topics}, changes.papers)
        news = list(_to_record(decided, {(one.topic_id, one.paper_id): one for one in stored}))
        async with storage.write() as work:
            await work.topics.record(news, {topic.id: changes.revision for topic in topics}, RULE)
            await work.commit()
        made, more, revision = made + len(news), changes.more, changes.revision
    return made


def _to_record(decided: Mapping[Pair, Decision], stored: Mapping[Pair, Decided]) -> Iterable[Decided]:
    """Yes and not yet, and a no where it takes something back. A yes after a not yet stays a late riser."""
    for pair, decision in decided.items():
        before = stored.get(pair)
        rose = before is not None and (before.rose or before.decision.verdict is Verdict.NOT_YET)
        yield Decided(*pair, decision, RULE, rose and decision.yes)
    for pair in stored.keys() - decided.keys():
        yield Decided(*pair, Decision(Verdict.NO), RULE)
