"""What the index found for a query, with what each score is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from bot.ports import Hit


@dataclass(frozen=True, slots=True)
class Found:
    """A paper: its bm25 (larger is better), and what its title adds to the share it has of the best bm25."""

    paper_id: str
    words: float
    bonus: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was found, best first; ``best`` is the largest bm25, ``content_words`` how many words carry the query."""

    found: tuple[Found, ...]
    best: float
    content_words: int

    @classmethod
    def of(cls, numbered: Mapping[int, Found], content_words: int, limit: int) -> Ranking:
        """The best ``limit``, of equals the one with the larger number."""
        best = max((one.words for one in numbered.values()), default=0.0) or 1.0
        order = sorted(numbered, key=lambda number: (-_score(numbered[number], best), -number))
        return cls(tuple(numbered[number] for number in islice(order, limit)), best, content_words)

    def hits(self) -> list[Hit]:
        """By words alone: bm25 as a share of the best, and the title's bonus."""
        return [Hit(one.paper_id, _score(one, self.best)) for one in self.found]


NOTHING = Ranking((), 1.0, 0)


def _score(one: Found, best: float) -> float:
    return one.words / best + one.bonus
