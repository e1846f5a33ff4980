"""What a topic would have brought: counted before anybody waits for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.commands.moments import days_back
from bot.commands.services import Services
from bot.digests.deciding import Match, matches
from bot.matching.rule import decide
from bot.papers import HUGGING_FACE
from bot.ports import Archive, UnitOfWork
from bot.sentences import Sentence, say
from bot.topics import AtLeast, Expression, Field, Has, MatchLevel, Topic
from bot.topics.normal import all_of
from bot.topics.printed import printed
from bot.topics.tree import Asset, FieldName
from bot.topics.words import plain_words

WEEK_DAYS = 7
REACH = timedelta(weeks=12)
# Beyond seven a day a digest folds into titles; measured on 59 real days that is one digest in twelve.
MANY_A_DAY = 7
MANY_A_WEEK = 29
VOTES = 20


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A stricter form of a topic, and how many papers of the week it would leave."""

    label: Sentence
    topic: str
    papers: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a topic would have brought.

    ``week`` are its papers of the last seven days (UTC, today included), newest list day first, then votes; ``listed``
    is how many papers stood on those days, ``busiest`` the most of them on one day. ``earlier`` is only filled where
    the week is empty: its papers since ``earlier_from``, and ``mentions`` counts those that only mention it.
    ``days_read`` is how many of the seven days have been read so far. ``unknown`` are words that no paper says, with
    the nearest one that papers do. ``labs`` counts the labs behind an author's papers.
    """

    topic: Topic
    week: tuple[Match, ...]
    listed: int
    days_read: int
    archive: Archive
    narrower: tuple[Narrowing, ...] = ()
    earlier: tuple[Match, ...] = ()
    earlier_from: date | None = None
    mentions: int = 0
    unknown: Mapping[str, str] = field(default_factory=dict)
    labs: int = 0

    @property
    def busiest(self) -> int:
        return max(Counter(match.paper.listed_on for match in self.week).values(), default=0)

    @property
    def twelve_weeks(self) -> bool:
        """Whether ``earlier`` reaches back twelve weeks, not as far as the archive does."""
        return self.earlier_from is not None and self.earlier_from != self.archive.first_day

    @property
    def too_many(self) -> bool:
        return self.busiest > MANY_A_DAY or len(self.week) >= MANY_A_WEEK


async def preview_topic(services: Services, topic: Topic, today: date) -> Preview:
    """The preview as of ``today`` (UTC), from the stored papers alone."""
    days = days_back(today, WEEK_DAYS)
    week = await matches(services.storage, services.index, topic, days[0], today)
    async with services.storage.read() as work:
        preview = Preview(
            topic,
            tuple(week),
            sum((await work.papers.count_listed(days[0], today)).values()),
            await _days_read(work, days),
            await work.papers.archive(),
        )
    if week:
        narrower = await asyncio.to_thread(narrowings, topic, week)
        return replace(preview, narrower=narrower, labs=labs_behind(topic, week))
    return await _reaching_back(preview, services, today)


async def _days_read(work: UnitOfWork, days: Sequence[date]) -> int:
    """Days whose list was read, or that have none by rule (weekends), or that are not over."""
    read = await work.papers.days_read(HUGGING_FACE)
    listed = await work.papers.count_listed(days[0], days[-1])
    return sum(day in read or day.weekday() >= 5 or day == days[-1] or bool(listed.get(day)) for day in days)


async def _reaching_back(preview: Preview, services: Services, today: date) -> Preview:
    """An empty week: twelve weeks back, else as far as the archive goes."""
    first = preview.archive.first_day or today
    since = max(first, today - REACH)
    earlier = await matches(services.storage, services.index, preview.topic, since, today)
    if not earlier and first < since:
        earlier, since = await matches(services.storage, services.index, preview.topic, first, today), first
    return replace(
        preview,
        earlier=tuple(earlier),
        earlier_from=since,
        mentions=max(0, await mentioning(services, preview.topic, since, today) - len(earlier)),
        unknown={} if earlier else await services.index.nearest_words(plain_words(preview.topic)),
        labs=labs_behind(preview.topic, earlier),
    )


async def mentioning(services: Services, topic: Topic, first: date, last: date) -> int:
    """How many papers at least mention the topic: what ``match:wide`` would bring; 0 for one that asks for no words."""
    if not plain_words(topic):
        return 0
    return len(await matches(services.storage, services.index, replace(topic, level=MatchLevel.WIDE), first, last))


def narrowings(topic: Topic, week: Sequence[Match]) -> tuple[Narrowing, ...]:
    """At most three stricter forms that leave something, each with its price. Pure; a narrower topic never adds papers,
    so the week's own are all that need deciding."""
    wanted = (
        (say("Only clear ones"), replace(topic, level=MatchLevel.STRICT)),
        (say("With code"), _and(topic, Has(Asset.CODE))),
        (say("{votes}+ votes", votes=VOTES), _and(topic, AtLeast(VOTES))),
    )
    counted = (
        Narrowing(label, printed(narrower), sum(decide(narrower, match.paper).yes for match in week))
        for label, narrower in wanted
    )
    return tuple(each for each in counted if 0 < each.papers < len(week))


def _and(topic: Topic, part: Expression) -> Topic:
    return replace(topic, expression=all_of((topic.expression, part)))


def labs_behind(topic: Topic, found: Sequence[Match]) -> int:
    """For a topic that is one author's name: how many labs the papers come from. Many mean several people."""
    expression = topic.expression
    if not isinstance(expression, Field) or expression.name is not FieldName.AUTHOR:
        return 0
    return len({match.paper.organization.name for match in found if match.paper.organization})
