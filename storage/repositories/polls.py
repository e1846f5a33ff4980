"""How reading the sources went: every poll for a while, the newest good one of each day for ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, func, or_, select

from bot.ports import PollRecord, SourceState
from storage.engine.transaction import Transaction
from storage.tables import listing, poll, source

RETENTION = timedelta(days=14)
MAX_NAMED_DAYS = 3


async def record_polls(
    transaction: Transaction, polls: Sequence[PollRecord], retry_at: datetime | None, note: str = ""
) -> None:
    """Stores polls and what they say of their sources; ``retry_at`` is when a source asks to be left alone until,
    ``note`` what failed of it beside list days."""
    if not polls:
        return
    rows = [
        {"source": p.source, "day": p.day, "at": p.at, "rows": p.rows, "new_rows": p.new_rows, "problem": p.problem}
        for p in polls
    ]
    await transaction.execute(transaction.upsert(poll), rows)
    for name in dict.fromkeys(each.source for each in polls):
        await _record_source(transaction, name, [each for each in polls if each.source == name], retry_at, note)
    await _prune(transaction, max(each.at for each in polls) - RETENTION)


async def _record_source(
    transaction: Transaction, name: str, polls: Sequence[PollRecord], retry_at: datetime | None, note: str
) -> None:
    """The newest day asked for says how the source is doing: with an old list alone nothing new can come, and without
    one nothing new is lost."""
    known = await transaction.fetch_first(transaction.for_update(select(source).where(source.c.name == name)))
    newest = max(polls, key=lambda each: (each.at, each.day))
    row: dict[str, Any] = {
        "name": name,
        "last_success_at": known.last_success_at if known else None,
        "failing_since": known.failing_since if known else None,
        "problem": known.problem if known else "",
        "retry_at": retry_at,
    }
    if not await _contradicted_by_newer_day(transaction, newest):
        row |= _newest_day_row(newest, row["failing_since"], note)
    await transaction.execute(transaction.upsert(source), [row])


def _newest_day_row(newest: PollRecord, failing_since: datetime | None, note: str) -> dict[str, Any]:
    if newest.problem:
        return {"failing_since": failing_since or newest.at, "problem": newest.problem}
    return {"last_success_at": newest.at, "failing_since": None, "problem": note}


async def _contradicted_by_newer_day(transaction: Transaction, read: PollRecord) -> bool:
    """Whether a newer day than the one ``read`` went the other way at its last poll."""
    otherwise = poll.c.problem == "" if read.problem else poll.c.problem != ""
    newer = select(poll.c.day).where(poll.c.source == read.source, poll.c.day > read.day, otherwise, _last_of_its_day())
    return await transaction.fetch_first(newer.limit(1)) is not None


def _last_of_its_day() -> ColumnElement[bool]:
    later = poll.alias("later")
    return ~exists().where(later.c.source == poll.c.source, later.c.day == poll.c.day, later.c.at > poll.c.at)


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
    failed = await _failed_days(transaction)
    rows = await transaction.fetch_all(query.order_by(source.c.name))
    return [_source_state(row, failed.get(row.name, {})) for row in rows]


def _source_state(row: Row[Any], failed: Mapping[date, str]) -> SourceState:
    return SourceState(
        name=row.name,
        last_success_at=row.last_success_at,
        latest_day=row.latest_day,
        paper_count=row.papers,
        list_complete=False,
        problem=_problem(row, failed),
        failing_since=row.failing_since,
        retry_at=row.retry_at,
        failed_days=tuple(failed),
    )


def _problem(row: Row[Any], failed: Mapping[date, str]) -> str:
    """Everything that failed, by name; the newest day of a source that fails is the source's own problem."""
    days = list(failed.items())[1 if row.failing_since else 0 :]
    named = [f"{day}: {problem}" for day, problem in days[:MAX_NAMED_DAYS]]
    more = [f"{len(days) - MAX_NAMED_DAYS} more days"] if len(days) > MAX_NAMED_DAYS else []
    return "; ".join(filter(None, [row.problem, *named, *more]))


async def _failed_days(transaction: Transaction) -> Mapping[str, Mapping[date, str]]:
    """The list days of each source whose last poll failed, newest first, each with its problem."""
    query = select(poll.c.source, poll.c.day, poll.c.problem).where(poll.c.problem != "", _last_of_its_day())
    failed: defaultdict[str, dict[date, str]] = defaultdict(dict)
    for row in await transaction.fetch_all(query.order_by(poll.c.day.desc())):
        failed[row.source][row.day] = row.problem
    return failed
