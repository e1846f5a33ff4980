"""Which synonyms count for a topic when it is followed. Pure.

What people call the same counts, and so do its kinds. A neighbour or a wider name never counts by itself, it is
offered: on labelled papers a neighbour is right one time in three, however few papers it adds. So no paper is looked at
here; what an offer would bring is counted where it is shown. Each name keeps where it came from, since the rule asks
more of a kind than of what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.matching.catalogue.catalogue import Catalogue, lookup_keys
from bot.matching.catalogue.toml_reader import CatalogueTopic
from bot.matching.prefilter.topic_variants import (
    counted_synonyms,
    fits_topic_limits,
    positive_subjects,
    with_originated_names,
)
from bot.matching.text.acronyms import content_terms
from bot.topics.ast import MatchLevel, Subject, SynonymOrigin, Topic
from bot.topics.synonyms import OriginatedName


@dataclass(frozen=True, slots=True)
class SynonymExpansion:
    """The topic with its names filled in, all names that it goes by now, and groups of names that it could go by."""

    topic: Topic
    counted: tuple[str, ...]
    offers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _SynonymChoice:
    """What a subject goes by: names that count, and groups of names that could."""

    counted: tuple[OriginatedName, ...]
    others: tuple[tuple[str, ...], ...] = ()


def expand_synonyms(topic: Topic, catalogue: Catalogue) -> SynonymExpansion:
    """The topic with the names that count for each wanted subject of which nothing was said yet (``also``), as many as
    a topic has room for.

    Strict topics, phrases, fields, exclusions and subjects the catalogue doesn't know stay as they are.
    """
    known = {subject: entry for subject in _unexpanded_subjects(topic) if (entry := catalogue.find(subject.words))}
    if not known:
        return SynonymExpansion(topic, (), ())
    offers: list[tuple[str, ...]] = []
    for subject, entry in known.items():
        chosen = _choose_synonyms(subject, entry, topic.level)
        topic = _with_synonyms(topic, subject, chosen.counted)
        offers += chosen.others
    return SynonymExpansion(topic, tuple(counted_synonyms(topic)), tuple(offers))


def _with_synonyms(topic: Topic, subject: Subject, counted: Sequence[OriginatedName]) -> Topic:
    """With as many of the names as a topic has room for, the first ones first."""
    for count in range(len(counted), 0, -1):
        filled = with_originated_names(topic, subject, counted[:count])
        if fits_topic_limits(filled):
            return filled
    return topic


def _unexpanded_subjects(topic: Topic) -> list[Subject]:
    """The wanted subjects of which nobody said yet what they go by."""
    strict = topic.level is MatchLevel.STRICT
    return [] if strict else [subject for subject in positive_subjects(topic) if subject.synonyms is None]


def _choose_synonyms(subject: Subject, entry: CatalogueTopic, level: MatchLevel) -> _SynonymChoice:
    same = _distinct_names(entry.primary_names, (subject.words,))
    kinds = _distinct_names(entry.kinds, (subject.words, *same))
    near = _distinct_names(entry.near, (subject.words, *same, *kinds))
    wider = _distinct_names(entry.wider, (subject.words, *same, *kinds, *near))
    counted = (*_from(SynonymOrigin.SAME, same), *_from(SynonymOrigin.KIND, kinds))
    if level is MatchLevel.WIDE:
        return _SynonymChoice((*counted, *_from(SynonymOrigin.NEAR, near + wider)))
    return _SynonymChoice(counted, (*((name,) for name in near), *((wider,) if wider else ())))


def _from(origin: SynonymOrigin, names: Iterable[str]) -> tuple[OriginatedName, ...]:
    return tuple((name, origin) for name in names)


def _distinct_names(names: Iterable[str], besides: Sequence[str]) -> tuple[str, ...]:
    """The names that find more than what counts already: another spelling of it, or a longer name around it, does not
    (*diffusion models* beside *diffusion*)."""
    kept: list[str] = []
    keys = {key for name in besides for key in lookup_keys(name)}
    for name in names:
        if keys.isdisjoint(lookup_keys(name)) and not any(_is_contained_in(other, name) for other in (*besides, *kept)):
            kept.append(name)
            keys.update(lookup_keys(name))
    return tuple(kept)


def _is_contained_in(name: str, longer: str) -> bool:
    """Whether the words of one stand side by side in the other."""
    words, around = content_terms(name), content_terms(longer)
    return any(around[at : at + len(words)] == words for at in range(len(around) - len(words) + 1))
