"""Chats and how they want their digests."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field

from storage.tables.columns import OPTIONAL_JSON, TableRow, moment_column, optional_moment_column, sanitized_text


class ChatRow(TableRow, table=True):
    """See :class:`bot.chats.Chat`; ``days`` holds the weekdays as digits, Monday 0."""

    __tablename__ = "chat"
    __table_args__ = (
        UniqueConstraint("platform", "workspace", "chat", "thread"),
        Index("ix_chat_due", "status", "next_digest_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    chat: str
    thread: str
    kind: str
    title: str = sanitized_text()
    hour: time
    zone: str
    days: str
    with_summary: int
    silent: bool
    empty_note: str
    patience_minutes: int
    when_settled: bool
    muted: list[str] | None = Field(default=None, sa_type=OPTIONAL_JSON, nullable=True)  # topics as printed
    pictures: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    layout: str = Field(default="compact", sa_column_kwargs={"server_default": "compact"})
    roundup: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    look: str = Field(default="plain", sa_column_kwargs={"server_default": "plain"})
    look_since: date | None = None
    created_at: datetime = moment_column()
    counting_from: date
    status: str
    paused_because: str = sanitized_text()
    paused_until: datetime | None = optional_moment_column()
    next_digest_at: datetime | None = optional_moment_column()
    last_local_day: date | None = None
    not_before: datetime | None = optional_moment_column()
    dm_channel: str
    first_empty_told: bool
    owner: str = Field(default="", sa_column_kwargs={"server_default": ""})
