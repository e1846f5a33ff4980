"""Topics, who follows them, and what was decided about papers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import TableRow, moment_column, owning_foreign_key, sanitized_text


class TopicRow(TableRow, table=True):
    """A distinct topic as formatted; decided for papers up to ``revision`` by the rule of version ``rule``.

    ``called_by`` are its trigger terms (:mod:`bot.matching.prefilter.topic_index`), made by the rule of version
    ``called_rule``. Its hash is what makes it unique: PostgreSQL indexes no text as long as a message can be.
    """

    __tablename__ = "topic"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    text: str = sanitized_text()
    revision: int = 0
    rule: int = 0
    called_by: str | None = None
    called_rule: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SubscriptionRow(TableRow, table=True):
    """A chat follows a topic."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("chat_id", "topic_id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = owning_foreign_key("chat.id")
    topic_id: int = owning_foreign_key("topic.id", index=True)
    added_on: date
    added_at: datetime = moment_column()
    added_by: str = sanitized_text()


class DecisionRow(TableRow, table=True):
    """A yes or a not-yet of one topic on one paper; a no is the absence of a row."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_paper", "paper_id", "topic_id"),)

    topic_id: int = owning_foreign_key("topic.id", primary_key=True)
    paper_id: str = owning_foreign_key("paper.id", primary_key=True)
    verdict: str
    reasons: list[Any] = Field(sa_type=JSON)
    rule: int
    rose: bool
