"""What several processes agree upon: who does what, and how fast a bot may send."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.tables.columns import TableRow, moment_column, optional_moment_column


class LeaseRow(TableRow, table=True):
    """``owner`` alone does this until ``until``; every process reads the database's clock."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    owner: str
    until: datetime = moment_column()


class RateLimitRow(TableRow, table=True):
    """See :class:`bot.ports.RateLimit`: when its bucket is free again, and how much slower it goes for a while."""

    __tablename__ = "lane"

    name: str = Field(primary_key=True)
    free_at: datetime = moment_column()
    slowness: int = 1
    slow_until: datetime | None = optional_moment_column()


class CooldownRow(TableRow, table=True):
    """See :class:`bot.ports.Cooldown`."""

    __tablename__ = "pause"

    bot: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    at: datetime = moment_column()
    until: datetime = moment_column()
