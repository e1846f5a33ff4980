"""Which list days are asked for."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.list_days import days_to_backfill, days_to_poll, deep_poll_due, newest_list_days, oldest_deep_day
from tests.bot.factories import utc

MONDAY = date(2026, 8, 17)
SATURDAY = date(2026, 8, 22)


def test_a_poll_asks_for_today_and_the_two_weekdays_before() -> None:
    assert days_to_poll(utc(MONDAY, 9)) == [MONDAY, date(2026, 8, 14), date(2026, 8, 13)]
    assert days_to_poll(utc(SATURDAY, 9)) == [SATURDAY, date(2026, 8, 21), date(2026, 8, 20)]


def test_the_deep_poll_reads_the_last_seven_list_days_again() -> None:
    days = days_to_poll(utc(MONDAY, 19), deep=True)
    assert len(days) == 7
    assert days[-1] == oldest_deep_day(MONDAY) == date(2026, 8, 7)


def test_the_deep_poll_is_open_once_a_day_after_eighteen_utc() -> None:
    assert not deep_poll_due(utc(MONDAY, 17, 59), [])
    assert deep_poll_due(utc(MONDAY, 18), [utc(MONDAY, 17, 59)])
    assert not deep_poll_due(utc(MONDAY, 21), [utc(MONDAY, 18, 5)])
    assert deep_poll_due(utc(MONDAY, 18) + timedelta(days=1), [utc(MONDAY, 18, 5)])


def test_after_a_gap_every_weekday_since_is_asked_for_again() -> None:
    days = days_to_poll(utc(MONDAY, 9), last_success=utc(date(2026, 8, 5), 10))
    assert days == newest_list_days(MONDAY, 9)
    assert days[-1] == date(2026, 8, 5)
    assert len(days_to_poll(utc(MONDAY, 9), last_success=utc(date(2025, 8, 5), 10))) <= 31


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_the_newest_list_days_are_weekdays_without_a_hole(last: date, count: int) -> None:
    days = newest_list_days(last, count)
    assert len(days) == count
    assert all(day.weekday() < 5 for day in days)
    assert days[0] >= last - timedelta(days=2)
    assert all(1 <= (newer - older).days <= 3 for newer, older in pairwise(days))


def test_the_archive_is_twelve_months_of_weekdays_without_those_read() -> None:
    everything = days_to_backfill(MONDAY, frozenset())
    assert 255 <= len(everything) <= 262
    assert everything[0] == MONDAY
    read = frozenset(everything[:40])
    assert days_to_backfill(MONDAY, read) == everything[40:]
