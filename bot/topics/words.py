"""What counts as a word, in a topic and in a paper alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.topics.ast import And, Expression, Field, FieldName, Not, Or, Phrase, Subject, Topic

# Scripts from U+0300 on write vowels as marks, which Python's \w does not take for letters.
LETTER: Final = r"(?:[^\W_]|[\u0300-\u1fff])"

# C++, C#, k-means, flow-matching, GPT-4.1, speech/audio, R&D are one word each.
WORD: Final = re.compile(rf"{LETTER}+(?:[-'._/&+‐‑–]{LETTER}+)*(?:\+\+|#|\+)?")

# Carry no subject: never asked of a paper, and no topic by themselves.
_STOP_WORDS = """
    a an and any are as at be been being but by can do does for from had has have how in into is it its may more most no
    nor not of off on onto or our out over such than that the their then there these this those through to under upon
    via was we were what when where which while who whose why will with within without you your
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())

# In scripts from here on, one character says a word.
_FIRST_SCRIPT_WITHOUT_SPACES: Final = "\u2e80"

_TEXT_FIELDS = (FieldName.TITLE, FieldName.KEYWORD)


def has_content_word(words: Iterable[str]) -> bool:
    """Whether what is left without stop words is more than one letter."""
    telling = "".join(word for word in words if word.casefold() not in STOP_WORDS)
    return len(telling) > 1 or telling >= _FIRST_SCRIPT_WITHOUT_SPACES


def query_words(topic: Topic) -> str:
    """The words a topic asks for, without operators, exclusions, conditions and synonyms (``also:``): what a
    ranked search is given.

    '' where the topic asks for no words (``author:"Yann LeCun"``).
    """
    return " ".join(dict.fromkeys(_query_words(topic.expression)))


def _query_words(expression: Expression) -> Iterator[str]:
    match expression:
        case Subject(words=words) | Phrase(words):
            yield words
        case Field(name, value) if name in _TEXT_FIELDS:
            yield value
        case And(parts) | Or(parts):
            for part in parts:
                yield from _query_words(part)
        case Not() | _:
            return
