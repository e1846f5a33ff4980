"""The sentence model in a running Paperboy: what the operator is told of it, and its work in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from adapters.embeddings.service import MiniLm
from bot.papers import Paper
from bot.ports import Storage
from paperboy.health_checks import Finding

_ON = "Search results are ordered by a sentence model, too."
_WORDS = "Search goes by words alone"


async def meaning_state(meaning: MiniLm | None) -> Literal["on", "off"]:
    """As the status says it."""
    return "off" if meaning is None or await meaning.trouble() else "on"


async def meaning_finding(meaning: MiniLm | None) -> Finding:
    """What ``doctor`` says, after having the model read a sentence."""
    if meaning is None:
        return Finding("meaning", "ok", f"off: {_WORDS}, since MEANING=off.")
    if trouble := await meaning.tried():
        return Finding("meaning", "warn", f"off: {trouble.what}. {_WORDS}; decisions are the same.", trouble.mend)
    return Finding("meaning", "ok", f"on: {_ON}")


async def read_papers(meaning: MiniLm | None, storage: Storage) -> None:
    """The reading of papers that searches wait for, until it is cancelled; ends at once where there is no model."""

    async def texts(paper_ids: Sequence[str]) -> list[Paper]:
        async with storage.read() as work:
            return await work.papers.get(paper_ids)

    if meaning is not None:
        await meaning.read_papers(texts)
