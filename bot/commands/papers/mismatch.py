"""What a paper lacks for a topic it doesn't belong to, from the decision itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from bot.i18n import Sentence, listing, say, say_n
from bot.matching import Place, Reason
from bot.matching.rule.decide import decide
from bot.matching.rule.subject_rule import OFTEN
from bot.matching.rule.subject_terms import sought
from bot.papers import HUGGING_FACE, Paper
from bot.rendering.match_reasons import short_name
from bot.topics import (
    All,
    Any,
    AtLeast,
    Expression,
    Field,
    Has,
    MatchLevel,
    Not,
    Phrase,
    Since,
    Subject,
    Topic,
)
from bot.topics.ast import Asset, FieldName
from bot.topics.formatter import expression_printed

NAMES_SHOWN = 3


def lacking(topic: Topic, paper: Paper) -> list[Sentence]:
    """One clause for each part of the topic that fails; [] where none does."""
    return list(_lacking(topic.expression, topic.level, paper))


def _lacking(expression: Expression, level: MatchLevel, paper: Paper) -> Iterator[Sentence]:
    if decide(Topic(expression, level), paper).yes:
        return
    match expression:
        case Subject():
            yield _of_subject(expression, level, paper)
        case Phrase(words):
            yield say("it nowhere says exactly “{words}”", words=words)
        case Field():
            yield _of_field(expression, paper)
        case AtLeast(upvotes):
            yield say_n(
                "it has {n} vote, not {wanted}", "it has {n} votes, not {wanted}", paper.upvotes, wanted=upvotes
            )
        case Has(asset):
            yield say("it names no code") if asset is Asset.CODE else say("it names no project page")
        case Since(day):
            yield say("it was listed on {listed}, before {day}", listed=paper.listed_on, day=day)
        case Not(inner):
            yield _left_out(expression, inner, level, paper)
        case All(parts):
            for part in parts:
                yield from _lacking(part, level, paper)
        case Any(parts):
            yield from _of_either(parts, level, paper)
        case _:
            assert_never(expression)


def _of_either(parts: Sequence[Expression], level: MatchLevel, paper: Paper) -> Iterator[Sentence]:
    """The alternatives that the paper at least mentions, else all of them."""
    mentioned = [part for part in parts if decide(Topic(part, MatchLevel.WIDE), paper).yes]
    if mentioned:
        for part in mentioned:
            yield from _lacking(part, level, paper)
    else:
        names = [say("<i>{name}</i>", name=short_name(expression_printed(part))) for part in parts]
        yield say("none of {names} is in it", names=listing(names))


def _of_subject(subject: Subject, level: MatchLevel, paper: Paper) -> Sentence:
    looser = MatchLevel.NORMAL if level is MatchLevel.STRICT else MatchLevel.WIDE
    found = decide(Topic(subject, looser), paper).reasons or decide(Topic(subject, MatchLevel.WIDE), paper).reasons
    if not found:
        return _never_said(subject, level)
    return say("{said}; {needed}", said=_says(found[0]), needed=_needed(subject, level))


def _never_said(subject: Subject, level: MatchLevel) -> Sentence:
    names = () if level is MatchLevel.STRICT else subject.also or ()
    if not names:
        return say("it never says “{words}”", words=subject.words)
    shown = listing([say("“{name}”", name=name) for name in names[:NAMES_SHOWN]])
    more = "" if len(names) <= NAMES_SHOWN else "…"
    return say("it never says “{words}”, nor {names}{more}", words=subject.words, names=shown, more=more)


def _says(reason: Reason) -> Sentence:
    match reason.place:
        case Place.TITLE:
            return say("it says “{found}” in the title", found=reason.found)
        case Place.OPENING:
            return say("it says “{found}” in the opening of the abstract", found=reason.found)
        case Place.STATEMENT:
            return say("it says “{found}” where it says what it does", found=reason.found)
        case Place.WORDS:
            return say("it has the words of “{wanted}”, but not together", wanted=reason.wanted)
    if reason.count == 1:
        return say("it says “{found}” once, in the abstract", found=reason.found)
    if reason.count == 2:
        return say("it says “{found}” twice, in the abstract", found=reason.found)
    return say("it says “{found}” {n} times, in the abstract", found=reason.found, n=reason.count)


def _needed(subject: Subject, level: MatchLevel) -> Sentence:
    """What would have been enough."""
    if level is MatchLevel.STRICT:
        return say("with match:strict it must say so in its title or {n} times in the abstract", n=OFTEN)
    if all(name.everyday for name in sought(subject, level, excluded=False)):
        return say("words this common must stand in the title, {n} times, or twice where it says what it does", n=OFTEN)
    return say("a paper must say it in the title, in its opening, where it says what it does, or twice")


def _of_field(field: Field, paper: Paper) -> Sentence:
    match field.name:
        case FieldName.TITLE:
            return say("its title doesn’t say “{words}”", words=field.value)
        case FieldName.AUTHOR:
            return say("<i>{name}</i> is none of its authors", name=field.value)
        case FieldName.ORG if paper.organization is None:
            return say("it names no lab")
        case FieldName.ORG:
            lab = paper.organization.shown if paper.organization else ""
            return say("it comes from {lab}, not from <i>{name}</i>", lab=lab, name=field.value)
        case FieldName.KEYWORD:
            return say("“{words}” is none of its keywords", words=field.value)
        case FieldName.SOURCE:
            where = "Hugging Face" if field.value == HUGGING_FACE else field.value
            return say("it was not listed at {name}", name=where)
    assert_never(field.name)


def _left_out(minus: Not, inner: Expression, level: MatchLevel, paper: Paper) -> Sentence:
    typed = expression_printed(minus)
    found = decide(Topic(inner, level), paper).reasons
    if not found:
        return say("left out by <code>{minus}</code>", minus=typed)
    return say("left out by <code>{minus}</code>: {why}", minus=typed, why=_says(found[0]))


def nearness(topic: Topic, paper: Paper) -> float:
    """How near a paper came to a topic it doesn't belong to, 0 (nothing of it) to 1: the share of its parts that hold,
    a mention counting half."""
    parts = topic.expression.parts if isinstance(topic.expression, All) else (topic.expression,)
    wanted = [part for part in parts if not isinstance(part, Not)]
    return sum(_held(replace(topic, expression=part), paper) for part in wanted) / len(wanted)


def _held(topic: Topic, paper: Paper) -> float:
    if decide(topic, paper).yes:
        return 1.0
    return 0.5 if decide(replace(topic, level=MatchLevel.WIDE), paper).yes else 0.0
