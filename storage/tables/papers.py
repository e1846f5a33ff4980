"""Papers, where they were listed, and how reading the sources went."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from storage.tables.columns import Row, UtcDateTime, belongs_to, moment, moment_or_none, words


class PaperRow(Row, table=True):
    """One paper. ``revision`` grows with every change of a fact and is its own for every paper."""

    __tablename__ = "paper"

    id: str = Field(primary_key=True)
    revision: int = Field(index=True, unique=True)
    title: str = words()
    abstract: str = words()
    listed_on: date = Field(index=True)
    published_on: date | None = None
    authors: list[Any] = Field(sa_type=JSON)  # [name, user, hidden]
    organization: str = words()
    organization_full_name: str = words()
    tldr: str = words()
    keywords: list[str] = Field(sa_type=JSON)
    upvotes: int = 0
    comments: int = 0
    code_url: str = words()
    code_stars: int = 0
    project_url: str = words()
    sources: list[str] = Field(sa_type=JSON)
    sample: bool = False
    changed_at: datetime = moment()


class ListingRow(Row, table=True):
    """A source listed a paper on a day (UTC)."""

    __tablename__ = "listing"

    paper_id: str = belongs_to("paper.id", primary_key=True)
    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True, index=True)


class PollRow(Row, table=True):
    """One reading of one list day; the newest good one of each day is kept for ever."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_at", "at"),)

    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    rows: int = 0
    new_rows: int = 0
    problem: str = words()


class SourceRow(Row, table=True):
    """How a source is doing."""

    __tablename__ = "source"

    name: str = Field(primary_key=True)
    last_success_at: datetime | None = moment_or_none()
    failing_since: datetime | None = moment_or_none()
    retry_at: datetime | None = moment_or_none()
    problem: str = words()


class CounterRow(Row, table=True):
    """A number that only grows: ``papers`` (the newest revision) and ``edits`` (of the local conversation)."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = 0
