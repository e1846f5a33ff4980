"""The list days that time words mean: *last week*, *since Monday*, *in July*. Days are UTC, as the lists count them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bot.commands.ui.date_parsing import parse_past_day
from bot.errors import InputError
from bot.i18n import LazyText, t

LATELY = timedelta(weeks=12)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october")
_MONTH_NAMES = (*_MONTHS, "november", "december")
_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTH = rf"(?:{'|'.join(_MONTH_NAMES)})"
_WRITTEN_DAY = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{1,2}}(?:st"
    rf"|nd|rd|th)?(?: \d{{4}})?)"
)
_RANGE_WORDS: dict[str, str] = {
    "today": r"today|this morning|so far today",
    "week": r"(?:this|last|past|current|previous) (?:week|7 days|seven days)|week",
    "month": r"this month|(?:last|past) (?:30|thirty) days|past month|month",
    "year": r"this year|the year so far",
    "last_month": r"(?:last|previous) month",
    "lately": r"lately|recently|these days|(?:last|past|recent) (?:few )?(?:weeks|months)",
    "day": rf"yesterday|(?:last )?(?:{_WEEKDAYS})|{_WRITTEN_DAY}",
    "named_month": rf"{_MONTH}(?: \d{{4}})?",
}
_ANY = "|".join(f"(?P<{kind}>{words})" for kind, words in _RANGE_WORDS.items())
_TIME = (
    r"(?:(?P<since>since|after) |(?P<in>(?:from|of|in|for|during|over|within|on|at) ))?"
    rf"(?:the )?(?:list of )?(?:{_ANY})(?:'s)?"
)
_AT_END = re.compile(rf"(?P<rest>.*?)(?:^|[ ,]+)\(?{_TIME}\)?(?: \(utc\))?$", re.IGNORECASE)
_AT_START = re.compile(rf"{_TIME}(?:$|[ ,:]+(?P<rest>.*))", re.IGNORECASE)
_IN_MIDDLE = re.compile(
    rf"(?P<rest>.*\b(?:papers?|list|news|new|work|happened|out)) {_TIME} (?P<tail>(?:on|about|in|by) .*)", re.I
)
# Words for a single span that alone say nothing: *week* and *month* only stand after *of the*, *May* is no month alone.
_NEEDS_PREPOSITION = frozenset({"week", "month", "may", "march"})


@dataclass(frozen=True, slots=True)
class TimeRange:
    """List days from ``first`` to ``last``; ``command`` is the list that shows them without a topic."""

    first: date
    last: date
    command: str
    said: LazyText

    def list_command(self, topic: str) -> str:
        """The list of these days, of a topic where one is given."""
        if topic and self.command.startswith("date "):
            return f"between {self.first} {self.last} {topic}"
        return f"{self.command} {topic}".strip()


@dataclass(frozen=True, slots=True)
class TimedWords:
    """A sentence taken apart; ``impossible`` is a day that no calendar has."""

    rest: str
    range: TimeRange | None
    impossible: str = ""


def split_time_range(text: str, today: date) -> TimedWords:
    """The time words at the beginning, the end or behind *papers*, and the sentence without them."""
    for pattern in (_AT_END, _IN_MIDDLE, _AT_START):
        found = pattern.fullmatch(text)
        if found is None or not _is_time(found):
            continue
        rest = " ".join(filter(None, (found["rest"], found.groupdict().get("tail")))).strip(" ,")
        try:
            return TimedWords(rest, _range(found, today))
        except (InputError, ValueError):
            kind = _kind(found)
            return TimedWords(rest, None, impossible=found[kind])
    return TimedWords(text, None)


def _kind(found: re.Match[str]) -> str:
    return next(kind for kind in _RANGE_WORDS if found[kind])


def _is_time(found: re.Match[str]) -> bool:
    bare = found[_kind(found)].casefold() in _NEEDS_PREPOSITION
    named = _kind(found) == "named_month" and found["rest"]
    return not (bare or named) or bool(found["in"] or found["since"])


def _range(found: re.Match[str], today: date) -> TimeRange:
    """Raises InputError or ValueError for a day that there is not."""
    kind = _kind(found)
    words = found[kind].casefold()
    if found["since"]:
        return _since(kind, words, today)
    match kind:
        case "today":
            return TimeRange(today, today, "today", t("today"))
        case "week":
            return TimeRange(today - timedelta(days=6), today, "week", t("the last 7 days"))
        case "month":
            return TimeRange(today - timedelta(days=29), today, "month", t("the last 30 days"))
        case "lately":
            return _between(today - LATELY + timedelta(days=1), today, t("the last twelve weeks"))
        case "day":
            return _one_day(words, today)
        case "year":
            return _between(today.replace(month=1, day=1), today, t("this year"))
        case "last_month":
            return _month(today.replace(day=1) - timedelta(days=1), today)
    return _month(_named_month(words, today), today)


def _since(kind: str, words: str, today: date) -> TimeRange:
    first = _one_day(words, today).first if kind == "day" else _range_start(kind, words, today)
    return _between(first, today, t("since {day}", day=first))


def _range_start(kind: str, words: str, today: date) -> date:
    if kind == "named_month":
        return _named_month(words, today)
    if kind == "last_month":
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if kind == "year":
        return today.replace(month=1, day=1)
    spans = {"today": 0, "week": 6, "month": 29, "lately": LATELY.days - 1}
    return today - timedelta(days=spans[kind])


def _between(first: date, last: date, said: LazyText) -> TimeRange:
    return TimeRange(first, last, f"between {first} {last}", said)


def _one_day(words: str, today: date) -> TimeRange:
    words = words.removeprefix("last ")
    day = parse_past_day(words, today)
    return TimeRange(day, day, f"date {words}", t("the list of {day}", day=day))


def _month(day: date, today: date) -> TimeRange:
    """As far as it has come."""
    first, last = day.replace(day=1), min(today, day.replace(day=monthrange(day.year, day.month)[1]))
    return _between(first, last, t("{first} to {last}", first=first, last=last))


def _named_month(words: str, today: date) -> date:
    name, _, year = words.partition(" ")
    number = _MONTH_NAMES.index(name) + 1
    last_one = today.year if number <= today.month else today.year - 1
    return date(int(year) if year else last_one, number, 1)
