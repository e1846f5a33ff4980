"""What each setting may be: how it is called when typed, and what each of its values does."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chats import ChatSettings, EmptyDigestPolicy, Layout, Look
from bot.commands.settings.schedule_parsing import ScheduleChange, parse_schedule
from bot.errors import InputError
from bot.i18n import t

GRACE_HOURS = (0, 1, 3, 6, 12)
SUMMARY_COUNTS = (3, 5, 7, 10)


@dataclass(frozen=True, slots=True)
class SettingOptions:
    """One setting: how it is called when typed, and what each value does."""

    key: str
    values: Mapping[str, ChatSettings]

    def select(self, value: str, argument: str) -> ChatSettings:
        """The settings with that value. Raises InputError with values that are near."""
        if value in self.values:
            return self.values[value]
        near = difflib.get_close_matches(value, self.values, n=2, cutoff=0.5) or list(self.values)[:3]
        raise InputError(
            t("<b>{key}</b> can’t be {value}. It can be:", key=self.key, value=value or "empty"),
            input=argument,
            suggestions=tuple(f"settings {self.key} {each}" for each in near),
        )


def _setting_options(settings: ChatSettings) -> Mapping[str, SettingOptions]:
    """Every setting with a few values, each applied to ``settings``."""
    choices = (
        SettingOptions(
            "notes", {note.value: replace(settings, empty_digest_policy=note) for note in EmptyDigestPolicy}
        ),
        SettingOptions("sound", {"on": replace(settings, silent=False), "off": replace(settings, silent=True)}),
        SettingOptions("layout", {layout.value: replace(settings, layout=layout) for layout in Layout}),
        SettingOptions("summaries", {str(n): replace(settings, compact_summaries=n) for n in SUMMARY_COUNTS}),
        SettingOptions("patience", {f"{n}h": replace(settings, source_grace_minutes=60 * n) for n in GRACE_HOURS}),
        SettingOptions("roundup", {"on": replace(settings, roundup=True), "off": replace(settings, roundup=False)}),
        SettingOptions("pictures", {"on": replace(settings, pictures=True), "off": replace(settings, pictures=False)}),
        SettingOptions("look", {look.value: replace(settings, look=look) for look in Look}),
        SettingOptions(
            "complete",
            {
                "wait": replace(settings, wait_for_complete_list=True),
                "go": replace(settings, wait_for_complete_list=False),
            },
        ),
    )
    return {choice.key: choice for choice in choices}


# What is said as in ``when``; each takes only its own part of it.
_SCHEDULE_KEYS: Mapping[str, Callable[[ScheduleChange], bool]] = {
    "hour": lambda wish: wish.hour is not None,
    "zone": lambda wish: wish.zone is not None,
    "days": lambda wish: wish.days is not None,
    "when": lambda wish: True,
}
DEFAULTS_KEY = "defaults"
SETTING_KEYS = (*_SCHEDULE_KEYS, *_setting_options(ChatSettings()), DEFAULTS_KEY)


def apply_setting(argument: str, settings: ChatSettings, defaults: ChatSettings, now: datetime) -> ChatSettings:
    """The settings after ``notes never`` or ``hour 08:30``; ``defaults again`` brings back those that new chats begin
    with. Raises InputError with what there is."""
    key, _, value = argument.casefold().partition(" ")
    if key == DEFAULTS_KEY:
        return replace(defaults, muted=settings.muted)
    if key in _SCHEDULE_KEYS:
        return _apply_schedule(key, argument.partition(" ")[2], settings, now)
    changed = select_setting(settings, key, value.strip(), argument)
    return replace(changed, look_since=now.date()) if changed.look is not settings.look else changed


def select_setting(settings: ChatSettings, key: str, value: str = "", argument: str = "") -> ChatSettings:
    """The settings with one of a few values. Raises InputError with what there is."""
    choice = _setting_options(settings).get(key)
    if choice is None:
        raise unknown_setting_error(key, argument or key)
    return choice.select(value, argument or f"{key} {value}")


def setting_values(settings: ChatSettings) -> Mapping[str, str]:
    """What each setting with a few values stands at, as it is typed; without those that stand at none of them."""
    stands = {
        key: next((value for value, with_it in choice.values.items() if with_it == settings), None)
        for key, choice in _setting_options(settings).items()
    }
    return {key: value for key, value in stands.items() if value is not None}


def _apply_schedule(key: str, value: str, settings: ChatSettings, now: datetime) -> ChatSettings:
    wish = parse_schedule(value, now)
    if not _SCHEDULE_KEYS[key](wish):
        raise InputError(
            t("I can’t read <b>{value}</b> as {key}. Choose:", value=value, key=key),
            input=value,
            suggestions=(f"settings {key}",),
        )
    return wish.apply_to(settings)


def unknown_setting_error(key: str, argument: str) -> InputError:
    """There is no such setting; perhaps another was meant."""
    near = difflib.get_close_matches(key, SETTING_KEYS, n=1, cutoff=0.5)
    choice = _setting_options(ChatSettings()).get(near[0]) if near else None
    first = f" {next(iter(choice.values))}" if choice else ""
    return InputError(
        t("There is no setting <b>{key}</b>. Perhaps this:", key=key),
        input=argument,
        suggestions=(f"settings {near[0]}{first}",) if near else ("settings",),
    )


def may_move_digest(argument: str) -> bool:
    """Whether the change may move the next digest; nothing else may put one off that is due now."""
    return argument.partition(" ")[0].casefold() in (*_SCHEDULE_KEYS, DEFAULTS_KEY, "complete")
