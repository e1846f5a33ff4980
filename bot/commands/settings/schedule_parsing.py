"""``when 09:00 Berlin weekdays``, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.chats import EVERY_DAY, WEEKDAYS, WEEKLY_DAYS, ChatSettings
from bot.commands.ui.timezones import parse_zone, zones_with_offset
from bot.errors import InputError
from bot.i18n import LazyText, t

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_SETS = {
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "workdays": WEEKDAYS,
    "weekends": EVERY_DAY - WEEKDAYS,
}
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", re.I)
_HAS_DIGIT = re.compile(r"\d")
_OFFSET = re.compile(r"(?:(?:utc|gmt)\s*)?(?P<sign>[+−-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?", re.I)
_FILLERS = frozenset({"at", "on", "in", "and", "every", "each"})
_JOINED_WORDS = re.compile(
    r"\b(every\s+day|each\s+day|every\s+week|each\s+week|once\s+a\s+week|(\d{1,2}(?:[:.]\d{2})?)\s+(am|pm))\b", re.I
)
_WEEKLY_WORDS = frozenset({"weekly", "everyweek", "eachweek", "onceaweek"})
_WAIT_WORDS = frozenset({"settled", "complete"})


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """What was said; None where nothing was said of it."""

    hour: time | None = None
    zone: str | None = None
    days: frozenset[int] | None = None
    wait_for_complete_list: bool = False

    def apply_to(self, settings: ChatSettings) -> ChatSettings:
        """The settings with the wish. An hour without *settled* ends waiting for the complete list."""
        waits = self.wait_for_complete_list or (settings.wait_for_complete_list and self.hour is None)
        return replace(
            settings,
            hour=settings.hour if self.hour is None else self.hour,
            zone=settings.zone if self.zone is None else self.zone,
            days=settings.days if self.days is None else self.days,
            wait_for_complete_list=waits,
        )


def parse_schedule(text: str, now: datetime) -> ScheduleChange:
    """What ``text`` asks for at ``now``. Raises InputError with the place of what can't be read."""
    wish, zone_words = ScheduleChange(), list[str]()
    words = _words(text)
    for word in words:
        if word.casefold().strip(",") not in _WEEKLY_WORDS:
            wish = _with_word(wish, word, zone_words, text, now)
    if wish.days is None and any(word.casefold().strip(",") in _WEEKLY_WORDS for word in words):
        wish = replace(wish, days=WEEKLY_DAYS)
    if zone_words:
        wish = replace(wish, zone=_parse_zone_name(" ".join(zone_words), text))
    return wish


def _words(text: str) -> list[str]:
    joined = _JOINED_WORDS.sub(lambda found: "".join(found[0].split()), text)
    joined = re.sub(r"\s*,\s*", ",", re.sub(r"(?<=[a-z])\s*[-–]\s*(?=[a-z])", "-", joined, flags=re.I))
    return [word for word in joined.split() if word.casefold() not in _FILLERS]


def _with_word(wish: ScheduleChange, word: str, zone_words: list[str], text: str, now: datetime) -> ScheduleChange:
    """The wish with one more word; what is neither hour nor days is part of the zone's name."""
    lower = word.casefold().strip(",")
    if lower in _WAIT_WORDS:
        return replace(wish, wait_for_complete_list=True)
    if days := _parse_days(lower):
        return replace(wish, days=days | (wish.days or frozenset()))
    if offset := _OFFSET.fullmatch(lower):
        raise _offset_error(text, word, _offset(offset), now)
    if _HAS_DIGIT.match(lower):
        return replace(wish, hour=_parse_hour(lower, word, text))
    zone_words.append(word.strip(","))
    return wish


def _offset(found: re.Match[str]) -> timedelta:
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return size if found["sign"] == "+" else -size


def _offset_error(text: str, word: str, offset: timedelta, now: datetime) -> InputError:
    """With the same wish for the zones that have this offset now."""
    why = t("A difference to UTC changes with summer time. Name a city instead.")
    rest = re.sub(r"(?:(?:utc|gmt)\s*)?" + re.escape(word), "{zone}", text, count=1, flags=re.I)
    zones = zones_with_offset(offset, now) or ("UTC",)
    return _schedule_error(text, word, why, tuple("when " + rest.replace("{zone}", zone) for zone in zones))


def _parse_days(word: str) -> frozenset[int] | None:
    """``weekdays``, ``mon,wed,fri``, ``mon-fri``; None where it names no days."""
    if word in _DAY_SETS:
        return _DAY_SETS[word]
    parts = [_parse_day_range(part) for part in word.split(",") if part]
    if not parts or None in parts:
        return None
    return frozenset(day for part in parts if part is not None for day in part)


def _parse_day_range(part: str) -> Sequence[int] | None:
    first, dash, last = part.replace("–", "-").partition("-")
    start, end = _parse_day(first), _parse_day(last if dash else first)
    if start is None or end is None:
        return None
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _parse_day(name: str) -> int | None:
    name = name.removesuffix("s") if name not in _DAY_NAMES else name
    return next((n for n, full in enumerate(_DAY_NAMES) if len(name) >= 2 and full.startswith(name)), None)


def _parse_hour(lower: str, word: str, text: str) -> time:
    found = _TIME.fullmatch(lower)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if found and found[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if found[3].casefold() == "pm" else 0)
    if hour > 23 or minute > 59:
        why = t(
            "<b>{word}</b> is not a time of day. Write it like <code>09:00</code> or <code>18:30</code>.", word=word
        )
        raise _schedule_error(text, word, why, ("when 09:00", "when 18:30"))
    return time(hour, minute)


def _parse_zone_name(name: str, text: str) -> str:
    try:
        return parse_zone(name)
    except InputError as mistake:
        rest = text.replace(name, "{zone}", 1) if name in text else "{zone}"
        zones = [suggestion.removeprefix("when ") for suggestion in mistake.suggestions]
        commands = tuple("when " + rest.replace("{zone}", zone) for zone in zones)
        raise _schedule_error(text, name, mistake.message, commands) from mistake


def _schedule_error(text: str, word: str, why: LazyText, suggestions: tuple[str, ...] = ()) -> InputError:
    start = text.find(word)
    place = (start, start + len(word)) if start >= 0 else None
    return InputError(why, input=text, span=place, suggestions=suggestions)
