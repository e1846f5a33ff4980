"""A topic as a person would type it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import assert_never

from bot.topics.ast import All, Any, AtLeast, Expression, Field, Has, MatchLevel, Not, Phrase, Since, Subject, Topic
from bot.topics.simplify import without_names
from bot.topics.synonyms import ALSO, NO_NAMES
from bot.topics.words import WORD

_BARE_VALUE = re.compile(r"[^\W_](?:[\w.'&+#/-]*[\w+#])?")


def printed(topic: Topic) -> str:
    """The one spelling of a topic; reading it again gives the same topic.

    It is the key under which equal topics are one.
    """
    words = expression_printed(topic.expression)
    return words if topic.level is MatchLevel.NORMAL else f"{words} match:{topic.level}"


def named(topic: Topic) -> str:
    """The topic's short name: printed without the further names of its subjects (``also:``)."""
    return printed(replace(topic, expression=without_names(topic.expression)))


def expression_printed(expression: Expression) -> str:
    """A part of a topic, as it would be typed alone."""
    match expression:
        case Subject(words, also):
            return words if also is None else f"{words} {ALSO}:{_value(', '.join(also) or NO_NAMES)}"
        case Phrase(words):
            return f'"{words}"'
        case Field(name, value):
            return f"{name}:{_value(value)}"
        case AtLeast(upvotes):
            return f"upvotes>={upvotes}"
        case Has(asset):
            return f"has:{asset}"
        case Since(day):
            return f"since:{day.isoformat()}"
        case Not(inner):
            return f"-{_excluded(inner)}"
        case All(parts):
            return _side_by_side(parts)
        case Any(parts):
            return " OR ".join(_bracketed(part, All) for part in parts)
    assert_never(expression)


def _value(value: str) -> str:
    return value if _BARE_VALUE.fullmatch(value) else f'"{value}"'


def _excluded(inner: Expression) -> str:
    one_word = not isinstance(inner, Subject) or (inner.also is None and WORD.fullmatch(inner.words))
    return _bracketed(inner, All, Any) if one_word else f"({expression_printed(inner)})"


def _bracketed(part: Expression, *kinds: type[All] | type[Any]) -> str:
    return f"({expression_printed(part)})" if isinstance(part, kinds) else expression_printed(part)


def _side_by_side(parts: Sequence[Expression]) -> str:
    """A space is enough, except between two subjects, which it would make one."""
    text = _bracketed(parts[0], Any)
    for before, part in pairwise(parts):
        two_subjects = isinstance(before, Subject) and isinstance(part, Subject)
        text += f"{' AND ' if two_subjects else ' '}{_bracketed(part, Any)}"
    return text
