"""Deliveries as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, and_, select

from bot.chats import ChatAddress, MessageRef, Platform
from bot.deliveries import Delivery, DeliveryKind, DeliveryState
from storage.engine import json_codec
from storage.tables import chat, delivery

_parent = delivery.alias("parent")


def select_deliveries() -> Select[Any]:
    """Deliveries with their chat's address and, for later parts, the reference of the message they reply to."""
    replies = and_(
        delivery.c.part > 0,
        _parent.c.part == 0,
        _parent.c.chat_id == delivery.c.chat_id,
        _parent.c.kind == delivery.c.kind,
        _parent.c.key == delivery.c.key,
    )
    return (
        select(delivery, chat.c.workspace, chat.c.chat, chat.c.thread, _parent.c.receipt.label("parent_receipt"))
        .join(chat, chat.c.id == delivery.c.chat_id)
        .join(_parent, replies, isouter=True)
    )


def delivery_from_row(row: Row[Any]) -> Delivery:
    """The delivery in a row of :func:`select_deliveries`."""
    return Delivery(
        id=row.id,
        chat_id=row.chat_id,
        address=ChatAddress(Platform(row.platform), row.workspace, row.chat, row.thread),
        kind=DeliveryKind(row.kind),
        key=row.key,
        part=row.part,
        state=DeliveryState(row.state),
        content=json_codec.decode(row.content),
        client_key=row.client_key,
        created_at=row.created_at,
        attempts=row.attempts,
        not_before=row.not_before,
        expires_at=row.expires_at,
        sending_at=row.sending_at,
        lease_until=row.lease_until,
        owner=row.owner,
        possible_duplicate=row.maybe_repeated,
        message_ref=_message_ref(row.receipt),
        reply_to=_message_ref(row.parent_receipt),
        problem=row.problem,
    )


def _message_ref(message: str | None) -> MessageRef | None:
    return MessageRef(message) if message else None
