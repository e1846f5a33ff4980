"""``when 09:00 Berlin weekdays``, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from bot.chats import EVERY_DAY, WEEKDAYS, ChatSettings
from bot.commands.ui.timezones import zone_of
from bot.errors import UserMistake
from bot.i18n import Sentence, say

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS = {
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "workdays": WEEKDAYS,
    "weekends": EVERY_DAY - WEEKDAYS,
}
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", re.I)
_LIKE_A_TIME = re.compile(r"\d")
_OFFSET = re.compile(r"(?:(?:utc|gmt)\s*)?[+-]\d{1,2}(?::?\d{2})?", re.I)
_FILLERS = frozenset({"at", "on", "in", "and", "every", "each"})
_TWO_WORDS = re.compile(r"\b(every\s+day|each\s+day|(\d{1,2}(?:[:.]\d{2})?)\s+(am|pm))\b", re.I)
_SETTLED = frozenset({"settled", "complete"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said; None where nothing was said of it."""

    hour: time | None = None
    zone: str | None = None
    days: frozenset[int] | None = None
    settled: bool = False

    def applied(self, settings: ChatSettings) -> ChatSettings:
        """The settings with the wish. An hour without *settled* ends waiting for the complete list."""
        waits = self.settled or (settings.when_settled and self.hour is None)
        return replace(
            settings,
            hour=settings.hour if self.hour is None else self.hour,
            zone=settings.zone if self.zone is None else self.zone,
            days=settings.days if self.days is None else self.days,
            when_settled=waits,
        )


def read_wish(text: str) -> Wish:
    """What ``text`` asks for. Raises UserMistake with the place of what can't be read."""
    wish, zone_words = Wish(), list[str]()
    for word in _words(text):
        wish = _taken(wish, word, zone_words, text)
    if zone_words:
        wish = replace(wish, zone=_zone(" ".join(zone_words), text))
    return wish


def _words(text: str) -> list[str]:
    joined = _TWO_WORDS.sub(lambda found: "".join(found[0].split()), text)
    joined = re.sub(r"\s*,\s*", ",", re.sub(r"(?<=[a-z])\s*[-–]\s*(?=[a-z])", "-", joined, flags=re.I))
    return [word for word in joined.split() if word.casefold() not in _FILLERS]


def _taken(wish: Wish, word: str, zone_words: list[str], text: str) -> Wish:
    """The wish with one more word; what is neither hour nor days is part of the zone's name."""
    lower = word.casefold().strip(",")
    if lower in _SETTLED:
        return replace(wish, settled=True)
    if days := _days(lower):
        return replace(wish, days=days | (wish.days or frozenset()))
    if _OFFSET.fullmatch(lower):
        raise _wrong(
            text,
            word,
            say("A difference to UTC changes with summer time. Name a city instead."),
            ("when Europe/Berlin",),
        )
    if _LIKE_A_TIME.match(lower):
        return replace(wish, hour=_hour(lower, word, text))
    zone_words.append(word.strip(","))
    return wish


def _days(word: str) -> frozenset[int] | None:
    """``weekdays``, ``mon,wed,fri``, ``mon-fri``; None where it names no days."""
    if word in _SETS:
        return _SETS[word]
    parts = [_range(part) for part in word.split(",") if part]
    if not parts or None in parts:
        return None
    return frozenset(day for part in parts if part is not None for day in part)


def _range(part: str) -> Sequence[int] | None:
    first, dash, last = part.replace("–", "-").partition("-")
    start, end = _day(first), _day(last if dash else first)
    if start is None or end is None:
        return None
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _day(name: str) -> int | None:
    name = name.removesuffix("s") if name not in _NAMES else name
    return next((n for n, full in enumerate(_NAMES) if len(name) >= 2 and full.startswith(name)), None)


def _hour(lower: str, word: str, text: str) -> time:
    found = _TIME.fullmatch(lower)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if found and found[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if found[3].casefold() == "pm" else 0)
    if hour > 23 or minute > 59:
        why = say(
            "<b>{word}</b> is not a time of day. Write it like <code>09:00</code> or <code>18:30</code>.", word=word
        )
        raise _wrong(text, word, why, ("when 09:00", "when 18:30"))
    return time(hour, minute)


def _zone(name: str, text: str) -> str:
    try:
        return zone_of(name)
    except UserMistake as mistake:
        rest = text.replace(name, "{zone}", 1) if name in text else "{zone}"
        zones = [suggestion.removeprefix("when ") for suggestion in mistake.suggestions]
        commands = tuple("when " + rest.replace("{zone}", zone) for zone in zones)
        raise _wrong(text, name, mistake.sentence, commands) from mistake


def _wrong(text: str, word: str, why: Sentence, suggestions: tuple[str, ...] = ()) -> UserMistake:
    start = text.find(word)
    place = (start, start + len(word)) if start >= 0 else None
    return UserMistake(why, text=text, place=place, suggestions=suggestions)
