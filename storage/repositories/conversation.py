"""The local chat's messages, in one unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update

from bot.ports import ChatMessage
from bot.views import View
from storage.engine import json_codec
from storage.engine.transaction import Transaction
from storage.tables import chat_message, counter
from storage.tables.conversation import HAS_KEY

EDITS = "edits"


def _message_of(row: Row[Any]) -> ChatMessage:
    view = json_codec.decode(row.view) if row.view else None
    return ChatMessage(row.id, row.at, row.typed, view, row.key, row.edited)


def _with_key(key: str) -> Select[Any]:
    return select(chat_message).where(chat_message.c.key == key, chat_message.c.key != "")


class SqlConversationRepository:
    """Implements :class:`bot.ports.ConversationRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, at: datetime, *, typed: str = "", view: View | None = None, key: str = "") -> ChatMessage:
        written = json_codec.encode(view) if view else None
        new = self._transaction.insert(chat_message).values(at=at, typed=typed, view=written, key=key, edited=0)
        once = new.on_conflict_do_nothing(index_elements=["key"], index_where=HAS_KEY)
        rows = await self._transaction.fetch_all(once.returning(*chat_message.c))
        return _message_of((rows or await self._transaction.fetch_all(_with_key(key)))[0])

    async def replace(self, message_id: int, view: View) -> bool:
        grown = update(counter).where(counter.c.name == EDITS).values(value=counter.c.value + 1)
        edits = await self._transaction.fetch_scalar(grown.returning(counter.c.value))
        replaced = update(chat_message).where(chat_message.c.id == message_id)
        there = replaced.values(view=json_codec.encode(view), edited=edits).returning(chat_message.c.id)
        return await self._transaction.fetch_first(there) is not None

    async def messages_after(self, message_id: int, limit: int = 100) -> list[ChatMessage]:
        query = select(chat_message).where(chat_message.c.id > message_id).order_by(chat_message.c.id).limit(limit)
        return [_message_of(row) for row in await self._transaction.fetch_all(query)]

    async def latest_messages(self, limit: int = 50) -> list[ChatMessage]:
        query = select(chat_message).order_by(chat_message.c.id.desc()).limit(limit)
        return [_message_of(row) for row in reversed(await self._transaction.fetch_all(query))]

    async def oldest_id(self) -> int:
        return await self._transaction.fetch_scalar(select(func.min(chat_message.c.id))) or 0

    async def edit_count(self) -> int:
        return await self._transaction.fetch_scalar(select(counter.c.value).where(counter.c.name == EDITS)) or 0

    async def erase(self) -> None:
        await self._transaction.execute(delete(chat_message))

    async def find_by_key(self, key: str) -> ChatMessage | None:
        row = await self._transaction.fetch_first(_with_key(key))
        return _message_of(row) if row else None
