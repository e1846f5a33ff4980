"""Messages on their way, what they brought, and who must wait."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import BIG_NUMBER, Row, belongs_to, moment, moment_or_none, words


class DeliveryRow(Row, table=True):
    """See :class:`bot.deliveries.Delivery`. ``platform`` repeats the chat's, so that one index is the whole queue."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("chat_id", "kind", "key", "part"),
        Index("ix_delivery_queue", "state", "platform", "created_at", "id"),
        Index("ix_delivery_expiry", "state", "expires_at"),
        Index("ix_delivery_sending", "state", "sending_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_NUMBER)
    chat_id: int = belongs_to("chat.id")
    platform: str
    kind: str
    key: str
    part: int
    state: str
    content: dict[str, Any] = Field(sa_type=JSON)
    client_key: str
    created_at: datetime = moment()
    attempts: int = 0
    not_before: datetime | None = moment_or_none()
    expires_at: datetime | None = moment_or_none()
    sending_at: datetime | None = moment_or_none()
    lease_until: datetime | None = moment_or_none()
    owner: str = ""
    maybe_repeated: bool = False
    receipt: str = ""
    problem: str = words()
    due_at: datetime | None = moment_or_none()


def _delivery_or_none() -> Any:
    """Deliveries are pruned; what hangs on them stays."""
    return Field(
        default=None, sa_type=BIG_NUMBER, foreign_key="delivery.id", ondelete="SET NULL", nullable=True, index=True
    )


class EditionRow(Row, table=True):
    """What became of a chat's digest on one local day."""

    __tablename__ = "edition"

    chat_id: int = belongs_to("chat.id", primary_key=True)
    local_day: date = Field(primary_key=True)
    planned_at: datetime = moment(index=True)
    papers: int
    empty: str = ""
    delivery_id: int | None = _delivery_or_none()


class LedgerRow(Row, table=True):
    """A paper went, or is going, to a chat; ``delivery_id`` is the first part of the digest that brings it."""

    __tablename__ = "ledger"

    chat_id: int = belongs_to("chat.id", primary_key=True)
    paper_id: str = belongs_to("paper.id", primary_key=True, index=True)
    local_day: date
    delivery_id: int | None = _delivery_or_none()


class HoldRow(Row, table=True):
    """Nothing is claimed for a bot or workspace ('': the whole platform) before ``until``."""

    __tablename__ = "hold"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    until: datetime = moment()
