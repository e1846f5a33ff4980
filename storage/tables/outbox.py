"""The outbox: deliveries, editions, the ledger and suspensions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import (
    BIG_INTEGER,
    TableRow,
    moment_column,
    optional_moment_column,
    owning_foreign_key,
    sanitized_text,
)


class DeliveryRow(TableRow, table=True):
    """See :class:`bot.deliveries.Delivery`. ``platform`` repeats the chat's, so that one index (``ix_delivery_queue``)
    serves the queue; ``ix_delivery_expiry`` serves expiring, ``ix_delivery_sending`` leases and lag.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("chat_id", "kind", "key", "part"),
        Index("ix_delivery_queue", "state", "platform", "created_at", "id"),
        Index("ix_delivery_expiry", "state", "expires_at"),
        Index("ix_delivery_sending", "state", "sending_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_INTEGER)
    chat_id: int = owning_foreign_key("chat.id")
    platform: str
    kind: str
    key: str
    part: int
    state: str
    content: dict[str, Any] = Field(sa_type=JSON)
    client_key: str
    created_at: datetime = moment_column()
    attempts: int = 0
    not_before: datetime | None = optional_moment_column()
    expires_at: datetime | None = optional_moment_column()
    sending_at: datetime | None = optional_moment_column()
    lease_until: datetime | None = optional_moment_column()
    owner: str = ""
    maybe_repeated: bool = False
    receipt: str = ""
    problem: str = sanitized_text()
    due_at: datetime | None = optional_moment_column()


def _optional_delivery_key() -> Any:
    """Deliveries are pruned; the rows that refer to them stay."""
    return Field(
        default=None, sa_type=BIG_INTEGER, foreign_key="delivery.id", ondelete="SET NULL", nullable=True, index=True
    )


class EditionRow(TableRow, table=True):
    """What became of a chat's digest on one local day."""

    __tablename__ = "edition"

    chat_id: int = owning_foreign_key("chat.id", primary_key=True)
    local_day: date = Field(primary_key=True)
    planned_at: datetime = moment_column(index=True)
    papers: int
    empty: str = ""
    delivery_id: int | None = _optional_delivery_key()


class SentPaperRow(TableRow, table=True):
    """A paper went, or is going, to a chat; ``delivery_id`` is the first part of the digest that brings it."""

    __tablename__ = "ledger"

    chat_id: int = owning_foreign_key("chat.id", primary_key=True)
    paper_id: str = owning_foreign_key("paper.id", primary_key=True, index=True)
    local_day: date
    delivery_id: int | None = _optional_delivery_key()


class SuspensionRow(TableRow, table=True):
    """Nothing is claimed for a bot or workspace ('': the whole platform) before ``until``."""

    __tablename__ = "hold"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    until: datetime = moment_column()
