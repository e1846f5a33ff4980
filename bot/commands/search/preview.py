"""What a topic would have brought: counted before anybody waits for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.commands.core.services import Services
from bot.commands.queries.name_matching import (
    Namesakes,
    asks_for_lab,
    author_of,
    lab_of,
    namesakes,
    nearest_names,
    without_lab,
)
from bot.commands.queries.name_offers import names_of
from bot.commands.queries.split_queries import Apart, apart
from bot.commands.queries.suggestions import corrections
from bot.commands.queries.topic_input import corrected
from bot.commands.ui.dates import days_back
from bot.decisions.on_the_fly import Match, matches
from bot.i18n import say
from bot.matching.prefilter.topic_variants import (
    Form,
    LeftOut,
    NamesOf,
    left_out,
    narrower,
    price,
    wide,
    with_more_names,
)
from bot.papers import HUGGING_FACE, Paper
from bot.ports import Archive, UnitOfWork
from bot.topics import Field, Topic
from bot.topics.formatter import named
from bot.topics.parser import parse
from bot.topics.words import plain_words

WEEK_DAYS = 7
REACH = timedelta(weeks=12)
# Beyond seven a day a digest folds into titles; measured on 59 real days that is one digest in twelve.
MANY_A_DAY = 8
MOST_MEANT = 2


@dataclass(frozen=True, slots=True)
class Preview:
    """What a topic would have brought.

    ``week`` are its papers of the last seven days (UTC, today included), newest list day first, then votes; ``listed``
    is how many papers stood on those days, ``busiest`` the most of its own on one day. ``known`` are its subjects with
    their further names, ``narrower`` and ``wider`` other forms with their price, ``left_out`` what each minus keeps
    away, ``apart`` two subjects that the words may be. ``without_lab`` counts papers of the week that name no lab,
    where the topic asks for one. ``since`` is the first day of everything that looks further back than the week.
    ``earlier`` is only filled where the week is empty: the papers since then, and ``mentions`` counts those that only
    mention it. ``meant`` are forms that were perhaps meant
    where nothing is found; ``unknown`` are words that no paper says, with the one surely meant. ``namesakes`` tells who
    goes by an author's name. ``days_read`` is how many of the seven days have been read so far.
    """

    topic: Topic
    week: tuple[Match, ...]
    listed: int
    days_read: int
    archive: Archive
    since: date
    known: tuple[NamesOf, ...] = ()
    narrower: tuple[Form, ...] = ()
    wider: tuple[Form, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    apart: Apart | None = None
    without_lab: int = 0
    earlier: tuple[Match, ...] = ()
    mentions: int = 0
    meant: tuple[Form, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    namesakes: Namesakes | None = None

    @property
    def busiest(self) -> int:
        return max(Counter(match.paper.listed_on for match in self.week).values(), default=0)

    @property
    def twelve_weeks(self) -> bool:
        """Whether it looked twelve weeks back, not as far as the archive reaches."""
        return self.since != self.archive.first_day

    @property
    def too_many(self) -> bool:
        return self.busiest > MANY_A_DAY


async def preview_topic(services: Services, topic: Topic, today: date) -> Preview:
    """The preview of a topic as it is followed, as of ``today`` (UTC), from the stored papers alone."""
    days = days_back(today, WEEK_DAYS)
    week = await matches(services.storage, services.index, topic, days[0], today)
    async with services.storage.read() as work:
        listed = await work.papers.listed_between(days[0], today)
        archive = await work.papers.archive()
        since = max(archive.first_day or today, today - REACH)
        preview = Preview(topic, tuple(week), len(listed), await _days_read(work, days), archive, since)
    new = [paper for paper in listed if paper.listed_on >= days[0]]
    preview = replace(preview, known=await names_of(services, topic, today))
    preview = await asyncio.to_thread(_with_other_forms, preview, new)
    preview = preview if week else await _reaching_back(preview, services, today)
    return await _meant(preview, services, new, today)


async def _days_read(work: UnitOfWork, days: Sequence[date]) -> int:
    """Days whose list was read, or that have none by rule (weekends), or that are not over."""
    read = await work.papers.days_read(HUGGING_FACE)
    listed = await work.papers.count_listed(days[0], days[-1])
    return sum(day in read or day.weekday() >= 5 or day == days[-1] or bool(listed.get(day)) for day in days)


def _with_other_forms(preview: Preview, listed: Sequence[Paper]) -> Preview:
    topic, own = preview.topic, [match.paper for match in preview.week]
    return replace(
        preview,
        narrower=narrower(topic, own, too_many=preview.too_many),
        wider=with_more_names(topic, preview.known, listed),
        left_out=left_out(topic, listed),
        without_lab=without_lab(listed) if asks_for_lab(topic.expression) else 0,
    )


async def _reaching_back(preview: Preview, services: Services, today: date) -> Preview:
    """An empty week: twelve weeks back, else as far as the archive goes."""
    first, since = preview.archive.first_day or today, preview.since
    earlier = await matches(services.storage, services.index, preview.topic, since, today)
    if not earlier and first < since:
        earlier, since = await matches(services.storage, services.index, preview.topic, first, today), first
    return replace(
        preview,
        earlier=tuple(earlier),
        since=since,
        mentions=max(0, await mentioning(services, preview.topic, since, today) - len(earlier)),
        unknown={} if earlier else await corrections(services, preview.topic),
    )


async def mentioning(services: Services, topic: Topic, first: date, last: date) -> int:
    """How many papers at least mention the topic: what ``match:wide`` would bring; 0 for one that asks for no words."""
    if not plain_words(topic):
        return 0
    return len(await matches(services.storage, services.index, wide(topic), first, last))


async def _meant(preview: Preview, services: Services, listed: Sequence[Paper], today: date) -> Preview:
    """Who and what may be meant besides: other people of a name, two subjects, a name or word that is known."""
    if wanted := author_of(preview.topic) or lab_of(preview.topic):
        return await _whose_name(preview, wanted, services, today)
    preview = replace(preview, apart=await apart(services, preview.topic, preview.since, today))
    if preview.week or preview.earlier or preview.apart:
        return preview
    return replace(preview, meant=await _known_topics(preview, services, listed, today))


async def _known_topics(preview: Preview, services: Services, listed: Sequence[Paper], today: date) -> tuple[Form, ...]:
    """The topic with its slips mended, else the nearest ones of the catalogue."""
    right = corrected(named(preview.topic), preview.unknown)
    near = [right] if right else [each.name for each in services.catalogue.nearest(plain_words(preview.topic))]
    forms = []
    for text in near[:MOST_MEANT]:
        topic = (await services.expanded(parse(text), today)).topic
        forms.append(Form(say("{topic}", topic=named(topic)), topic, await asyncio.to_thread(price, topic, listed)))
    return tuple(forms)


async def _whose_name(preview: Preview, wanted: Field, services: Services, today: date) -> Preview:
    """People are looked at over twelve weeks: one of them rarely has two papers in a week."""
    if not preview.week and not preview.earlier:
        async with services.storage.read() as work:
            papers = await work.papers.listed_between(preview.since, today)
        return replace(preview, meant=await asyncio.to_thread(nearest_names, wanted, papers))
    if not author_of(preview.topic):
        return preview
    found = await matches(services.storage, services.index, preview.topic, preview.since, today)
    return replace(
        preview,
        namesakes=await asyncio.to_thread(namesakes, preview.topic, [match.paper for match in found]),
    )
