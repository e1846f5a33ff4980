"""Acronyms and what they stand for, from a bundled lexicon.

An acronym is found in a text only where it is written like one, with two capitals or more (*MoE*, *MOEs*, never *moe*);
a person may type it in small letters.
"""

from __future__ import annotations

from functools import lru_cache

from bot.matching.text.lexicon import table_lines
from bot.matching.text.normalization import normalize
from bot.matching.text.tokenizer import tokenize
from bot.topics.words import STOP_WORDS

TermSequence = tuple[str, ...]


def content_terms(text: str) -> TermSequence:
    """The forms of the words that carry the subject; all of them where none does."""
    forms = tokenize(text).terms
    return tuple(word for word in forms if word not in STOP_WORDS) or forms


@lru_cache(maxsize=1)
def _acronyms_with_long_forms() -> list[tuple[str, TermSequence]]:
    rows = (line.split("\t") for line in table_lines("acronyms.tsv"))
    return [(acronym, content_terms(long)) for acronym, longs in rows for long in longs.split("; ")]


@lru_cache(maxsize=1)
def long_forms_by_acronym() -> dict[str, list[TermSequence]]:
    """By the form of an acronym, the forms of the words it stands for."""
    found: dict[str, list[TermSequence]] = {}
    for acronym, long in _acronyms_with_long_forms():
        found.setdefault(normalize(acronym), []).append(long)
    return found


@lru_cache(maxsize=1)
def acronyms_by_first_term() -> dict[str, list[tuple[TermSequence, str]]]:
    """By the first word of a long form, that long form and its acronym."""
    found: dict[str, list[tuple[TermSequence, str]]] = {}
    for acronym, long in _acronyms_with_long_forms():
        found.setdefault(long[0], []).append((long, acronym))
    return found


def looks_like_acronym(word: str) -> bool:
    """Whether a word is written in capitals, but for a plural s and small letters between."""
    return sum(map(str.isupper, word)) > 1
