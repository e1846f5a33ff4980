"""Those who asked for digests and have not confirmed yet, the links of those who have, and how often was asked."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import TableRow, moment_column, optional_moment_column, owning_foreign_key, sanitized_text


class InstallationKeyRow(TableRow, table=True):
    """A secret of this installation, made once; whoever shares the database shares it."""

    __tablename__ = "installation_key"

    name: str = Field(primary_key=True)
    value: str


class ChatLinkRow(TableRow, table=True):
    """The name of a chat in links that are sent to it; a higher generation makes all older links void."""

    __tablename__ = "chat_link"
    __table_args__ = (UniqueConstraint("public_id"),)

    chat_id: int = owning_foreign_key("chat.id", primary_key=True)
    public_id: str
    generation: int = 0


class SignupRow(TableRow, table=True):
    """See :class:`bot.ports.signups.Signup`."""

    __tablename__ = "signup"
    __table_args__ = (Index("ix_signup_waiting", "platform", "sent_at"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    address: str = sanitized_text()
    topics: list[str] = Field(sa_type=JSON)
    hour: time | None = None
    zone: str
    days: str
    token_hash: str = Field(default="", index=True)
    created_at: datetime = moment_column()
    not_before: datetime | None = optional_moment_column()
    sent_at: datetime | None = optional_moment_column()
    confirmed_at: datetime | None = optional_moment_column()


class QuotaUseRow(TableRow, table=True):
    """Something that may be done only so often was done once; ``scope`` names what and for whom, by a hash."""

    __tablename__ = "quota_use"
    __table_args__ = (Index("ix_quota_use_scope", "scope", "at"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    scope: str
    at: datetime = moment_column()
