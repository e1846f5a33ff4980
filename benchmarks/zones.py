"""The rule of due moments through a year in every zone there is, at eight hours of the day, beside a cron trigger in
that zone, as one would write it first."""

from __future__ import annotations

import time
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from typing import Final

from apscheduler.triggers.cron import CronTrigger

from benchmarks.comparison import Comparison, Figure
from benchmarks.harness import NOW, Harness
from bot.chats import ChatSettings
from bot.due import local_day, next_digest_at

YEAR: Final = NOW.year
#: Where clocks change, where somebody reads, and just before midnight.
HOURS: Final = (hour(0), hour(0, 30), hour(1, 30), hour(2), hour(2, 30), hour(3), hour(9), hour(23, 30))
DAYS: Final = (date(YEAR + 1, 1, 1) - date(YEAR, 1, 1)).days

NextMoment = Callable[[datetime], datetime]


@dataclass(slots=True)
class YearFigures:
    """What became of the year's days in all zones at all hours; the clock's seconds."""

    moments: int = 0
    days_without_digest: int = 0
    days_with_two: int = 0
    clock: float = 0.0

    @property
    def each(self) -> float:
        """Microseconds."""
        return 1e6 * self.clock / self.moments


def run(bench: Harness) -> Iterator[Comparison]:
    zones = sorted(zoneinfo.available_timezones() - {"localtime"})
    ours, cron = _measure_year(zones, _rule), _measure_year(zones, _cron)
    figures = [
        Figure("days without a digest", ours.days_without_digest, cron.days_without_digest),
        Figure("days with two", ours.days_with_two, cron.days_with_two),
        Figure("a moment", ours.each, cron.each, "µs"),
    ]
    digests = DAYS * len(zones) * len(HOURS)
    title = f"zones: {DAYS} days in {len(zones)} zones at {len(HOURS)} hours, {digests:,} digests"
    yield Comparison(title, "the rule", "cron triggers", figures)


def _measure_year(zones: list[str], made: Callable[[ChatSettings], NextMoment]) -> YearFigures:
    year, began = YearFigures(), time.monotonic()
    for zone in zones:
        for at in HOURS:
            settings = ChatSettings(zone=zone, hour=at)
            days = [local_day(settings, moment) for moment in _moments(made(settings))]
            of_year = [day for day in days if day.year == YEAR]
            year.moments += len(days)
            year.days_without_digest += DAYS - len(set(of_year))
            year.days_with_two += len(of_year) - len(set(of_year))
    year.clock = time.monotonic() - began
    return year


def _moments(following: NextMoment) -> Iterator[datetime]:
    """Of the year and a day around it, each looked for at the one before."""
    moment, end = datetime(YEAR - 1, 12, 30, tzinfo=UTC), datetime(YEAR + 1, 1, 2, tzinfo=UTC)
    while (moment := following(moment)) < end:
        yield moment


def _rule(settings: ChatSettings) -> NextMoment:
    return lambda moment: next_digest_at(settings, moment, local_day(settings, moment))


def _cron(settings: ChatSettings) -> NextMoment:
    trigger = CronTrigger(hour=settings.hour.hour, minute=settings.hour.minute, timezone=settings.zone)

    def following(moment: datetime) -> datetime:
        fires = trigger.get_next_fire_time(moment, moment + timedelta(microseconds=1))
        assert fires is not None
        return fires.astimezone(UTC)

    return following
