"""The lists of some days for readers without a chat, by the same decisions as in any chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.commands.archive.paper_topics import PaperTopics
from bot.commands.core.services import Services
from bot.commands.queries.topic_input import correct_typos, parse_topic
from bot.commands.search.results import SearchResults, is_sentence, near_papers, search_archive
from bot.commands.search.search import results_headline
from bot.decisions.on_the_fly import SearchBounds, find_matches
from bot.decisions.step_budget import StepBudget
from bot.errors import InputError
from bot.i18n import LazyText, t
from bot.ingest.list_completeness import is_complete, main_source
from bot.matching.catalogue.catalogue import CatalogueTopic
from bot.papers import Paper
from bot.ports import ListVersion
from bot.tldr import truncate_at_word
from bot.topics import Topic
from bot.topics.formatter import format_short

MAX_TOPIC_CHARACTERS = 1_000
_REPEATED_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class ListedPapers:
    """The papers of some list days, most votes first; ``partial``: with a topic there may be more of them, since the
    answer would have cost too much."""

    papers: tuple[Paper, ...]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class FoundPapers:
    """What a search found: papers ``about`` it, which a subscription would bring, then those that mention it or are
    near it."""

    results: SearchResults
    headline: LazyText
    about: tuple[Paper, ...]
    mentioning: tuple[Paper, ...]
    near: tuple[Paper, ...]

    @property
    def did_you_mean(self) -> str:
        """The query with its unknown words mended, '' where nothing is to mend."""
        return correct_typos(format_short(self.results.topic), self.results.corrections) or ""


@dataclass(slots=True)
class ListReader:
    """Reads lists and never anything of a chat. Days are list days (UTC)."""

    services: Services
    paper_topics: PaperTopics = field(default_factory=PaperTopics)

    def now(self) -> datetime:
        """This moment, UTC."""
        return self.services.clock.now()

    def today(self) -> date:
        """Today as the lists count it: by UTC."""
        return self.now().date()

    async def newest_day(self) -> date | None:
        """The newest list day that has a paper, None before the first."""
        async with self.services.storage.read() as work:
            days = await work.papers.days_with_papers(self.today(), 1)
        return days[0] if days else None

    async def has_real_papers(self) -> bool:
        """Whether there are papers, and none of them is invented."""
        async with self.services.storage.read() as work:
            archive = await work.papers.archive_extent()
        return archive.paper_count > 0 and not archive.sample

    async def days(self, limit: int) -> list[date]:
        """The newest list days with a paper, newest first."""
        async with self.services.storage.read() as work:
            return await work.papers.days_with_papers(self.today(), limit)

    async def version(self, first: date, last: date) -> ListVersion:
        """What tells this state of those days from another; one query."""
        async with self.services.storage.read() as work:
            return await work.papers.list_version(first, last)

    async def is_settled(self, last: date, version: ListVersion) -> bool:
        """Whether no more papers are to be expected up to the day ``last``."""
        if version.read_to_the_end:
            return True
        async with self.services.storage.read() as work:
            source = main_source(await work.papers.source_states())
            polls = await work.papers.polls(source.name, last) if source else []
        return is_complete(last, polls, self.now())

    def parse_topic(self, text: str) -> Topic | None:
        """The topic as it was written, None where nothing was. Raises InputError; its suggestions are topics."""
        if not text:
            return None
        if len(text) > MAX_TOPIC_CHARACTERS:
            raise InputError(
                t("That is longer than any topic: {most} characters at most.", most=MAX_TOPIC_CHARACTERS),
                input=truncate_at_word(text, _REPEATED_CHARACTERS),
            )
        return parse_topic(text, "")

    async def listed(self, first: date, last: date, topic: Topic | None = None) -> ListedPapers:
        """The papers of those days, most votes first: all, or those that a subscription to ``topic`` would bring."""
        if topic is None:
            async with self.services.storage.read() as work:
                return ListedPapers(tuple(await work.papers.listed_between(first, last)))
        bounds, services = self._bounds(), self.services
        topic = services.as_followed(topic)
        found = await find_matches(services.storage, services.index, topic, first, last, bounds)
        papers = sorted((match.paper for match in found), key=lambda paper: (-paper.upvotes, paper.id))
        return ListedPapers(tuple(papers), partial=bounds.budget.is_spent or len(papers) > bounds.enough)

    async def search(self, query: str, shown: int) -> FoundPapers:
        """What ``/search`` answers, as far as ``shown`` papers. Raises InputError."""
        self.parse_topic(query)
        bounds = self._bounds()
        results = await search_archive(self.services, query, self.today(), bounds, shown)
        nothing_about = is_sentence(results) and not results.delivered
        related = near_papers(results) if nothing_about else results.related
        return FoundPapers(
            results,
            headline=results_headline(results, partial=bounds.budget.is_spent),
            about=tuple(match.paper for match in results.delivered),
            mentioning=tuple(each.paper for each in related if each.mentions_query),
            near=tuple(each.paper for each in related if not each.mentions_query),
        )

    async def paper(self, paper_id: str) -> Paper | None:
        """The stored paper of that id, None for an unknown one."""
        async with self.services.storage.read() as work:
            found = await work.papers.get([paper_id])
        return found[0] if found else None

    async def texts_changed_at(self, papers: Sequence[Paper]) -> Mapping[str, datetime]:
        """When (UTC) the title, abstract or summary of each last changed."""
        async with self.services.storage.read() as work:
            return await work.papers.texts_changed_at([paper.id for paper in papers])

    async def topics_of(self, papers: Sequence[Paper]) -> Mapping[str, Sequence[CatalogueTopic]]:
        """The known topics that each paper belongs to, the most telling first."""
        return await self.paper_topics.topics_of(self.services.catalogue, papers)

    async def count_week(self, topic: str) -> int | None:
        """How many papers a topic brought in the last seven days; None where counting takes too long."""
        return (await self.services.count_week([topic], self.today())).get(topic)

    def _bounds(self) -> SearchBounds:
        return SearchBounds(StepBudget(self.services.steps_per_answer))
