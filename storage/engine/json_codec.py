"""Values of the core as JSON and back: views, contents of deliveries, reasons.

What is stored describes itself: a dataclass is an object with its name under ``$`` and its fields, without those that
have their default, so that a field added later needs no migration of old rows and one that was removed is passed over.
Moments, days, times, enumerations, sets and mappings carry a mark as well; a list is always a tuple. The types are
those reachable from what is stored, found through their annotations: a new block is known without being named here.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from bot.deliveries import Content
from bot.matching import Reason
from bot.views import View

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

STORED: tuple[Any, ...] = (View, Content, Reason)
_MARK = "$"
_ABSENT = object()


class CodecError(ValueError):
    """A value that can't be written as JSON, or JSON that no known type wrote."""


def _parts(annotation: Any) -> Iterator[type]:
    """The classes an annotation speaks of."""
    if isinstance(annotation, type):
        yield annotation
    elif get_origin(annotation) in (Union, types.UnionType, tuple, frozenset, Mapping):
        for part in get_args(annotation):
            yield from _parts(part)


def _reachable(annotation: Any, found: dict[str, type]) -> dict[str, type]:
    for part in _parts(annotation):
        if not (is_dataclass(part) or issubclass(part, Enum)) or found.get(part.__name__) is part:
            continue
        if part.__name__ in found:
            raise CodecError(f"two types are called {part.__name__}")
        found[part.__name__] = part
        for hint in get_type_hints(part).values() if is_dataclass(part) else ():
            _reachable(hint, found)
    return found


@cache
def known_types() -> Mapping[str, type]:
    """Every dataclass and enumeration that can be stored, by its name."""
    found: dict[str, type] = {}
    for root in STORED:
        _reachable(root, found)
    return found


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return _ABSENT if field.default is MISSING else field.default


@cache
def _layout(name: str) -> tuple[tuple[str, Any], ...]:
    """The fields of a known dataclass with their defaults."""
    return tuple((field.name, _default(field)) for field in fields(known_types()[name]))


def _name_of(value: object) -> str:
    """The name a value's type is known by."""
    kind = type(value)
    if known_types().get(kind.__name__) is not kind:
        raise CodecError(f"values of type {kind.__name__} can't be stored")
    return kind.__name__


def encode(value: object) -> Json:
    """The value as what ``json.dumps`` takes; raises :class:`CodecError` for a type that is not stored anywhere."""
    if value is None or type(value) in (str, int, bool, float):
        return value  # type: ignore[return-value]  # kept as it is: JSON has it
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _encode_dataclass(value)
    if isinstance(value, Enum):
        return {_MARK: _name_of(value), "is": value.value}
    for kind, mark, write in _WRITERS:
        if isinstance(value, kind):
            return {_MARK: mark, **write(value)}
    raise CodecError(f"values of type {type(value).__name__} can't be stored")


def _encode_dataclass(value: Any) -> Json:
    kind = _name_of(value)
    written: dict[str, Json] = {_MARK: kind}
    for name, default in _layout(kind):
        held = getattr(value, name)
        if held != default or type(held) is not type(default):
            written[name] = encode(held)
    return written


def _write_moment(moment: datetime) -> dict[str, Json]:
    if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key:
        return {"is": moment.astimezone(UTC).isoformat(), "zone": moment.tzinfo.key}
    if moment.tzinfo is None:
        raise CodecError(f"a moment needs its zone: {moment!r}")
    return {"is": moment.isoformat()}


def _read_moment(written: Mapping[str, Any]) -> datetime:
    moment = datetime.fromisoformat(written["is"])
    return moment.astimezone(ZoneInfo(written["zone"])) if "zone" in written else moment


def _write_mapping(mapping: Mapping[str, object]) -> dict[str, Json]:
    return {"is": {str(key): encode(item) for key, item in mapping.items()}}


def _read_mapping(written: Mapping[str, Any]) -> dict[str, Any]:
    return {key: decode(item) for key, item in written["is"].items()}


# A datetime is a date as well, so it comes first.
_WRITERS: tuple[tuple[type, str, Callable[[Any], dict[str, Json]]], ...] = (
    (datetime, "at", _write_moment),
    (date, "day", lambda day: {"is": day.isoformat()}),
    (time, "time", lambda hour: {"is": hour.isoformat()}),
    (frozenset, "set", lambda items: {"is": [encode(item) for item in sorted(items)]}),
    (Mapping, "map", _write_mapping),
)

_READERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "at": _read_moment,
    "day": lambda written: date.fromisoformat(written["is"]),
    "time": lambda written: time.fromisoformat(written["is"]),
    "set": lambda written: frozenset(decode(item) for item in written["is"]),
    "map": _read_mapping,
}


def decode(written: Json) -> Any:
    """What :func:`encode` was given; raises :class:`CodecError` for a name that is not known."""
    if isinstance(written, list):
        return tuple(decode(item) for item in written)
    if not isinstance(written, dict):
        return written
    name = written.get(_MARK)
    if not isinstance(name, str):
        raise CodecError("an object without a type")
    if name in _READERS:
        return _READERS[name](written)
    return _decode_known(name, written)


def _decode_known(name: str, written: Mapping[str, Json]) -> Any:
    kind = known_types().get(name)
    if kind is None:
        raise CodecError(f"no type is called {name}: was this written by a newer version?")
    try:
        if issubclass(kind, Enum):
            return kind(written["is"])
        return kind(**{field: decode(written[field]) for field, _ in _layout(name) if field in written})
    except (KeyError, TypeError, ValueError) as problem:
        raise CodecError(f"a stored {name} can't be read: {problem}") from problem
