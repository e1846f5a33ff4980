"""The sentence model behind the core's port, and the embedding of papers in the background."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from adapters.embeddings.lazy_model import MODEL_SHA256, LazyModel, ModelProblem
from adapters.embeddings.vector_store import VectorStore
from bot.papers import Paper
from bot.ports import SearchHit, Similarities

if TYPE_CHECKING:
    from adapters.embeddings.model import SentenceModel

# Raise the first number when what is stored of a paper changes.
STORE_VERSION: Final = f"1.{MODEL_SHA256}"
_NEIGHBOUR_COUNT: Final = 5
_MAX_COMPARED: Final = 200_000
_PAGE_SIZE: Final = 16
_MIN_COSINE: Final = 0.3

T = TypeVar("T")
LoadPapers = Callable[[Sequence[str]], Awaitable[Sequence[Paper]]]

_log = logging.getLogger(__name__)


class EmbeddingService:
    """Implements :class:`bot.ports.Meaning`. Loads its model with the first search; before that it costs nothing."""

    def __init__(self, file: Path, model: LazyModel | None = None) -> None:
        self._store = VectorStore(file, STORE_VERSION)
        self._model = model or LazyModel()
        self._pending = asyncio.Event()

    async def similarities(self, query: str, paper_ids: Sequence[str]) -> Similarities | None:
        """As :meth:`bot.ports.Meaning.closeness`; of long queries the first 128 tokens count."""
        found = await asyncio.to_thread(_or_default, lambda: self._similarities(query, paper_ids), None)
        if found and len(found.to_query) < len(paper_ids):
            self._pending.set()
        return found

    async def nearest(self, query: str, limit: int) -> list[SearchHit]:
        """As :meth:`bot.ports.Meaning.nearest`; [] also where more than 200,000 papers would have to be compared."""
        return await asyncio.to_thread(_or_default, lambda: self._nearest(query, limit), [])

    async def mark_changed(self, papers: Sequence[Paper]) -> None:
        """As :meth:`bot.ports.Meaning.changed`; before anybody ever searched, nothing is done."""
        if await asyncio.to_thread(_or_default, lambda: self._enqueue(papers), False):
            self._pending.set()

    async def remove(self, paper_ids: Sequence[str]) -> None:
        if not await asyncio.to_thread(_or_default, self._store.is_empty, True):
            await asyncio.to_thread(_or_default, lambda: self._store.delete(paper_ids), None)

    async def problem(self) -> ModelProblem | None:
        """Why there is no model; None: there is one, or will be with the first search."""
        return await asyncio.to_thread(self._model.problem)

    async def self_test(self) -> ModelProblem | None:
        """Like :meth:`trouble`, after embedding a text."""
        await asyncio.to_thread(self._with_model, lambda model: model.embed("Does it work?"))
        return await self.problem()

    async def run(self, load_papers: LoadPapers) -> None:
        """Reads the papers that wait, one by one with a rest as long as the work, until it is cancelled.

        ``texts`` gives papers by their ids. What still waits when it ends is gone on with at the next start.
        """
        while True:
            self._pending.clear()
            await self.embed_pending(load_papers)
            await self._pending.wait()

    async def embed_pending(self, load_papers: LoadPapers) -> None:
        """Reads those that wait now; none where there is no model."""
        while waiting := await asyncio.to_thread(self._store.pending, _PAGE_SIZE):
            if await self.problem():
                return
            await self._embed_page(waiting, load_papers)

    async def close(self) -> None:
        await asyncio.to_thread(self._store.close)

    async def _embed_page(self, waiting: Sequence[str], texts: LoadPapers) -> None:
        papers = await texts(waiting)
        gone = set(waiting) - {paper.id for paper in papers}
        if gone:
            await asyncio.to_thread(self._store.delete, sorted(gone))
        for paper in papers:
            began = time.monotonic()
            await _run_uninterrupted(self._embed, paper)
            await asyncio.sleep(time.monotonic() - began)
        # One whose text became another while it was read waited already, so that nobody heard of it.
        now = await texts([paper.id for paper in papers])
        await asyncio.to_thread(_or_default, lambda: self._enqueue(now), False)

    def _similarities(self, query: str, paper_ids: Sequence[str]) -> Similarities | None:
        if self._model.problem():
            return None
        known = self._store.get_vectors(paper_ids)
        if missing := [paper_id for paper_id in paper_ids if paper_id not in known]:
            self._store.request(missing)
        return (
            self._with_model(lambda model: _compute_similarities(model, query, known))
            if known
            else Similarities({}, {})
        )

    def _nearest(self, query: str, limit: int) -> list[SearchHit]:
        if self._store.is_empty() or not (every := self._store.all_vectors(_MAX_COMPARED)):
            return []
        cosines = (
            self._with_model(lambda model: model.cosine_similarities(query, model.dequantize(list(every.values()))))
            or []
        )
        hits = (
            SearchHit(paper_id, cosine)
            for paper_id, cosine in zip(every, cosines, strict=False)
            if cosine >= _MIN_COSINE
        )
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _enqueue(self, papers: Sequence[Paper]) -> bool:
        """Whether any waits now."""
        if self._store.is_empty():
            return False
        stored = self._store.text_digests([paper.id for paper in papers])
        other = {paper.id: paper.listed_on.isoformat() for paper in papers if stored.get(paper.id) != _digest(paper)}
        self._store.enqueue(other)
        return bool(other)

    def _embed(self, paper: Paper) -> None:
        if vector := self._with_model(lambda model: model.embed_quantized(_embedding_input(paper))):
            self._store.put(paper.id, _digest(paper), vector)

    def _with_model(self, step: Callable[[SentenceModel], T]) -> T | None:
        """None without a model. One that fails is given up: search has its words."""
        model = self._model.load()
        if model is None:
            return None
        try:
            return step(model)
        except Exception as error:
            self._model.mark_broken(error)
            return None


def _or_default(step: Callable[[], T], otherwise: T) -> T:
    """The file of vectors may be held or the disk full: nobody's search or reading ends for that."""
    try:
        return step()
    except (sqlite3.Error, OSError) as problem:
        _log.warning("the vectors of papers can't be used now: %s", problem)
        return otherwise


def _compute_similarities(model: SentenceModel, query: str, known: Mapping[str, bytes]) -> Similarities:
    ids, rows = list(known), model.dequantize(list(known.values()))
    near = model.nearest_neighbours(rows, _NEIGHBOUR_COUNT)
    alike = {one: tuple((ids[row], cosine) for row, cosine in found) for one, found in zip(ids, near, strict=True)}
    return Similarities(dict(zip(ids, model.cosine_similarities(query, rows), strict=True)), alike)


async def _run_uninterrupted(step: Callable[[Paper], None], paper: Paper) -> None:
    """A step that is cancelled is waited for, so that nothing touches the file after it is closed."""
    running = asyncio.ensure_future(asyncio.to_thread(step, paper))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _embedding_input(paper: Paper) -> str:
    return f"{paper.title}. {paper.abstract}"


def _digest(paper: Paper) -> bytes:
    return hashlib.blake2b(_embedding_input(paper).encode(), digest_size=8).digest()
