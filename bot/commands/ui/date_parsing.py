"""Days as people type them, for lists (UTC days) and for pauses."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.commands.ui.dates import short_date
from bot.errors import InputError
from bot.i18n import t

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+([a-z]{3,9})\.?,?(?:\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?")
_DURATION = re.compile(r"(?:for\s+)?(\d{1,3}|an?|one|two|three|four)\s*(days?|d|weeks?|w|months?)")
_NUMBER_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}


def parse_past_day(text: str, today: date) -> date:
    """The day up to ``today`` that is meant: ``2026-08-18``, ``18 Aug``, ``Aug 18 2026``, ``yesterday``, ``monday``
    (the last one). Raises InputError for anything else and for days to come."""
    day = _parse_day_name(text, today, -1) or _parse_written_day(text, today, -1)
    if day is None:
        raise unreadable_day_error(text, today)
    if day > today:
        raise InputError(
            t("{day} is still to come; lists appear on their day.", day=short_date(day, today)),
            input=text,
            suggestions=("today", f"date {today - timedelta(days=1):%Y-%m-%d}"),
        )
    return day


def parse_future_day(text: str, today: date) -> date | None:
    """The day after ``today`` that is meant: a day as above, ``tomorrow``, or a span such as ``2 weeks``; None where
    that can't be read or is past."""
    text = text.casefold().removeprefix("until ").removeprefix("till ").strip()
    day = _parse_duration(text, today) or _parse_day_name(text, today, 1) or _parse_written_day(text, today, 1)
    return day if day is not None and day > today else None


def unreadable_day_error(text: str, today: date) -> InputError:
    yesterday = today - timedelta(days=1)
    return InputError(
        t("I can’t read <b>{text}</b> as a day. Write it like one of these:", text=text),
        input=text,
        suggestions=("date yesterday", f"date {yesterday:%Y-%m-%d}", f"date {yesterday.day} {yesterday:%b}"),
    )


def _parse_day_name(text: str, today: date, direction: int) -> date | None:
    """``today``, ``yesterday``, ``tomorrow``, or a weekday's name: the nearest one in ``direction``."""
    text = text.casefold().strip()
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if text in near:
        return today + timedelta(days=near[text])
    weekday = next((n for n, name in enumerate(_DAY_NAMES) if len(text) >= 3 and name.startswith(text)), None)
    if weekday is None:
        return None
    away = (weekday - today.weekday()) * direction % 7
    return today + timedelta(days=direction * (away or 7))


def _parse_written_day(text: str, today: date, direction: int) -> date | None:
    text = text.casefold().strip()
    if found := _ISO.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_MONTH.fullmatch(text):
        return _parse_day_of_month(found[2], int(found[1]), found[3], today, direction)
    if found := _MONTH_DAY.fullmatch(text):
        return _parse_day_of_month(found[1], int(found[2]), found[3], today, direction)
    return None


def _parse_day_of_month(name: str, day: int, year: str | None, today: date, direction: int) -> date | None:
    """A day of a month; without a year the nearest one in ``direction``, today included."""
    if name[:3] not in _MONTH_NAMES:
        return None
    month = _MONTH_NAMES.index(name[:3]) + 1
    if year:
        return _date(int(year), month, day)
    found = _date(today.year, month, day)
    if found is not None and (found - today).days * direction < 0:
        return _date(today.year + direction, month, day)
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _parse_duration(text: str, today: date) -> date | None:
    found = _DURATION.fullmatch(text)
    if not found:
        return None
    count = _NUMBER_WORDS.get(found[1]) or int(found[1])
    days = {"d": 1, "w": 7, "m": 30}[found[2][0]]
    return today + timedelta(days=count * days)
