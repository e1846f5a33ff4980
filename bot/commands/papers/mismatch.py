"""Why a paper doesn't match a topic, from the decision itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from bot.i18n import LazyText, join_texts, t, tn
from bot.matching import MatchLocation, MatchReason
from bot.matching.prefilter.topic_variants import counted_names
from bot.matching.rule.decide import decide
from bot.matching.rule.subject_rule import MIN_COMMON_WORD_MENTIONS
from bot.matching.rule.subject_terms import subject_names
from bot.papers import Paper
from bot.rendering.match_reasons import topic_without_synonyms
from bot.sources import sources
from bot.topics import (
    And,
    AtLeast,
    Expression,
    Field,
    Has,
    MatchLevel,
    Not,
    Or,
    Phrase,
    Since,
    Subject,
    Topic,
    Trending,
)
from bot.topics.ast import Asset, FieldName
from bot.topics.formatter import format_expression

MAX_NAMES_SHOWN = 3


def mismatch_reasons(topic: Topic, paper: Paper) -> list[LazyText]:
    """One clause for each part of the topic that fails; [] where none does."""
    return list(_mismatches(topic.expression, topic.level, paper))


def _mismatches(expression: Expression, level: MatchLevel, paper: Paper) -> Iterator[LazyText]:
    if decide(Topic(expression, level), paper).is_match:
        return
    match expression:
        case Subject():
            yield _subject_mismatch(expression, level, paper)
        case Phrase(words):
            yield t("it nowhere says exactly “{words}”", words=words)
        case Field():
            yield _field_mismatch(expression, paper)
        case AtLeast(upvotes):
            yield tn("it has {n} vote, not {wanted}", "it has {n} votes, not {wanted}", paper.upvotes, wanted=upvotes)
        case Has(asset):
            yield t("it names no code") if asset is Asset.CODE else t("it names no project page")
        case Since(day):
            yield t("it was listed on {listed}, before {day}", listed=paper.listed_on, day=day)
        case Trending():
            yield t("it is not among the day’s most voted")
        case Not(inner):
            yield _exclusion_mismatch(expression, inner, level, paper)
        case And(parts):
            for part in parts:
                yield from _mismatches(part, level, paper)
        case Or(parts):
            yield from _any_mismatches(parts, level, paper)
        case _:
            assert_never(expression)


def _any_mismatches(parts: Sequence[Expression], level: MatchLevel, paper: Paper) -> Iterator[LazyText]:
    """The alternatives that the paper at least mentions, else all of them."""
    mentioned = [part for part in parts if decide(Topic(part, MatchLevel.WIDE), paper).is_match]
    if mentioned:
        for part in mentioned:
            yield from _mismatches(part, level, paper)
    else:
        names = [t("<i>{name}</i>", name=topic_without_synonyms(format_expression(part))) for part in parts]
        yield t("none of {names} is in it", names=join_texts(names))


def _subject_mismatch(subject: Subject, level: MatchLevel, paper: Paper) -> LazyText:
    looser = MatchLevel.NORMAL if level is MatchLevel.STRICT else MatchLevel.WIDE
    found = decide(Topic(subject, looser), paper).reasons or decide(Topic(subject, MatchLevel.WIDE), paper).reasons
    if not found:
        return _never_mentioned(subject, level)
    return t("{said}; {needed}", said=_mention_clause(found[0]), needed=_requirement_clause(subject, level))


def _never_mentioned(subject: Subject, level: MatchLevel) -> LazyText:
    names = () if level is MatchLevel.STRICT else counted_names(subject, level)
    if not names:
        return t("it never says “{words}”", words=subject.words)
    shown = join_texts([t("“{name}”", name=name) for name in names[:MAX_NAMES_SHOWN]])
    more = "" if len(names) <= MAX_NAMES_SHOWN else "…"
    return t("it never says “{words}”, nor {names}{more}", words=subject.words, names=shown, more=more)


def _mention_clause(reason: MatchReason) -> LazyText:
    match reason.place:
        case MatchLocation.TITLE:
            return t("it says “{found}” in the title", found=reason.found)
        case MatchLocation.OPENING:
            return t("it says “{found}” in the opening of the abstract", found=reason.found)
        case MatchLocation.STATEMENT:
            return t("it says “{found}” where it says what it does", found=reason.found)
        case MatchLocation.WORDS:
            return t("it has the words of “{wanted}”, but not together", wanted=reason.wanted)
    if reason.count == 1:
        return t("it says “{found}” once, in the abstract", found=reason.found)
    if reason.count == 2:
        return t("it says “{found}” twice, in the abstract", found=reason.found)
    return t("it says “{found}” {n} times, in the abstract", found=reason.found, n=reason.count)


def _requirement_clause(subject: Subject, level: MatchLevel) -> LazyText:
    """What would have been enough."""
    if level is MatchLevel.STRICT:
        return t(
            "with match:strict it must say so in its title or {n} times in the abstract", n=MIN_COMMON_WORD_MENTIONS
        )
    if all(name.is_common_word for name in subject_names(subject, level, excluded=False)):
        return t(
            "words this common must stand in the title, {n} times, or twice where it says what it does",
            n=MIN_COMMON_WORD_MENTIONS,
        )
    return t("a paper must say it in the title, in its opening, where it says what it does, or twice")


def _field_mismatch(field: Field, paper: Paper) -> LazyText:
    match field.name:
        case FieldName.TITLE:
            return t("its title doesn’t say “{words}”", words=field.value)
        case FieldName.AUTHOR:
            return t("<i>{name}</i> is none of its authors", name=field.value)
        case FieldName.ORG if paper.organization is None:
            return t("it names no lab")
        case FieldName.ORG:
            lab = paper.organization.display_name if paper.organization else ""
            return t("it comes from {lab}, not from <i>{name}</i>", lab=lab, name=field.value)
        case FieldName.KEYWORD:
            return t("“{words}” is none of its keywords", words=field.value)
        case FieldName.SOURCE:
            main = sources().main
            return t("it was not listed at {name}", name=main.title if field.value == main.name else field.value)
        case FieldName.FIELD:
            return t("it is about no topic of {name}", name=field.value)
    assert_never(field.name)


def _exclusion_mismatch(minus: Not, inner: Expression, level: MatchLevel, paper: Paper) -> LazyText:
    typed = format_expression(minus)
    found = decide(Topic(inner, level), paper).reasons
    if not found:
        return t("left out by <code>{minus}</code>", minus=typed)
    return t("left out by <code>{minus}</code>: {why}", minus=typed, why=_mention_clause(found[0]))


def match_fraction(topic: Topic, paper: Paper) -> float:
    """How near a paper came to a topic it doesn't belong to, 0 (nothing of it) to 1: the share of its parts that hold,
    a mention counting half."""
    parts = topic.expression.parts if isinstance(topic.expression, And) else (topic.expression,)
    wanted = [part for part in parts if not isinstance(part, Not)]
    return sum(_held_fraction(replace(topic, expression=part), paper) for part in wanted) / len(wanted)


def _held_fraction(topic: Topic, paper: Paper) -> float:
    if decide(topic, paper).is_match:
        return 1.0
    return 0.5 if decide(replace(topic, level=MatchLevel.WIDE), paper).is_match else 0.0
