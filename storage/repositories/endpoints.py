"""The endpoints of chats, in one unit of work."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Row, select, update

from bot.ports import Endpoint
from storage.engine.transaction import Transaction
from storage.tables import endpoint


class SqlEndpointRepository:
    """Implements :class:`bot.ports.EndpointRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, new: Endpoint) -> None:
        await self._transaction.execute(self._transaction.insert(endpoint).values(**asdict(new)))

    async def find(self, chat_id: int) -> Endpoint | None:
        query = self._transaction.for_update(select(endpoint).where(endpoint.c.chat_id == chat_id))
        row = await self._transaction.fetch_first(query)
        return _from_row(row) if row else None

    async def owned_by(self, chat_id: int) -> list[Endpoint]:
        query = select(endpoint).where(endpoint.c.owner_chat_id == chat_id).order_by(endpoint.c.chat_id)
        return [_from_row(row) for row in await self._transaction.fetch_all(query)]

    async def save(self, saved: Endpoint) -> None:
        stands = update(endpoint).where(endpoint.c.chat_id == saved.chat_id)
        await self._transaction.execute(stands.values(**asdict(saved)))


def _from_row(row: Row[tuple[object, ...]]) -> Endpoint:
    return Endpoint(**row._mapping)
