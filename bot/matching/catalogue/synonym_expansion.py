"""Which further names count for a topic when it is followed. Pure.

What people call the same always counts. A neighbour counts by itself only where it is cheap, and a wider name never:
measured on 59 real days, *LLM agents* with *agentic* is four times as many papers as without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.matching.catalogue.catalogue import Catalogue, spellings
from bot.matching.catalogue.toml_reader import CatalogueTopic
from bot.matching.prefilter.raw_text_filter import sieved
from bot.matching.prefilter.required_terms import needs
from bot.matching.rule.decide import decide
from bot.matching.text.acronyms import content
from bot.papers import Paper
from bot.topics.ast import All, Any, Expression, MatchLevel, Subject, Topic
from bot.topics.simplify import all_of, any_of

# Neighbours count by themselves as long as all of them add no more than this share of the subject's own papers.
CHEAP = 0.5


@dataclass(frozen=True, slots=True)
class Offer:
    """Names that don't count, and how many of the papers they would add to the topic."""

    names: tuple[str, ...]
    papers: int


@dataclass(frozen=True, slots=True)
class Expansion:
    """The topic with its names filled in, the names that count now, and those that could."""

    topic: Topic
    counted: tuple[str, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    """What a subject goes by: names that count, groups of names that could, and the papers that any of these finds."""

    counted: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()
    papers: tuple[Paper, ...] = ()


def expanded(topic: Topic, catalogue: Catalogue, papers: Sequence[Paper]) -> Expansion:
    """The topic with the names that count for each wanted subject of which nothing was said yet (``also``).

    ``papers`` are those by which neighbours are priced: the last 30 days, or more where a subject has none there.
    Strict topics, phrases, fields, exclusions and subjects the catalogue doesn't know stay as they are.
    """
    known = {subject: entry for subject in _open(topic) if (entry := catalogue.find(subject.words))}
    if not known:
        return Expansion(topic, (), ())
    names = {subject: _chosen(subject, entry, topic.level, papers) for subject, entry in known.items()}
    filled = _with(topic, {subject: chosen.counted for subject, chosen in names.items()})
    counted = dict.fromkeys(name for chosen in names.values() for name in chosen.counted)
    return Expansion(filled, tuple(counted), tuple(_offers(topic, names)))


def _open(topic: Topic) -> list[Subject]:
    """The wanted subjects of which nobody said yet what they go by."""
    strict = topic.level is MatchLevel.STRICT
    return [] if strict else [subject for subject in _wanted(topic.expression) if subject.also is None]


def _wanted(expression: Expression) -> Iterator[Subject]:
    match expression:
        case Subject():
            yield expression
        case All(parts) | Any(parts):
            for part in parts:
                yield from _wanted(part)


def _with(topic: Topic, also: Mapping[Subject, tuple[str, ...]]) -> Topic:
    return replace(topic, expression=_put(topic.expression, also))


def _put(expression: Expression, also: Mapping[Subject, tuple[str, ...]]) -> Expression:
    match expression:
        case Subject() if names := also.get(expression):
            return replace(expression, also=names)
        case All(parts):
            return all_of(_put(part, also) for part in parts)
        case Any(parts):
            return any_of(_put(part, also) for part in parts)
    return expression


def _chosen(subject: Subject, entry: CatalogueTopic, level: MatchLevel, papers: Sequence[Paper]) -> _Names:
    always = _telling(entry.called + entry.kinds, (subject.words,))
    near = _telling(entry.near, (subject.words, *always))
    wider = _telling(entry.wider, (subject.words, *always))
    if level is MatchLevel.WIDE:
        return _Names(always + near + _telling(wider, near))
    named = replace(subject, also=always)
    found = _about(_named(named, level, near + wider), papers) if near or wider else []
    cheap = _cheap(named, level, near, found)
    wider = _telling(wider, cheap)
    dear = tuple((name,) for name in near if name not in cheap)
    return _Names(always + cheap, dear + ((wider,) if wider else ()), tuple(found))


def _telling(names: Iterable[str], besides: Sequence[str]) -> tuple[str, ...]:
    """The names that find more than what counts already: another spelling of it, or a longer name around it, does not
    (*diffusion models* beside *diffusion*)."""
    kept: list[str] = []
    keys = {key for name in besides for key in spellings(name)}
    for name in names:
        if keys.isdisjoint(spellings(name)) and not any(_within(other, name) for other in (*besides, *kept)):
            kept.append(name)
            keys.update(spellings(name))
    return tuple(kept)


def _within(name: str, longer: str) -> bool:
    """Whether the words of one stand side by side in the other."""
    words, around = content(name), content(longer)
    return any(around[at : at + len(words)] == words for at in range(len(around) - len(words) + 1))


def _cheap(subject: Subject, level: MatchLevel, near: Sequence[str], papers: Sequence[Paper]) -> tuple[str, ...]:
    """The neighbours that count by themselves, nearest first. The subject comes with what always counts."""
    own, others = _split(Topic(subject, level), papers)
    chosen: tuple[str, ...] = ()
    for name in near:
        if len(_about(_named(subject, level, (*chosen, name)), others)) <= len(own) * CHEAP:
            chosen += (name,)
    return chosen


def _named(subject: Subject, level: MatchLevel, further: Sequence[str]) -> Topic:
    return Topic(replace(subject, also=((subject.also or ()) + tuple(further))), level)


def _offers(topic: Topic, names: Mapping[Subject, _Names]) -> Iterator[Offer]:
    """A name adds papers and takes none away, so only those that it finds and nothing else did need deciding."""
    counted = {subject: chosen.counted for subject, chosen in names.items()}
    for subject, chosen in names.items():
        _, others = _split(_with(topic, counted), chosen.papers) if chosen.others else ([], [])
        for group in chosen.others:
            more = _with(topic, counted | {subject: chosen.counted + group})
            yield Offer(group, len(_about(more, others)))


def _split(topic: Topic, papers: Sequence[Paper]) -> tuple[list[Paper], list[Paper]]:
    """The papers on the topic, and the others."""
    own = _about(topic, papers)
    ids = {paper.id for paper in own}
    return own, [paper for paper in papers if paper.id not in ids]


def _about(topic: Topic, papers: Sequence[Paper]) -> list[Paper]:
    return [paper for paper in sieved(papers, needs(topic)) if decide(topic, paper).yes]
