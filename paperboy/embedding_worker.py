"""The sentence model in a running Paperboy: what the operator is told of it, and its work in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from adapters.embeddings.service import EmbeddingService
from bot.papers import Paper
from bot.ports import Storage
from paperboy.check_result import CheckResult

_ON_TEXT = "Search results are ordered by a sentence model, too."
_WORDS_ONLY_TEXT = "Search goes by words alone"


async def embedding_state(embeddings: EmbeddingService | None) -> Literal["on", "off"]:
    """As the status says it."""
    return "off" if embeddings is None or await embeddings.problem() else "on"


async def check_embeddings(embeddings: EmbeddingService | None) -> CheckResult:
    """What ``doctor`` says, after having the model read a sentence."""
    if embeddings is None:
        return CheckResult("meaning", "ok", f"off: {_WORDS_ONLY_TEXT}, since MEANING=off.")
    if trouble := await embeddings.self_test():
        return CheckResult(
            "meaning", "warn", f"off: {trouble.reason}. {_WORDS_ONLY_TEXT}; decisions are the same.", trouble.remedy
        )
    return CheckResult("meaning", "ok", f"on: {_ON_TEXT}")


async def embed_papers(embeddings: EmbeddingService | None, storage: Storage) -> None:
    """The reading of papers that searches wait for, until it is cancelled; ends at once where there is no model."""

    async def texts(paper_ids: Sequence[str]) -> list[Paper]:
        async with storage.read() as work:
            return await work.papers.get(paper_ids)

    if embeddings is not None:
        await embeddings.run(texts)
