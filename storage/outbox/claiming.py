"""Which delivery may be sent now, and taking it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, and_, bindparam, exists, func, or_, select, update

from bot.chats import ChatStatus, Platform
from bot.deliveries import Delivery, DeliveryKind, DeliveryState
from storage.engine.transaction import Transaction
from storage.outbox.release import expire, expiring
from storage.outbox.rows import deliveries, delivery_of
from storage.tables import UtcDateTime, chat, delivery, hold

# The statements are made once: making them took longer than running them.
_NOW = bindparam("now", type_=UtcDateTime)
_PLATFORM = bindparam("of_platform", type_=delivery.c.platform.type)
_WORKSPACE = bindparam("of_workspace", type_=chat.c.workspace.type)

_earlier = delivery.alias("earlier")
_flying = delivery.alias("flying")

# Nothing of the same chat is on its way at this moment.
_CHAT_IS_FREE = ~exists().where(_flying.c.chat_id == delivery.c.chat_id, _flying.c.state == DeliveryState.SENDING)

_EARLIER_PART_UNSENT = exists().where(
    _earlier.c.chat_id == delivery.c.chat_id,
    _earlier.c.kind == delivery.c.kind,
    _earlier.c.key == delivery.c.key,
    _earlier.c.part < delivery.c.part,
    _earlier.c.state != DeliveryState.SENT,
)

# Pending rows that only time can hold up: of active chats, everything before them in their chat sent.
_ON_TURN = (
    delivery.c.state == DeliveryState.PENDING,
    delivery.c.platform == _PLATFORM,
    or_(chat.c.status == ChatStatus.ACTIVE, delivery.c.kind == DeliveryKind.NOTICE),
    _CHAT_IS_FREE,
    or_(delivery.c.part == 0, ~_EARLIER_PART_UNSENT),
)

_HOLDS_THIS = (
    hold.c.platform == delivery.c.platform,
    or_(hold.c.workspace == "", hold.c.workspace == chat.c.workspace),
)

_RIPE = (
    or_(delivery.c.not_before.is_(None), delivery.c.not_before <= _NOW),
    or_(delivery.c.expires_at.is_(None), delivery.c.expires_at > _NOW),
    or_(chat.c.not_before.is_(None), chat.c.not_before <= _NOW),
    ~exists().where(*_HOLDS_THIS, hold.c.until > _NOW),
)

_TOO_LATE = expiring(and_(delivery.c.platform == _PLATFORM, delivery.c.expires_at <= _NOW), "too late")

_CLAIMABLE = (
    deliveries()
    .where(*_ON_TURN, *_RIPE)
    .order_by(delivery.c.created_at, delivery.c.id)
    .limit(bindparam("most", type_=Integer))
)
_CLAIMABLE_THERE = _CLAIMABLE.where(chat.c.workspace == _WORKSPACE)

# Asks again whether the chats are free: another worker may have claimed between looking and locking them.
_MARK = (
    update(delivery)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)), _CHAT_IS_FREE)
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


_WAITING = _with_chats(func.count()).where(*_ON_TURN, *_RIPE)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants deliveries, how many, of which workspace (None: any) and until when they are the owner's."""

    platform: Platform
    owner: str
    now: datetime
    lease_until: datetime
    limit: int = 1
    workspace: str | None = None


async def claim(transaction: Transaction, asked: Claim) -> list[Delivery]:
    """Marks up to ``limit`` deliveries as sending, oldest first, one of a chat; where there are no more, what is too
    late is expired."""
    moment = {"of_platform": asked.platform, "now": asked.now}
    rows = _one_of_each_chat(await _claimable(transaction, asked, moment))[: asked.limit]
    if len(rows) < asked.limit:
        await expire(transaction, _TOO_LATE, moment)
    owner, now, lease = asked.owner, asked.now, asked.lease_until
    marked = await _mark(transaction, rows, {"now": now, "new_owner": owner, "lease": lease})
    return [
        replace(delivery_of(row), state=DeliveryState.SENDING, owner=owner, sending_at=now, lease_until=lease)
        for row in rows
        if row.id in marked
    ]


async def _claimable(transaction: Transaction, asked: Claim, moment: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """Some may be of the same chat; those come in the next claim."""
    values = {**moment, "most": 2 * asked.limit}
    if asked.workspace is None:
        return await transaction.all(transaction.locked(_CLAIMABLE, delivery, chat, skip=True), values)
    there = transaction.locked(_CLAIMABLE_THERE, delivery, chat, skip=True)
    return await transaction.all(there, {**values, "of_workspace": asked.workspace})


def _one_of_each_chat(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    return list({row.chat_id: row for row in reversed(rows)}.values())[::-1]


async def _mark(transaction: Transaction, rows: Sequence[Row[Any]], values: Mapping[str, Any]) -> set[int]:
    if not rows:
        return set()
    return {row.id for row in await transaction.all(_MARK, {**values, "ids": [row.id for row in rows]})}


async def waiting(transaction: Transaction, platform: Platform, now: datetime) -> int:
    """How many could be claimed now."""
    return int(await transaction.value(_WAITING, {"of_platform": platform, "now": now}))


async def next_pending_at(transaction: Transaction, platform: Platform) -> datetime | None:
    """The earliest moment at which one that is on turn may go."""
    return min((await next_pending(transaction, platform)).values(), default=None)


async def next_pending(transaction: Transaction, platform: Platform) -> Mapping[str, datetime]:
    """The same for each workspace that has one."""
    long_past = delivery.c.created_at
    held_until = select(func.max(hold.c.until)).where(*_HOLDS_THIS).correlate(delivery, chat).scalar_subquery()
    ready = transaction.latest(
        long_past,
        func.coalesce(delivery.c.not_before, long_past),
        func.coalesce(chat.c.not_before, long_past),
        func.coalesce(held_until, long_past),
    )
    query = _with_chats(chat.c.workspace, func.min(ready).label("moment")).where(*_ON_TURN).group_by(chat.c.workspace)
    return {row.workspace: row.moment for row in await transaction.all(query, {"of_platform": platform})}
