"""How tries ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select, update

from bot.deliveries import AttemptResult, Delivery, DeliveryState
from storage.engine.transaction import Transaction, chunks
from storage.outbox.release import release_papers
from storage.outbox.rows import delivery_from_row, select_deliveries
from storage.tables import UtcDateTime, chat, delivery

_UNSENT = (DeliveryState.FAILED, DeliveryState.EXPIRED)


# The statements are made once: making them took longer than running them.
_SELECT_SETTLEABLE = select(
    delivery.c.id, delivery.c.chat_id, delivery.c.state, delivery.c.receipt, delivery.c.sending_at
).where(
    delivery.c.id.in_(bindparam("ids", expanding=True)),
    or_(
        delivery.c.state == DeliveryState.UNCERTAIN,
        and_(delivery.c.state == DeliveryState.SENDING, delivery.c.owner == bindparam("of_owner")),
    ),
)

_WRITE_RESULT = (
    update(delivery)
    .where(delivery.c.id == bindparam("row_id"))
    .values(
        state=bindparam("new_state"),
        owner="",
        lease_until=None,
        receipt=bindparam("new_receipt"),
        not_before=bindparam("new_not_before", type_=UtcDateTime),
        problem=bindparam("new_problem"),
        maybe_repeated=or_(delivery.c.maybe_repeated, bindparam("repeated", type_=delivery.c.maybe_repeated.type)),
        attempts=delivery.c.attempts + bindparam("tries", type_=delivery.c.attempts.type),
    )
)


async def settle(transaction: Transaction, results: Sequence[AttemptResult], owner: str) -> None:
    """Writes results for rows that ``owner`` is sending, and for uncertain ones, which nobody holds.

    Of a row several processes may look at, only what is known about its last try counts: somebody else may have sent it
    again meanwhile.
    """
    last = {result.delivery_id: result for result in results}
    await _lock_chats(transaction, list(last))
    held = await _lock_settleable(transaction, list(last), owner)
    applied = {
        row_id: result
        for row_id, result in last.items()
        if row_id in held and _is_about_last_attempt(held[row_id], result)
    }
    await _write_results(transaction, applied, held)
    await _delay_chats(transaction, applied, held)
    await release_papers(transaction, [row_id for row_id, result in applied.items() if result.state in _UNSENT])


def _is_about_last_attempt(row: Row[Any], result: AttemptResult) -> bool:
    return result.attempt_started_at is None or row.sending_at == result.attempt_started_at


async def _lock_chats(transaction: Transaction, ids: Sequence[int]) -> None:
    """Chats are held before their deliveries everywhere, so that settling and planning never wait for each other."""
    if not transaction.sqlite:
        chats = select(chat.c.id).join(delivery, delivery.c.chat_id == chat.c.id).order_by(chat.c.id)
        await transaction.fetch_where_in(transaction.for_update(chats, chat), delivery.c.id, ids)


async def _lock_settleable(transaction: Transaction, ids: Sequence[int], owner: str) -> dict[int, Row[Any]]:
    query = transaction.for_update(_SELECT_SETTLEABLE)
    rows = [row for part in chunks(ids) for row in await transaction.fetch_all(query, {"ids": part, "of_owner": owner})]
    return {row.id: row for row in rows}


async def _write_results(
    transaction: Transaction, results: Mapping[int, AttemptResult], held: Mapping[int, Row[Any]]
) -> None:
    rows = [
        {
            "row_id": row_id,
            "new_state": result.state,
            "new_receipt": result.message_ref.id if result.message_ref else held[row_id].receipt,
            "new_not_before": result.not_before if result.state is DeliveryState.PENDING else None,
            "new_problem": result.problem,
            "repeated": result.possible_duplicate,
            # A try is counted when it stops being one, not again when somebody finds out how it ended.
            "tries": int(result.counts_as_attempt and held[row_id].state == DeliveryState.SENDING),
        }
        for row_id, result in results.items()
    ]
    await transaction.execute(_WRITE_RESULT, rows)


async def _delay_chats(
    transaction: Transaction, results: Mapping[int, AttemptResult], held: Mapping[int, Row[Any]]
) -> None:
    until = bindparam("until", type_=UtcDateTime)
    delay = (
        update(chat)
        .where(chat.c.id == bindparam("chat_id"))
        .values(not_before=transaction.greatest(func.coalesce(chat.c.not_before, until), until))
    )
    rows = [
        {"chat_id": held[row_id].chat_id, "until": result.not_before}
        for row_id, result in results.items()
        if result.not_before
    ]
    await transaction.execute(delay, rows)


async def mark_expired_leases(transaction: Transaction, now: datetime, owner: str) -> list[Delivery]:
    """Marks sending rows that nobody can be sending any more as uncertain; returns every uncertain row."""
    over = delivery.c.lease_until <= now
    mark = (
        update(delivery)
        .where(delivery.c.state == DeliveryState.SENDING, or_(over, delivery.c.owner != owner) if owner else over)
        .values(
            state=DeliveryState.UNCERTAIN,
            owner="",
            lease_until=None,
            attempts=delivery.c.attempts + 1,
            problem="the answer never came",
        )
    )
    await transaction.execute(mark)
    uncertain = select_deliveries().where(delivery.c.state == DeliveryState.UNCERTAIN).order_by(delivery.c.id)
    return [delivery_from_row(row) for row in await transaction.fetch_all(uncertain)]
