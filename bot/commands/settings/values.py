"""What each setting may be: how it is called when typed, and what each of its values does."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.chats import ChatSettings, EmptyNote, Layout
from bot.commands.settings.schedule_parsing import Wish, read_wish
from bot.errors import UserMistake
from bot.i18n import say

HOURS_LATE = (0, 1, 3, 6, 12)
SUMMARIES = (3, 5, 7, 10)


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting: how it is called when typed, and what each value does."""

    key: str
    values: Mapping[str, ChatSettings]

    def read(self, value: str, argument: str) -> ChatSettings:
        """The settings with that value. Raises UserMistake with values that are near."""
        if value in self.values:
            return self.values[value]
        near = difflib.get_close_matches(value, self.values, n=2, cutoff=0.5) or list(self.values)[:3]
        raise UserMistake(
            say("<b>{key}</b> can’t be {value}. It can be:", key=self.key, value=value or "empty"),
            text=argument,
            suggestions=tuple(f"settings {self.key} {each}" for each in near),
        )


def _choices(settings: ChatSettings) -> Mapping[str, Choice]:
    """Every setting with a few values, each applied to ``settings``."""
    choices = (
        Choice("notes", {note.value: replace(settings, empty_note=note) for note in EmptyNote}),
        Choice("sound", {"on": replace(settings, silent=False), "off": replace(settings, silent=True)}),
        Choice("layout", {layout.value: replace(settings, layout=layout) for layout in Layout}),
        Choice("summaries", {str(n): replace(settings, with_summary=n) for n in SUMMARIES}),
        Choice("patience", {f"{n}h": replace(settings, patience_minutes=60 * n) for n in HOURS_LATE}),
        Choice("roundup", {"on": replace(settings, roundup=True), "off": replace(settings, roundup=False)}),
        Choice("pictures", {"on": replace(settings, pictures=True), "off": replace(settings, pictures=False)}),
        Choice("complete", {"wait": replace(settings, when_settled=True), "go": replace(settings, when_settled=False)}),
    )
    return {choice.key: choice for choice in choices}


# What is said as in ``when``; each takes only its own part of it.
_WISHES: Mapping[str, Callable[[Wish], bool]] = {
    "hour": lambda wish: wish.hour is not None,
    "zone": lambda wish: wish.zone is not None,
    "days": lambda wish: wish.days is not None,
    "when": lambda wish: True,
}
DEFAULTS = "defaults"
KEYS = (*_WISHES, *_choices(ChatSettings()), DEFAULTS)


def changed(argument: str, settings: ChatSettings, defaults: ChatSettings) -> ChatSettings:
    """The settings after ``notes never`` or ``hour 08:30``; ``defaults again`` brings back those that new chats begin
    with. Raises UserMistake with what there is."""
    key, _, value = argument.casefold().partition(" ")
    if key == DEFAULTS:
        return replace(defaults, muted=settings.muted)
    if key in _WISHES:
        return _wished(key, argument.partition(" ")[2], settings)
    choice = _choices(settings).get(key)
    if choice is None:
        raise unknown(key, argument)
    return choice.read(value.strip(), argument)


def _wished(key: str, value: str, settings: ChatSettings) -> ChatSettings:
    wish = read_wish(value)
    if not _WISHES[key](wish):
        raise UserMistake(
            say("I can’t read <b>{value}</b> as {key}. Choose:", value=value, key=key),
            text=value,
            suggestions=(f"settings {key}",),
        )
    return wish.applied(settings)


def unknown(key: str, argument: str) -> UserMistake:
    """There is no such setting; perhaps another was meant."""
    near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.5)
    choice = _choices(ChatSettings()).get(near[0]) if near else None
    first = f" {next(iter(choice.values))}" if choice else ""
    return UserMistake(
        say("There is no setting <b>{key}</b>. Perhaps this:", key=key),
        text=argument,
        suggestions=(f"settings {near[0]}{first}",) if near else ("settings",),
    )


def moves_digest(argument: str) -> bool:
    """Whether the change may move the next digest; nothing else may put one off that is due now."""
    return argument.partition(" ")[0].casefold() in (*_WISHES, DEFAULTS, "complete")
