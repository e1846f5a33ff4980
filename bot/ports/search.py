"""Finding papers again, and how near a text is to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.matching.text.tokenizer import TokenizedPaper
from bot.papers import Paper
from bot.topics import Topic


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A ranked candidate; ``score`` is comparable within one search only, larger is better."""

    paper_id: str
    score: float


class PaperIndex(Protocol):
    """Derived, rebuildable, outside the unit of work: what is searched is found again in the papers themselves."""

    async def add(self, papers: Sequence[Paper], revision: int, *, since: int | None = None) -> bool:
        """Adds or replaces papers; the index then holds everything up to ``revision``. With ``since``, the revision it
        was found at, only where it is still at that revision: it may have been emptied or filled further meanwhile.
        False: the revision is as it was, and not all of the papers need be in it."""
        ...

    async def remove(self, paper_ids: Sequence[str]) -> None:
        """Takes papers out; unknown ids are no error, the revision stays."""
        ...

    async def indexed_revision(self) -> int:
        """Up to which revision of the papers the index is complete; 0 when empty, new or rebuilt."""
        ...

    async def search(self, query: str, limit: int) -> list[SearchHit]:
        """The best ``limit`` papers for plain words, best first; [] when no word is known."""
        ...

    async def candidates(self, topic: Topic, limit: int = 5000) -> list[str] | None:
        """Ids of every paper that the decision rule could say yes to (a superset); None: the topic asks for neither
        words nor names, so every paper is a candidate."""
        ...

    async def newest_candidates(self, topic: Topic, limit: int, first: date, last: date) -> list[str] | None:
        """The same of the papers first listed from ``first`` to ``last``, newest list day first, the newest ``limit``
        of them."""
        ...

    async def tokenized_texts(self, paper_ids: Sequence[str]) -> Mapping[str, TokenizedPaper]:
        """The texts of those of the papers that are indexed, as the decision rule reads them, by id. They are those of
        the papers as they are stored where the index is complete up to the newest revision."""
        ...

    async def nearest_words(self, query: str) -> Mapping[str, str]:
        """For words the archive doesn't know, the nearest word it does: {"difusion": "diffusion"}."""
        ...


@dataclass(frozen=True, slots=True)
class Similarities:
    """How near papers are to a query, and to one another: cosines, at most 1. Papers without an embedding are left out.

    ``neighbours`` holds for each paper the others among them that are nearest to it, best first.
    """

    to_query: Mapping[str, float]
    neighbours: Mapping[str, Sequence[tuple[str, float]]]


class EmbeddingIndex(Protocol):
    """A sentence model; optional. It orders what a search found and decides nothing. It embeds papers in the
    background, a twentieth of a second each: first those that came up in a search, then those that came in.
    """

    async def similarities(self, query: str, paper_ids: Sequence[str]) -> Similarities | None:
        """How near; None when there is no model. Papers without an embedding are queued to be embedded next."""
        ...

    async def nearest(self, query: str, limit: int) -> list[SearchHit]:
        """The nearest of all embedded papers, best first; [] when there is no model."""
        ...

    async def mark_changed(self, papers: Sequence[Paper]) -> None:
        """These came in, or their texts may have changed."""
        ...

    async def remove(self, paper_ids: Sequence[str]) -> None:
        """Forgets what was read of papers; unknown ids are no error."""
        ...
