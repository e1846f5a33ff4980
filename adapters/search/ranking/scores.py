"""What the index found for a query, with what each score is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from bot.ports import SearchHit


@dataclass(frozen=True, slots=True)
class RankedPaper:
    """A paper: its bm25 (larger is better), and what its title adds to the share it has of the best bm25."""

    paper_id: str
    lexical_score: float
    title_bonus: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was found, best first; ``best`` is the largest bm25, ``content_words`` how many words carry the query."""

    papers: tuple[RankedPaper, ...]
    best_score: float
    content_words: int

    @classmethod
    def of(cls, numbered: Mapping[int, RankedPaper], content_words: int, limit: int) -> Ranking:
        """The best ``limit``, of equals the one with the larger number."""
        best = max((one.lexical_score for one in numbered.values()), default=0.0) or 1.0
        order = sorted(numbered, key=lambda number: (-_score(numbered[number], best), -number))
        return cls(tuple(numbered[number] for number in islice(order, limit)), best, content_words)

    def hits(self) -> list[SearchHit]:
        """By words alone: bm25 as a share of the best, and the title's bonus."""
        return [SearchHit(one.paper_id, _score(one, self.best_score)) for one in self.papers]


EMPTY_RANKING = Ranking((), 1.0, 0)


def _score(one: RankedPaper, best: float) -> float:
    return one.lexical_score / best + one.title_bonus
