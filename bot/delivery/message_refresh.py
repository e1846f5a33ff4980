"""Refreshes digests that were sent lately: shown with their papers' facts as they are now.

Votes, comments and code come in the hours after a digest. Where a platform edits a message without notifying anybody, a
digest stays true for a day; what is listed late comes in the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.chats import Chat, ChatStatus, Platform
from bot.deliveries import Delivery, DigestContent
from bot.errors import DeliveryError, ErrorScope, NotAuthorised, RetryLater
from bot.papers import Paper
from bot.ports import ChatPlatform, Storage
from bot.rendering.digest import referenced_paper_ids, render_content

REFRESH_PERIOD: Final = timedelta(days=1)
MAX_CHANGES: Final = 2000
MAX_PARALLEL_WORKSPACES: Final = 8
CONSUMER: Final = "refreshed"  # whose checkpoint it keeps in the database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaleMessage:
    """A message whose papers' facts changed since it was sent, and all that is needed to render it again."""

    delivery: Delivery
    chat: Chat
    papers: Mapping[str, Paper]


class MessageRefresher:
    """Edits what its papers' changes made stale, also while no process ran.

    ``platforms`` may still be filled until the first call.
    """

    def __init__(self, storage: Storage, platforms: Mapping[Platform, ChatPlatform]) -> None:
        self._storage = storage
        self._platforms = platforms

    async def refresh(self, now: datetime) -> int:
        """Edits the digests of the last day whose papers changed since the last time; returns how many messages that
        were. One workspace's errors or rate limits hold up no other."""
        editable = {name: each for name, each in self._platforms.items() if each.capabilities.silent_edits}
        if not editable:
            return 0
        changed, revision = await self._changed_paper_ids()
        edited = 0
        for name, platform in editable.items() if changed else ():
            of_workspaces = await self._stale_messages(name, changed, now - REFRESH_PERIOD)
            slots = asyncio.Semaphore(MAX_PARALLEL_WORKSPACES)
            edited += sum(await asyncio.gather(*(_edit_workspace(platform, each, slots) for each in of_workspaces)))
        # After the edits: a process that crashes between them repeats them, which changes nothing.
        await self._save_checkpoint(revision)
        return edited

    async def _changed_paper_ids(self) -> tuple[frozenset[str], int]:
        """The papers whose facts changed since the checkpoint, and the revision that this reaches; at the very first
        time none: what was sent before is as it was then."""
        async with self._storage.read() as work:
            checkpoint = await work.papers.checkpoint(CONSUMER)
            if checkpoint is None:
                return frozenset(), await work.papers.latest_revision()
            changes = await work.papers.changed_since(checkpoint, MAX_CHANGES)
        return frozenset(paper.id for paper in changes.papers), changes.revision

    async def _save_checkpoint(self, revision: int) -> None:
        async with self._storage.write() as work:
            await work.papers.save_checkpoint(CONSUMER, revision)
            await work.commit()

    async def _stale_messages(
        self, name: Platform, changed: frozenset[str], since: datetime
    ) -> list[list[StaleMessage]]:
        """By workspace, in the order they were planned."""
        async with self._storage.read() as work:
            sent = await work.outbox.sent_containing(name, sorted(changed), since)
            chats = await work.chats.get_many([delivery.chat_id for delivery in sent])
            paper_ids = {paper_id for delivery in sent for paper_id in referenced_paper_ids(delivery.content)}
            papers = {paper.id: paper for paper in await work.papers.get(sorted(paper_ids))}
        found = defaultdict[str, list[StaleMessage]](list)
        for delivery in sent:
            chat = chats.get(delivery.chat_id)
            if chat is not None and chat.status is ChatStatus.ACTIVE and _contains_any(delivery, changed):
                found[chat.address.workspace].append(StaleMessage(delivery, chat, papers))
        return list(found.values())


async def _edit_workspace(platform: ChatPlatform, stale: Sequence[StaleMessage], slots: asyncio.Semaphore) -> int:
    """How many of one workspace's could be edited; it is left alone once it refuses them all."""
    edited = 0
    async with slots:
        for each in stale:
            try:
                edited += await _edit_message(platform, each)
            except (RetryLater, NotAuthorised) as problem:
                log.info("digests are not refreshed now: %s", problem.reason)
                if problem.scope is not ErrorScope.CHAT:
                    break
            except DeliveryError as problem:
                log.info("a digest could not be refreshed: %s", problem.reason)
    return edited


async def _edit_message(platform: ChatPlatform, stale: StaleMessage) -> bool:
    delivery, chat = stale.delivery, stale.chat
    if delivery.message_ref is None:
        return False
    await platform.wait_turn(chat.address)
    view = render_content(delivery.content, stale.papers, chat, delivery.id, capabilities=platform.capabilities)
    await platform.edit(chat, delivery.message_ref, view)
    return True


def _contains_any(delivery: Delivery, changed: frozenset[str]) -> bool:
    """By the part itself: a reply in the thread shows its own papers alone."""
    return isinstance(delivery.content, DigestContent) and not changed.isdisjoint(
        referenced_paper_ids(delivery.content)
    )
