"""Blocks as a person meets them: what stands there to read and what there is to press.

A face is made from the JSON alone, so messages, modals and App Home share it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack import mrkdwn
from tests.fakes.slack.block_checks import Json

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to press: a button, or one option of a menu; `near` is the text of its block."""

    block: Json
    element: Json
    label: str
    option: Json | None
    near: str


def text_of(value: Any, names: Names | None = None) -> str:
    """A text object as eyes see it."""
    if not isinstance(value, dict):
        return ""
    body = str(value.get("text", ""))
    return mrkdwn.shown(body, names) if value.get("type") == "mrkdwn" else body


def readable_text(blocks: list[Json], names: Names | None = None) -> str:
    """Everything there is to read, a line each, with `[labels]` of what can be pressed."""
    lines = [_read_block(block, names) for block in blocks]
    return "\n".join(line for line in lines if line)


def _read_block(block: Json, names: Names | None) -> str:
    kind = block.get("type")
    if kind == "rich_text":
        return _read_rich(block, names)
    if kind == "markdown":
        return mrkdwn.unescape(str(block["text"]))
    if kind == "container":
        return "\n".join([text_of(block["title"]), readable_text(block["child_blocks"], names)])
    return _read_plain_block(block, names)


def _read_plain_block(block: Json, names: Names | None) -> str:
    parts = [text_of(block.get(name), names) for name in ("title", "subtitle", "label", "text", "body")]
    parts += [text_of(each, names) for each in block.get("fields", [])]
    parts += [_read_element(block[name], names) for name in ("accessory", "element") if name in block]
    elements = [_read_element(each, names) for each in _list(block, "elements") + _list(block, "actions")]
    parts += [" ".join(elements), text_of(block.get("hint"), names)]
    if block.get("type") == "image":
        parts.append(f"(image: {block['alt_text']})")
    return "\n".join(part for part in parts if part)


def _list(block: Json, name: str) -> list[Json]:
    value = block.get(name)
    return value if isinstance(value, list) else []


def _read_element(element: Json, names: Names | None) -> str:
    kind = element.get("type")
    if kind in ("mrkdwn", "plain_text"):
        return text_of(element, names)
    if kind == "image":
        return f"(image: {element['alt_text']})"
    if kind == "overflow":
        return "[⋯]"
    if kind in ("radio_buttons", "checkboxes"):
        return " ".join(f"[{text_of(option['text'])}]" for option in element["options"])
    label = text_of(element.get("text")) or text_of(element.get("placeholder"))
    return f"[{label}]" if label else ""


def _read_rich(value: Json, names: Names | None) -> str:
    kind = value.get("type")
    if kind == "user":
        return "@" + (names or {}).get(value["user_id"], value["user_id"])
    if kind == "broadcast":
        return "@" + str(value["range"])
    if kind == "link":
        return str(value.get("text") or value["url"])
    inside = [_read_rich(each, names) for each in value.get("elements", [])]
    glue = "\n" if kind in ("rich_text", "rich_text_list") else ""
    return str(value.get("text", "")) + glue.join(inside)


def parsed_texts(blocks: list[Json]) -> Iterator[tuple[str, str, bool]]:
    """Every text in blocks that Slack parses: (its kind, the text, whether it is verbatim)."""
    for value in _objects(blocks):
        if value.get("type") == "mrkdwn":
            yield "mrkdwn", str(value["text"]), bool(value.get("verbatim"))
        elif value.get("type") == "markdown":
            yield "markdown", str(value["text"]), False


def rich_pings(blocks: list[Json]) -> list[str]:
    """Whom the rich text in these blocks notifies."""
    found = []
    for value in _objects(blocks):
        if value.get("type") == "broadcast":
            found.append(str(value["range"]))
        elif value.get("type") == "user" and "user_id" in value:
            found.append(str(value["user_id"]))
    return found


def clickable_urls(blocks: list[Json]) -> Iterator[mrkdwn.MrkdwnLink]:
    """Addresses that stand in elements and rich text rather than in mrkdwn."""
    for value in _objects(blocks):
        if isinstance(value.get("url"), str):
            label = value.get("text")
            yield mrkdwn.MrkdwnLink(value["url"], label if isinstance(label, str) else text_of(label))


def _objects(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside:
        yield from _objects(each)


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element together with its block, in the order of display."""
    for block in blocks:
        inside = [block[name] for name in ("accessory", "element") if name in block]
        inside += _list(block, "elements") + _list(block, "actions")
        for element in inside:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element
        yield from elements(_list(block, "child_blocks"))


def controls(blocks: list[Json], names: Names | None = None) -> list[Control]:
    """Everything that can be pressed: buttons, and each option of the menus."""
    found = []
    for block, element in elements(blocks):
        near = _read_block(block, names)
        if element["type"] in ("button", "workflow_button", "icon_button"):
            found.append(Control(block, element, text_of(element["text"]), None, near))
        for option in options(element):
            found.append(Control(block, element, text_of(option["text"], names), option, near))
    return found


def options(element: Json) -> list[Json]:
    """The options an element offers, those in groups included."""
    found = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        found += group["options"]
    return found
