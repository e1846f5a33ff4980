"""Changing a chat: read anew inside the writing transaction, so that nothing planned meanwhile is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.chats import Chat, ChatStatus
from bot.commands.core.services import Services
from bot.due import next_digest_at
from bot.ports import UnitOfWork

ChatChange = Callable[[Chat], Chat]


async def update_chat(services: Services, chat: Chat, change: ChatChange) -> Chat:
    """Stores ``change`` of the chat as it stands now, and returns it."""
    async with services.storage.write() as work:
        changed = await update_chat_in(work, chat, change)
        await work.commit()
    return changed


async def update_chat_in(work: UnitOfWork, chat: Chat, change: ChatChange) -> Chat:
    """The same inside a transaction that does more."""
    changed = change(await work.chats.get(chat.id) or chat)
    await work.chats.save(changed)
    return changed


def with_next_digest(chat: Chat, now: datetime, *, follows: bool) -> Chat:
    """The chat with its next moment worked out anew: none while nothing is followed or it is paused."""
    if not follows or chat.status is ChatStatus.PAUSED:
        return replace(chat, next_digest_at=None)
    return replace(chat, next_digest_at=next_digest_at(chat.settings, now, chat.last_local_day))


def ensure_next_digest(chat: Chat, now: datetime) -> Chat:
    """The chat with a next moment, kept where it has one: a digest that is due this minute is not put off."""
    return chat if chat.next_digest_at is not None else with_next_digest(chat, now, follows=True)
