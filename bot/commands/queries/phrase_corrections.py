"""Topics with slips of the keys: whole names of the catalogue first, then its words. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.matching.catalogue.catalogue import Catalogue
from bot.matching.text.lexicon import document_frequency
from bot.matching.text.normalization import normalize

MIN_PHRASE_SCORE = 84
MIN_CORRECTED_LENGTH, MIN_CORRECTED_WORD = 6, 5


def correct_phrase(words: str, catalogue: Catalogue) -> str | None:
    """The topic's name that the whole phrase is a slip of the keys of; None where each of its words is known, or none
    is near."""
    typed = words.casefold()
    if len(typed) < MIN_CORRECTED_LENGTH or catalogue.find(words) or all(map(_is_known_word, typed.split())):
        return None
    near = process.extract(typed, phrase_names(catalogue), scorer=fuzz.ratio, score_cutoff=MIN_PHRASE_SCORE, limit=3)
    likely = [name for name, _, _ in near if _is_slip(typed, name)]
    return likely[0] if likely else _correct_word_by_word(words, catalogue)


def _correct_word_by_word(words: str, catalogue: Catalogue) -> str | None:
    """*difusion modls*: a topic of that name in other words, each of them a slip of one of the catalogue's."""
    mended = words
    for wrong, known in correct_words(words.split(), catalogue).items():
        mended = re.sub(rf"\b{re.escape(wrong)}\b", known, mended)
    return mended if mended != words and catalogue.find(mended) else None


def correct_words(words: Iterable[str], catalogue: Catalogue) -> dict[str, str]:
    """Words that are a slip of the keys of one word in the catalogue's names, with the nearest of them."""
    found = {}
    for word in words:
        typed = word.casefold()
        if len(typed) < MIN_CORRECTED_WORD or not typed.isalpha() or _is_known_word(typed):
            continue
        near = [name for name in name_words(catalogue) if name[0] == typed[0] and _is_word_slip(typed, name)]
        if near:
            found[word] = min(near, key=lambda name: (OSA.distance(typed, name), -name_words(catalogue)[name]))
    return found


def _is_slip(typed: str, name: str) -> bool:
    """Word by word: at most one slip in five letters, and the beginning is seldom mistyped."""
    if typed[0] != name[0] or len(typed.split()) != len(name.split()):
        return False
    return all(_is_word_slip(one, other) for one, other in zip(typed.split(), name.split(), strict=True))


def _is_word_slip(typed: str, name: str) -> bool:
    """A word that papers say is meant as it stands: *generator* is no slip of *generation*."""
    if typed == name:
        return True
    if len(name) <= 3 or "-" in typed or _is_known_word(typed):
        return False
    return OSA.distance(typed, name) <= max(1, len(name) // 5)


@lru_cache(maxsize=4)
def phrase_names(catalogue: Catalogue) -> tuple[str, ...]:
    """Every name that a topic goes by, as typed in small letters."""
    return tuple(dict.fromkeys(_names(catalogue)))


@lru_cache(maxsize=4)
def name_words(catalogue: Catalogue) -> Mapping[str, int]:
    """The words in the names of topics, and in how many names each stands."""
    names = (name for topic in catalogue.topics for name in topic.all_names)
    return Counter(word for name in names for word in set(name.casefold().split()) if word.isalpha() and len(word) > 3)


def _names(catalogue: Catalogue) -> Iterator[str]:
    for topic in catalogue.topics:
        yield from (name.casefold() for name in topic.primary_names)


def _is_known_word(word: str) -> bool:
    """Whether papers say this very form, as far as the bundled table of words reaches: not its stem, since a slip may
    share it."""
    return document_frequency(word) > 0 or document_frequency(normalize(word)) > 0
