"""Tells from the bare text which papers may hold the words that are needed, without reading them word by word.

Reading a paper costs a hundred times as much. What passes is a superset, so the rule has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.matching.prefilter.required_terms import Every, Need, OneOf, Word
from bot.matching.text.latex import drawn
from bot.matching.text.lexicon import table
from bot.matching.text.normalization import literal
from bot.papers import Paper

_BETWEEN_LETTERS = re.compile(r"[\W_]+")
# Where the form of a word begins to differ from some spelling of it: see bot.matching.text.normalization.
_CHANGED = re.compile(
    r"z|or|er|(?<=an|uk|ch|yc|pt)em|(?<=^h)em|(?<=^f)et|(?<=^p)ed|(?<=cyclop|orthop)ed|y$|plus|dot|sharp|[^a-z0-9]"
)


def sieved(papers: Iterable[Paper], need: Need | None) -> list[Paper]:
    """The papers that may hold what is needed; all of them where nothing is."""
    return [paper for paper in papers if need is None or _may_hold(need, _letters(paper.title, paper.abstract))]


@lru_cache(maxsize=2048)
def _letters(title: str, abstract: str) -> str:
    """Letters and digits only, so that words written as one or as two look the same."""
    return _BETWEEN_LETTERS.sub("", literal(drawn(f"{title} {abstract}")))


def _may_hold(need: Need, letters: str) -> bool:
    match need:
        case Word(word):
            return stub(word) in letters
        case Every(parts):
            return all(_may_hold(part, letters) for part in parts)
        case OneOf(parts):
            return any(_may_hold(part, letters) for part in parts)


@lru_cache(maxsize=8192)
def stub(form: str) -> str:
    """The beginning that every spelling and number of a word has in common with its form."""
    changed = _CHANGED.search(form)
    return _shared_start([form[: changed.start()] if changed else form, *_irregular().get(form, ())])


def _shared_start(words: list[str]) -> str:
    first, last = min(words), max(words)
    differing = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(differing, len(first))]


@lru_cache(maxsize=1)
def _irregular() -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for word, its_form in table("irregular.tsv").items():
        words.setdefault(its_form, []).append(word)
    return words
