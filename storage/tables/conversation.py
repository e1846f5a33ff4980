"""The local chat's messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field

from storage.tables.columns import OPTIONAL_JSON, TableRow, moment_column, sanitized_text

HAS_KEY = text("key <> ''")


class ChatMessageRow(TableRow, table=True):
    """What was typed, or a view that was answered or sent. Keys are unique, but most messages have none."""

    __tablename__ = "utterance"
    __table_args__ = (
        Index("uq_utterance_key", "key", unique=True, sqlite_where=HAS_KEY, postgresql_where=HAS_KEY),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment_column()
    typed: str = sanitized_text()
    view: dict[str, Any] | None = Field(default=None, sa_type=OPTIONAL_JSON)
    key: str = ""
    edited: int = 0
