"""What happens to a chat as a whole: it moves, can't be written to any more, or can again."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.chats import Chat, ChatAddress, ChatStatus
from bot.digests.resuming import resumed
from bot.errors import GoneReason
from bot.ports import Clock, Storage, UnitOfWork

log = logging.getLogger(__name__)


class StoredChatNews:
    """Writes down what platforms tell of chats. An address without a thread means all threads of that chat."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def moved(self, old: ChatAddress, new: ChatAddress) -> None:
        """The chat, with all its threads, has a new id."""
        async with self._storage.write() as work:
            await work.chats.move(old, new)
            await work.commit()
        log.info("%s is now %s", old, new)

    async def gone(self, chat: ChatAddress, reason: GoneReason) -> None:
        """Nothing can be sent there: paused with the reason, everything kept."""
        async with self._storage.write() as work:
            for one in await _of_chat(work, chat):
                if one.status is ChatStatus.ACTIVE:
                    await work.chats.save(paused(one, reason))
            await work.commit()
        log.info("%s is paused: %s", chat, reason.value)

    async def back(self, chat: ChatAddress) -> None:
        """It can be written to again. What a person paused stays paused.

        Of a whole workspace only what its leaving had paused begins again: an archived channel is still archived.
        """
        now = self._clock.now()
        async with self._storage.write() as work:
            for one in await _of_chat(work, chat):
                if one.status is ChatStatus.PAUSED and _ends(one.paused_because, chat):
                    follows = bool(await work.topics.of_chat(one.id))
                    await work.chats.save(resumed(one, now, follows=follows))
            await work.commit()


def paused(chat: Chat, reason: GoneReason) -> Chat:
    """The chat, paused for a platform's reason: nothing is due until it is back."""
    return replace(chat, status=ChatStatus.PAUSED, paused_because=reason.value, next_digest_at=None)


def _ends(reason: str, back: ChatAddress) -> bool:
    return bool(reason) if back.chat else reason == GoneReason.UNINSTALLED


async def _of_chat(work: UnitOfWork, address: ChatAddress) -> list[Chat]:
    """The chats an address means: that one, all threads of it, or (with no chat) all of the workspace."""
    if address.thread:
        found = await work.chats.find(address)
        return [found] if found else []
    everything = await work.chats.of_workspace(address.platform, address.workspace)
    return [one for one in everything if not address.chat or one.address.chat == address.chat]
