"""Tells from the bare text which papers may hold the words that are needed, without tokenizing them.

Tokenizing a paper costs a hundred times as much. What passes is a superset, so the rule has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.matching.prefilter.required_terms import AllOf, AnyOf, Term, TermRequirement
from bot.matching.text.latex import strip_latex
from bot.matching.text.lexicon import read_table
from bot.matching.text.normalization import fold_word
from bot.papers import Paper

_NON_ALPHANUMERIC = re.compile(r"[\W_]+")
# Where the form of a word begins to differ from some spelling of it: see bot.matching.text.normalization.
_SPELLING_CHANGE = re.compile(
    r"z|or|er|(?<=an|uk|ch|yc|pt)em|(?<=^h)em|(?<=^f)et|(?<=^p)ed|(?<=cyclop|orthop)ed|y$|plus|dot|sharp|[^a-z0-9]"
)


def prefilter(papers: Iterable[Paper], need: TermRequirement | None) -> list[Paper]:
    """The papers that may hold what is needed; all of them where nothing is."""
    return [paper for paper in papers if need is None or _may_satisfy(need, _compact_text(paper.title, paper.abstract))]


@lru_cache(maxsize=2048)
def _compact_text(title: str, abstract: str) -> str:
    """Letters and digits only, so that words written as one or as two look the same."""
    return _NON_ALPHANUMERIC.sub("", fold_word(strip_latex(f"{title} {abstract}")))


def _may_satisfy(need: TermRequirement, letters: str) -> bool:
    match need:
        case Term(word):
            return term_prefix(word) in letters
        case AllOf(parts):
            return all(_may_satisfy(part, letters) for part in parts)
        case AnyOf(parts):
            return any(_may_satisfy(part, letters) for part in parts)


@lru_cache(maxsize=8192)
def term_prefix(term: str) -> str:
    """The beginning that every spelling and number of a word has in common with its form."""
    changed = _SPELLING_CHANGE.search(term)
    return _common_prefix([term[: changed.start()] if changed else term, *_irregular_spellings().get(term, ())])


def _common_prefix(words: list[str]) -> str:
    first, last = min(words), max(words)
    differing = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(differing, len(first))]


@lru_cache(maxsize=1)
def _irregular_spellings() -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for word, its_form in read_table("irregular.tsv").items():
        words.setdefault(its_form, []).append(word)
    return words
