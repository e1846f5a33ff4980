"""Which synonyms count for each subject of a topic, and which could."""

from __future__ import annotations

from bot.commands.core.services import Services
from bot.matching.prefilter.topic_variants import SubjectSynonyms, counted_names, positive_subjects
from bot.topics import MatchLevel, Subject, Topic


def find_subject_synonyms(services: Services, topic: Topic) -> tuple[SubjectSynonyms, ...]:
    """The subjects that go by synonyms; strictly none counts."""
    if topic.level is MatchLevel.STRICT:
        return ()
    found = [_synonyms_of(services, subject, topic.level) for subject in positive_subjects(topic)]
    return tuple(each for each in found if each.counted or each.others)


def _synonyms_of(services: Services, subject: Subject, level: MatchLevel) -> SubjectSynonyms:
    """What was counted by itself and then dropped can be added again, name by name."""
    usual = services.expand_synonyms(Topic(Subject(subject.words)))
    counted = counted_names(subject, level)
    dropped = [(name,) for name in usual.counted if name not in counted]
    offered = [tuple(name for name in names if name not in counted) for names in usual.offers]
    return SubjectSynonyms(subject, counted, tuple(filter(None, (*dropped, *offered))))
