"""The list days that a page shows, by the words of its address. Days and weeks are UTC; weeks are ISO 8601."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from babel.dates import format_date

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")


class SpanKind(StrEnum):
    """How many days a page shows."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class ListSpan:
    """List days, both included."""

    kind: SpanKind
    first: date
    last: date

    @property
    def path(self) -> str:
        """The page's address on this server."""
        match self.kind:
            case SpanKind.DAY:
                return f"/papers/{self.first}"
            case SpanKind.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"/papers/week/{year:04}-W{week:02}"
            case SpanKind.MONTH:
                return f"/papers/month/{self.first:%Y-%m}"

    @property
    def title(self) -> str:
        """*Wednesday, 19 August 2026*, *17 to 23 August 2026*, *August 2026*."""
        match self.kind:
            case SpanKind.DAY:
                return format_date(self.first, "EEEE, d MMMM y", locale="en")
            case SpanKind.MONTH:
                return format_date(self.first, "MMMM y", locale="en")
            case SpanKind.WEEK:
                same_month = self.first.month == self.last.month
                begin = format_date(self.first, "d" if same_month else "d MMMM", locale="en")
                return f"{begin} to {format_date(self.last, 'd MMMM y', locale='en')}"

    @property
    def short_title(self) -> str:
        """*Wed 19 Aug*, where the page itself says the year."""
        return format_date(self.first, "EEE d MMM", locale="en") if self.kind is SpanKind.DAY else self.title

    def of_same_kind(self, day: date) -> ListSpan:
        """The span of this kind that holds ``day``."""
        return span_around(self.kind, day)


def span_around(kind: SpanKind, day: date) -> ListSpan:
    """The day, its week from Monday on, or its month."""
    match kind:
        case SpanKind.DAY:
            return ListSpan(kind, day, day)
        case SpanKind.WEEK:
            monday = day - timedelta(days=day.weekday())
            return ListSpan(kind, monday, monday + timedelta(days=6))
        case SpanKind.MONTH:
            last = day.replace(day=monthrange(day.year, day.month)[1])
            return ListSpan(kind, day.replace(day=1), last)


def is_day_written(text: str) -> bool:
    """Whether it has the form of a day, also of one that no calendar has."""
    return _DAY.fullmatch(text) is not None


def parse_span(kind: SpanKind, text: str) -> ListSpan | None:
    """The span that an address names: ``2026-08-19``, ``2026-W34`` or ``2026-08``; None where no calendar has it."""
    try:
        return span_around(kind, _first_day(kind, text))
    except (ValueError, OverflowError):
        return None


def _first_day(kind: SpanKind, text: str) -> date:
    """Raises ValueError."""
    if kind is SpanKind.DAY and _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if kind is SpanKind.WEEK and (found := _WEEK.fullmatch(text)):
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    if kind is SpanKind.MONTH and (found := _MONTH.fullmatch(text)):
        return date(int(found[1]), int(found[2]), 1)
    raise ValueError(text)
