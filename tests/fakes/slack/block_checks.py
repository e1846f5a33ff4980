"""The small checks that the Block Kit rules are made of.

A check looks at one JSON value and writes what is wrong into `Findings`, in Slack's own phrasing
(`must be less than 151 characters [json-pointer:/blocks/0/text/text]`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class BlockProblems:
    """What is wrong, one line each, with the JSON pointer of the place."""

    lines: list[str] = field(default_factory=list)

    def add(self, pointer: str, what: str) -> None:
        self.lines.append(f"{what} [json-pointer:{pointer}]")


Check = Callable[[Any, str, BlockProblems], None]


def anything(value: Any, at: str, found: BlockProblems) -> None:
    """Accepts all: for the inside of blocks that nobody here uses."""


def string(most: int | None = None, least: int = 0) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, at: str, found: BlockProblems) -> None:
        if not isinstance(value, str):
            found.add(at, "must be a string")
        elif len(value) < least:
            found.add(at, f"must be more than {least - 1} characters")
        elif most is not None and len(value) > most:
            found.add(at, f"must be less than {most + 1} characters")

    return check


def url(value: Any, at: str, found: BlockProblems) -> None:
    """An http(s) address (or the other schemes Slack links to) of at most 3,000 characters."""
    string(3000, 1)(value, at, found)
    if isinstance(value, str) and not value.startswith(("http://", "https://", "slack://", "mailto:")):
        found.add(at, "must be a valid URL")


def flag(value: Any, at: str, found: BlockProblems) -> None:
    if not isinstance(value, bool):
        found.add(at, "must be a boolean")


def number(least: int | None = None, most: int | None = None) -> Check:
    def check(value: Any, at: str, found: BlockProblems) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.add(at, "must be a number")
        elif (least is not None and value < least) or (most is not None and value > most):
            found.add(at, f"must be between {least} and {most}")

    return check


def one_of(*values: str) -> Check:
    def check(value: Any, at: str, found: BlockProblems) -> None:
        if value not in values:
            found.add(at, f"must be one of: {', '.join(values)}")

    return check


def many(item: Check, least: int = 0, most: int | None = None) -> Check:
    """A list of `least` to `most` items."""

    def check(value: Any, at: str, found: BlockProblems) -> None:
        if not isinstance(value, list):
            found.add(at, "must be an array")
            return
        if len(value) < least:
            found.add(at, f"no fewer than {least} items allowed")
        if most is not None and len(value) > most:
            found.add(at, f"no more than {most} items allowed")
        for index, each in enumerate(value):
            item(each, f"{at}/{index}", found)

    return check


def shape(
    needs: Mapping[str, Check] | None = None,
    may: Mapping[str, Check] | None = None,
    rule: Check | None = None,
) -> Check:
    """An object with these fields and no others; `rule` looks at the object as a whole."""
    needs, may = needs or {}, may or {}
    known = {**needs, **may}

    def check(value: Any, at: str, found: BlockProblems) -> None:
        if not isinstance(value, dict):
            found.add(at, "must provide an object")
            return
        for name in needs:
            if name not in value:
                found.add(at, f"missing required field: {name}")
        for name, inner in value.items():
            if name not in known:
                found.add(at, f"invalid additional property: {name}")
            else:
                known[name](inner, f"{at}/{name}", found)
        if rule is not None:
            rule(value, at, found)

    return check


def typed(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of `shapes` it must have."""

    def check(value: Any, at: str, found: BlockProblems) -> None:
        if not isinstance(value, dict):
            found.add(at, "must provide an object")
        elif "type" not in value:
            found.add(at, "missing required field: type")
        elif value["type"] not in shapes:
            found.add(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            shapes[value["type"]](value, at, found)

    return check


def text(most: int, *kinds: str, least: int = 1) -> Check:
    """A text object of one of `kinds` (`plain_text`, `mrkdwn`) with `least` to `most` characters."""
    body = string(most, least)
    shapes: dict[str, Check] = {
        "plain_text": shape({"type": anything, "text": body}, {"emoji": flag}),
        "mrkdwn": shape({"type": anything, "text": body}, {"verbatim": flag}),
    }
    return typed({kind: shapes[kind] for kind in kinds or ("plain_text", "mrkdwn")})


def plain(most: int) -> Check:
    return text(most, "plain_text")
