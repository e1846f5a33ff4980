"""What was sent lately, by the papers it shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot.chats import Platform
from bot.deliveries import Delivery, DeliveryKind, DeliveryState
from storage.engine.transaction import Transaction
from storage.outbox.rows import delivery_from_row, select_deliveries
from storage.tables import delivery, sent_paper


async def sent_containing(
    transaction: Transaction, platform: Platform, paper_ids: Sequence[str], since: datetime
) -> list[Delivery]:
    """All parts of the digests planned since then that brought one of the papers, as far as they were sent."""
    lately = (
        delivery.c.platform == platform,
        delivery.c.kind == DeliveryKind.DIGEST,
        delivery.c.state == DeliveryState.SENT,
        delivery.c.created_at >= since,
    )
    brought = (
        select(delivery.c.chat_id, delivery.c.key)
        .join(sent_paper, sent_paper.c.delivery_id == delivery.c.id)
        .where(*lately)
    )
    found = {
        (row.chat_id, row.key) for row in await transaction.fetch_where_in(brought, sent_paper.c.paper_id, paper_ids)
    }
    chats = sorted({chat_id for chat_id, _ in found})
    rows = await transaction.fetch_where_in(select_deliveries().where(*lately), delivery.c.chat_id, chats)
    return sorted((delivery_from_row(row) for row in rows if (row.chat_id, row.key) in found), key=lambda each: each.id)


async def sent_digests(transaction: Transaction, chat_id: int, since: datetime) -> list[Delivery]:
    """See :meth:`bot.ports.Outbox.sent_digests`."""
    query = select_deliveries().where(
        delivery.c.chat_id == chat_id,
        delivery.c.kind == DeliveryKind.DIGEST,
        delivery.c.part == 0,
        delivery.c.state == DeliveryState.SENT,
        delivery.c.created_at >= since,
    )
    newest_first = query.order_by(delivery.c.created_at.desc(), delivery.c.id.desc())
    return [delivery_from_row(row) for row in await transaction.fetch_all(newest_first)]
