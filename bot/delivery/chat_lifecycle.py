"""What happens to a chat as a whole: it gets a new id, becomes unavailable, or available again."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind, ChatStatus
from bot.deliveries import DeliveryKind, DeliveryPlan, NoticeContent, PlannedMessage
from bot.due import resume_chat
from bot.errors import UnavailableReason
from bot.ports import Clock, PlatformCapabilities, Storage, UnitOfWork

NOTICE_EXPIRES_AFTER: Final = timedelta(days=2)

log = logging.getLogger(__name__)


class ChatLifecycle:
    """Stores what one platform reports of its chats. Implements :class:`bot.ports.ChatEvents`. An address without a
    thread means all threads of that chat.
    """

    def __init__(self, storage: Storage, clock: Clock, capabilities: PlatformCapabilities) -> None:
        self._storage = storage
        self._clock = clock
        self._capabilities = capabilities

    async def on_migrated(self, old: ChatAddress, new: ChatAddress) -> None:
        """The chat, with all its threads, has a new id."""
        async with self._storage.write() as work:
            await work.chats.move(old, new)
            await work.commit()
        log.info("%s is now %s", self._capabilities.log_text(old), self._capabilities.log_text(new))

    async def on_unavailable(self, chat: ChatAddress, reason: UnavailableReason) -> None:
        """Nothing can be sent there: paused with the reason, everything kept, and its owner notified."""
        async with self._storage.write() as work:
            for one in await _chats_at(work, chat):
                if one.status is ChatStatus.ACTIVE:
                    await pause_chat(work, one, reason, self._clock.now(), self._capabilities)
            await work.commit()
        log.info("%s is paused: %s", self._capabilities.log_text(chat), reason.value)

    async def on_available(self, chat: ChatAddress) -> None:
        """It can be written to again. What a person paused stays paused.

        Of a whole workspace only what uninstalling had paused begins again: an archived channel is still archived.
        """
        now = self._clock.now()
        async with self._storage.write() as work:
            for one in await _chats_at(work, chat):
                if one.status is ChatStatus.PAUSED and _ends_pause(one.pause_reason, chat):
                    follows = bool(await work.subscriptions.of_chat(one.id))
                    await work.chats.save(resume_chat(one, now, follows=follows))
            await work.commit()


async def pause_chat(
    work: UnitOfWork, chat: Chat, reason: UnavailableReason, now: datetime, capabilities: PlatformCapabilities
) -> None:
    """Pauses a chat for a platform's reason: nothing is due until it is available. Whoever set it up is notified in
    private, where they talk with Paperboy.
    """
    await work.chats.save(replace(chat, status=ChatStatus.PAUSED, pause_reason=reason.value, next_digest_at=None))
    owner = await _owner_chat(work, chat, now, capabilities)
    if owner is not None and reason is not UnavailableReason.UNINSTALLED and await work.subscriptions.of_chat(chat.id):
        await work.outbox.store_plans([_pause_notice(owner, chat, reason, now)])


async def _owner_chat(work: UnitOfWork, chat: Chat, now: datetime, capabilities: PlatformCapabilities) -> Chat | None:
    """The private chat of whoever set this one up, or the chat that asked for an endpoint; an anonymous admin has
    none."""
    if (endpoint := await work.endpoints.find(chat.id)) is not None:
        asked = await work.chats.get(endpoint.owner_chat_id)
        return asked if asked is not None and asked.status is ChatStatus.ACTIVE else None
    if not chat.owner or chat.kind.personal:
        return None
    address = replace(chat.address, chat=chat.owner, thread="")
    owner = await work.chats.find(address)
    if owner is None and capabilities.opens_private_chats:
        defaults = ChatDefaults(days=capabilities.default_days)
        owner = await work.chats.get_or_create(address, ChatKind.PRIVATE, "", defaults, now)
    return owner if owner is not None and owner.kind.personal and owner.status is ChatStatus.ACTIVE else None


def _pause_notice(owner: Chat, chat: Chat, reason: UnavailableReason, now: datetime) -> DeliveryPlan:
    """The key makes it one notice for all topics of a forum that stop in the same second."""
    key = f"paused:{chat.address.chat}:{now.isoformat(timespec='seconds')}"
    content = NoticeContent(chat.title, reason.value)
    return DeliveryPlan(
        owner.id, DeliveryKind.NOTICE, key, (PlannedMessage(content),), (), now, expires_at=now + NOTICE_EXPIRES_AFTER
    )


def _ends_pause(reason: str, available: ChatAddress) -> bool:
    return bool(reason) if available.chat else reason == UnavailableReason.UNINSTALLED


async def _chats_at(work: UnitOfWork, address: ChatAddress) -> list[Chat]:
    """The chats an address means: that one, all threads of it, or (with no chat) all of the workspace."""
    if address.thread:
        found = await work.chats.find(address)
        return [found] if found else []
    everything = await work.chats.chats_of_workspace(address.platform, address.workspace)
    return [one for one in everything if not address.chat or one.address.chat == address.chat]
