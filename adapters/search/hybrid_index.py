"""The index with a sentence model beside it: the words find, the meaning orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from adapters.search.fts_index import FtsIndex
from adapters.search.ranking.score_fusion import fuse_scores, neighbour_boost
from adapters.search.ranking.scores import Ranking
from bot.matching.text.tokenizer import TokenizedPaper
from bot.papers import Paper
from bot.ports import EmbeddingIndex, SearchHit, Similarities
from bot.topics import Topic

_RESCORED_COUNT = 100
_NEAREST_COUNT = 20


class HybridIndex:
    """Implements :class:`bot.ports.PaperIndex`; orders what :class:`FtsIndex` finds anew where there is a model.

    Which papers a topic may take is asked of the words alone, so that every decision is the same with and without.
    """

    def __init__(self, index: FtsIndex, embeddings: EmbeddingIndex) -> None:
        self._index = index
        self._embeddings = embeddings

    async def add(self, papers: Sequence[Paper], revision: int, *, since: int | None = None) -> bool:
        # Told first: once the index stands at the revision, nobody comes back to these papers.
        await self._embeddings.mark_changed(papers)
        return await self._index.add(papers, revision, since=since)

    async def remove(self, paper_ids: Sequence[str]) -> None:
        await self._index.remove(paper_ids)
        await self._embeddings.remove(paper_ids)

    async def indexed_revision(self) -> int:
        return await self._index.indexed_revision()

    async def search(self, query: str, limit: int) -> list[SearchHit]:
        """The best 100 by words in the order of both, the others behind them; where no word is known, what is near."""
        ranking = await self._index.rank(query, max(limit, _RESCORED_COUNT))
        if not ranking.papers:
            return await self._embeddings.nearest(query, min(limit, _NEAREST_COUNT)) if query.strip() else []
        hits = ranking.hits()
        closeness = await self._embeddings.similarities(query, [hit.paper_id for hit in hits[:_RESCORED_COUNT]])
        if closeness is None or not closeness.to_query:
            return hits[:limit]
        return _rescore(ranking, hits, closeness)[:limit]

    async def candidates(self, topic: Topic, limit: int = 5000) -> list[str] | None:
        return await self._index.candidates(topic, limit)

    async def newest_candidates(self, topic: Topic, limit: int, first: date, last: date) -> list[str] | None:
        return await self._index.newest_candidates(topic, limit, first, last)

    async def tokenized_texts(self, paper_ids: Sequence[str]) -> Mapping[str, TokenizedPaper]:
        return await self._index.tokenized_texts(paper_ids)

    async def nearest_words(self, query: str) -> Mapping[str, str]:
        return await self._index.nearest_words(query)


def _rescore(ranking: Ranking, hits: Sequence[SearchHit], similarities: Similarities) -> list[SearchHit]:
    top = ranking.papers[:_RESCORED_COUNT]
    cosines = [similarities.to_query.get(one.paper_id) for one in top]
    alone = fuse_scores([one.lexical_score for one in top], cosines, ranking.content_words)
    drawn = neighbour_boost(
        dict(zip([one.paper_id for one in top], alone, strict=True)), similarities.neighbours, ranking.content_words
    )
    scored = [SearchHit(one.paper_id, drawn[one.paper_id] + one.title_bonus) for one in top]
    lowest = min(hit.score for hit in scored)
    behind = [SearchHit(hit.paper_id, min(hit.score, lowest)) for hit in hits[_RESCORED_COUNT:]]
    return [*sorted(scored, key=lambda hit: -hit.score), *behind]
