"""Where terms stand in a tokenized text. A text is asked for a few of its terms, so they are sought one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import add

from bot.topics.words import STOP_WORDS

# By what a word may begin with, the rest of it, and the word.
WordBeginnings = Mapping[str, Sequence[tuple[str, str]]]

_PUNCTUATION_MARKS = frozenset(".,;:!?()[]")


class TermIndices:
    """Where each normalized term stands."""

    __slots__ = ("_known", "_terms", "there")

    def __init__(self, terms: tuple[str, ...]) -> None:
        self._terms = terms
        self._known: dict[str, tuple[int, ...]] = {}
        self.there = frozenset(terms)

    def __iter__(self) -> Iterator[str]:
        return iter(self.there)

    def get(self, term: str, otherwise: tuple[int, ...] = ()) -> tuple[int, ...]:
        if term not in self.there:
            return otherwise
        if term not in self._known:
            self._known[term] = tuple(_places(self._terms, term))
        return self._known[term]


class MergedPairIndices:
    """Where a merged pair makes a term: two words that written as one are it (*k means* as *kmeans*)."""

    __slots__ = ("_indices", "_known", "_read_gaps", "_terms")

    def __init__(self, terms: tuple[str, ...], read_gaps: Callable[[], tuple[str, ...]], indices: TermIndices) -> None:
        self._terms, self._read_gaps, self._indices = terms, read_gaps, indices
        self._known: dict[str, tuple[int, ...]] = {}

    def __iter__(self) -> Iterator[str]:
        return filter(self.get, frozenset(map(add, self._terms, self._terms[1:])))

    def get(self, term: str, otherwise: tuple[int, ...] = ()) -> tuple[int, ...]:
        if term not in self._known:
            self._known[term] = tuple(sorted(self._find(term)))
        return self._known[term] or otherwise

    def _find(self, term: str) -> Iterator[int]:
        there = self._indices.there
        for first, second in _halves(term):
            if first in there and second in there:
                yield from (i for i in self._indices.get(first) if self._is_followed_by(i, second))

    def _is_followed_by(self, i: int, second: str) -> bool:
        return self._terms[i + 1 : i + 2] == (second,) and _is_joinable(self._read_gaps()[i])


class DistinctTerms:
    """Every term that stands in a text, as one word or as a merged pair."""

    __slots__ = ("_indices", "_pairs")

    def __init__(self, indices: TermIndices, pairs: MergedPairIndices) -> None:
        self._indices, self._pairs = indices, pairs

    def among(self, words: frozenset[str], beginnings: WordBeginnings) -> set[str]:
        """Which of the words are among them; ``beginnings`` are those of the words (:func:`term_beginnings`)."""
        there = self._indices.there
        found = set(words & there)
        for first in beginnings.keys() & there:
            found.update(word for second, word in beginnings[first] if second in there and self._pairs.get(word))
        return found


def term_beginnings(words: Iterable[str]) -> WordBeginnings:
    """Whatever may be the first of two words that make one of these."""
    beginnings: dict[str, list[tuple[str, str]]] = {}
    for word in words:
        for first, second in _halves(word):
            beginnings.setdefault(first, []).append((second, word))
    return beginnings


@lru_cache(maxsize=1 << 14)
def _halves(term: str) -> tuple[tuple[str, str], ...]:
    """Every way to write a term as two words."""
    return tuple((term[:end], term[end:]) for end in range(1, len(term)) if term[:end] not in STOP_WORDS)


def _places(terms: Sequence[str], term: str) -> Iterator[int]:
    at = -1
    for _ in range(terms.count(term)):
        at = terms.index(term, at + 1)
        yield at


def _is_joinable(gap: str) -> bool:
    """Whether two words may be one that is written as two."""
    return gap == " " or (len(gap) == 1 and gap not in _PUNCTUATION_MARKS)
