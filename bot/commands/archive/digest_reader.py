"""The digests of one chat for whoever has the secret address of its feed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Final

from bot.commands.core.services import Services
from bot.deliveries import DigestContent, SelectedPaper
from bot.i18n import LazyText
from bot.papers import Paper
from bot.ports import ChatFeedState
from bot.rendering.match_reasons import match_reasons_text
from bot.topics import Topic

TOKEN_BYTES: Final = 16


def new_feed_token() -> str:
    """128 random bits, in characters that an address holds."""
    return token_urlsafe(TOKEN_BYTES)


def feed_token_hash(token: str) -> str:
    """What is kept of a token, and looked up by: how long that takes tells nothing of how near a guess was."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class SentPaper:
    """A paper that was sent, and why."""

    paper: Paper
    reasons: LazyText


@dataclass(frozen=True, slots=True)
class SentDigests:
    """The papers of some digests, newest digest first; ``newest_at`` (UTC) is when that was planned."""

    papers: tuple[SentPaper, ...]
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class DigestReader:
    """Reads of a chat what its digests told, and its topics; changes nothing."""

    services: Services

    async def state(self, token: str, since: datetime) -> ChatFeedState | None:
        """The feed that has this token, None for a guess; one query."""
        async with self.services.storage.read() as work:
            return await work.chat_feeds.state(feed_token_hash(token), since)

    async def sent_since(self, chat_id: int, since: datetime) -> SentDigests:
        """The digests that were sent, as far as they were planned since then; each paper once, invented ones never."""
        async with self.services.storage.read() as work:
            deliveries = await work.outbox.sent_digests(chat_id, since)
            selected = _each_once([each.content for each in deliveries if isinstance(each.content, DigestContent)])
            papers = {paper.id: paper for paper in await work.papers.get(list(selected)) if not paper.sample}
        told = [SentPaper(papers[id], match_reasons_text(why.topics)) for id, why in selected.items() if id in papers]
        return SentDigests(tuple(told), max((each.created_at for each in deliveries), default=None))

    async def topics(self, chat_id: int) -> list[Topic]:
        """What the chat follows."""
        async with self.services.storage.read() as work:
            return [each.topic for each in await work.subscriptions.of_chat(chat_id)]


def _each_once(digests: Sequence[DigestContent]) -> dict[str, SelectedPaper]:
    """By their ids, as the newest digest that brought them had them."""
    found: dict[str, SelectedPaper] = {}
    for selected in (each for digest in digests for each in digest.selected):
        found.setdefault(selected.paper_id, selected)
    return found
