"""Which synonyms count for each subject of a topic, and which could."""

from __future__ import annotations

from datetime import date

from bot.commands.core.services import Services
from bot.matching.prefilter.topic_variants import SubjectSynonyms, counted_names, positive_subjects
from bot.topics import MatchLevel, Subject, Topic


async def find_subject_synonyms(services: Services, topic: Topic, today: date) -> tuple[SubjectSynonyms, ...]:
    """The subjects that go by synonyms; strictly none counts."""
    if topic.level is MatchLevel.STRICT:
        return ()
    found = [await _synonyms_of(services, subject, topic.level, today) for subject in positive_subjects(topic)]
    return tuple(each for each in found if each.counted or each.others)


async def _synonyms_of(services: Services, subject: Subject, level: MatchLevel, today: date) -> SubjectSynonyms:
    """What was counted by itself and then dropped can be added again, name by name."""
    usual = await services.expand_synonyms(Topic(Subject(subject.words)), today)
    counted = counted_names(subject, level)
    dropped = [(name,) for name in usual.counted if name not in counted]
    offered = [tuple(name for name in offer.names if name not in counted) for offer in usual.offers]
    return SubjectSynonyms(subject, counted, tuple(filter(None, (*dropped, *offered))))
