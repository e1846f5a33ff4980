"""The delivery lag: how late digests leave."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Float, extract, func, select, type_coerce

from bot.deliveries import DeliveryKind, DeliveryState
from bot.ports import DeliveryLag
from storage.engine.transaction import Transaction
from storage.tables import delivery


async def measure_delivery_lag(transaction: Transaction, since: datetime) -> DeliveryLag:
    """Of the digests that left since then; one that was planned without being due counts from its planning."""
    late = _lag_seconds(transaction, func.coalesce(delivery.c.due_at, delivery.c.created_at))
    left = select(late.label("late")).where(
        delivery.c.state == DeliveryState.SENT,
        delivery.c.sending_at >= since,
        delivery.c.kind == DeliveryKind.DIGEST,
        delivery.c.part == 0,
    )
    rows = left.subquery()
    digests = int(await transaction.fetch_scalar(select(func.count()).select_from(rows)))
    if not digests:
        return DeliveryLag()
    median = select(rows.c.late).order_by(rows.c.late).offset((digests - 1) // 2).limit(1)
    longest = await transaction.fetch_scalar(select(func.max(rows.c.late)))
    return DeliveryLag(digests, max(float(await transaction.fetch_scalar(median)), 0.0), max(float(longest), 0.0))


def _lag_seconds(transaction: Transaction, due: ColumnElement[datetime]) -> ColumnElement[float]:
    """From ``due`` to the last attempt."""
    if transaction.sqlite:
        days = func.julianday(delivery.c.sending_at) - func.julianday(due)
        return type_coerce(86_400 * days, Float)
    return type_coerce(extract("epoch", delivery.c.sending_at - due), Float)
