"""What a topic would have brought: counted before anybody waits for it."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.commands.core.services import Services
from bot.commands.queries.name_matching import (
    Namesakes,
    asks_for_lab,
    count_without_lab,
    find_namesakes,
    nearest_name_variants,
    sole_author_field,
    sole_lab_field,
)
from bot.commands.queries.name_offers import find_subject_synonyms
from bot.commands.queries.split_queries import MAX_PAPERS_BESIDE_SPLIT, SplitSuggestion, suggest_split
from bot.commands.queries.suggestions import suggest_corrections
from bot.commands.queries.topic_input import correct_typos
from bot.commands.ui.dates import days_up_to
from bot.decisions.on_the_fly import Match, SearchBounds, find_matches
from bot.decisions.step_budget import decision_steps
from bot.i18n import t
from bot.matching.prefilter.topic_variants import (
    Exclusion,
    SubjectSynonyms,
    TopicVariant,
    as_wide,
    count_exclusions,
    count_matches,
    narrower_variants,
    wider_variants,
)
from bot.papers import Paper
from bot.ports import ArchiveExtent, UnitOfWork
from bot.sources import sources
from bot.topics import Field, Topic
from bot.topics.formatter import format_short
from bot.topics.parser import parse
from bot.topics.words import query_words

PREVIEW_DAYS = 7
LOOK_BACK = timedelta(weeks=12)
# Beyond seven a day a digest folds into titles; measured on 59 real days that is one digest in twelve.
TOO_MANY_PER_DAY = 8
MAX_SUGGESTIONS = 2


@dataclass(frozen=True, slots=True)
class TopicPreview:
    """What a topic would have brought.

    ``week`` are its papers of the last seven days (UTC, today included), newest list day first, then votes; ``listed``
    is how many papers stood on those days, ``busiest`` the most of its own on one day. ``synonyms`` are its subjects
    with theirs, ``narrower`` and ``wider`` variants with their count, ``exclusions`` what each minus keeps away,
    ``split_suggestion`` two subjects that the words may be. ``without_lab`` counts papers of the week that name no lab,
    where the topic asks for one. ``since`` is the first day of everything that looks further back than the week.
    ``earlier`` is only filled where the week is empty: the papers since then, and ``mentions`` counts those that only
    mention it. ``suggestions`` are variants that were perhaps meant where nothing is found; ``corrections`` are words
    that no paper says, with the one surely meant. ``namesakes`` tells who goes by an author's name. ``days_read`` is
    how many of the seven days have been read so far.
    """

    topic: Topic
    week: tuple[Match, ...]
    listed: int
    days_read: int
    archive: ArchiveExtent
    since: date
    synonyms: tuple[SubjectSynonyms, ...] = ()
    narrower: tuple[TopicVariant, ...] = ()
    wider: tuple[TopicVariant, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    split_suggestion: SplitSuggestion | None = None
    without_lab: int = 0
    earlier: tuple[Match, ...] = ()
    mentions: int = 0
    suggestions: tuple[TopicVariant, ...] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)
    namesakes: Namesakes | None = None

    @property
    def busiest(self) -> int:
        return max(Counter(match.paper.list_day() for match in self.week).values(), default=0)

    @property
    def covers_look_back(self) -> bool:
        """Whether it looked twelve weeks back, not as far as the archive reaches."""
        return self.since != self.archive.first_day

    @property
    def too_many(self) -> bool:
        return self.busiest > TOO_MANY_PER_DAY and not self.topic.is_trending


async def preview_topic(services: Services, topic: Topic, today: date, bounds: SearchBounds) -> TopicPreview:
    """The preview of a topic as it is followed, as of ``today`` (UTC), from the stored papers alone."""
    days = days_up_to(today, PREVIEW_DAYS)
    week = await find_matches(services.storage, services.index, topic, days[0], today, _whole_week(bounds))
    async with services.storage.read() as work:
        listed = await work.papers.listed_between(days[0], today)
        archive = await work.papers.archive_extent()
        since = max(archive.first_day or today, today - LOOK_BACK)
        preview = TopicPreview(topic, tuple(week), len(listed), await _days_read(work, days), archive, since)
    new = [paper for paper in listed if paper.list_day() >= days[0]]
    preview = replace(preview, synonyms=find_subject_synonyms(services, topic))
    # They cost about what deciding on the week four times costs.
    if bounds.budget.spend(4 * len(new) * decision_steps(topic)):
        preview = await asyncio.to_thread(_with_variants, preview, new)
    preview = preview if week else await _with_earlier_papers(preview, services, today, bounds)
    return await _with_suggestions(preview, services, new, today, bounds)


def _whole_week(bounds: SearchBounds) -> SearchBounds:
    """Its papers are counted by the day, so all of them are wanted."""
    return replace(bounds, enough=sys.maxsize)


async def _days_read(work: UnitOfWork, days: Sequence[date]) -> int:
    """Days whose list was read, or that have none by rule (weekends), or that are not over."""
    read = await work.papers.days_polled(sources().main.name)
    listed = await work.papers.count_listed(days[0], days[-1])
    return sum(day in read or day.weekday() >= 5 or day == days[-1] or bool(listed.get(day)) for day in days)


def _with_variants(preview: TopicPreview, listed: Sequence[Paper]) -> TopicPreview:
    topic, own = preview.topic, [match.paper for match in preview.week]
    return replace(
        preview,
        narrower=narrower_variants(topic, own, too_many=preview.too_many),
        wider=wider_variants(topic, preview.synonyms, listed),
        exclusions=count_exclusions(topic, listed),
        without_lab=count_without_lab(listed) if asks_for_lab(topic.expression) else 0,
    )


async def _with_earlier_papers(
    preview: TopicPreview, services: Services, today: date, bounds: SearchBounds
) -> TopicPreview:
    """An empty week: twelve weeks back, else as far as the archive goes."""
    first, since = preview.archive.first_day or today, preview.since
    earlier = await find_matches(services.storage, services.index, preview.topic, since, today, bounds)
    if not earlier and first < since:
        earlier = await find_matches(services.storage, services.index, preview.topic, first, today, bounds)
        since = first
    return replace(
        preview,
        earlier=tuple(earlier),
        since=since,
        mentions=await _count_mentions(services, preview.topic, since, today, len(earlier), bounds),
        corrections={} if earlier else await suggest_corrections(services, preview.topic),
    )


async def _count_mentions(
    services: Services, topic: Topic, first: date, last: date, about: int, bounds: SearchBounds
) -> int:
    """How many papers only mention the topic: what ``match:wide`` would bring beside the papers ``about`` it; 0 for one
    that asks for no words."""
    if not query_words(topic):
        return 0
    further = replace(bounds, enough=bounds.enough + about)
    found = await find_matches(services.storage, services.index, as_wide(topic), first, last, further)
    return max(0, len(found) - about)


async def _with_suggestions(
    preview: TopicPreview, services: Services, listed: Sequence[Paper], today: date, bounds: SearchBounds
) -> TopicPreview:
    """Who and what may be meant besides: other people of a name, two subjects, a name or word that is known."""
    if wanted := sole_author_field(preview.topic) or sole_lab_field(preview.topic):
        return await _with_name_suggestions(preview, wanted, services, today, bounds)
    if len(preview.week) < MAX_PAPERS_BESIDE_SPLIT:
        both = await suggest_split(services, preview.topic, preview.since, today, bounds)
        preview = replace(preview, split_suggestion=both)
    if preview.week or preview.earlier or preview.split_suggestion:
        return preview
    return replace(preview, suggestions=await _catalogue_variants(preview, services, listed))


async def _catalogue_variants(
    preview: TopicPreview, services: Services, listed: Sequence[Paper]
) -> tuple[TopicVariant, ...]:
    """The topic with its slips mended, else the nearest ones of the catalogue; only what is another topic and brings
    something."""
    right = correct_typos(format_short(preview.topic), preview.corrections)
    near = [right] if right else [each.name for each in services.catalogue.nearest_topics(query_words(preview.topic))]
    own = format_short(preview.topic).casefold()
    forms = []
    for text in near:
        topic = services.as_followed(parse(text))
        label = format_short(topic)
        if label.casefold() == own:
            continue
        if papers := await asyncio.to_thread(count_matches, topic, listed):
            forms.append(TopicVariant(t("{topic}", topic=label), topic, papers))
    return tuple(forms[:MAX_SUGGESTIONS])


async def _with_name_suggestions(
    preview: TopicPreview, wanted: Field, services: Services, today: date, bounds: SearchBounds
) -> TopicPreview:
    """People are looked at over twelve weeks: one of them rarely has two papers in a week."""
    if not preview.week and not preview.earlier:
        async with services.storage.read() as work:
            papers = await work.papers.listed_between(preview.since, today)
        return replace(preview, suggestions=await asyncio.to_thread(nearest_name_variants, wanted, papers))
    if not sole_author_field(preview.topic):
        return preview
    found = await find_matches(services.storage, services.index, preview.topic, preview.since, today, bounds)
    return replace(
        preview,
        namesakes=await asyncio.to_thread(find_namesakes, preview.topic, [match.paper for match in found]),
    )
