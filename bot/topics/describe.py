"""How a topic was understood, in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import assert_never

from bot.i18n import Sentence, listing, say, say_n
from bot.topics.ast import (
    All,
    Any,
    Asset,
    AtLeast,
    Expression,
    Field,
    FieldName,
    Has,
    MatchLevel,
    Not,
    Phrase,
    Since,
    Subject,
    Topic,
)
from bot.topics.simplify import without_names


def explained(topic: Topic) -> Sentence:
    """The topic in words: *papers about diffusion, with code, leaving out what is about driving*."""
    what = _explained(topic.expression)
    match topic.level:
        case MatchLevel.STRICT:
            # Strictly, no further name counts.
            what = _explained(without_names(topic.expression))
            return say("papers {what}; only where it is plainly the subject", what=what)
        case MatchLevel.NORMAL:
            return say("papers {what}", what=what)
        case MatchLevel.WIDE:
            return say("papers {what}; also where they only mention it", what=what)
    assert_never(topic.level)


def _explained(expression: Expression) -> Sentence:
    match expression:
        case Subject():
            return say("about {what}", what=_name(expression))
        case Phrase(words):
            return say("saying <i>“{words}”</i>", words=words)
        case Field():
            return _field(expression)
        case AtLeast(upvotes):
            return say_n("with at least {n} vote", "with at least {n} votes", upvotes)
        case Has(asset):
            return say("with code") if asset is Asset.CODE else say("with a project page")
        case Since(day):
            return say("listed since {day}", day=day.isoformat())
        case Not(inner):
            return _left_out(inner)
        case All(parts):
            return _all(parts)
        case Any(parts):
            return _any(parts)
    assert_never(expression)


def _field(field: Field) -> Sentence:
    match field.name:
        case FieldName.TITLE:
            return say("with <i>{words}</i> in the title", words=field.value)
        case FieldName.AUTHOR:
            return say("by <i>{name}</i>", name=field.value)
        case FieldName.ORG:
            return say("from <i>{name}</i>", name=field.value)
        case FieldName.KEYWORD:
            return say("with the keyword <i>{words}</i>", words=field.value)
        case FieldName.SOURCE:
            return say("listed at <i>{name}</i>", name=field.value)
    assert_never(field.name)


def _left_out(inner: Expression) -> Sentence:
    match inner:
        case Phrase(words):
            return say("leaving out every mention of <i>“{words}”</i>", words=words)
        case All() | Any():
            return say("leaving out what is ({what})", what=_explained(inner))
    return say("leaving out what is {what}", what=_explained(inner))


def _inside(part: Expression) -> Sentence:
    """Brackets where the order of *and* and *or* would be in doubt."""
    return say("({what})", what=_explained(part)) if isinstance(part, All | Any) else _explained(part)


def _all(parts: Sequence[Expression]) -> Sentence:
    """Subjects first, then what narrows them."""
    subjects, others = _named(parts), [_inside(part) for part in parts if not isinstance(part, Subject)]
    about = [say("about {what}", what=reduce(_and, subjects))] if subjects else []
    return reduce(_with, about + others)


def _any(parts: Sequence[Expression]) -> Sentence:
    subjects = _named(parts)
    if len(subjects) == len(parts):
        return say("about {what}", what=reduce(_or, subjects))
    return reduce(_or, [_inside(part) for part in parts])


def _named(parts: Sequence[Expression]) -> list[Sentence]:
    return [_name(part) for part in parts if isinstance(part, Subject)]


def _name(subject: Subject) -> Sentence:
    if not subject.also:
        return say("<i>{words}</i>", words=subject.words)
    names = listing(say("<i>{words}</i>", words=name) for name in subject.also)
    return say("<i>{words}</i> (also {names})", words=subject.words, names=names)


def _with(first: Sentence, second: Sentence) -> Sentence:
    return say("{first}, {second}", first=first, second=second)


def _and(first: Sentence, second: Sentence) -> Sentence:
    return say("{first} and {second}", first=first, second=second)


def _or(first: Sentence, second: Sentence) -> Sentence:
    return say("{first} or {second}", first=first, second=second)
