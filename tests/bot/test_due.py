"""When digests leave: in every zone exactly once a due day, also when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chats import EVERY_DAY, WEEKDAYS, ChatSettings
from bot.due import digest_hour, in_quiet_hours, local_day, next_digest_at

ZONES = (
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Apia",
    "America/Scoresbysund",
    "America/Santiago",
    "Africa/Cairo",
)
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
HOURS = st.times().map(lambda hour: hour.replace(second=0, microsecond=0))


def year_of(settings: ChatSettings, first: date) -> list[datetime]:
    """Every due moment of a year, each planned at the moment itself."""
    moments, after, last = [], datetime.combine(first, time(), UTC) - timedelta(days=2), None
    while (moment := next_digest_at(settings, after, last)).date() < first + timedelta(days=366):
        moments.append(moment)
        after, last = moment, local_day(settings, moment)
    return moments


@given(st.sampled_from(ZONES), HOURS, DAYS, st.sampled_from([2011, 2018, 2024, 2026]))
def test_a_year_has_exactly_one_due_moment_on_each_due_day(
    zone: str, hour: time, days: frozenset[int], year: int
) -> None:
    settings = ChatSettings(hour=hour, zone=zone, days=days)
    moments = year_of(settings, date(year, 1, 1))
    local = [moment.astimezone(ZoneInfo(zone)).date() for moment in moments]
    assert moments == sorted(set(moments))
    assert len(local) == len(set(local))
    wanted = {local[0] + timedelta(days=n) for n in range((local[-1] - local[0]).days + 1)}
    if (zone, year) == ("Pacific/Apia", 2011):
        wanted.discard(date(2011, 12, 30))  # Samoa went from Thursday to Saturday
    assert set(local) == {day for day in wanted if day.weekday() in days}


@given(st.sampled_from(ZONES), HOURS, st.integers(0, 16 * 365 * 24 * 60))
def test_the_next_moment_is_the_local_hour_unless_the_clock_leaves_it_out(zone: str, hour: time, minutes: int) -> None:
    settings = ChatSettings(hour=hour, zone=zone)
    now = datetime(2011, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    moment = next_digest_at(settings, now, None)
    local = moment.astimezone(ZoneInfo(zone))
    exists = local.replace(hour=hour.hour, minute=hour.minute, fold=0).astimezone(UTC).astimezone(ZoneInfo(zone))
    assert now < moment <= now + timedelta(days=2, hours=2)
    assert local.time() == hour or exists.time() != hour


def test_in_spring_and_autumn_berlin_gets_its_digest_at_nine_by_its_own_clock() -> None:
    settings = ChatSettings(hour=time(9), zone="Europe/Berlin")
    assert next_digest_at(settings, datetime(2026, 3, 28, 12, tzinfo=UTC), None) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert next_digest_at(settings, datetime(2026, 10, 24, 12, tzinfo=UTC), None).hour == 8


def test_an_hour_that_spring_leaves_out_comes_after_the_gap_and_one_that_comes_twice_comes_first() -> None:
    settings = ChatSettings(hour=time(2, 30), zone="Europe/Berlin")
    assert next_digest_at(settings, datetime(2026, 3, 28, 12, tzinfo=UTC), None) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
    assert next_digest_at(settings, datetime(2026, 10, 24, 12, tzinfo=UTC), None) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_the_29th_of_february_has_its_digest_and_so_has_the_day_after() -> None:
    settings = ChatSettings(hour=time(9), zone="Asia/Kathmandu")
    leap_day = next_digest_at(settings, datetime(2028, 2, 28, 12, tzinfo=UTC), date(2028, 2, 28))
    assert leap_day == datetime(2028, 2, 29, 3, 15, tzinfo=UTC)
    assert next_digest_at(settings, leap_day, date(2028, 2, 29)) == datetime(2028, 3, 1, 3, 15, tzinfo=UTC)


def test_without_a_zone_the_digest_leaves_at_thirteen_utc_whatever_the_hour() -> None:
    settings = ChatSettings(hour=time(9))
    assert next_digest_at(settings, datetime(2026, 8, 18, 13, tzinfo=UTC), None) == datetime(
        2026, 8, 19, 13, tzinfo=UTC
    )
    assert digest_hour(settings) == time(13)


def test_a_digest_that_came_early_today_is_not_followed_by_another_today() -> None:
    settings = ChatSettings(hour=time(9), zone="Asia/Tokyo")
    early = datetime(2026, 8, 17, 20, tzinfo=UTC)  # Tuesday 05:00 in Tokyo
    assert next_digest_at(settings, early, date(2026, 8, 18)) == datetime(2026, 8, 19, 0, tzinfo=UTC)


def test_working_days_skip_the_weekend() -> None:
    settings = ChatSettings(hour=time(9), zone="Europe/Berlin", days=WEEKDAYS)
    assert next_digest_at(settings, datetime(2026, 8, 21, 8, tzinfo=UTC), None) == datetime(2026, 8, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Europe"])
def test_a_zone_this_machine_does_not_know_is_no_zone(zone: str) -> None:
    settings = ChatSettings(zone=zone, days=EVERY_DAY)
    assert next_digest_at(settings, datetime(2026, 8, 18, tzinfo=UTC), None).hour == 13


def test_nights_are_quiet_in_the_chats_own_zone() -> None:
    tokyo = ChatSettings(zone="Asia/Tokyo")
    assert in_quiet_hours(tokyo, datetime(2026, 8, 18, 13, 0, tzinfo=UTC))  # 22:00
    assert in_quiet_hours(tokyo, datetime(2026, 8, 18, 22, 59, tzinfo=UTC))  # 07:59
    assert not in_quiet_hours(tokyo, datetime(2026, 8, 18, 23, 0, tzinfo=UTC))  # 08:00
    assert not in_quiet_hours(ChatSettings(), datetime(2026, 8, 18, 13, 0, tzinfo=UTC))
