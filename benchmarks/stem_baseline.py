"""The yardstick of relevance: a plain rule on word stems.

A paper belongs to a topic when all its stems stand close together (three more words at most) in the title, in the first
35 words of the abstract or twice in the abstract, or when all stems are there and the rarest of them is in the title.
Written by itself, so that it shares no mistake with the rule it is held against.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import snowballstemmer

from bot.matching.text.lexicon import table_lines
from bot.papers import Paper
from bot.topics.words import STOP_WORDS

OPENING_WORDS = 35
EXTRA_WORDS = 3
_WORD = re.compile(r"\w+")
_STEM = snowballstemmer.stemmer("english").stemWord


class StemBaseline:
    """Made for an archive, by which words are rare; ``acronyms`` are folded into what they stand for."""

    def __init__(self, papers: Iterable[Paper], *, acronyms: bool) -> None:
        self._acronyms = _long_forms() if acronyms else {}
        self._stems = lru_cache(maxsize=4096)(self._read)
        self._document_frequency = Counter(
            stem for paper in papers for stem in {*self._stems(paper.title), *self._stems(paper.abstract)}
        )

    def matches(self, words: str, paper: Paper) -> bool:
        wanted = self._wanted(words)
        title, abstract = self._stems(paper.title), self._stems(paper.abstract)
        together = _together(abstract, wanted)
        if _together(title, wanted) or len(together) > 1 or any(end <= OPENING_WORDS for end in together):
            return True
        rarest = min(wanted, key=self._document_frequency.__getitem__)
        return rarest in title and wanted <= {*title, *abstract}

    def _read(self, text: str) -> tuple[str, ...]:
        return tuple(
            stem for word in _WORD.findall(text) for stem in self._acronyms.get(word) or (_STEM(word.lower()),)
        )

    def _wanted(self, words: str) -> frozenset[str]:
        """An acronym may be typed in small letters."""
        typed = {short.lower(): long for short, long in self._acronyms.items()}
        stems = [stem for word in _WORD.findall(words.lower()) for stem in typed.get(word) or (_STEM(word),)]
        return frozenset(stem for stem in stems if stem not in STOP_WORDS) or frozenset(stems)


def _together(stems: Sequence[str], wanted: frozenset[str]) -> list[int]:
    """Where a stretch that holds all of them ends; stretches don't overlap."""
    ends: list[int] = []
    for first, stem in enumerate(stems):
        if stem in wanted and (not ends or first >= ends[-1]):
            near = stems[first : first + len(wanted) + EXTRA_WORDS]
            if wanted.issubset(near):
                ends.append(first + max(map(near.index, wanted)) + 1)
    return ends


def _long_forms() -> dict[str, tuple[str, ...]]:
    """By an acronym in capitals and its plural, the stems of what it most often stands for."""
    pairs = [line.split("\t") for line in table_lines("acronyms.tsv")]
    longs = {short: tuple(map(_STEM, _WORD.findall(long.partition(";")[0].lower()))) for short, long in pairs}
    return longs | {f"{short}s": long for short, long in longs.items()}
