"""The chats of one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, exists, func, select, update

from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind, ChatStatus, Platform
from storage.engine.transaction import Transaction
from storage.repositories.chat_rows import chat_from_row, chat_to_row, is_in_any_thread_of
from storage.repositories.chat_rows import is_at as standing_at
from storage.tables import (
    chat,
    chat_feed,
    cooldown,
    delivery,
    edition,
    endpoint,
    sent_paper,
    signup,
    subscription,
    topic,
)


async def merge_chat(transaction: Transaction, old: Chat, target: Chat) -> None:
    """Gives ``target`` what it lacks of ``old``: topics, deliveries on their way, what was sent, its feed and
    endpoints, its next digest."""
    await _move_missing_rows(transaction, subscription, old, target, "topic_id")
    await _move_missing_rows(transaction, delivery, old, target, "kind", "key", "part")
    await _move_missing_rows(transaction, edition, old, target, "local_day")
    await _move_missing_rows(transaction, sent_paper, old, target, "paper_id")
    await transaction.execute(update(chat_feed).where(chat_feed.c.chat_id == old.id).values(chat_id=target.id))
    owned = update(endpoint).where(endpoint.c.owner_chat_id == old.id)
    await transaction.execute(owned.values(owner_chat_id=target.id))
    merged = replace(
        target,
        next_digest_at=target.next_digest_at or old.next_digest_at,
        last_local_day=max(filter(None, (target.last_local_day, old.last_local_day)), default=None),
        eligible_from=min(target.eligible_from, old.eligible_from),
    )
    await transaction.execute(update(chat).where(chat.c.id == target.id).values(chat_to_row(merged)))


async def _move_missing_rows(transaction: Transaction, table: Table, old: Chat, target: Chat, *unique: str) -> None:
    """Moves the rows whose ``unique`` values ``target`` does not have yet."""
    standing = table.alias("standing")
    same = [standing.c.chat_id == target.id, *(standing.c[name] == table.c[name] for name in unique)]
    lacking = ~select(standing.c.chat_id).where(*same).exists()
    await transaction.execute(update(table).where(table.c.chat_id == old.id, lacking).values(chat_id=target.id))


def _new_chat(address: ChatAddress, kind: ChatKind, title: str, defaults: ChatDefaults, at: datetime) -> Chat:
    settings = defaults.settings(kind)
    return Chat(0, address, kind, title, settings, created_at=at, eligible_from=at.astimezone(UTC).date())


class SqlChatRepository:
    """Implements :class:`bot.ports.ChatRepository`. In a writing unit of work a chat that was read is locked until its
    end.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, address: ChatAddress) -> Chat | None:
        return await self._find_first(standing_at(address))

    async def get(self, chat_id: int) -> Chat | None:
        return await self._find_first(chat.c.id == chat_id)

    async def get_many(self, chat_ids: Sequence[int]) -> Mapping[int, Chat]:
        rows = await self._transaction.fetch_where_in(select(chat), chat.c.id, chat_ids)
        return {row.id: chat_from_row(row) for row in rows}

    async def _find_first(self, which: ColumnElement[bool]) -> Chat | None:
        row = await self._transaction.fetch_first(self._transaction.for_update(select(chat).where(which)))
        return chat_from_row(row) if row else None

    async def get_or_create(
        self, address: ChatAddress, kind: ChatKind, title: str, defaults: ChatDefaults, at: datetime
    ) -> Chat:
        """The chat at ``address``, made with the defaults if it is new; a new title is taken over."""
        known = await self.find(address)
        if known is None:
            return await self._insert_or_get(_new_chat(address, kind, title, defaults, at))
        if title and title != known.title:
            known = replace(known, title=title)
            await self.save(known)
        return known

    async def _insert_or_get(self, new: Chat) -> Chat:
        """The chat at the address once this one is inserted; another process may have been quicker."""
        await self._transaction.execute(
            self._transaction.insert(chat).values(chat_to_row(new)).on_conflict_do_nothing()
        )
        rows = await self._transaction.fetch_all(
            self._transaction.for_update(select(chat).where(standing_at(new.address)))
        )
        return chat_from_row(rows[0])

    async def save(self, saved: Chat) -> None:
        await self._transaction.execute(update(chat).where(chat.c.id == saved.id).values(chat_to_row(saved)))

    async def due_chats(self, now: datetime, limit: int, after_id: int = 0) -> list[Chat]:
        due = select(chat).where(chat.c.status == ChatStatus.ACTIVE, chat.c.next_digest_at <= now, chat.c.id > after_id)
        return _chats_from_rows(await self._transaction.fetch_all(due.order_by(chat.c.id).limit(limit)))

    async def page(self, after_id: int, limit: int) -> list[Chat]:
        following = select(chat).where(chat.c.id > after_id).order_by(chat.c.id).limit(limit)
        return _chats_from_rows(await self._transaction.fetch_all(following))

    async def workspaces(self) -> list[tuple[Platform, str]]:
        query = select(chat.c.platform, chat.c.workspace).distinct().order_by(chat.c.platform, chat.c.workspace)
        return [(Platform(row.platform), row.workspace) for row in await self._transaction.fetch_all(query)]

    async def resumable_chats(self, now: datetime) -> list[Chat]:
        over = select(chat).where(chat.c.status == ChatStatus.PAUSED, chat.c.paused_until <= now)
        return _chats_from_rows(
            await self._transaction.fetch_all(self._transaction.for_update(over.order_by(chat.c.id)))
        )

    async def chats_of_workspace(self, platform: Platform, workspace: str) -> list[Chat]:
        there = select(chat).where(chat.c.platform == platform, chat.c.workspace == workspace)
        return _chats_from_rows(
            await self._transaction.fetch_all(self._transaction.for_update(there.order_by(chat.c.id)))
        )

    async def move(self, old: ChatAddress, new: ChatAddress) -> Chat | None:
        if is_in_any_thread_of(old).compare(is_in_any_thread_of(new)):
            return await self.find(new)
        moving = self._transaction.for_update(select(chat).where(is_in_any_thread_of(old)).order_by(chat.c.id))
        for row in await self._transaction.fetch_all(moving):
            await self._move_one(chat_from_row(row), new)
        return await self.find(replace(new, thread=old.thread)) or await self.find(new)

    async def _move_one(self, moved: Chat, new: ChatAddress) -> None:
        address = replace(new, thread=moved.address.thread)
        there = await self.find(address)
        if there is None:
            await self.save(replace(moved, address=address))
            return
        await merge_chat(self._transaction, moved, there)
        await self._transaction.execute(delete(chat).where(chat.c.id == moved.id))

    async def count_paused_because(self, reason: str) -> int:
        paused = (chat.c.status == ChatStatus.PAUSED) & (chat.c.paused_because == reason)
        return int(await self._transaction.fetch_scalar(select(func.count()).select_from(chat).where(paused)))

    async def count_active_and_paused(self) -> tuple[int, int]:
        follows = exists().where(subscription.c.chat_id == chat.c.id)
        query = select(chat.c.status, func.count().label("chats")).where(follows).group_by(chat.c.status)
        found = {row.status: int(row.chats) for row in await self._transaction.fetch_all(query)}
        return found.get(ChatStatus.ACTIVE, 0), found.get(ChatStatus.PAUSED, 0)

    async def earliest_digest_at(self) -> datetime | None:
        query = select(func.min(chat.c.next_digest_at)).where(chat.c.status == ChatStatus.ACTIVE)
        moment: datetime | None = await self._transaction.fetch_scalar(query)
        return moment

    async def has_subscribers(self, platform: Platform) -> bool:
        follows = exists().where(subscription.c.chat_id == chat.c.id)
        query = select(chat.c.id).where(chat.c.platform == platform, follows).limit(1)
        return await self._transaction.fetch_scalar(query) is not None

    async def erase(self, chat_id: int) -> None:
        """The chat and everything that hangs on it, and topics nobody follows any more."""
        erased = await self.get(chat_id)
        if erased is None:
            return
        await self._transaction.execute(delete(chat).where(chat.c.id == chat_id))
        await self._transaction.execute(delete(cooldown).where(cooldown.c.chat == erased.address.chat))
        own_address = (signup.c.platform == erased.address.platform) & (signup.c.address == erased.address.chat)
        await self._transaction.execute(delete(signup).where(own_address))
        await self._transaction.execute(delete(topic).where(~exists().where(subscription.c.topic_id == topic.c.id)))


def _chats_from_rows(rows: Sequence[Row[Any]]) -> list[Chat]:
    return [chat_from_row(row) for row in rows]
