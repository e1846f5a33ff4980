"""What of some list days tells one state of them from another, read by one query."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.sql.selectable import ScalarSelect

from bot.ports import ListVersion
from storage.engine.transaction import Transaction
from storage.tables import UtcDateTime, listing, paper, poll


async def list_version(transaction: Transaction, first: date, last: date) -> ListVersion:
    """See :meth:`bot.ports.PaperRepository.list_version`."""
    (row,) = await transaction.fetch_all(_version_query(first, last))
    return ListVersion(
        revision=row.revision or 0,
        paper_count=row.papers,
        changed_at=row.changed_at,
        text_changed_at=row.text_changed_at or row.changed_at,
        previous_day=row.previous_day,
        next_day=row.next_day,
        read_to_the_end=bool(row.read_to_the_end),
        sample=bool(row.sample),
        newest_revision=row.newest_revision or 0,
    )


def _version_query(first: date, last: date) -> Select[Any]:
    there = select(listing.c.paper_id).where(listing.c.day.between(first, last))
    return select(
        func.max(paper.c.revision).label("revision"),
        func.count().label("papers"),
        func.max(paper.c.changed_at, type_=UtcDateTime()).label("changed_at"),
        func.max(paper.c.text_changed_at, type_=UtcDateTime()).label("text_changed_at"),
        _nearest_day(func.max(listing.c.day), listing.c.day < first).label("previous_day"),
        _nearest_day(func.min(listing.c.day), listing.c.day > last).label("next_day"),
        _read_after(last).label("read_to_the_end"),
        func.count().filter(paper.c.sample).label("sample"),
        select(func.max(paper.alias("any").c.revision)).scalar_subquery().label("newest_revision"),
    ).where(paper.c.id.in_(there))


def _nearest_day(which: ColumnElement[Any], where: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(which).where(where).correlate(None).scalar_subquery()


def _read_after(last: date) -> ColumnElement[bool]:
    """Whether the last of the days was well read once it was over (UTC)."""
    over = datetime.combine(last + timedelta(days=1), time(), UTC)
    return exists().where(poll.c.day == last, poll.c.problem == "", poll.c.at >= over)
