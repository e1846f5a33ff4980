"""Acronyms and what they stand for, from a frozen table.

An acronym is found in a text only where it is written like one, with two capitals or more (*MoE*, *MOEs*, never *moe*);
a person may type it in small letters.
"""

from __future__ import annotations

from functools import lru_cache

from bot.matching.text.lexicon import lines
from bot.matching.text.normalization import form
from bot.matching.text.tokenizer import read
from bot.topics.words import STOP_WORDS

Forms = tuple[str, ...]


def content(text: str) -> Forms:
    """The forms of the words that carry the subject; all of them where none does."""
    forms = read(text).forms
    return tuple(word for word in forms if word not in STOP_WORDS) or forms


@lru_cache(maxsize=1)
def _pairs() -> list[tuple[str, Forms]]:
    rows = (line.split("\t") for line in lines("acronyms.tsv"))
    return [(acronym, content(long)) for acronym, longs in rows for long in longs.split("; ")]


@lru_cache(maxsize=1)
def long_forms() -> dict[str, list[Forms]]:
    """By the form of an acronym, the forms of the words it stands for."""
    found: dict[str, list[Forms]] = {}
    for acronym, long in _pairs():
        found.setdefault(form(acronym), []).append(long)
    return found


@lru_cache(maxsize=1)
def acronyms() -> dict[str, list[tuple[Forms, str]]]:
    """By the first word of a long form, that long form and its acronym."""
    found: dict[str, list[tuple[Forms, str]]] = {}
    for acronym, long in _pairs():
        found.setdefault(long[0], []).append((long, acronym))
    return found


def looks_like_acronym(word: str) -> bool:
    """Whether a word is written in capitals, but for a plural s and small letters between."""
    return sum(map(str.isupper, word)) > 1
