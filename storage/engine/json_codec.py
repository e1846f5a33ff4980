"""Values of the core as JSON and back: views, contents of deliveries, reasons.

What is stored describes itself: an instance of a class is an object with the class's tag under ``$`` and its fields,
without those that have the value a missing one stands for. Moments, days, times, enumerations, sets and mappings carry
a mark as well; a list is always a tuple. Tags, names and values are those of :mod:`storage.stored_types`, never those
that the classes have today.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, Final
from zoneinfo import ZoneInfo

from storage.stored_types import MARK, REQUIRED, TABLE, Json, StoredClass, StoredEnum

log = logging.getLogger(__name__)


class JsonCodecError(ValueError):
    """A value that can't be written as JSON, or JSON that no known type wrote."""


class Codec:
    """Writes and reads the types of one table."""

    def __init__(self, table: Iterable[StoredClass | StoredEnum]) -> None:
        known = tuple(table)
        self._by_kind = {each.kind: each for each in known}
        self._by_tag = {each.tag: each for each in known}
        self._told: set[tuple[str, str]] = set()
        if not len(self._by_tag) == len(self._by_kind) == len(known) or not _READERS.keys().isdisjoint(self._by_tag):
            raise JsonCodecError("two stored types have one tag, or one type has two")

    def encode(self, value: object) -> Json:
        """The value as what ``json.dumps`` takes; raises :class:`JsonCodecError` for a type that is not stored
        anywhere.
        """
        if value is None or type(value) in (str, int, bool, float):
            return value  # type: ignore[return-value]  # kept as it is: JSON has it
        if isinstance(value, tuple):
            return [self.encode(item) for item in value]
        match self._by_kind.get(type(value)):
            case StoredClass() as stored:
                return self._encode_class(stored, value)
            case StoredEnum() as stored:
                return {MARK: stored.tag, "is": stored.members[value]}
        if not isinstance(value, Enum):  # one of text would pass for text
            for kind, mark, write in _WRITERS:
                if isinstance(value, kind):
                    return {MARK: mark, **write(self, value)}
        raise JsonCodecError(f"values of type {type(value).__name__} can't be stored")

    def _encode_class(self, stored: StoredClass, value: object) -> Json:
        written: dict[str, Json] = {MARK: stored.tag}
        for field in stored.fields:
            held = self.encode(getattr(value, field.attribute))
            if held != field.missing or type(held) is not type(field.missing):
                written[field.name] = held
        return written

    def decode(self, written: Json) -> Any:
        """What :meth:`encode` was given; raises :class:`JsonCodecError` for a tag that is not known.

        A field that is not known is left out with a warning, the first time that it is met: a newer version wrote it,
        and beside that one this must go on delivering.
        """
        if isinstance(written, list):
            return tuple(self.decode(item) for item in written)
        if not isinstance(written, dict):
            return written
        tag = written.get(MARK)
        if not isinstance(tag, str):
            raise JsonCodecError("an object without a type")
        try:
            return self._decode_tagged(tag, written)
        except JsonCodecError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise JsonCodecError(f"a stored {tag} can't be read: {problem!r}") from problem

    def _decode_tagged(self, tag: str, written: Mapping[str, Json]) -> Any:
        if tag in _READERS:
            return _READERS[tag](self, written)
        match self._by_tag.get(tag):
            case StoredClass() as stored:
                return self._decode_class(stored, written)
            case StoredEnum() as stored:
                return stored.by_value[str(written["is"])]
        raise JsonCodecError(f"no type is called {tag}: was this written by a newer version?")

    def _decode_class(self, stored: StoredClass, written: Mapping[str, Json]) -> Any:
        if not written.keys() <= stored.names:
            self._tell_unknown(stored, written)
        values = {}
        for field in stored.fields:
            held = written.get(field.name, field.missing)
            if held is REQUIRED:
                raise JsonCodecError(f"a stored {stored.tag} has no {field.name}")
            values[field.attribute] = self.decode(held) if isinstance(held, dict | list) else held
        return stored.kind(**values)

    def _tell_unknown(self, stored: StoredClass, written: Mapping[str, Json]) -> None:
        for name in written.keys() - stored.names:
            if (stored.tag, name) not in self._told:
                self._told.add((stored.tag, name))
                log.warning("a stored %s has a field %s that this version can't read; it is left out", stored.tag, name)


def _write_moment(_: Codec, moment: datetime) -> dict[str, Json]:
    if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key:
        return {"is": moment.astimezone(UTC).isoformat(), "zone": moment.tzinfo.key}
    if moment.tzinfo is None:
        raise JsonCodecError(f"a moment needs its zone: {moment!r}")
    return {"is": moment.isoformat()}


def _read_moment(_: Codec, written: Mapping[str, Any]) -> datetime:
    moment = datetime.fromisoformat(written["is"])
    return moment.astimezone(ZoneInfo(written["zone"])) if "zone" in written else moment


def _write_mapping(codec: Codec, mapping: Mapping[str, object]) -> dict[str, Json]:
    return {"is": {str(key): codec.encode(item) for key, item in mapping.items()}}


def _read_mapping(codec: Codec, written: Mapping[str, Any]) -> dict[str, Any]:
    return {key: codec.decode(item) for key, item in written["is"].items()}


# A datetime is a date as well, so it comes first.
_WRITERS: Final[tuple[tuple[type, str, Callable[[Codec, Any], dict[str, Json]]], ...]] = (
    (datetime, "at", _write_moment),
    (date, "day", lambda _, day: {"is": day.isoformat()}),
    (time, "time", lambda _, hour: {"is": hour.isoformat()}),
    (frozenset, "set", lambda codec, items: {"is": [codec.encode(item) for item in sorted(items)]}),
    (Mapping, "map", _write_mapping),
)

_READERS: Final[dict[str, Callable[[Codec, Mapping[str, Any]], Any]]] = {
    "at": _read_moment,
    "day": lambda _, written: date.fromisoformat(written["is"]),
    "time": lambda _, written: time.fromisoformat(written["is"]),
    "set": lambda codec, written: frozenset(codec.decode(item) for item in written["is"]),
    "map": _read_mapping,
}

_CODEC: Final = Codec(TABLE)
encode: Final = _CODEC.encode
decode: Final = _CODEC.decode
