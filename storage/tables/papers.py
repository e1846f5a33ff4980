"""Papers, where they were listed, and how reading the sources went."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from storage.tables.columns import (
    TableRow,
    UtcDateTime,
    moment_column,
    optional_moment_column,
    owning_foreign_key,
    sanitized_text,
)


class PaperRow(TableRow, table=True):
    """One paper. ``revision`` grows with every change of a fact and is its own for every paper."""

    __tablename__ = "paper"

    id: str = Field(primary_key=True)
    revision: int = Field(index=True, unique=True)
    title: str = sanitized_text()
    abstract: str = sanitized_text()
    listed_on: date = Field(index=True)
    relisted_on: date | None = Field(default=None, index=True)
    published_on: date | None = None
    authors: list[Any] = Field(sa_type=JSON)  # [name, user, hidden]
    organization: str = sanitized_text()
    organization_full_name: str = sanitized_text()
    tldr: str = sanitized_text()
    keywords: list[str] = Field(sa_type=JSON)
    upvotes: int = 0
    comments: int = 0
    code_url: str = sanitized_text()
    code_stars: int = 0
    project_url: str = sanitized_text()
    sources: list[str] = Field(sa_type=JSON)
    thumbnail_url: str = sanitized_text()
    sample: bool = False
    changed_at: datetime = moment_column()
    text_changed_at: datetime | None = optional_moment_column()  # title, abstract or summary


class ListingRow(TableRow, table=True):
    """A source listed a paper on a day (UTC)."""

    __tablename__ = "listing"

    paper_id: str = owning_foreign_key("paper.id", primary_key=True)
    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True, index=True)


class PollRow(TableRow, table=True):
    """One reading of one list day; the newest good one of each day is kept for ever."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_at", "at"),)

    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    rows: int = 0
    new_rows: int = 0
    problem: str = sanitized_text()


class SourceRow(TableRow, table=True):
    """How a source is doing."""

    __tablename__ = "source"

    name: str = Field(primary_key=True)
    last_success_at: datetime | None = optional_moment_column()
    failing_since: datetime | None = optional_moment_column()
    retry_at: datetime | None = optional_moment_column()
    problem: str = sanitized_text()


class CounterRow(TableRow, table=True):
    """A number that only grows: ``papers`` (the newest revision) and ``edits`` (of the local conversation)."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = 0
