"""One search: exactly what a subscription would deliver first, then what is merely related, by rank."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from bot.commands.core.services import Services
from bot.commands.queries.name_matching import names_meant
from bot.commands.queries.split_queries import Apart, apart
from bot.commands.queries.suggestions import corrections
from bot.commands.queries.topic_input import read_topic
from bot.decisions.on_the_fly import Match, matches
from bot.i18n import Translator
from bot.matching.prefilter.topic_variants import Form
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.ports import Archive, Hit
from bot.rendering.match_reasons import reason_words
from bot.topics import All, Expression, Field, MatchLevel, Not, Topic
from bot.topics.ast import AtLeast, Has, Since
from bot.topics.formatter import named, printed
from bot.topics.words import plain_words

MOST_RELATED = 200


@dataclass(frozen=True, slots=True)
class Related:
    """A paper that the index ranks near the query; ``mentions``: it says the words, in passing."""

    paper: Paper
    score: float
    mentions: bool


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What the archive holds on a query.

    ``delivered`` are the papers that a subscription to ``topic`` would deliver, newest list day first. ``related`` is
    what else there is: first what mentions it, then what is near, each by rank. ``scores`` are comparable within one
    search only. ``unknown`` are words that no paper says, with the one surely meant. ``apart``: the words may be two
    subjects.
    """

    query: str
    topic: Topic
    delivered: tuple[Match, ...]
    related: tuple[Related, ...]
    scores: Mapping[str, float]
    unknown: Mapping[str, str]
    archive: Archive
    apart: Apart | None = None
    names: tuple[Form, ...] = ()

    @property
    def total(self) -> int:
        return len(self.delivered) + len(self.related)

    @property
    def mentions(self) -> int:
        return sum(each.mentions for each in self.related)


async def search_results(services: Services, query: str, today: date) -> SearchResults:
    """Searches the whole archive up to ``today`` (UTC). Raises UserMistake for a query that can't be read."""
    topic = (await services.expanded(read_topic(query, "search"), today)).topic
    async with services.storage.read() as work:
        archive = await work.papers.archive()
    first = archive.first_day or today
    delivered = await matches(services.storage, services.index, topic, first, today)
    hits = await _hits(services, topic)
    related = await _related(services, topic, hits, {match.paper.id for match in delivered})
    unknown = {} if delivered else await corrections(services, topic)
    scores = {hit.paper_id: hit.score for hit in hits}
    both = await apart(services, topic, first, today)
    names = () if delivered else await names_meant(services, topic, first, today)
    return SearchResults(query, topic, tuple(delivered), tuple(related), scores, unknown, archive, both, names)


async def _hits(services: Services, topic: Topic) -> list[Hit]:
    words = plain_words(topic)
    return await services.index.search(words, MOST_RELATED) if words else []


async def _related(services: Services, topic: Topic, hits: Sequence[Hit], delivered: set[str]) -> list[Related]:
    scores = {hit.paper_id: hit.score for hit in hits if hit.paper_id not in delivered}
    wide = replace(topic, level=MatchLevel.WIDE)
    candidates = await services.index.candidates(wide)
    async with services.storage.read() as work:
        papers = await work.papers.get(list(scores))
    sorted_out = await asyncio.to_thread(_sorted_out, wide, papers, None if candidates is None else set(candidates))
    related = [Related(paper, scores[paper.id], mentions) for paper, mentions in sorted_out]
    return sorted(related, key=lambda each: not each.mentions)


def _sorted_out(wide: Topic, papers: Sequence[Paper], candidates: Set[str] | None) -> list[tuple[Paper, bool]]:
    """The papers that hold to the query's literal parts, and whether they mention its subjects. Pure.

    What is none of the ``candidates`` mentions nothing for sure, so it is not read: that is most of what is only near.
    """
    literal = _literal_parts(wide.expression)
    kept = (paper for paper in papers if all(decide(Topic(part), paper).yes for part in literal))
    return [(one, (candidates is None or one.id in candidates) and decide(wide, one).yes) for one in kept]


def _literal_parts(expression: Expression) -> list[Expression]:
    """The conditions that hold for the whole query; a Not is turned round, since alone it asks for nothing."""
    if isinstance(expression, All):
        return [part for part in expression.parts if isinstance(part, Field | AtLeast | Has | Since | Not)]
    return []


class PaperRow(TypedDict):
    """A found paper for machines; ``listed_on`` ISO 8601, ``why`` in English."""

    id: str
    title: str
    url: str
    listed_on: str
    upvotes: int
    score: float
    delivered_by_topic: bool
    why: list[str]


class SearchRows(TypedDict):
    """Search results for machines; ``topic`` is how the query was read, with every name that counts."""

    query: str
    topic: str
    total: int
    papers: list[PaperRow]


def search_rows(results: SearchResults) -> SearchRows:
    """The results as plain data, in their order."""
    words = Translator()
    delivered = [
        _row(match.paper, results, True, [words.text(reason_words(reason)) for reason in match.decision.reasons])
        for match in results.delivered
    ]
    related = [
        _row(each.paper, results, False, [f"mentions {named(results.topic)}"] if each.mentions else [])
        for each in results.related
    ]
    return {
        "query": results.query,
        "topic": printed(results.topic),
        "total": results.total,
        "papers": [*delivered, *related],
    }


def _row(paper: Paper, results: SearchResults, delivered: bool, why: list[str]) -> PaperRow:
    return {
        "id": paper.id,
        "title": paper.title,
        "url": paper.url,
        "listed_on": paper.listed_on.isoformat(),
        "upvotes": paper.upvotes,
        "score": round(results.scores.get(paper.id, 0.0), 4),
        "delivered_by_topic": delivered,
        "why": why,
    }
