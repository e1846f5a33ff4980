"""Which topics of the catalogue a paper belongs to, by the rule that decides on everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.errors import InputError
from bot.matching.catalogue.catalogue import Catalogue, CatalogueTopic
from bot.matching.prefilter.topic_index import PaperTerms, trigger_terms
from bot.matching.rule.decide import decide
from bot.matching.rule.decision import Decision, MatchLocation
from bot.papers import Paper
from bot.topics import Topic
from bot.topics.parser import parse

MAX_TOPICS_NAMED: Final = 4
_MAX_CACHED_PAPERS: Final = 5_000
_IN_TITLE_FIRST: Final = (MatchLocation.TITLE, MatchLocation.OPENING)


@dataclass(frozen=True, slots=True)
class _KnownTopic:
    entry: CatalogueTopic
    topic: Topic
    trigger_terms: str | None


@dataclass(slots=True)
class PaperTopics:
    """Topics of papers, decided on once for each text.

    Names that would count beside the topic's own are left out: each costs a measurement, and what they add is only more
    papers. So a paper is always among those that its topics bring.
    """

    _known: list[_KnownTopic] = field(default_factory=list)
    _found: dict[tuple[str, int], tuple[CatalogueTopic, ...]] = field(default_factory=dict)

    async def topics_of(self, catalogue: Catalogue, papers: Sequence[Paper]) -> Mapping[str, Sequence[CatalogueTopic]]:
        """By paper id at most four topics, those that its title names first."""
        missing = [paper for paper in papers if _text_key(paper) not in self._found]
        if missing:
            found = await asyncio.to_thread(self._decide, catalogue, missing)
            if len(self._found) > _MAX_CACHED_PAPERS:
                self._found.clear()
            self._found |= found
        return {paper.id: self._found.get(_text_key(paper), ()) for paper in papers}

    def _decide(
        self, catalogue: Catalogue, papers: Sequence[Paper]
    ) -> dict[tuple[str, int], tuple[CatalogueTopic, ...]]:
        """It holds the processor: 0.1 s for a day of 60 papers."""
        self._known = self._known or _known_topics(catalogue)
        terms = PaperTerms(papers)
        matched: dict[str, list[tuple[int, CatalogueTopic]]] = {}
        for known in self._known:
            for paper in terms.triggered_by(known.trigger_terms):
                decision = decide(known.topic, paper)
                if decision.is_match:
                    matched.setdefault(paper.id, []).append((_place_rank(decision), known.entry))
        return {_text_key(paper): _most_telling(matched.get(paper.id, [])) for paper in papers}


def _text_key(paper: Paper) -> tuple[str, int]:
    return paper.id, hash((paper.title, paper.abstract))


def _known_topics(catalogue: Catalogue) -> list[_KnownTopic]:
    known = []
    for entry in catalogue.topics:
        try:
            topic = parse(entry.name)
        except InputError:  # an operator's own name may hold anything
            continue
        known.append(_KnownTopic(entry, topic, trigger_terms(topic)))
    return known


def _place_rank(decision: Decision) -> int:
    places = [reason.place for reason in decision.reasons]
    return next((rank for rank, place in enumerate(_IN_TITLE_FIRST) if place in places), len(_IN_TITLE_FIRST))


def _most_telling(matched: Sequence[tuple[int, CatalogueTopic]]) -> tuple[CatalogueTopic, ...]:
    ranked = sorted(matched, key=lambda each: each[0])
    return tuple(topic for _, topic in ranked[:MAX_TOPICS_NAMED])
