"""Full-text queries. Every word is quoted and made of letters and digits only, so nothing typed is ever an operator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.matching.forms import stem
from bot.matching.needs import Every, Need, OneOf, Word
from bot.topics.words import STOP_WORDS

_LONGEST_WITH_PHRASES = 5

_COMMON = """
    about above after again against all also am because before below between both could did doing down during each few
    further he her here hers herself him himself his i if itself just me my myself only other ourselves own same she
    should so some theirs them themselves they too until up very whom would yours yourself
"""
COMMON_WORDS = STOP_WORDS | frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Ranked:
    """The two tiers of a ranked query: papers with all words, and papers with some."""

    all_words: str
    some_words: str


def ranked(clauses: Sequence[tuple[str, ...]]) -> Ranked:
    """The query for words, each given as the stems that stand side by side for it (mostly one). A word said twice
    counts twice.

    Neighbours are asked for as phrases, too, so that they score: the largest gain for short queries, measured; for more
    than five words it does harm.
    """
    words = list(map(_phrase, clauses))
    together = []
    if len(clauses) <= _LONGEST_WITH_PHRASES:
        together = [_phrase((*first, *second)) for first, second in pairwise(clauses)]
    every = " AND ".join(words)
    # What holds the phrase holds its words: the alternative adds score, never papers.
    all_words = " OR ".join([f"({every})", *(f"({every} AND {phrase})" for phrase in together)])
    return Ranked(all_words, " OR ".join([*words, *together]))


def possible(need: Need) -> str:
    """The query for every paper that may hold what a topic needs."""
    match need:
        case Word(form):
            return _any([_phrase((stem(form),)), *_two_words(form)])
        case Every(parts):
            return f"({' AND '.join(map(possible, parts))})"
        case OneOf(parts):
            return _any(map(possible, parts))


def _two_words(form: str) -> Iterable[str]:
    """The rule takes two neighbours for one word (*k means*); the index only knows them apart."""
    for first, second in splits(form):
        yield f"({_phrase((stem(first),))} AND {_phrase((stem(second),))})"


def splits(form: str) -> list[tuple[str, str]]:
    """Every way to write a word as two."""
    return [(form[:i], form[i:]) for i in range(1, len(form)) if form[:i] not in STOP_WORDS]


def _any(parts: Iterable[str]) -> str:
    return f"({' OR '.join(parts)})"


def _phrase(stems: Sequence[str]) -> str:
    return f'"{" ".join(stems)}"'
