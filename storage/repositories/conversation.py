"""The local chat's messages, in one unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, update

from bot.ports import Utterance
from bot.views import View
from storage.engine import json_codec
from storage.engine.transaction import Transaction
from storage.tables import counter, utterance
from storage.tables.conversation import HAS_KEY

EDITS = "edits"


def _utterance_of(row: Row[Any]) -> Utterance:
    view = json_codec.decode(row.view) if row.view else None
    return Utterance(row.id, row.at, row.typed, view, row.key, row.edited)


def _with_key(key: str) -> Select[Any]:
    return select(utterance).where(utterance.c.key == key, utterance.c.key != "")


class SqlConversation:
    """Implements :class:`bot.ports.Conversation`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, at: datetime, *, typed: str = "", view: View | None = None, key: str = "") -> Utterance:
        written = json_codec.encode(view) if view else None
        new = self._transaction.insert(utterance).values(at=at, typed=typed, view=written, key=key, edited=0)
        once = new.on_conflict_do_nothing(index_elements=["key"], index_where=HAS_KEY)
        rows = await self._transaction.all(once.returning(*utterance.c))
        return _utterance_of((rows or await self._transaction.all(_with_key(key)))[0])

    async def replace(self, utterance_id: int, view: View) -> bool:
        grown = update(counter).where(counter.c.name == EDITS).values(value=counter.c.value + 1)
        edits = await self._transaction.value(grown.returning(counter.c.value))
        replaced = update(utterance).where(utterance.c.id == utterance_id)
        there = replaced.values(view=json_codec.encode(view), edited=edits).returning(utterance.c.id)
        return await self._transaction.one(there) is not None

    async def since(self, utterance_id: int, limit: int = 100) -> list[Utterance]:
        query = select(utterance).where(utterance.c.id > utterance_id).order_by(utterance.c.id).limit(limit)
        return [_utterance_of(row) for row in await self._transaction.all(query)]

    async def newest(self, limit: int = 50) -> list[Utterance]:
        query = select(utterance).order_by(utterance.c.id.desc()).limit(limit)
        return [_utterance_of(row) for row in reversed(await self._transaction.all(query))]

    async def oldest(self) -> int:
        return await self._transaction.value(select(func.min(utterance.c.id))) or 0

    async def edits(self) -> int:
        return await self._transaction.value(select(counter.c.value).where(counter.c.name == EDITS)) or 0

    async def by_key(self, key: str) -> Utterance | None:
        row = await self._transaction.one(_with_key(key))
        return _utterance_of(row) if row else None
