"""Which names count for a topic when it is followed, searched or previewed; worked out on the stored papers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.matching.catalogue.catalogue import Catalogue
from bot.matching.catalogue.synonym_expansion import SynonymExpansion, SynonymOffer, expand_synonyms
from bot.matching.prefilter.raw_text_filter import prefilter
from bot.matching.prefilter.required_terms import required_terms
from bot.matching.prefilter.topic_variants import (
    counted_synonyms,
    fits_topic_limits,
    positive_subjects,
    with_originated_names,
)
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.ports import PaperIndex, Storage
from bot.topics import MatchLevel, Subject, Topic
from bot.topics.simplify import any_of
from bot.topics.synonyms import OriginatedName

RECENT_PERIOD = timedelta(days=30)
MAX_ENTRIES = 1_000
# The share of papers that may come in before names are measured anew on the same day.
MAX_GROWTH = 0.02


@dataclass(slots=True)
class ExpansionCache:
    """Expands topics, each subject once a day: the few papers that a poll brings change nothing that is asked for in
    between, many do (the first ones, a backfill)."""

    _valid_for: tuple[int, date] | None = None
    _entries: dict[Topic, SynonymExpansion] = field(default_factory=dict)
    _recent_papers: list[Paper] = field(default_factory=list)

    async def expand(
        self, storage: Storage, index: PaperIndex, catalogue: Catalogue, topic: Topic, today: date
    ) -> SynonymExpansion:
        """The topic with the names that count written into it: measured on the last 30 days, on the whole archive where
        those days know nothing of a subject. As it is where the catalogue doesn't know it or names were said."""
        open_ones = [] if topic.level is MatchLevel.STRICT else _unexpanded_subjects(topic, catalogue)
        if open_ones:
            await self._refresh(storage, today)
        offers: list[SynonymOffer] = []
        for subject in open_ones:
            alone = await self._expand_subject(storage, index, catalogue, subject, topic)
            topic = _with_synonyms(topic, subject, positive_subjects(alone.topic)[0].named_origins)
            offers += alone.offers
        return SynonymExpansion(topic, tuple(counted_synonyms(topic)), tuple(offers))

    async def _refresh(self, storage: Storage, today: date) -> None:
        """Forgets what another day, or far fewer papers, said."""
        async with storage.read() as work:
            count = (await work.papers.archive_extent()).paper_count
            if not self._is_valid(count, today):
                self._recent_papers = await work.papers.listed_between(today - RECENT_PERIOD, today)
                self._valid_for, self._entries = (count, today), {}
        if len(self._entries) > MAX_ENTRIES:
            self._entries = {}

    def _is_valid(self, paper_count: int, today: date) -> bool:
        if self._valid_for is None or self._valid_for[1] != today:
            return False
        measured = self._valid_for[0]
        return measured <= paper_count <= measured * (1 + MAX_GROWTH)

    async def _expand_subject(
        self, storage: Storage, index: PaperIndex, catalogue: Catalogue, subject: Subject, topic: Topic
    ) -> SynonymExpansion:
        """What counts for one subject does not depend on what else is asked for."""
        alone = Topic(subject, topic.level)
        if alone not in self._entries:
            papers = await self._papers_to_measure(storage, index, catalogue, subject)
            self._entries[alone] = await asyncio.to_thread(expand_synonyms, alone, catalogue, papers)
        return self._entries[alone]

    async def _papers_to_measure(
        self, storage: Storage, index: PaperIndex, catalogue: Catalogue, subject: Subject
    ) -> Sequence[Paper]:
        if await asyncio.to_thread(_has_match, subject, self._recent_papers):
            return self._recent_papers
        found = await index.candidates(Topic(any_of(map(Subject, _names_to_measure(subject, catalogue)))))
        async with storage.read() as work:
            return await work.papers.get(found or [])


def _with_synonyms(topic: Topic, subject: Subject, counted: Sequence[OriginatedName]) -> Topic:
    """With as many of the names as a topic has room for, the first ones first."""
    for count in range(len(counted), 0, -1):
        filled = with_originated_names(topic, subject, counted[:count])
        if fits_topic_limits(filled):
            return filled
    return topic


def _unexpanded_subjects(topic: Topic, catalogue: Catalogue) -> list[Subject]:
    """The subjects that the catalogue knows and of which nobody said yet what they go by."""
    return [
        subject for subject in positive_subjects(topic) if subject.synonyms is None and catalogue.find(subject.words)
    ]


def _has_match(subject: Subject, papers: Sequence[Paper]) -> bool:
    topic = Topic(subject)
    return any(decide(topic, paper).is_match for paper in prefilter(papers, required_terms(topic)))


def _names_to_measure(subject: Subject, catalogue: Catalogue) -> list[str]:
    """Wider names are never counted by themselves, so what they would bring needs no reading."""
    entry = catalogue.find(subject.words)
    return [subject.words, *(entry.primary_names + entry.kinds + entry.near if entry else ())]
