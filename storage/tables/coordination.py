"""What several processes agree upon: who does what, and how fast a bot may speak."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.tables.columns import Row, moment, moment_or_none


class LeaseRow(Row, table=True):
    """``owner`` alone does this until then; every process reads the database's clock."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    owner: str
    until: datetime = moment()


class LaneRow(Row, table=True):
    """See :class:`bot.ports.Lane`: when it is free again, and how much slower it goes for a while."""

    __tablename__ = "lane"

    name: str = Field(primary_key=True)
    free_at: datetime = moment()
    slowness: int = 1
    slow_until: datetime | None = moment_or_none()


class PauseRow(Row, table=True):
    """See :class:`bot.ports.Pause`."""

    __tablename__ = "pause"

    bot: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    at: datetime = moment()
    until: datetime = moment()
