"""Addresses of other programs that take a chat's digests."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.tables.columns import TableRow, moment_column, optional_moment_column, owning_foreign_key


class EndpointRow(TableRow, table=True):
    """Where a chat's messages are posted to, and with which secret they are signed; ``owner_chat_id`` is the chat that
    asked for it. ``failing_since`` is the first failure since the last success."""

    __tablename__ = "endpoint"

    chat_id: int = owning_foreign_key("chat.id", primary_key=True)
    owner_chat_id: int = owning_foreign_key("chat.id", index=True)
    url: str
    secret: str
    previous_secret: str = ""
    previous_until: datetime | None = optional_moment_column()
    created_at: datetime = moment_column()
    failures: int = Field(default=0)
    failing_since: datetime | None = optional_moment_column()
