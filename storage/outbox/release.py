"""Releasing the papers of deliveries that end without having been sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Executable, delete, exists, update

from bot.deliveries import DeliveryState
from storage.engine.transaction import Transaction, chunks
from storage.tables import delivery, sent_paper

_ended = delivery.alias("ended")


def expire_statement(which: ColumnElement[bool], problem: str) -> Executable:
    """Expires the pending deliveries that ``which`` describes; to be run by :func:`expire`."""
    pending = update(delivery).where(delivery.c.state == DeliveryState.PENDING, which)
    return pending.values(state=DeliveryState.EXPIRED, problem=problem).returning(delivery.c.id)


async def expire(transaction: Transaction, statement: Executable, values: Mapping[str, Any] | None = None) -> None:
    """Runs :func:`expire_statement` and releases the papers; ``values`` are those it binds."""
    await release_papers(transaction, [row.id for row in await transaction.fetch_all(statement, values)])


async def release_papers(transaction: Transaction, ids: Sequence[int]) -> None:
    """Deletes the ledger rows of deliveries that ended unsent, so that their papers come again, and expires the later
    parts."""
    await transaction.execute_where_in(delete(sent_paper), sent_paper.c.delivery_id, ids)
    for part in chunks(ids):
        earlier = exists().where(
            _ended.c.id.in_(part),
            _ended.c.chat_id == delivery.c.chat_id,
            _ended.c.kind == delivery.c.kind,
            _ended.c.key == delivery.c.key,
            _ended.c.part < delivery.c.part,
        )
        later = update(delivery).where(delivery.c.state == DeliveryState.PENDING, earlier)
        await transaction.execute(later.values(state=DeliveryState.EXPIRED, problem="an earlier part was not sent"))
