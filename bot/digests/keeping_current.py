"""Digests that were sent lately, shown with their papers' facts as they are now.

Votes, comments and code come in the hours after a digest. Where a platform changes a message without telling anybody of
it, a digest stays true for a day; what is listed late comes in the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.chats import Chat, ChatStatus, Platform
from bot.deliveries import Delivery, DigestContent
from bot.digests.compose import compose, paper_ids
from bot.errors import DeliveryError, NotAuthorised, Scope, TryLater
from bot.papers import Paper
from bot.ports import ChatPlatform, Storage

FOR: Final = timedelta(days=1)
AT_MOST_EVERY: Final = timedelta(hours=1)
CHANGES: Final = 2000

log = logging.getLogger(__name__)


class KeepingCurrent:
    """Edits what its papers' changes make untrue. What it has not seen since the process began it leaves alone."""

    def __init__(self, storage: Storage, platforms: Mapping[Platform, ChatPlatform]) -> None:
        self._storage = storage
        self._platforms = {name: platform for name, platform in platforms.items() if platform.traits.edits_quietly}
        self._seen: int | None = None
        self._at: datetime | None = None

    async def bring_up_to_date(self, now: datetime) -> int:
        """Edits the digests of the last day whose papers changed since the last time, at most once an hour; returns how
        many messages that were."""
        if not self._platforms or (self._at is not None and now < self._at + AT_MOST_EVERY):
            return 0
        self._at = now
        changed = await self._changed()
        if not changed:
            return 0
        edited = 0
        for name, platform in self._platforms.items():
            edited += await self._edit(name, platform, changed, now - FOR)
        return edited

    async def _changed(self) -> frozenset[str]:
        """The papers whose facts changed since the last time; none at the first."""
        async with self._storage.read() as work:
            if self._seen is None:
                self._seen = await work.papers.revision()
                return frozenset()
            changes = await work.papers.changed_since(self._seen, CHANGES)
        self._seen = changes.revision
        return frozenset(paper.id for paper in changes.papers)

    async def _edit(self, name: Platform, platform: ChatPlatform, changed: frozenset[str], since: datetime) -> int:
        async with self._storage.read() as work:
            sent = await work.outbox.sent_with(name, sorted(changed), since)
            chats = await work.chats.several([delivery.chat_id for delivery in sent])
            wanted = {paper_id for delivery in sent for paper_id in paper_ids(delivery.content)}
            papers = {paper.id: paper for paper in await work.papers.get(sorted(wanted))}
        edited = 0
        for delivery in sent:
            chat = chats.get(delivery.chat_id)
            if chat is None or chat.status is not ChatStatus.ACTIVE or not _shows(delivery, changed):
                continue
            try:
                await self._show(platform, delivery, chat, papers)
            except (TryLater, NotAuthorised) as problem:
                log.info("digests are not brought up to date now: %s", problem.reason)
                if problem.scope is not Scope.CHAT:
                    break
            except DeliveryError as problem:
                log.info("a digest could not be brought up to date: %s", problem.reason)
            else:
                edited += 1
        return edited

    async def _show(self, platform: ChatPlatform, delivery: Delivery, chat: Chat, papers: Mapping[str, Paper]) -> None:
        if delivery.receipt is None:
            return
        await platform.turn(chat.address)
        await platform.edit(chat, delivery.receipt, compose(delivery.content, papers, chat, delivery.id))


def _shows(delivery: Delivery, changed: frozenset[str]) -> bool:
    """A part of the thread shows its own papers alone."""
    return isinstance(delivery.content, DigestContent) and not changed.isdisjoint(paper_ids(delivery.content))
