"""How a topic was understood, in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import assert_never

from bot.i18n import LazyText, join_texts, t, tn
from bot.topics.ast import (
    TRENDING_SIZE,
    And,
    Asset,
    AtLeast,
    Expression,
    Field,
    FieldName,
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
from bot.topics.formatter import format_expression
from bot.topics.simplify import without_synonyms


def describe_topic(topic: Topic) -> LazyText:
    """The topic in words: *papers about diffusion, with code, leaving out what is about driving*."""
    what = _describe(topic.expression)
    match topic.level:
        case MatchLevel.STRICT:
            # Strictly, no synonym counts.
            what = _describe(without_synonyms(topic.expression))
            return t("papers {what}; only where it is plainly the subject", what=what)
        case MatchLevel.NORMAL:
            return t("papers {what}", what=what)
        case MatchLevel.WIDE:
            return t("papers {what}; also where they only mention it", what=what)
    assert_never(topic.level)


def topic_in_words(topic: Topic) -> LazyText:
    """The topic as it is called in passing and on a button, without the grammar: *the lab nvidia, with code*."""
    expression = without_synonyms(topic.expression)
    parts = expression.parts if isinstance(expression, And) else (expression,)
    return reduce(_join_with_comma, map(_in_words, parts))


def _in_words(part: Expression) -> LazyText:
    match part:
        case Subject(words):
            return t("{words}", words=words)
        case Field(FieldName.AUTHOR, name):
            return t("the author {name}", name=name)
        case Field(FieldName.ORG, name):
            return t("the lab {name}", name=name)
        case Field(FieldName.FIELD, name):
            return t("the field {name}", name=name)
        case AtLeast() | Has() | Since():
            return _describe(part)
        case Not(Subject(words) | Phrase(words)):
            return t("without {words}", words=words)
    return t("{words}", words=format_expression(part))


def _describe(expression: Expression) -> LazyText:
    match expression:
        case Subject():
            return t("about {what}", what=_subject_name(expression))
        case Phrase(words):
            return t("saying <i>“{words}”</i>", words=words)
        case Field():
            return _describe_field(expression)
        case AtLeast(upvotes):
            return tn("with at least {n} vote", "with at least {n} votes", upvotes)
        case Has(asset):
            return t("with code") if asset is Asset.CODE else t("with a project page")
        case Since(day):
            return t("listed since {day}", day=day.isoformat())
        case Trending():
            return t("among the {n} most voted of their day’s list", n=TRENDING_SIZE)
        case Not(inner):
            return _describe_exclusion(inner)
        case And(parts):
            return _describe_all(parts)
        case Or(parts):
            return _describe_any(parts)
    assert_never(expression)


def _describe_field(field: Field) -> LazyText:
    match field.name:
        case FieldName.TITLE:
            return t("with <i>{words}</i> in the title", words=field.value)
        case FieldName.AUTHOR:
            return t("by <i>{name}</i>", name=field.value)
        case FieldName.ORG:
            return t("from <i>{name}</i>", name=field.value)
        case FieldName.KEYWORD:
            return t("with the keyword <i>{words}</i>", words=field.value)
        case FieldName.SOURCE:
            return t("listed at <i>{name}</i>", name=field.value)
        case FieldName.FIELD:
            return t("in the field of <i>{name}</i>", name=field.value)
    assert_never(field.name)


def _describe_exclusion(inner: Expression) -> LazyText:
    match inner:
        case Phrase(words):
            return t("leaving out every mention of <i>“{words}”</i>", words=words)
        case And() | Or():
            return t("leaving out what is ({what})", what=_describe(inner))
    return t("leaving out what is {what}", what=_describe(inner))


def _describe_operand(part: Expression) -> LazyText:
    """Brackets where the order of *and* and *or* would be in doubt."""
    return t("({what})", what=_describe(part)) if isinstance(part, And | Or) else _describe(part)


def _describe_all(parts: Sequence[Expression]) -> LazyText:
    """Subjects first, then what narrows them."""
    subjects, others = (
        _subject_names(parts),
        [_describe_operand(part) for part in parts if not isinstance(part, Subject)],
    )
    about = [t("about {what}", what=reduce(_join_with_and, subjects))] if subjects else []
    return reduce(_join_with_comma, about + others)


def _describe_any(parts: Sequence[Expression]) -> LazyText:
    subjects = _subject_names(parts)
    if len(subjects) == len(parts):
        return t("about {what}", what=reduce(_join_with_or, subjects))
    return reduce(_join_with_or, [_describe_operand(part) for part in parts])


def _subject_names(parts: Sequence[Expression]) -> list[LazyText]:
    return [_subject_name(part) for part in parts if isinstance(part, Subject)]


def _subject_name(subject: Subject) -> LazyText:
    if not subject.synonyms:
        return t("<i>{words}</i>", words=subject.words)
    names = join_texts(t("<i>{words}</i>", words=name) for name in subject.synonyms)
    return t("<i>{words}</i> (also {names})", words=subject.words, names=names)


def _join_with_comma(first: LazyText, second: LazyText) -> LazyText:
    return t("{first}, {second}", first=first, second=second)


def _join_with_and(first: LazyText, second: LazyText) -> LazyText:
    return t("{first} and {second}", first=first, second=second)


def _join_with_or(first: LazyText, second: LazyText) -> LazyText:
    return t("{first} or {second}", first=first, second=second)
