"""Inbound events, and commands too long for a button."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.tables.columns import TableRow, moment_column, sanitized_text


class InboundEventRow(TableRow, table=True):
    """An event a platform sent us; stored before it is acknowledged."""

    __tablename__ = "inbound_event"

    platform: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    at: datetime = moment_column(index=True)
    body: str = sanitized_text()
    done: bool = False


class CallbackTokenRow(TableRow, table=True):
    """A command that a button names by its token."""

    __tablename__ = "shelf"

    token: str = Field(primary_key=True)
    command: str = sanitized_text()
    at: datetime = moment_column()
