"""How reading the sources went: every poll for a while, the newest good one of each day for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, func, or_, select

from bot.ports import PollRecord, SourceState
from storage.engine.transaction import Transaction
from storage.tables import listing, poll, source

RETENTION = timedelta(days=14)


async def record_polls(transaction: Transaction, polls: Sequence[PollRecord], retry_at: datetime | None) -> None:
    """Stores polls and what they say of their sources; ``retry_at`` is when a source asks to be left alone until."""
    if not polls:
        return
    rows = [
        {"source": p.source, "day": p.day, "at": p.at, "rows": p.rows, "new_rows": p.new_rows, "problem": p.problem}
        for p in polls
    ]
    await transaction.execute(transaction.upsert(poll), rows)
    for name in dict.fromkeys(each.source for each in polls):
        await _record_source(transaction, name, [each for each in polls if each.source == name], retry_at)
    await _prune(transaction, max(each.at for each in polls) - RETENTION)


async def _record_source(
    transaction: Transaction, name: str, polls: Sequence[PollRecord], retry_at: datetime | None
) -> None:
    known = await transaction.fetch_first(transaction.for_update(select(source).where(source.c.name == name)))
    good = [each.at for each in polls if not each.problem]
    last = max(enumerate(polls), key=lambda placed: (placed[1].at, placed[0]))[1]
    failing_since = (known.failing_since if known else None) or last.at
    row = {
        "name": name,
        "last_success_at": max(good, default=known.last_success_at if known else None),
        "failing_since": failing_since if last.problem else None,
        "retry_at": retry_at,
        "problem": last.problem,
    }
    await transaction.execute(transaction.upsert(source), [row])


async def _prune(transaction: Transaction, before: datetime) -> None:
    later = poll.alias("later")
    replaced = exists().where(
        later.c.source == poll.c.source, later.c.day == poll.c.day, later.c.at > poll.c.at, later.c.problem == ""
    )
    await transaction.execute(delete(poll).where(poll.c.at < before, or_(poll.c.problem != "", replaced)))


async def polls_of_day(transaction: Transaction, name: str, day: date) -> list[PollRecord]:
    """The polls of one list day, oldest first."""
    query = select(poll).where(poll.c.source == name, poll.c.day == day).order_by(poll.c.at)
    return [
        PollRecord(row.source, row.day, row.at, row.rows, row.new_rows, row.problem)
        for row in await transaction.fetch_all(query)
    ]


async def days_read(transaction: Transaction, name: str) -> frozenset[date]:
    """List days with a good poll."""
    query = select(poll.c.day).where(poll.c.source == name, poll.c.problem == "").distinct()
    return frozenset(row.day for row in await transaction.fetch_all(query))


async def source_states(transaction: Transaction) -> list[SourceState]:
    """Every source that was ever polled, by name."""
    counts = select(
        listing.c.source,
        func.max(listing.c.day).label("latest_day"),
        func.count(listing.c.paper_id.distinct()).label("papers"),
    ).group_by(listing.c.source)
    seen = counts.subquery()
    query = select(source, seen.c.latest_day, func.coalesce(seen.c.papers, 0).label("papers")).join_from(
        source, seen, seen.c.source == source.c.name, isouter=True
    )
    return [
        SourceState(
            name=row.name,
            last_success_at=row.last_success_at,
            latest_day=row.latest_day,
            paper_count=row.papers,
            list_complete=False,
            problem=row.problem,
            failing_since=row.failing_since,
            retry_at=row.retry_at,
        )
        for row in await transaction.fetch_all(query.order_by(source.c.name))
    ]
