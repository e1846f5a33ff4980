"""One search: exactly what a subscription would deliver first, then what is merely related, by rank."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TypedDict

from bot.commands.core.services import Services
from bot.commands.queries.name_matching import find_name_variants
from bot.commands.queries.sentence_topics import is_sentence_like, telling_words
from bot.commands.queries.split_queries import MAX_PAPERS_BESIDE_SPLIT, SplitSuggestion, suggest_split
from bot.commands.queries.suggestions import suggest_corrections
from bot.commands.queries.topic_input import parse_topic
from bot.decisions.on_the_fly import Match, SearchBounds, find_matches, read_indexed_texts
from bot.i18n import Translator
from bot.matching.prefilter.topic_variants import TopicVariant
from bot.matching.rule.decide import decide, decide_tokenized
from bot.matching.text.normalization import normalize
from bot.matching.text.tokenizer import TokenizedPaper, folded_words
from bot.papers import Paper
from bot.ports import ArchiveExtent, SearchHit
from bot.rendering.match_reasons import reason_text
from bot.topics import And, Expression, Field, MatchLevel, Not, Subject, Topic
from bot.topics.ast import AtLeast, Has, Since
from bot.topics.formatter import format_short, format_topic
from bot.topics.words import query_words

MAX_RELATED = 200
# So many papers that share so much of the words are near them.
MAX_NEAR, MIN_SHARED_WORDS = 5, 0.6


@dataclass(frozen=True, slots=True)
class RelatedPaper:
    """A paper that the index ranks near the query; ``mentions_query``: it says the words, in passing."""

    paper: Paper
    score: float
    mentions_query: bool


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What the archive holds on a query.

    ``delivered`` are the papers that a subscription to ``topic`` would deliver, newest list day first. ``related`` is
    what else there is: first what mentions it, then what is near, each by rank. ``scores`` are comparable within one
    search only. ``corrections`` are words that no paper says, with the one surely meant. ``split_suggestion``: the
    words may be two subjects. ``is_said``: the words are framed as speech is, or too many for a subject.
    """

    query: str
    topic: Topic
    delivered: tuple[Match, ...]
    related: tuple[RelatedPaper, ...]
    scores: Mapping[str, float]
    corrections: Mapping[str, str]
    archive: ArchiveExtent
    split_suggestion: SplitSuggestion | None = None
    name_variants: tuple[TopicVariant, ...] = ()
    is_said: bool = False

    @property
    def total(self) -> int:
        return len(self.delivered) + len(self.related)

    @property
    def mention_count(self) -> int:
        return sum(each.mentions_query for each in self.related)


async def search_archive(
    services: Services, query: str, today: date, bounds: SearchBounds | None = None, shown: int = 0
) -> SearchResults:
    """Searches the whole archive up to ``today`` (UTC). Raises InputError for a query that can't be read.

    Within ``bounds`` there may be more papers than are delivered, and what is behind the first ``shown`` ones is left
    out: what is related where they are full, and offers where they don't leave room.
    """
    topic = services.as_followed(parse_topic(query, "search"))
    async with services.storage.read() as work:
        archive = await work.papers.archive_extent()
    first = archive.first_day or today
    delivered = await find_matches(services.storage, services.index, topic, first, today, bounds)
    ranked = bounds is None or len(delivered) <= min(shown, bounds.enough)
    hits = await _ranked_hits(services, topic) if ranked else []
    related = await _related(services, topic, hits, {match.paper.id for match in delivered}) if ranked else []
    unknown = {} if delivered else await suggest_corrections(services, topic)
    scores = {hit.paper_id: hit.score for hit in hits}
    roomy = bounds is None or len(delivered) < MAX_PAPERS_BESIDE_SPLIT
    both = await suggest_split(services, topic, first, today, bounds) if roomy else None
    names = () if delivered else await find_name_variants(services, topic, first, today, bounds)
    said = is_sentence_like(query_words(topic), services.catalogue)
    return SearchResults(query, topic, tuple(delivered), tuple(related), scores, unknown, archive, both, names, said)


def is_sentence(results: SearchResults) -> bool:
    """Whether the words are more than anybody follows: such a sentence is searched for and never offered."""
    expression = results.topic.expression
    return isinstance(expression, Subject) and results.is_said


def near_papers(results: SearchResults) -> Sequence[RelatedPaper]:
    """The few papers worth showing beside those that mention the words: what says most of the telling ones."""
    wanted = telling_words(query_words(results.topic))
    least = max(min(2, len(wanted)), math.ceil(MIN_SHARED_WORDS * len(wanted)))

    def shared(paper: Paper) -> int:
        said = set(map(normalize, folded_words(f"{paper.title} {paper.abstract}")))
        return len(wanted & said)

    near = (each for each in results.related if not each.mentions_query and shared(each.paper) >= max(1, least))
    return list(islice(near, MAX_NEAR))


async def _ranked_hits(services: Services, topic: Topic) -> list[SearchHit]:
    words = query_words(topic)
    return await services.index.search(words, MAX_RELATED) if words else []


async def _related(
    services: Services, topic: Topic, hits: Sequence[SearchHit], delivered: set[str]
) -> list[RelatedPaper]:
    scores = {hit.paper_id: hit.score for hit in hits if hit.paper_id not in delivered}
    wide = replace(topic, level=MatchLevel.WIDE)
    candidates = await services.index.candidates(wide)
    async with services.storage.read() as work:
        papers = await work.papers.get(list(scores))
    known = None if candidates is None else frozenset(candidates)
    read = [each for each in scores if known is None or each in known]
    texts = await read_indexed_texts(services.storage, services.index, read)
    sorted_out = await asyncio.to_thread(_filter_related, wide, papers, set(read), texts)
    related = [RelatedPaper(paper, scores[paper.id], mentions) for paper, mentions in sorted_out]
    return sorted(related, key=lambda each: not each.mentions_query)


def _filter_related(
    wide: Topic, papers: Sequence[Paper], candidates: Set[str], texts: Mapping[str, TokenizedPaper]
) -> list[tuple[Paper, bool]]:
    """The papers that hold to the query's literal parts, and whether they mention its subjects. Pure.

    What is none of the ``candidates`` mentions nothing for sure, so it is not read: that is most of what is only near.
    """
    literal = _literal_parts(wide.expression)
    kept = (paper for paper in papers if all(decide(Topic(part), paper).is_match for part in literal))
    return [(one, one.id in candidates and _is_match(wide, one, texts)) for one in kept]


def _is_match(topic: Topic, paper: Paper, texts: Mapping[str, TokenizedPaper]) -> bool:
    known = texts.get(paper.id)
    return (decide_tokenized(topic, paper, known) if known else decide(topic, paper)).is_match


def _literal_parts(expression: Expression) -> list[Expression]:
    """The conditions that hold for the whole query; a Not is turned round, since alone it asks for nothing."""
    if isinstance(expression, And):
        return [part for part in expression.parts if isinstance(part, Field | AtLeast | Has | Since | Not)]
    return []


class FoundPaperData(TypedDict):
    """A found paper for machines; ``listed_on`` ISO 8601, ``why`` in English."""

    id: str
    title: str
    url: str
    listed_on: str
    upvotes: int
    score: float
    delivered_by_topic: bool
    why: list[str]


class SearchResultsData(TypedDict):
    """Search results for machines; ``topic`` is how the query was read, with every name that counts."""

    query: str
    topic: str
    total: int
    papers: list[FoundPaperData]


def search_results_data(results: SearchResults) -> SearchResultsData:
    """The results as plain data, in their order."""
    words = Translator()
    delivered = [
        _paper_data(
            match.paper, results, True, [words.plain_text(reason_text(reason)) for reason in match.decision.reasons]
        )
        for match in results.delivered
    ]
    related = [
        _paper_data(
            each.paper, results, False, [f"mentions {format_short(results.topic)}"] if each.mentions_query else []
        )
        for each in results.related
    ]
    return {
        "query": results.query,
        "topic": format_topic(results.topic),
        "total": results.total,
        "papers": [*delivered, *related],
    }


def _paper_data(paper: Paper, results: SearchResults, delivered: bool, why: list[str]) -> FoundPaperData:
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
