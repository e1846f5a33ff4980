"""The chats of one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, exists, func, select, update

from bot.chats import Chat, ChatAddress, ChatDefaults, ChatKind, ChatStatus, Platform
from storage.engine.transaction import Transaction
from storage.repositories.chat_rows import at as standing_at
from storage.repositories.chat_rows import chat_of, everywhere_in, row_of
from storage.tables import chat, delivery, edition, ledger, subscription, topic, utterance


async def merge_chat(transaction: Transaction, old: Chat, there: Chat) -> None:
    """Gives ``there`` what it lacks of ``old``: topics, deliveries on their way, what was sent, its next digest."""
    await _give(transaction, subscription, old, there, "topic_id")
    await _give(transaction, delivery, old, there, "kind", "key", "part")
    await _give(transaction, edition, old, there, "local_day")
    await _give(transaction, ledger, old, there, "paper_id")
    merged = replace(
        there,
        next_digest_at=there.next_digest_at or old.next_digest_at,
        last_local_day=max(filter(None, (there.last_local_day, old.last_local_day)), default=None),
        counting_from=min(there.counting_from, old.counting_from),
    )
    await transaction.run(update(chat).where(chat.c.id == there.id).values(row_of(merged)))


async def _give(transaction: Transaction, table: Table, old: Chat, there: Chat, *unique: str) -> None:
    """Moves the rows whose ``unique`` values do not stand at ``there`` yet."""
    standing = table.alias("standing")
    same = [standing.c.chat_id == there.id, *(standing.c[name] == table.c[name] for name in unique)]
    lacking = ~select(standing.c.chat_id).where(*same).exists()
    await transaction.run(update(table).where(table.c.chat_id == old.id, lacking).values(chat_id=there.id))


def _new_chat(address: ChatAddress, kind: ChatKind, title: str, defaults: ChatDefaults, at: datetime) -> Chat:
    settings = defaults.settings(address.platform, kind)
    return Chat(0, address, kind, title, settings, created_at=at, counting_from=at.astimezone(UTC).date())


class SqlChats:
    """Implements :class:`bot.ports.ChatBook`. In a writing unit of work a chat that was read is held until its end."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, address: ChatAddress) -> Chat | None:
        return await self._first(standing_at(address))

    async def get(self, chat_id: int) -> Chat | None:
        return await self._first(chat.c.id == chat_id)

    async def several(self, chat_ids: Sequence[int]) -> Mapping[int, Chat]:
        rows = await self._transaction.among(select(chat), chat.c.id, chat_ids)
        return {row.id: chat_of(row) for row in rows}

    async def _first(self, which: ColumnElement[bool]) -> Chat | None:
        row = await self._transaction.one(self._transaction.locked(select(chat).where(which)))
        return chat_of(row) if row else None

    async def open(
        self, address: ChatAddress, kind: ChatKind, title: str, defaults: ChatDefaults, at: datetime
    ) -> Chat:
        """The chat at ``address``, made with the defaults if it is new; a new title is taken over."""
        known = await self.find(address)
        if known is None:
            return await self._make(_new_chat(address, kind, title, defaults, at))
        if title and title != known.title:
            known = replace(known, title=title)
            await self.save(known)
        return known

    async def _make(self, new: Chat) -> Chat:
        """The chat that stands once this one is added; another process may have been quicker."""
        await self._transaction.run(self._transaction.insert(chat).values(row_of(new)).on_conflict_do_nothing())
        rows = await self._transaction.all(self._transaction.locked(select(chat).where(standing_at(new.address))))
        return chat_of(rows[0])

    async def save(self, saved: Chat) -> None:
        await self._transaction.run(update(chat).where(chat.c.id == saved.id).values(row_of(saved)))

    async def due(self, now: datetime, limit: int, after_id: int = 0) -> list[Chat]:
        due = select(chat).where(chat.c.status == ChatStatus.ACTIVE, chat.c.next_digest_at <= now, chat.c.id > after_id)
        return _chats(await self._transaction.all(due.order_by(chat.c.id).limit(limit)))

    async def resumable(self, now: datetime) -> list[Chat]:
        over = select(chat).where(chat.c.status == ChatStatus.PAUSED, chat.c.paused_until <= now)
        return _chats(await self._transaction.all(self._transaction.locked(over.order_by(chat.c.id))))

    async def of_workspace(self, platform: Platform, workspace: str) -> list[Chat]:
        there = select(chat).where(chat.c.platform == platform, chat.c.workspace == workspace)
        return _chats(await self._transaction.all(self._transaction.locked(there.order_by(chat.c.id))))

    async def move(self, old: ChatAddress, new: ChatAddress) -> Chat | None:
        if everywhere_in(old).compare(everywhere_in(new)):
            return await self.find(new)
        moving = self._transaction.locked(select(chat).where(everywhere_in(old)).order_by(chat.c.id))
        for row in await self._transaction.all(moving):
            await self._move_one(chat_of(row), new)
        return await self.find(replace(new, thread=old.thread)) or await self.find(new)

    async def _move_one(self, moved: Chat, new: ChatAddress) -> None:
        address = replace(new, thread=moved.address.thread)
        there = await self.find(address)
        if there is None:
            await self.save(replace(moved, address=address))
            return
        await merge_chat(self._transaction, moved, there)
        await self._transaction.run(delete(chat).where(chat.c.id == moved.id))

    async def counts(self) -> tuple[int, int]:
        follows = exists().where(subscription.c.chat_id == chat.c.id)
        query = select(chat.c.status, func.count().label("chats")).where(follows).group_by(chat.c.status)
        found = {row.status: int(row.chats) for row in await self._transaction.all(query)}
        return found.get(ChatStatus.ACTIVE, 0), found.get(ChatStatus.PAUSED, 0)

    async def next_digest_at(self) -> datetime | None:
        query = select(func.min(chat.c.next_digest_at)).where(chat.c.status == ChatStatus.ACTIVE)
        moment: datetime | None = await self._transaction.value(query)
        return moment

    async def any_following(self, platform: Platform) -> bool:
        follows = exists().where(subscription.c.chat_id == chat.c.id)
        query = select(chat.c.id).where(chat.c.platform == platform, follows).limit(1)
        return await self._transaction.value(query) is not None

    async def erase(self, chat_id: int) -> None:
        """The chat and everything that hangs on it: also the local conversation, and topics nobody follows any more."""
        erased = await self.get(chat_id)
        if erased is None:
            return
        await self._transaction.run(delete(chat).where(chat.c.id == chat_id))
        await self._transaction.run(delete(topic).where(~exists().where(subscription.c.topic_id == topic.c.id)))
        if erased.address.platform is Platform.LOCAL:
            await self._transaction.run(delete(utterance))


def _chats(rows: Sequence[Row[Any]]) -> list[Chat]:
    return [chat_of(row) for row in rows]
