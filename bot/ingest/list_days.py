"""Which list days to ask a source for. Pure; all days are UTC, and lists appear on weekdays only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

DEEP_POLL_FROM: Final = time(18, 0)
FIRST_START_DAYS: Final = 10
BACKFILL_DAYS: Final = 365
_MAX_GAP_DAYS: Final = 30

_ONE_DAY = timedelta(days=1)


def days_to_poll(
    now: datetime, *, deep: bool = False, last_success: datetime | None = None, failed: Sequence[date] = ()
) -> list[date]:
    """What one poll asks for, newest first: today and the two weekdays before.

    ``deep``: the last 7 list days, since votes, summaries, code and keywords arrive late. After a gap every weekday
    since the last good poll (at most 30 days) is asked for again: what came late on the last day read is in it. Days of
    this time whose last poll ``failed`` are asked for until they are read.
    """
    today = now.date()
    days = {today, *newest_list_days(today - _ONE_DAY, 2)}
    if deep:
        days |= {*newest_list_days(today, 7)}
    if last_success is not None:
        since = max(last_success.date(), today - timedelta(days=_MAX_GAP_DAYS))
        days |= {*weekdays_between(since, today)}
    days |= {day for day in failed if today - timedelta(days=_MAX_GAP_DAYS) <= day <= today}
    return sorted(days, reverse=True)


def deep_poll_due(now: datetime, polled_at: list[datetime]) -> bool:
    """Whether the day's deep poll is due; ``polled_at`` are the good polls of :func:`oldest_deep_day`."""
    opens = datetime.combine(now.date(), DEEP_POLL_FROM, tzinfo=now.tzinfo)
    return now >= opens and not any(moment >= opens for moment in polled_at)


def oldest_deep_day(today: date) -> date:
    """The oldest day of a deep poll; no other poll asks for it on that day."""
    return newest_list_days(today, 7)[-1]


def newest_list_days(last: date, count: int) -> list[date]:
    """The newest ``count`` weekdays up to ``last``, newest first."""
    first = last - timedelta(days=count + 2 * (count // 5 + 2))
    return weekdays_between(first, last)[:count]


def weekdays_between(first: date, last: date) -> list[date]:
    """The weekdays from ``first`` to ``last``, both included, newest first."""
    days = (last - timedelta(days=back) for back in range((last - first).days + 1))
    return [day for day in days if is_list_day(day)]


def days_to_backfill(today: date, read: frozenset[date], days: int = BACKFILL_DAYS) -> list[date]:
    """The weekdays of the last ``days`` days that were never read, newest first."""
    return [day for day in weekdays_between(today - timedelta(days=days), today) if day not in read]


def is_list_day(day: date) -> bool:
    """Whether lists appear on such a day at all; a holiday can't be told before it is over."""
    return day.weekday() < 5
