"""The pages behind the settings: one question each, every answer a button that says what it sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.chats import EVERY_DAY, WEEKDAYS, WEEKLY_DAYS, ChatSettings, EmptyDigestPolicy, Layout
from bot.commands.core.command import CommandContext
from bot.commands.settings.values import GRACE_HOURS, SUMMARY_COUNTS
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, split_into_rows, truncate
from bot.commands.ui.dates import WEEKDAY_NAMES, format_schedule, zone_name
from bot.commands.ui.timezones import suggested_zones
from bot.i18n import LazyText, t
from bot.views import Button, Footer, TextBlock, View

BACK_KEY = "all"
_HOURS_PER_ROW = 4
_CITIES_PER_ROW = 3
_DAYS_PER_ROW = 4
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CITIES = (
    "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "Europe/London", "Europe/Paris", "Europe/Berlin",
    "Europe/Moscow", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip

ButtonGrid = Sequence[Sequence[Button]]


def setting_page(context: CommandContext, key: str, settings: ChatSettings) -> View | None:
    """The page of one setting; None where there is none of its own."""
    made = _PAGES.get(key)
    if made is None:
        return None
    line, choices = made(context, settings)
    typed = [Footer(hint) for hint in _typing_hint(context, key)]
    back = [button(t("‹ Settings"), f"settings {BACK_KEY}")]
    return View(
        (TextBlock(line), *typed, button_rows(*choices, back)),
        replaces_message=context.call.pressed_message is not None,
    )


def _typing_hint(context: CommandContext, key: str) -> list[LazyText]:
    """How to say what no button says."""
    if context.compact:
        return []
    match key:
        case "hour":
            return [t("Another minute: <code>{example}</code>", example=context.usage("when 08:30"))]
        case "zone":
            return [t("Another city: <code>{example}</code>", example=context.usage("when Lisbon"))]
    return []


def _hour_page(context: CommandContext, settings: ChatSettings) -> tuple[LazyText, ButtonGrid]:
    line = t("At which hour? Now: {rhythm}.", rhythm=format_schedule(settings))
    hours = [
        _choice_button(t("{hour}", hour=f"{hour:02}:00"), f"hour {hour:02}:00", (settings.hour.hour, 0) == (hour, 0))
        for hour in range(24)
    ]
    return line, [*split_into_rows(hours, _HOURS_PER_ROW), [_wait_button(settings)]]


def _wait_button(settings: ChatSettings) -> Button:
    if settings.wait_for_complete_list:
        return button(t("Don’t wait for the full list"), "settings complete go")
    return button(t("Wait for the full list"), "settings complete wait")


def _zone_page(context: CommandContext, settings: ChatSettings) -> tuple[LazyText, ButtonGrid]:
    line = t("By which city’s clock? Now: {rhythm}.", rhythm=format_schedule(settings))
    zones = dict.fromkeys((settings.zone or "UTC", *suggested_zones(context.call.language), *_CITIES, "UTC"))
    cities = [
        _choice_button(
            t("{city}", city=truncate(zone_name(zone), LABEL_WIDTHS[3] - 2)), f"zone {zone}", zone == settings.zone
        )
        for zone in zones
    ]
    return line, split_into_rows(cities, _CITIES_PER_ROW)


def _days_page(context: CommandContext, settings: ChatSettings) -> tuple[LazyText, ButtonGrid]:
    line = t("On which days? Now: {rhythm}.", rhythm=format_schedule(settings))
    taps = [
        _choice_button(WEEKDAY_NAMES[day], f"days {_day_list(settings.days ^ {day} or {day})}", day in settings.days)
        for day in range(7)
    ]
    sets = [
        _choice_button(t("Weekdays"), "days weekdays", settings.days == WEEKDAYS),
        _choice_button(t("Every day"), "days daily", settings.days == EVERY_DAY),
        _choice_button(t("Weekly"), "days weekly", settings.days == WEEKLY_DAYS),
    ]
    return line, [*split_into_rows(taps, _DAYS_PER_ROW), sets]


def _day_list(days: frozenset[int] | set[int]) -> str:
    return ",".join(_DAYS[day] for day in sorted(days))


def _layout_page(context: CommandContext, settings: ChatSettings) -> tuple[LazyText, ButtonGrid]:
    labels = {
        Layout.TITLES: t("Titles only"),
        Layout.COMPACT: t("Compact: {n} with summary", n=settings.compact_summaries),
        Layout.FULL: t("Full: all with summary"),
    }
    line = t("How much of the papers? Every paper comes in any case.")
    return line, [
        [_choice_button(label, f"layout {layout}", layout is settings.layout)] for layout, label in labels.items()
    ]


def _summaries_page(context: CommandContext, settings: ChatSettings) -> tuple[LazyText, ButtonGrid]:
    line = t("How many with their summary? The others come as titles.")
    return line, [
        [_choice_button(t("{n}", n=n), f"summaries {n}", n == settings.compact_summaries) for n in SUMMARY_COUNTS]
    ]


def _patience_page(context: CommandContext, settings: ChatSettings) -> tuple[LazyText, ButtonGrid]:
    now = settings.source_grace_minutes // 60
    line = t("How long may the digest wait for a list that is late?")
    waits = [_choice_button(t("{n} h", n=n), f"patience {n}h", n == now) for n in GRACE_HOURS if n]
    return line, [[_choice_button(t("Don’t wait"), "patience 0h", not now)], waits]


def _notes_page(context: CommandContext, settings: ChatSettings) -> tuple[LazyText, ButtonGrid]:
    labels = {
        EmptyDigestPolicy.NEVER: t("Say nothing"),
        EmptyDigestPolicy.WEEKLY: t("A word on Fridays"),
        EmptyDigestPolicy.DAILY: t("A word every day"),
    }
    line = t("What shall I say when nothing came?")
    return line, [
        [_choice_button(label, f"notes {note}", note is settings.empty_digest_policy)] for note, label in labels.items()
    ]


def _choice_button(label: LazyText, change: str, is_set: bool) -> Button:
    return button(t("✓ {label}", label=label) if is_set else label, f"settings {change}")


_PAGES: Mapping[str, Callable[[CommandContext, ChatSettings], tuple[LazyText, ButtonGrid]]] = {
    "hour": _hour_page,
    "zone": _zone_page,
    "days": _days_page,
    "layout": _layout_page,
    "summaries": _summaries_page,
    "patience": _patience_page,
    "notes": _notes_page,
}
