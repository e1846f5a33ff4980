"""The index with a sentence model beside it: the words find, the meaning orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.search.fts_index import FtsIndex
from adapters.search.ranking.score_fusion import fused, in_company
from adapters.search.ranking.scores import Ranking
from bot.papers import Paper
from bot.ports import Closeness, Hit, Meaning
from bot.topics import Topic

_RESCORED = 100
_NEAREST = 20


class IndexWithMeaning:
    """Implements :class:`bot.ports.PaperIndex`; orders what :class:`FtsIndex` finds anew where there is a model.

    Which papers a topic may take is asked of the words alone, so that every decision is the same with and without.
    """

    def __init__(self, index: FtsIndex, meaning: Meaning) -> None:
        self._index = index
        self._meaning = meaning

    async def add(self, papers: Sequence[Paper], revision: int, *, since: int | None = None) -> bool:
        # Told first: once the index stands at the revision, nobody comes back to these papers.
        await self._meaning.changed(papers)
        return await self._index.add(papers, revision, since=since)

    async def remove(self, paper_ids: Sequence[str]) -> None:
        await self._index.remove(paper_ids)
        await self._meaning.forget(paper_ids)

    async def revision(self) -> int:
        return await self._index.revision()

    async def search(self, query: str, limit: int) -> list[Hit]:
        """The best 100 by words in the order of both, the others behind them; where no word is known, what is near."""
        ranking = await self._index.ranking(query, max(limit, _RESCORED))
        if not ranking.found:
            return await self._meaning.nearest(query, min(limit, _NEAREST)) if query.strip() else []
        hits = ranking.hits()
        closeness = await self._meaning.closeness(query, [hit.paper_id for hit in hits[:_RESCORED]])
        if closeness is None or not closeness.to_query:
            return hits[:limit]
        return _rescored(ranking, hits, closeness)[:limit]

    async def candidates(self, topic: Topic, limit: int = 5000) -> list[str] | None:
        return await self._index.candidates(topic, limit)

    async def nearest_words(self, query: str) -> Mapping[str, str]:
        return await self._index.nearest_words(query)


def _rescored(ranking: Ranking, hits: Sequence[Hit], closeness: Closeness) -> list[Hit]:
    top = ranking.found[:_RESCORED]
    cosines = [closeness.to_query.get(one.paper_id) for one in top]
    alone = fused([one.words for one in top], cosines, ranking.content_words)
    drawn = in_company(
        dict(zip([one.paper_id for one in top], alone, strict=True)), closeness.alike, ranking.content_words
    )
    scored = [Hit(one.paper_id, drawn[one.paper_id] + one.bonus) for one in top]
    lowest = min(hit.score for hit in scored)
    behind = [Hit(hit.paper_id, min(hit.score, lowest)) for hit in hits[_RESCORED:]]
    return [*sorted(scored, key=lambda hit: -hit.score), *behind]
