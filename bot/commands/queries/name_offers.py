"""Which further names count for each subject of a topic, and which could."""

from __future__ import annotations

from datetime import date

from bot.commands.core.services import Services
from bot.matching.prefilter.topic_variants import NamesOf, subjects
from bot.topics import MatchLevel, Subject, Topic


async def names_of(services: Services, topic: Topic, today: date) -> tuple[NamesOf, ...]:
    """The subjects that go by further names; strictly none counts."""
    if topic.level is MatchLevel.STRICT:
        return ()
    found = [await _names_of(services, subject, today) for subject in subjects(topic)]
    return tuple(each for each in found if each.counted or each.others)


async def _names_of(services: Services, subject: Subject, today: date) -> NamesOf:
    """What was counted by itself and then dropped can be added again, name by name."""
    usual = await services.expanded(Topic(Subject(subject.words)), today)
    counted = subject.also or ()
    dropped = [(name,) for name in usual.counted if name not in counted]
    offered = [tuple(name for name in offer.names if name not in counted) for offer in usual.offers]
    return NamesOf(subject, counted, tuple(filter(None, (*dropped, *offered))))
