"""The sentence model behind the door that the core knows, and the reading of papers in the background."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from adapters.embeddings.lazy_model import SHA256, ModelOnDemand, Trouble
from adapters.embeddings.vector_store import VectorFile
from bot.papers import Paper
from bot.ports import Closeness, Hit

if TYPE_CHECKING:
    from adapters.embeddings.model import SentenceModel

# Raise the first number when what is stored of a paper changes.
VERSION: Final = f"1.{SHA256}"
_NEIGHBOURS: Final = 5
_MOST_COMPARED: Final = 200_000
_PAGE: Final = 16
_NEAR: Final = 0.3

T = TypeVar("T")
Texts = Callable[[Sequence[str]], Awaitable[Sequence[Paper]]]

_log = logging.getLogger(__name__)


class MiniLm:
    """Implements :class:`bot.ports.Meaning`. Loads its model with the first search; before that it costs nothing."""

    def __init__(self, file: Path, model: ModelOnDemand | None = None) -> None:
        self._file = VectorFile(file, VERSION)
        self._model = model or ModelOnDemand()
        self._work = asyncio.Event()

    async def closeness(self, query: str, paper_ids: Sequence[str]) -> Closeness | None:
        """As :meth:`bot.ports.Meaning.closeness`; of long queries the first 128 tokens count."""
        found = await asyncio.to_thread(_spared, lambda: self._closeness(query, paper_ids), None)
        if found and len(found.to_query) < len(paper_ids):
            self._work.set()
        return found

    async def nearest(self, query: str, limit: int) -> list[Hit]:
        """As :meth:`bot.ports.Meaning.nearest`; [] also where more than 200,000 papers would have to be compared."""
        return await asyncio.to_thread(_spared, lambda: self._nearest(query, limit), [])

    async def changed(self, papers: Sequence[Paper]) -> None:
        """As :meth:`bot.ports.Meaning.changed`; before anybody ever searched, nothing is done."""
        if await asyncio.to_thread(_spared, lambda: self._announce(papers), False):
            self._work.set()

    async def forget(self, paper_ids: Sequence[str]) -> None:
        if not await asyncio.to_thread(_spared, self._file.empty, True):
            await asyncio.to_thread(_spared, lambda: self._file.drop(paper_ids), None)

    async def trouble(self) -> Trouble | None:
        """Why there is no model; None: there is one, or will be with the first search."""
        return await asyncio.to_thread(self._model.trouble)

    async def tried(self) -> Trouble | None:
        """Like :meth:`trouble`, after reading a sentence."""
        await asyncio.to_thread(self._with_model, lambda model: model.vector("Does it work?"))
        return await self.trouble()

    async def read_papers(self, texts: Texts) -> None:
        """Reads the papers that wait, one by one with a rest as long as the work, until it is cancelled.

        ``texts`` gives papers by their ids. What still waits when it ends is gone on with at the next start.
        """
        while True:
            self._work.clear()
            await self.read_waiting(texts)
            await self._work.wait()

    async def read_waiting(self, texts: Texts) -> None:
        """Reads those that wait now; none where there is no model."""
        while waiting := await asyncio.to_thread(self._file.wanted, _PAGE):
            if await self.trouble():
                return
            await self._read_page(waiting, texts)

    async def close(self) -> None:
        await asyncio.to_thread(self._file.close)

    async def _read_page(self, waiting: Sequence[str], texts: Texts) -> None:
        papers = await texts(waiting)
        gone = set(waiting) - {paper.id for paper in papers}
        if gone:
            await asyncio.to_thread(self._file.drop, sorted(gone))
        for paper in papers:
            began = time.monotonic()
            await _to_its_end(self._read, paper)
            await asyncio.sleep(time.monotonic() - began)
        # One whose text became another while it was read waited already, so that nobody heard of it.
        now = await texts([paper.id for paper in papers])
        await asyncio.to_thread(_spared, lambda: self._announce(now), False)

    def _closeness(self, query: str, paper_ids: Sequence[str]) -> Closeness | None:
        if self._model.trouble():
            return None
        known = self._file.vectors(paper_ids)
        if missing := [paper_id for paper_id in paper_ids if paper_id not in known]:
            self._file.ask(missing)
        return self._with_model(lambda model: _compared(model, query, known)) if known else Closeness({}, {})

    def _nearest(self, query: str, limit: int) -> list[Hit]:
        if self._file.empty() or not (every := self._file.every(_MOST_COMPARED)):
            return []
        cosines = self._with_model(lambda model: model.cosines(query, model.unpacked(list(every.values())))) or []
        hits = (Hit(paper_id, cosine) for paper_id, cosine in zip(every, cosines, strict=False) if cosine >= _NEAR)
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _announce(self, papers: Sequence[Paper]) -> bool:
        """Whether any waits now."""
        if self._file.empty():
            return False
        stored = self._file.texts([paper.id for paper in papers])
        other = {paper.id: paper.listed_on.isoformat() for paper in papers if stored.get(paper.id) != _digest(paper)}
        self._file.announce(other)
        return bool(other)

    def _read(self, paper: Paper) -> None:
        if vector := self._with_model(lambda model: model.packed(_text(paper))):
            self._file.put(paper.id, _digest(paper), vector)

    def _with_model(self, step: Callable[[SentenceModel], T]) -> T | None:
        """None without a model. One that fails is given up: search has its words."""
        model = self._model.model()
        if model is None:
            return None
        try:
            return step(model)
        except Exception as error:
            self._model.give_up(error)
            return None


def _spared(step: Callable[[], T], otherwise: T) -> T:
    """The file of vectors may be held or the disk full: nobody's search or reading ends for that."""
    try:
        return step()
    except (sqlite3.Error, OSError) as problem:
        _log.warning("the vectors of papers can't be used now: %s", problem)
        return otherwise


def _compared(model: SentenceModel, query: str, known: Mapping[str, bytes]) -> Closeness:
    ids, rows = list(known), model.unpacked(list(known.values()))
    near = model.neighbours(rows, _NEIGHBOURS)
    alike = {one: tuple((ids[row], cosine) for row, cosine in found) for one, found in zip(ids, near, strict=True)}
    return Closeness(dict(zip(ids, model.cosines(query, rows), strict=True)), alike)


async def _to_its_end(step: Callable[[Paper], None], paper: Paper) -> None:
    """A step that is cancelled is waited for, so that nothing touches the file after it is closed."""
    running = asyncio.ensure_future(asyncio.to_thread(step, paper))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _text(paper: Paper) -> str:
    return f"{paper.title}. {paper.abstract}"


def _digest(paper: Paper) -> bytes:
    return hashlib.blake2b(_text(paper).encode(), digest_size=8).digest()
