"""What an operator watches of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from bot.chats import ChatStatus, Platform
from bot.deliveries import DeliveryKind, DeliveryState
from storage.engine.transaction import Transaction
from storage.tables import UtcDateTime, chat, delivery


async def count_by_platform(transaction: Transaction) -> Mapping[tuple[Platform, DeliveryState], int]:
    """See :meth:`bot.ports.Outbox.count_by_platform`."""
    by = (delivery.c.state, delivery.c.platform)
    rows = await transaction.fetch_all(select(*by, func.count().label("rows")).group_by(*by))
    return {(Platform(row.platform), DeliveryState(row.state)): int(row.rows) for row in rows}


async def oldest_pending_due_at(transaction: Transaction) -> datetime | None:
    """See :meth:`bot.ports.Outbox.oldest_pending_due_at`."""
    due = func.min(func.coalesce(delivery.c.due_at, delivery.c.created_at), type_=UtcDateTime)
    waiting = delivery.c.state == DeliveryState.PENDING, chat.c.status == ChatStatus.ACTIVE
    query = select(due).join(chat, chat.c.id == delivery.c.chat_id).where(*waiting)
    moment: datetime | None = await transaction.fetch_scalar(query)
    return moment


async def digest_lateness(transaction: Transaction, after: datetime, until: datetime) -> list[tuple[Platform, float]]:
    """See :meth:`bot.ports.Outbox.digest_lateness`; by the index ``ix_delivery_sending``."""
    query = select(delivery.c.platform, delivery.c.due_at, delivery.c.sending_at).where(
        delivery.c.state == DeliveryState.SENT,
        delivery.c.sending_at > after,
        delivery.c.sending_at <= until,
        delivery.c.kind == DeliveryKind.DIGEST,
        delivery.c.part == 0,
        delivery.c.due_at.is_not(None),
    )
    rows = await transaction.fetch_all(query)
    return [(Platform(row.platform), max((row.sending_at - row.due_at).total_seconds(), 0.0)) for row in rows]
