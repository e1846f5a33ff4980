"""YAML from strangers: text, lists and mappings with their lines, and nothing else of what YAML can do.

Values stay the text they are, so that ``10:00`` is no number and ``on`` no truth value. Anchors and tags are refused:
the first make little files large, the second make objects (https://yaml.org/spec/1.2.2/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import yaml

MAX_BYTES: Final = 10_000_000  # bytes
_MAX_DEPTH: Final = 8
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C where the wheel has it


class ChatsFileError(Exception):
    """The file can't be followed; ``problems`` are whole sentences, each with its line where it has one."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at a line (from 1; in a mapping that of the key): a text, a list, or a mapping by its keys."""

    line: int
    content: str | list[Value] | dict[str, Value]


def read_yaml(file: Path) -> Value | None:
    """The one document of the file; None where it is empty. Raises :class:`ChatsFileError`."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise ChatsFileError(f"{file} is larger than {MAX_BYTES // 1_000_000} MB, so it was not read.")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ChatsFileError(f"{file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ChatsFileError(f"{file} is no text in UTF-8.") from error
    return parse_yaml(text)


def parse_yaml(text: str) -> Value | None:
    """As :func:`read_yaml`."""
    try:
        events = yaml.parse(text, Loader=_LOADER)
        return _Reader(events).read()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or "it holds characters that no text has"
        raise ChatsFileError(f"{_at(mark.line + 1) if mark else ''}This is no YAML: {why}.") from error


def _at(line: int) -> str:
    return f"Line {line}: "


def refuse(line: int, sentence: str) -> NoReturn:
    """Raises :class:`ChatsFileError` for one line."""
    raise ChatsFileError(_at(line) + sentence)


class _Reader:
    """Builds values from events; a nesting that is too deep ends it before Python's stack does."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events

    def read(self) -> Value | None:
        found: Value | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    refuse(event.start_mark.line + 1, "A second document begins here; one file holds one.")
                found = self._value(next(self._events), 0)
        return None if found is None or found.content == "" else found

    def _value(self, event: yaml.Event, depth: int) -> Value:
        line = event.start_mark.line + 1
        _check_plain(event, line, depth)
        if isinstance(event, yaml.ScalarEvent):
            return Value(line, "" if event.value in ("~", "null") and event.implicit[0] else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return Value(line, list(self._items(depth)))
        return Value(line, self._mapping(depth))

    def _items(self, depth: int) -> Iterator[Value]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._value(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            if not isinstance(key.content, str):
                refuse(key.line, "A name is needed before the colon.")
            if key.content in found:
                refuse(key.line, f"{key.content} stands here twice; it is in line {found[key.content].line} already.")
            found[key.content] = Value(key.line, self._value(next(self._events), depth + 1).content)
        return found


def _check_plain(event: yaml.Event, line: int, depth: int) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        refuse(line, "Anchors (& and *) are not understood here; write it out.")
    if getattr(event, "tag", None):
        refuse(line, "Tags (!) are not understood here; write the plain value.")
    if depth > _MAX_DEPTH:
        refuse(line, "This is nested too deeply.")
