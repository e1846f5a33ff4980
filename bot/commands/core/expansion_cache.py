"""Which names count for a topic when it is followed, searched or previewed; worked out on the stored papers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.matching.catalogue.catalogue import Catalogue
from bot.matching.catalogue.synonym_expansion import Expansion, Offer, expanded
from bot.matching.prefilter.raw_text_filter import sieved
from bot.matching.prefilter.required_terms import needs
from bot.matching.prefilter.topic_variants import can_be_read_again, names, subjects, with_names
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.ports import PaperIndex, Storage
from bot.topics import MatchLevel, Subject, Topic
from bot.topics.simplify import any_of

RECENT = timedelta(days=30)
KEPT = 1_000


@dataclass(slots=True)
class Expansions:
    """Expands topics, each subject once a day and for as many papers."""

    _of: tuple[int, date] | None = None
    _kept: dict[Topic, Expansion] = field(default_factory=dict)
    _recent: list[Paper] = field(default_factory=list)

    async def expanded(
        self, storage: Storage, index: PaperIndex, catalogue: Catalogue, topic: Topic, today: date
    ) -> Expansion:
        """The topic with the names that count written into it: measured on the last 30 days, on the whole archive where
        those days know nothing of a subject. As it is where the catalogue doesn't know it or names were said."""
        open_ones = [] if topic.level is MatchLevel.STRICT else _open(topic, catalogue)
        if open_ones:
            await self._renewed(storage, today)
        offers: list[Offer] = []
        for subject in open_ones:
            alone = await self._alone(storage, index, catalogue, subject, topic)
            topic = _filled(topic, subject, alone.counted)
            offers += alone.offers
        return Expansion(topic, tuple(names(topic)), tuple(offers))

    async def _renewed(self, storage: Storage, today: date) -> None:
        """Forgets what another day, or fewer papers, said."""
        async with storage.read() as work:
            now = ((await work.papers.archive()).papers, today)
            if self._of != now:
                self._recent = await work.papers.listed_between(today - RECENT, today)
        if self._of != now or len(self._kept) > KEPT:
            self._of, self._kept = now, {}

    async def _alone(
        self, storage: Storage, index: PaperIndex, catalogue: Catalogue, subject: Subject, topic: Topic
    ) -> Expansion:
        """What counts for one subject does not depend on what else is asked for."""
        alone = Topic(subject, topic.level)
        if alone not in self._kept:
            papers = await self._measured_on(storage, index, catalogue, subject)
            self._kept[alone] = await asyncio.to_thread(expanded, alone, catalogue, papers)
        return self._kept[alone]

    async def _measured_on(
        self, storage: Storage, index: PaperIndex, catalogue: Catalogue, subject: Subject
    ) -> Sequence[Paper]:
        if await asyncio.to_thread(_any_about, subject, self._recent):
            return self._recent
        found = await index.candidates(Topic(any_of(map(Subject, _worth_counting(subject, catalogue)))))
        async with storage.read() as work:
            return await work.papers.get(found or [])


def _filled(topic: Topic, subject: Subject, counted: tuple[str, ...]) -> Topic:
    """With as many of the names as a topic has room for, the first ones first."""
    for count in range(len(counted), 0, -1):
        filled = with_names(topic, subject, counted[:count])
        if can_be_read_again(filled):
            return filled
    return topic


def _open(topic: Topic, catalogue: Catalogue) -> list[Subject]:
    """The subjects that the catalogue knows and of which nobody said yet what they go by."""
    return [subject for subject in subjects(topic) if subject.also is None and catalogue.find(subject.words)]


def _any_about(subject: Subject, papers: Sequence[Paper]) -> bool:
    topic = Topic(subject)
    return any(decide(topic, paper).yes for paper in sieved(papers, needs(topic)))


def _worth_counting(subject: Subject, catalogue: Catalogue) -> list[str]:
    """Wider names are never counted by themselves, so what they would bring needs no reading."""
    entry = catalogue.find(subject.words)
    return [subject.words, *(entry.called + entry.kinds + entry.near if entry else ())]
