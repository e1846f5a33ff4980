"""Recording the results of attempts."""

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


# The statements are built once: building them took longer than running them.
_SELECT_RECORDABLE = select(
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


async def record_results(transaction: Transaction, results: Sequence[AttemptResult], owner: str) -> None:
    """Writes results for rows that ``owner`` is sending, and for uncertain ones, which nobody has a lease on.

    Of a row that several processes may reconcile only a result of its last attempt counts: somebody else may have sent
    it again meanwhile. Releasing the papers of what ended unsent is part of the same transaction, so a paper is always
    either in the ledger or free to come again.
    """
    latest = {result.delivery_id: result for result in results}
    await _lock_chats(transaction, list(latest))
    locked = await _lock_recordable(transaction, list(latest), owner)
    applied = {
        row_id: result
        for row_id, result in latest.items()
        if row_id in locked and _is_about_last_attempt(locked[row_id], result)
    }
    await _write_results(transaction, applied, locked)
    await _delay_chats(transaction, applied, locked)
    await release_papers(transaction, [row_id for row_id, result in applied.items() if result.state in _UNSENT])


def _is_about_last_attempt(row: Row[Any], result: AttemptResult) -> bool:
    return result.attempt_started_at is None or row.sending_at == result.attempt_started_at


async def _lock_chats(transaction: Transaction, ids: Sequence[int]) -> None:
    """Chats are locked before their deliveries everywhere, so that recording and planning never deadlock."""
    if not transaction.sqlite:
        chats = select(chat.c.id).join(delivery, delivery.c.chat_id == chat.c.id).order_by(chat.c.id)
        await transaction.fetch_where_in(transaction.for_update(chats, chat), delivery.c.id, ids)


async def _lock_recordable(transaction: Transaction, ids: Sequence[int], owner: str) -> dict[int, Row[Any]]:
    query = transaction.for_update(_SELECT_RECORDABLE)
    rows = [row for part in chunks(ids) for row in await transaction.fetch_all(query, {"ids": part, "of_owner": owner})]
    return {row.id: row for row in rows}


async def _write_results(
    transaction: Transaction, results: Mapping[int, AttemptResult], locked: Mapping[int, Row[Any]]
) -> None:
    rows = [
        {
            "row_id": row_id,
            "new_state": result.state,
            "new_receipt": result.message_ref.id if result.message_ref else locked[row_id].receipt,
            "new_not_before": result.not_before if result.state is DeliveryState.PENDING else None,
            "new_problem": result.problem,
            "repeated": result.possible_duplicate,
            # An attempt is counted when it stops being in flight, not again when it is reconciled.
            "tries": int(result.counts_as_attempt and locked[row_id].state == DeliveryState.SENDING),
        }
        for row_id, result in results.items()
    ]
    await transaction.execute(_WRITE_RESULT, rows)


async def _delay_chats(
    transaction: Transaction, results: Mapping[int, AttemptResult], locked: Mapping[int, Row[Any]]
) -> None:
    until = bindparam("until", type_=UtcDateTime)
    delay = (
        update(chat)
        .where(chat.c.id == bindparam("chat_id"))
        .values(not_before=transaction.greatest(func.coalesce(chat.c.not_before, until), until))
    )
    rows = [
        {"chat_id": locked[row_id].chat_id, "until": result.not_before}
        for row_id, result in results.items()
        if result.not_before
    ]
    await transaction.execute(delay, rows)


async def mark_expired_leases(transaction: Transaction, now: datetime, owner: str) -> list[Delivery]:
    """Marks sending rows that nobody can be sending any more as uncertain; returns every uncertain row."""
    # ``owner`` is set by a sole sender only: then every other owner's process is gone, whatever its lease says.
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
