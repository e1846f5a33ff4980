"""The feeds of chats, in one unit of work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, func, select, update

from bot.chats import ChatKind
from bot.deliveries import DeliveryKind, DeliveryState
from bot.ports import ChatFeedState
from storage.engine.transaction import Transaction
from storage.tables import UtcDateTime, chat, chat_feed, delivery, paper, sent_paper


class SqlChatFeedRepository:
    """Implements :class:`bot.ports.ChatFeedRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def opened_at(self, chat_id: int) -> datetime | None:
        query = select(chat_feed.c.created_at).where(chat_feed.c.chat_id == chat_id, chat_feed.c.revoked_at.is_(None))
        opened: datetime | None = await self._transaction.fetch_scalar(query)
        return opened

    async def open_feed(self, chat_id: int, token_hash: str, at: datetime) -> None:
        await self.revoke(chat_id, at)
        new = {"token_hash": token_hash, "chat_id": chat_id, "created_at": at}
        await self._transaction.execute(self._transaction.insert(chat_feed).values(**new))

    async def revoke(self, chat_id: int, at: datetime) -> bool:
        current = update(chat_feed).where(chat_feed.c.chat_id == chat_id, chat_feed.c.revoked_at.is_(None))
        return await self._transaction.execute(current.values(revoked_at=at)) > 0

    async def state(self, token_hash: str, since: datetime) -> ChatFeedState | None:
        digests = and_(
            delivery.c.chat_id == chat_feed.c.chat_id,
            delivery.c.kind == DeliveryKind.DIGEST,
            delivery.c.part == 0,
            delivery.c.state == DeliveryState.SENT,
            delivery.c.created_at >= since,
        )
        by = (chat_feed.c.chat_id, chat_feed.c.revoked_at, chat.c.title, chat.c.kind)
        facts = (
            func.count(delivery.c.id.distinct()).label("digests"),
            func.max(delivery.c.id).label("newest"),
            func.max(paper.c.text_changed_at, type_=UtcDateTime).label("changed_at"),
        )
        query = (
            select(*by, *facts)
            .join(chat, chat.c.id == chat_feed.c.chat_id)
            .join(delivery, digests, isouter=True)
            .join(sent_paper, sent_paper.c.delivery_id == delivery.c.id, isouter=True)
            .join(paper, paper.c.id == sent_paper.c.paper_id, isouter=True)
            .where(chat_feed.c.token_hash == token_hash)
            .group_by(*by)
        )
        row = await self._transaction.fetch_first(query)
        if row is None:
            return None
        title = "" if ChatKind(row.kind).personal else row.title
        version = (row.digests, row.newest, row.changed_at, title)
        return ChatFeedState(row.chat_id, title, row.revoked_at is not None, version)

    async def prune(self, before: datetime) -> None:
        await self._transaction.execute(delete(chat_feed).where(chat_feed.c.revoked_at < before))
