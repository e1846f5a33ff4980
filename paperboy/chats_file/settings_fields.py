"""The settings of a chat in the file: how each is written and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from bot.chats import EVERY_DAY, ChatSettings, EmptyDigestPolicy, Layout, Look
from bot.commands.settings.schedule_parsing import parse_schedule
from bot.errors import InputError
from bot.i18n import Translator
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from paperboy.chats_file.checked_yaml import Value, refuse

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TRUTH: Final = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}
_MOST_MINUTES: Final = 24 * 60
_MOST_SUMMARIES: Final = 50


def written_settings(settings: ChatSettings) -> dict[str, Any]:
    """As they stand in the file, in its order."""
    days = "" if settings.days == EVERY_DAY else ",".join(_DAYS[day] for day in sorted(settings.days))
    return {
        "when": " ".join(filter(None, (f"{settings.hour:%H:%M}", settings.zone, days))),
        "complete_list": settings.wait_for_complete_list,
        "patience_minutes": settings.source_grace_minutes,
        "layout": str(settings.layout),
        "summaries": settings.compact_summaries,
        "silent": settings.silent,
        "pictures": settings.pictures,
        "look": str(settings.look),
        **({"look_since": settings.look_since.isoformat()} if settings.look_since else {}),
        "roundup": settings.roundup,
        "empty_notes": str(settings.empty_digest_policy),
        **({"muted": list(settings.muted)} if settings.muted else {}),
    }


def text_of(value: Value, what: str) -> str:
    """A value that must be one text. Raises ChatsFileError."""
    if not isinstance(value.content, str):
        refuse(value.line, f"{what} is one line of text.")
    return value.content.strip()


def read_truth(value: Value, what: str) -> bool:
    """``yes`` or ``no``. Raises ChatsFileError."""
    text = text_of(value, what).casefold()
    if text not in _TRUTH:
        refuse(value.line, f"{what} is yes or no.")
    return _TRUTH[text]


def read_moment(value: Value, what: str) -> datetime:
    """A moment of ISO 8601, in UTC where it names no zone. Raises ChatsFileError."""
    try:
        moment = datetime.fromisoformat(text_of(value, what))
    except ValueError:
        refuse(value.line, f"{what} is a moment like 2026-12-24T09:00Z.")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_texts(value: Value, what: str) -> list[tuple[int, str]]:
    """A list of texts with their lines. Raises ChatsFileError."""
    if value.content == "":
        return []
    if not isinstance(value.content, list):
        refuse(value.line, f"{what} is a list, a line with a dash for each.")
    return [(each.line, text_of(each, what)) for each in value.content]


def said_of(mistake: InputError) -> str:
    """A person's mistake as plain text."""
    return Translator().plain_text(mistake.message)


def _number(most: int) -> Callable[[Value, str], int]:
    def read(value: Value, what: str) -> int:
        text = text_of(value, what)
        if not text.isascii() or not text.isdigit() or int(text[:9]) > most:
            refuse(value.line, f"{what} is a number up to {most}.")
        return int(text)

    return read


def _choice(kind: type[EmptyDigestPolicy] | type[Layout] | type[Look]) -> Callable[[Value, str], Any]:
    def read(value: Value, what: str) -> EmptyDigestPolicy | Layout | Look:
        text = text_of(value, what).casefold()
        if text not in list(kind):
            refuse(value.line, f"{what} is one of {', '.join(kind)}.")
        return kind(text)

    return read


def _read_day(value: Value, what: str) -> date:
    try:
        return date.fromisoformat(text_of(value, what))
    except ValueError:
        refuse(value.line, f"{what} is a day like 2026-12-24.")


def _read_muted(value: Value, what: str) -> tuple[str, ...]:
    found = []
    for line, text in read_texts(value, what):
        try:
            found.append(format_topic(parse(text)))
        except InputError as mistake:
            refuse(line, f"{text!r} can't be muted: {said_of(mistake)}")
    return tuple(dict.fromkeys(found))


def _read_when(value: Value, now: datetime) -> dict[str, Any]:
    try:
        wish = parse_schedule(text_of(value, "when"), now)
    except InputError as mistake:
        refuse(value.line, f"when: {said_of(mistake)}")
    said = {"hour": wish.hour, "zone": wish.zone, "days": wish.days}
    return {name: part for name, part in said.items() if part is not None}


_FIELDS: Final[Mapping[str, tuple[str, Callable[[Value, str], Any]]]] = {
    "complete_list": ("wait_for_complete_list", read_truth),
    "patience_minutes": ("source_grace_minutes", _number(_MOST_MINUTES)),
    "layout": ("layout", _choice(Layout)),
    "summaries": ("compact_summaries", _number(_MOST_SUMMARIES)),
    "silent": ("silent", read_truth),
    "pictures": ("pictures", read_truth),
    "look": ("look", _choice(Look)),
    "look_since": ("look_since", _read_day),
    "roundup": ("roundup", read_truth),
    "empty_notes": ("empty_digest_policy", _choice(EmptyDigestPolicy)),
    "muted": ("muted", _read_muted),
}
SETTING_NAMES: Final = ("when", *_FIELDS)


def read_setting(name: str, value: Value, now: datetime) -> dict[str, Any]:
    """The fields of :class:`bot.chats.ChatSettings` that one of ``SETTING_NAMES`` sets. Raises ChatsFileError."""
    if name == "when":
        return _read_when(value, now)
    field, read = _FIELDS[name]
    return {field: read(value, name)}
