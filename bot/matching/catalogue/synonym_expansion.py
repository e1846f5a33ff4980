"""Which synonyms count for a topic when it is followed. Pure.

What people call the same counts, and so do its kinds. A neighbour or a wider name never counts by itself, it is offered
with its price: on labelled papers a neighbour is right one time in three, however few papers it adds. Each name keeps
where it came from, since the rule asks more of a kind than of what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.matching.catalogue.catalogue import Catalogue, lookup_keys
from bot.matching.catalogue.toml_reader import CatalogueTopic
from bot.matching.prefilter.raw_text_filter import prefilter
from bot.matching.prefilter.required_terms import required_terms
from bot.matching.rule.decide import decide
from bot.matching.text.acronyms import content_terms
from bot.papers import Paper
from bot.topics.ast import And, Expression, MatchLevel, Or, Subject, SynonymOrigin, Topic
from bot.topics.simplify import all_of, any_of
from bot.topics.synonyms import OriginatedName, with_names


@dataclass(frozen=True, slots=True)
class SynonymOffer:
    """Names that don't count, and how many of the papers they would add to the topic."""

    names: tuple[str, ...]
    papers: int


@dataclass(frozen=True, slots=True)
class SynonymExpansion:
    """The topic with its names filled in, the names that count now, and those that could."""

    topic: Topic
    counted: tuple[str, ...]
    offers: tuple[SynonymOffer, ...]


@dataclass(frozen=True, slots=True)
class _SynonymChoice:
    """What a subject goes by: names that count, groups of names that could, and the papers that any of these finds."""

    counted: tuple[OriginatedName, ...]
    others: tuple[tuple[str, ...], ...] = ()
    papers: tuple[Paper, ...] = ()


def expand_synonyms(topic: Topic, catalogue: Catalogue, papers: Sequence[Paper]) -> SynonymExpansion:
    """The topic with the names that count for each wanted subject of which nothing was said yet (``also``).

    ``papers`` are those by which neighbours are counted: the last 30 days, or more where a subject has none there.
    Strict topics, phrases, fields, exclusions and subjects the catalogue doesn't know stay as they are.
    """
    known = {subject: entry for subject in _unexpanded_subjects(topic) if (entry := catalogue.find(subject.words))}
    if not known:
        return SynonymExpansion(topic, (), ())
    names = {subject: _choose_synonyms(subject, entry, topic.level, papers) for subject, entry in known.items()}
    filled = _with_synonyms(topic, {subject: chosen.counted for subject, chosen in names.items()})
    counted = dict.fromkeys(name for chosen in names.values() for name, _ in chosen.counted)
    return SynonymExpansion(filled, tuple(counted), tuple(_synonym_offers(topic, names)))


def _unexpanded_subjects(topic: Topic) -> list[Subject]:
    """The wanted subjects of which nobody said yet what they go by."""
    strict = topic.level is MatchLevel.STRICT
    return [] if strict else [subject for subject in _positive_subjects(topic.expression) if subject.synonyms is None]


def _positive_subjects(expression: Expression) -> Iterator[Subject]:
    match expression:
        case Subject():
            yield expression
        case And(parts) | Or(parts):
            for part in parts:
                yield from _positive_subjects(part)


def _with_synonyms(topic: Topic, also: Mapping[Subject, tuple[OriginatedName, ...]]) -> Topic:
    return replace(topic, expression=_replace_synonyms(topic.expression, also))


def _replace_synonyms(expression: Expression, also: Mapping[Subject, tuple[OriginatedName, ...]]) -> Expression:
    match expression:
        case Subject() if names := also.get(expression):
            return with_names(expression, names)
        case And(parts):
            return all_of(_replace_synonyms(part, also) for part in parts)
        case Or(parts):
            return any_of(_replace_synonyms(part, also) for part in parts)
    return expression


def _choose_synonyms(
    subject: Subject, entry: CatalogueTopic, level: MatchLevel, papers: Sequence[Paper]
) -> _SynonymChoice:
    same = _distinct_names(entry.primary_names, (subject.words,))
    kinds = _distinct_names(entry.kinds, (subject.words, *same))
    near = _distinct_names(entry.near, (subject.words, *same, *kinds))
    wider = _distinct_names(entry.wider, (subject.words, *same, *kinds, *near))
    counted = (*_from(SynonymOrigin.SAME, same), *_from(SynonymOrigin.KIND, kinds))
    if level is MatchLevel.WIDE:
        return _SynonymChoice((*counted, *_from(SynonymOrigin.NEAR, near + wider)))
    groups = (*((name,) for name in near), *((wider,) if wider else ()))
    found = _matching_papers(_with_chosen(Topic(subject, level), subject, counted, near + wider), papers)
    return _SynonymChoice(counted, groups, tuple(found) if groups else ())


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


def _with_chosen(topic: Topic, subject: Subject, counted: tuple[OriginatedName, ...], chosen: Iterable[str]) -> Topic:
    """The topic as it is once somebody took the offered names: these count as typed."""
    return _with_synonyms(topic, {subject: (*_from(SynonymOrigin.TYPED, chosen), *counted)})


def _synonym_offers(topic: Topic, names: Mapping[Subject, _SynonymChoice]) -> Iterator[SynonymOffer]:
    """A name adds papers and takes none away, so only those that it finds and nothing else did need deciding."""
    counted = {subject: chosen.counted for subject, chosen in names.items()}
    for subject, chosen in names.items():
        _, others = _partition_by_match(_with_synonyms(topic, counted), chosen.papers) if chosen.others else ([], [])
        for group in chosen.others:
            more = _with_chosen(
                _with_synonyms(topic, counted), with_names(subject, chosen.counted), chosen.counted, group
            )
            yield SynonymOffer(group, len(_matching_papers(more, others)))


def _partition_by_match(topic: Topic, papers: Sequence[Paper]) -> tuple[list[Paper], list[Paper]]:
    """The papers on the topic, and the others."""
    own = _matching_papers(topic, papers)
    ids = {paper.id for paper in own}
    return own, [paper for paper in papers if paper.id not in ids]


def _matching_papers(topic: Topic, papers: Sequence[Paper]) -> list[Paper]:
    return [paper for paper in prefilter(papers, required_terms(topic)) if decide(topic, paper).is_match]
