"""Acronyms and what they stand for, from a bundled lexicon.

An acronym is found in a text only where it is written like one, with two capitals or more (*MoE*, *MOEs*, never *moe*);
a person may type it in small letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.matching.text.lexicon import table_lines
from bot.matching.text.normalization import normalize
from bot.matching.text.tokenizer import TokenizedPaper, TokenizedText, tokenize
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


@lru_cache(maxsize=256)
def redefined_acronyms(paper: TokenizedPaper) -> frozenset[str]:
    """The acronyms that the paper itself spells out, and not as we know them: *attack success rate (ASR)*."""
    spelled = [*_spelled_out(paper.title), *_spelled_out(paper.abstract)]
    known = {acronym for acronym, long in spelled if _is_known_long_form(acronym, long)}
    return frozenset(acronym for acronym, _ in spelled) - known


def _spelled_out(text: TokenizedText) -> Iterator[tuple[str, TermSequence]]:
    """The acronyms that stand in brackets behind, or before, words that begin with their letters."""
    for i, in_brackets, explained in _beside_brackets(text):
        word = text.words[i]
        if not looks_like_acronym(word):
            continue
        letters = [letter for letter in word.casefold().removesuffix("s") if letter.isalpha()]
        before, after = text.terms[max(i - len(letters), 0) : i], text.terms[i + 1 : i + 1 + len(letters)]
        for near, found in ((in_brackets, before), (explained, after)):
            if near and [term[0] for term in found] == letters:
                yield text.terms[i], found


def _beside_brackets(text: TokenizedText) -> Iterator[tuple[int, bool, bool]]:
    """Where a term that may be an acronym stands behind an opening bracket, or before one, and which of them."""
    for term in text.indices_by_term.there & _acronym_terms():
        for i in text.indices_by_term.get(term):
            in_brackets, explained = "(" in text.separators[i] and i > 0, "(" in text.separators[i + 1]
            if in_brackets or (explained and i < len(text.gaps)):
                yield i, in_brackets, explained


@lru_cache(maxsize=1)
def _acronym_terms() -> frozenset[str]:
    return frozenset(long_forms_by_acronym())


def _is_known_long_form(acronym: str, long: TermSequence) -> bool:
    """Whether at least half of the words are those of a meaning we know."""
    words = set(long) - STOP_WORDS
    return any(2 * len(words & set(known)) >= len(words) for known in long_forms_by_acronym()[acronym])
