"""A topic as a person would type it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import assert_never

from bot.topics.ast import (
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
from bot.topics.simplify import without_synonyms
from bot.topics.synonyms import NO_SYNONYMS, SYNONYM_FIELD, format_synonyms
from bot.topics.words import WORD

TRENDING_NAME = "trending"
_BARE_VALUE = re.compile(r"[^\W_](?:[\w.'&+#/-]*[\w+#])?")


def format_topic(topic: Topic) -> str:
    """The one spelling of a topic; reading it again gives the same topic.

    It is the key under which equal topics are one.
    """
    words = format_expression(topic.expression)
    return words if topic.level is MatchLevel.NORMAL else f"{words} match:{topic.level}"


def format_short(topic: Topic) -> str:
    """The topic's short name: formatted without the synonyms of its subjects (``also:``)."""
    return format_topic(replace(topic, expression=without_synonyms(topic.expression)))


def format_expression(expression: Expression) -> str:
    """A part of a topic, as it would be typed alone."""
    match expression:
        case Subject(words, None):
            return words
        case Subject(words):
            return f"{words} {SYNONYM_FIELD}:{_format_value(format_synonyms(expression) or NO_SYNONYMS)}"
        case Phrase(words):
            return f'"{words}"'
        case Field(name, value):
            return f"{name}:{_format_value(value)}"
        case AtLeast(upvotes):
            return f"upvotes>={upvotes}"
        case Has(asset):
            return f"has:{asset}"
        case Since(day):
            return f"since:{day.isoformat()}"
        case Trending():
            return TRENDING_NAME
        case Not(inner):
            return f"-{_format_exclusion(inner)}"
        case And(parts):
            return _format_conjunction(parts)
        case Or(parts):
            return " OR ".join(_with_brackets(part, And) for part in parts)
    assert_never(expression)


def _format_value(value: str) -> str:
    return value if _BARE_VALUE.fullmatch(value) else f'"{value}"'


def _format_exclusion(inner: Expression) -> str:
    one_word = not isinstance(inner, Subject) or (inner.synonyms is None and WORD.fullmatch(inner.words))
    return _with_brackets(inner, And, Or) if one_word else f"({format_expression(inner)})"


def _with_brackets(part: Expression, *kinds: type[And] | type[Or]) -> str:
    return f"({format_expression(part)})" if isinstance(part, kinds) else format_expression(part)


def _format_conjunction(parts: Sequence[Expression]) -> str:
    """A space is enough, except between two subjects, which it would make one."""
    text = _with_brackets(parts[0], Or)
    for before, part in pairwise(parts):
        two_subjects = isinstance(before, Subject) and isinstance(part, Subject)
        text += f"{' AND ' if two_subjects else ' '}{_with_brackets(part, Or)}"
    return text
