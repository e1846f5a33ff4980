"""Which delivery may be sent now, and claiming it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, and_, bindparam, exists, func, or_, select, update

from bot.chats import ChatStatus, Platform
from bot.deliveries import Delivery, DeliveryKind, DeliveryState
from storage.engine.transaction import Transaction
from storage.outbox.release import expire, expire_statement
from storage.outbox.rows import delivery_from_row, select_deliveries
from storage.tables import UtcDateTime, chat, delivery, suspension

# The statements are built once: building them took longer than running them.
_NOW = bindparam("now", type_=UtcDateTime)
_PLATFORM = bindparam("of_platform", type_=delivery.c.platform.type)
_WORKSPACE = bindparam("of_workspace", type_=chat.c.workspace.type)

_earlier = delivery.alias("earlier")
_in_flight = delivery.alias("flying")

# Invariant: at most one delivery of a chat is being sent at a time, so they arrive in order.
_CHAT_IS_IDLE = ~exists().where(_in_flight.c.chat_id == delivery.c.chat_id, _in_flight.c.state == DeliveryState.SENDING)

_EARLIER_PART_UNSENT = exists().where(
    _earlier.c.chat_id == delivery.c.chat_id,
    _earlier.c.kind == delivery.c.kind,
    _earlier.c.key == delivery.c.key,
    _earlier.c.part < delivery.c.part,
    _earlier.c.state != DeliveryState.SENT,
)

# Pending rows that only time can hold up: of active chats (a notice also of paused ones), all earlier parts sent. The
# equalities on state and platform are the head of ``ix_delivery_queue``, the order of ``_CLAIMABLE`` its tail.
_NEXT_IN_CHAT = (
    delivery.c.state == DeliveryState.PENDING,
    delivery.c.platform == _PLATFORM,
    or_(chat.c.status == ChatStatus.ACTIVE, delivery.c.kind == DeliveryKind.NOTICE),
    _CHAT_IS_IDLE,
    or_(delivery.c.part == 0, ~_EARLIER_PART_UNSENT),
)

_SUSPENDS_THIS = (
    suspension.c.platform == delivery.c.platform,
    or_(suspension.c.workspace == "", suspension.c.workspace == chat.c.workspace),
)

_IS_DUE = (
    or_(delivery.c.not_before.is_(None), delivery.c.not_before <= _NOW),
    or_(delivery.c.expires_at.is_(None), delivery.c.expires_at > _NOW),
    or_(chat.c.not_before.is_(None), chat.c.not_before <= _NOW),
    ~exists().where(*_SUSPENDS_THIS, suspension.c.until > _NOW),
)

_EXPIRE_TOO_LATE = expire_statement(and_(delivery.c.platform == _PLATFORM, delivery.c.expires_at <= _NOW), "too late")

_CLAIMABLE = (
    select_deliveries()
    .where(*_NEXT_IN_CHAT, *_IS_DUE)
    .order_by(delivery.c.created_at, delivery.c.id)
    .limit(bindparam("most", type_=Integer))
)
_CLAIMABLE_IN_WORKSPACE = _CLAIMABLE.where(chat.c.workspace == _WORKSPACE)

# Checks again whether the chats are idle: another worker may have claimed between the select and its locks.
_MARK_SENDING = (
    update(delivery)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)), _CHAT_IS_IDLE)
    .values(
        state=DeliveryState.SENDING,
        owner=bindparam("new_owner"),
        sending_at=_NOW,
        lease_until=bindparam("lease", type_=UtcDateTime),
    )
    .returning(delivery.c.id)
)


def _with_chats(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(delivery.join(chat, chat.c.id == delivery.c.chat_id))


_COUNT_CLAIMABLE = _with_chats(func.count()).where(*_NEXT_IN_CHAT, *_IS_DUE)


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """Who wants deliveries, how many, of which workspace (None: any) and until when they are the owner's."""

    platform: Platform
    owner: str
    now: datetime
    lease_until: datetime
    limit: int = 1
    workspace: str | None = None


async def claim(transaction: Transaction, query: ClaimQuery) -> list[Delivery]:
    """Marks up to ``limit`` deliveries as sending, oldest first, one of a chat; where there are no more, what is past
    ``expires_at`` is expired.
    """
    moment = {"of_platform": query.platform, "now": query.now}
    rows = _first_of_each_chat(await _load_claimable(transaction, query, moment))[: query.limit]
    if len(rows) < query.limit:
        await expire(transaction, _EXPIRE_TOO_LATE, moment)
    owner, now, lease = query.owner, query.now, query.lease_until
    marked = await _mark_sending(transaction, rows, {"now": now, "new_owner": owner, "lease": lease})
    return [
        replace(delivery_from_row(row), state=DeliveryState.SENDING, owner=owner, sending_at=now, lease_until=lease)
        for row in rows
        if row.id in marked
    ]


async def _load_claimable(transaction: Transaction, query: ClaimQuery, moment: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """Some may be of the same chat; those come in the next claim."""
    values = {**moment, "most": 2 * query.limit}
    if query.workspace is None:
        return await transaction.fetch_all(transaction.for_update(_CLAIMABLE, delivery, chat, skip_locked=True), values)
    in_workspace = transaction.for_update(_CLAIMABLE_IN_WORKSPACE, delivery, chat, skip_locked=True)
    return await transaction.fetch_all(in_workspace, {**values, "of_workspace": query.workspace})


def _first_of_each_chat(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    return list({row.chat_id: row for row in reversed(rows)}.values())[::-1]


async def _mark_sending(transaction: Transaction, rows: Sequence[Row[Any]], values: Mapping[str, Any]) -> set[int]:
    if not rows:
        return set()
    return {row.id for row in await transaction.fetch_all(_MARK_SENDING, {**values, "ids": [row.id for row in rows]})}


async def claimable_count(transaction: Transaction, platform: Platform, now: datetime) -> int:
    """How many could be claimed now."""
    return int(await transaction.fetch_scalar(_COUNT_CLAIMABLE, {"of_platform": platform, "now": now}))


async def next_pending_at(transaction: Transaction, platform: Platform) -> datetime | None:
    """The earliest moment at which one that is next in its chat may be claimed."""
    return min((await next_pending_by_workspace(transaction, platform)).values(), default=None)


async def next_pending_by_workspace(transaction: Transaction, platform: Platform) -> Mapping[str, datetime]:
    """The same for each workspace that has one."""
    long_past = delivery.c.created_at
    suspended_until = (
        select(func.max(suspension.c.until)).where(*_SUSPENDS_THIS).correlate(delivery, chat).scalar_subquery()
    )
    ready = transaction.greatest(
        long_past,
        func.coalesce(delivery.c.not_before, long_past),
        func.coalesce(chat.c.not_before, long_past),
        func.coalesce(suspended_until, long_past),
    )
    query = (
        _with_chats(chat.c.workspace, func.min(ready).label("moment")).where(*_NEXT_IN_CHAT).group_by(chat.c.workspace)
    )
    return {row.workspace: row.moment for row in await transaction.fetch_all(query, {"of_platform": platform})}
