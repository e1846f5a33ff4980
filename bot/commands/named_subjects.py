"""The subjects of a topic and the names that count for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.topics import All, Any, Expression, Subject, Topic
from bot.topics.lexer import LONGEST, MOST_WORDS
from bot.topics.normal import all_of, any_of
from bot.topics.printed import printed


def subjects(topic: Topic) -> list[Subject]:
    """What the topic asks for in words, in its order; what it leaves out is none of them."""
    return list(dict.fromkeys(_wanted(topic.expression)))


def _wanted(expression: Expression) -> Iterator[Subject]:
    match expression:
        case Subject():
            yield expression
        case All(parts) | Any(parts):
            for part in parts:
                yield from _wanted(part)


def names(topic: Topic) -> list[str]:
    """Every further name that counts, each once."""
    return list(dict.fromkeys(name for subject in subjects(topic) for name in subject.also or ()))


def with_names(topic: Topic, subject: Subject, also: tuple[str, ...]) -> Topic:
    """The topic with exactly these further names of one subject."""
    return replace(topic, expression=_put(topic.expression, {subject: replace(subject, also=also)}))


def can_be_read_again(topic: Topic) -> bool:
    """Whether the topic with all its names is short enough to be stored and typed."""
    text = printed(topic)
    return len(text) <= LONGEST and len(text.split()) <= MOST_WORDS


def without_any_name(topic: Topic) -> Topic:
    """The topic with ``also:none`` wherever a further name counted."""
    return replace(
        topic,
        expression=_put(topic.expression, {each: replace(each, also=()) for each in subjects(topic) if each.also}),
    )


def _put(expression: Expression, instead: dict[Subject, Subject]) -> Expression:
    match expression:
        case Subject():
            return instead.get(expression, expression)
        case All(parts):
            return all_of(_put(part, instead) for part in parts)
        case Any(parts):
            return any_of(_put(part, instead) for part in parts)
    return expression
