"""Persons and their reading lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import TableRow, moment_column, owning_foreign_key, sanitized_text


class PersonRow(TableRow, table=True):
    """A person on one platform."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("platform", "workspace", "user"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    user: str


class SavedPaperRow(TableRow, table=True):
    """An entry of a reading list."""

    __tablename__ = "saved_paper"

    person_id: int = owning_foreign_key("person.id", primary_key=True)
    paper_id: str = owning_foreign_key("paper.id", primary_key=True, index=True)
    saved_at: datetime = moment_column()


class ManagedChatRow(TableRow, table=True):
    """The chat that a person manages from the private one."""

    __tablename__ = "remote"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    chat: str
    kind: str
    title: str = sanitized_text()
