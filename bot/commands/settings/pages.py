"""The pages behind the settings: one question each, every answer a button that says what it sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.chats import EVERY_DAY, WEEKDAYS, ChatSettings, EmptyNote, Layout
from bot.commands.core.command import Asked
from bot.commands.settings.values import HOURS_LATE, SUMMARIES
from bot.commands.ui.buttons import ROOM, button, in_rows, rows, short
from bot.commands.ui.dates import WEEKDAY_NAMES, rhythm_words, zone_name
from bot.commands.ui.timezones import likely_zones
from bot.i18n import Sentence, say
from bot.views import Button, Line, SmallPrint, View

BACK = "all"
_HOURS_ABREAST = 4
_CITIES_ABREAST = 3
_DAYS_ABREAST = 4
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CITIES = (
    "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "Europe/London", "Europe/Paris", "Europe/Berlin",
    "Europe/Moscow", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip

Rows = Sequence[Sequence[Button]]


def page(asked: Asked, key: str, settings: ChatSettings) -> View | None:
    """The page of one setting; None where there is none of its own."""
    made = _PAGES.get(key)
    if made is None:
        return None
    line, choices = made(asked, settings)
    typed = [SmallPrint(hint) for hint in _typed(asked, key)]
    back = [button(say("‹ Settings"), f"settings {BACK}")]
    return View((Line(line), *typed, rows(*choices, back)), in_place=asked.call.pressed is not None)


def _typed(asked: Asked, key: str) -> list[Sentence]:
    """How to say what no button says."""
    if asked.terse:
        return []
    match key:
        case "hour":
            return [say("Another minute: <code>{example}</code>", example=asked.typed("when 08:30"))]
        case "zone":
            return [say("Another city: <code>{example}</code>", example=asked.typed("when Lisbon"))]
    return []


def _hour(asked: Asked, settings: ChatSettings) -> tuple[Sentence, Rows]:
    line = say("At which hour? Now: {rhythm}.", rhythm=rhythm_words(settings))
    hours = [
        _choice(say("{hour}", hour=f"{hour:02}:00"), f"hour {hour:02}:00", (settings.hour.hour, 0) == (hour, 0))
        for hour in range(24)
    ]
    return line, [*in_rows(hours, _HOURS_ABREAST), [_waiting(settings)]]


def _waiting(settings: ChatSettings) -> Button:
    if settings.when_settled:
        return button(say("Don’t wait for the full list"), "settings complete go")
    return button(say("Wait for the full list"), "settings complete wait")


def _zone(asked: Asked, settings: ChatSettings) -> tuple[Sentence, Rows]:
    line = say("By which city’s clock? Now: {rhythm}.", rhythm=rhythm_words(settings))
    zones = dict.fromkeys((settings.zone or "UTC", *likely_zones(asked.call.language), *_CITIES, "UTC"))
    cities = [
        _choice(say("{city}", city=short(zone_name(zone), ROOM[3] - 2)), f"zone {zone}", zone == settings.zone)
        for zone in zones
    ]
    return line, in_rows(cities, _CITIES_ABREAST)


def _days(asked: Asked, settings: ChatSettings) -> tuple[Sentence, Rows]:
    line = say("On which days? Now: {rhythm}.", rhythm=rhythm_words(settings))
    taps = [
        _choice(WEEKDAY_NAMES[day], f"days {_named(settings.days ^ {day} or {day})}", day in settings.days)
        for day in range(7)
    ]
    sets = [
        _choice(say("Weekdays"), "days weekdays", settings.days == WEEKDAYS),
        _choice(say("Every day"), "days daily", settings.days == EVERY_DAY),
    ]
    return line, [*in_rows(taps, _DAYS_ABREAST), sets]


def _named(days: frozenset[int] | set[int]) -> str:
    return ",".join(_DAYS[day] for day in sorted(days))


def _layout(asked: Asked, settings: ChatSettings) -> tuple[Sentence, Rows]:
    labels = {
        Layout.TITLES: say("Titles only"),
        Layout.COMPACT: say("Compact: {n} with summary", n=settings.with_summary),
        Layout.FULL: say("Full: all with summary"),
    }
    line = say("How much of the papers? Every paper comes in any case.")
    return line, [[_choice(label, f"layout {layout}", layout is settings.layout)] for layout, label in labels.items()]


def _summaries(asked: Asked, settings: ChatSettings) -> tuple[Sentence, Rows]:
    line = say("How many with their summary? The others come as titles.")
    return line, [[_choice(say("{n}", n=n), f"summaries {n}", n == settings.with_summary) for n in SUMMARIES]]


def _patience(asked: Asked, settings: ChatSettings) -> tuple[Sentence, Rows]:
    now = settings.patience_minutes // 60
    line = say("How long may the digest wait for a list that is late?")
    waits = [_choice(say("{n} h", n=n), f"patience {n}h", n == now) for n in HOURS_LATE if n]
    return line, [[_choice(say("Don’t wait"), "patience 0h", not now)], waits]


def _notes(asked: Asked, settings: ChatSettings) -> tuple[Sentence, Rows]:
    labels = {
        EmptyNote.NEVER: say("Say nothing"),
        EmptyNote.WEEKLY: say("A word on Fridays"),
        EmptyNote.DAILY: say("A word every day"),
    }
    line = say("What shall I say when nothing came?")
    return line, [[_choice(label, f"notes {note}", note is settings.empty_note)] for note, label in labels.items()]


def _choice(label: Sentence, change: str, is_set: bool) -> Button:
    return button(say("✓ {label}", label=label) if is_set else label, f"settings {change}")


_PAGES: Mapping[str, Callable[[Asked, ChatSettings], tuple[Sentence, Rows]]] = {
    "hour": _hour,
    "zone": _zone,
    "days": _days,
    "layout": _layout,
    "summaries": _summaries,
    "patience": _patience,
    "notes": _notes,
}
