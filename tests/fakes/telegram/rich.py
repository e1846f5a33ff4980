"""Rich messages (Bot API 10.1 on): what the server refuses of them, and what an app shows.

The rules are those of core.telegram.org/bots/api#inputrichmessage and of tdlib/td; where nobody published the server's
words, :data:`OURS` marks the text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from tests.fakes.telegram.formatting import FormattedText
from tests.fakes.telegram.html import Entity, utf16_length
from tests.fakes.telegram.links import InvalidLink, checked_link
from tests.fakes.telegram.refusals import TelegramRefusal, bad_request

SENT, BY_BLOCKS, WITH_BUTTONS, QUOTES_OF_BLOCKS = (10, 1), (10, 2), (10, 3), (10, 5)
"""Versions of the Bot API: rich messages by markup; by blocks; with buttons; expandable quotes of blocks."""
CHARACTERS, BLOCKS, DEPTH, MEDIA, COLUMNS, CALLBACK_BYTES, IN_A_ROW = 32_768, 500, 16, 50, 20, 64, 8
OURS = " (in the stand-in's words)"

WITH_TEXT = {"paragraph", "heading", "pre", "footer", "pullquote"}
NEVER_EMPTY = {"heading", "pre"}
STYLED = {"bold", "italic", "underline", "strikethrough", "spoiler", "subscript", "superscript", "marked", "code"}
FOUND_ONLY = {"mention", "hashtag", "cashtag", "bot_command", "bank_card_number"}
PICTURES = {"photo", "video", "animation", "audio", "voice_note", "document"}
STYLES = (None, "danger", "success", "primary", "link")
ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "disabled",
)  # fmt: skip


@dataclasses.dataclass(slots=True)
class RichContent:
    """A rich message as it stands: its blocks as sent, the text that an app shows of it, its buttons."""

    blocks: list[dict[str, Any]]
    shown: FormattedText
    buttons: list[list[dict[str, Any]]]
    characters: int
    count: int
    """Blocks with nested ones, list items and table rows."""
    folded: list[str]
    """The summaries of what is folded away."""


def rich_content(given: Any, version: tuple[int, int]) -> RichContent:
    """What is shown of an `InputRichMessage`; raises `Refused`."""
    if not isinstance(given, dict):
        raise bad_request("object expected as rich message" + OURS)
    known = ("blocks", "html", "markdown") if version >= BY_BLOCKS else ("html", "markdown")
    forms = [name for name in known if given.get(name)]
    if len(forms) > 1:
        raise bad_request("exactly one of blocks, html and markdown must be given" + OURS)
    if not forms or forms != ["blocks"]:
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED" if not forms else "the stand-in reads only blocks" + OURS)
    reader = _Reader(version)
    reader.blocks(given["blocks"], 1)
    return reader.content(given["blocks"])


def _unreadable(why: str) -> TelegramRefusal:
    return bad_request(f"can't parse InputRichBlock: {why}")


class _Reader:
    """Walks through the blocks, counting and noting what is shown."""

    def __init__(self, version: tuple[int, int]) -> None:
        self._version = version
        self._parts: list[str] = []
        self._length = 0  # UTF-16 units
        self._entities: list[Entity] = []
        self._rows: list[list[dict[str, Any]]] = []
        self._folded: list[str] = []
        self._characters = self._count = self._media = 0

    def content(self, blocks: list[dict[str, Any]]) -> RichContent:
        if self._characters > CHARACTERS:
            raise bad_request("RICH_MESSAGE_TEXT_TOO_LONG")
        if self._count > BLOCKS:
            raise bad_request("RICH_MESSAGE_BLOCKS_TOO_MANY")
        if self._media > MEDIA:
            raise bad_request("RICH_MESSAGE_MEDIA_TOO_MANY")
        shown = FormattedText("".join(self._parts).rstrip("\n"), tuple(self._entities))
        return RichContent(blocks, shown, self._rows, self._characters, self._count, self._folded)

    def blocks(self, blocks: Any, depth: int) -> None:
        if not isinstance(blocks, list):
            raise _unreadable('Field "blocks" must be of type Array')
        for block in blocks:
            self._block(block, depth)

    def _block(self, block: Any, depth: int) -> None:
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            raise _unreadable('Can\'t find field "type"')
        self._count += 1
        self._check_depth(depth)
        kind = block["type"]
        if kind in WITH_TEXT:
            self._text_block(block, depth)
        elif kind == "list":
            self._list(block, depth)
        elif kind == "blockquote":
            self._filled(block, "Block", depth)
        elif kind == "details":
            self._details(block, depth)
        elif kind == "table":
            self._table(block, depth)
        elif kind == "buttons" and self._version >= WITH_BUTTONS:
            self._buttons(block)
        elif kind == "divider":
            self._write("———\n")
        elif kind in ("collage", "slideshow"):
            if not block.get("blocks"):
                raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
            self.blocks(block["blocks"], depth + 1)
        elif kind in PICTURES:
            self._media += 1
        elif kind not in ("anchor", "map"):
            raise _unreadable(f"Unsupported block type {kind!r}" + OURS)

    def _check_depth(self, depth: int) -> None:
        if depth > DEPTH:
            raise bad_request("RICH_MESSAGE_DEPTH_INVALID")

    def _text_block(self, block: dict[str, Any], depth: int) -> None:
        if block["type"] == "heading" and block.get("size") not in range(1, 7):
            raise _unreadable("Invalid section heading size specified")
        before = self._characters
        self._text(_field(block, "text"), depth)
        if block["type"] in NEVER_EMPTY and self._characters == before:
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        if "credit" in block:
            self._text(block["credit"], depth)
        self._write("\n")

    def _filled(self, block: dict[str, Any], what: str, depth: int) -> None:
        if not _field(block, "blocks"):
            raise _unreadable(f"{what} must be non-empty")
        self.blocks(block["blocks"], depth + 1)

    def _details(self, block: dict[str, Any], depth: int) -> None:
        start = len(self._parts)
        self._text(_field(block, "summary"), depth)
        self._folded.append("".join(self._parts[start:]))
        self._write("\n")
        self._filled(block, "Block", depth)

    def _list(self, block: dict[str, Any], depth: int) -> None:
        items = _field(block, "items")
        if not items:
            raise _unreadable("List must be non-empty")
        if len({"value" in item or "type" in item for item in items}) > 1:
            raise _unreadable("List must be either ordered or unordered")
        for item in items:
            if item.get("type", "1") not in ("1", "a", "A", "i", "I"):
                raise _unreadable("Invalid list item type specified")
            self._count += 1
            self._write(f"{item['value']} " if "value" in item else "· ")
            self._filled(item, "List item", depth + 1)

    def _table(self, block: dict[str, Any], depth: int) -> None:
        for row in _field(block, "cells"):
            self._count += 1
            if any(not cell.get(span, 1) > 0 for cell in row for span in ("colspan", "rowspan")):
                raise _unreadable("Invalid table cell colspan specified")
            if sum(cell.get("colspan", 1) for cell in row) > COLUMNS:
                raise bad_request("RICH_MESSAGE_TABLE_COLS_TOO_MANY")
            for cell in row:
                self._text(cell.get("text", ""), depth + 1)
                self._write(" ")
            self._write("\n")

    def _buttons(self, block: dict[str, Any]) -> None:
        row = _field(block, "buttons")
        if not 1 <= len(row) <= IN_A_ROW:
            raise _unreadable("a row has one to eight buttons" + OURS)
        self._rows.append([self._checked_button(button) for button in row])

    def _checked_button(self, button: Any) -> dict[str, Any]:
        if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
            raise _unreadable("a button needs a text" + OURS)
        if button.get("style") not in STYLES:
            raise _unreadable("Invalid button style specified" + OURS)
        done = [action for action in ACTIONS if action in button]
        if len(done) != 1:
            raise _unreadable("a button does exactly one thing" + OURS)
        if button.get("style") == "link" and done != ["callback_data"]:
            raise _unreadable("only callbacks look like links" + OURS)
        if not 0 < len(str(button.get("callback_data", "-")).encode()) <= CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        self._characters += len(button["text"])
        return {**button, "url": _address(button["url"])} if "url" in button else dict(button)

    def _text(self, text: Any, depth: int) -> None:
        self._check_depth(depth)
        if isinstance(text, str):
            self._characters += len(text)
            self._write(text)
        elif isinstance(text, list):
            for part in text:
                self._text(part, depth + 1)
        elif isinstance(text, dict):
            self._styled(text, depth)
        else:
            raise _unreadable("RichText must be a String, an Array or an Object" + OURS)

    def _styled(self, text: dict[str, Any], depth: int) -> None:
        kind = text.get("type")
        if kind == "button" and self._version >= WITH_BUTTONS:
            button = self._checked_button(text.get("button"))
            self._rows.append([button])
            return self._write(f"[{button['text']}]")
        if kind == "mathematical_expression":
            self._characters += len(text.get("expression", ""))
            return self._write(str(text.get("expression")))
        start = self._length
        if kind in STYLED | FOUND_ONLY | {"url", "email_address", "phone_number", "text_mention", "date_time"}:
            details = {"url": _address(text.get("url"))} if kind == "url" else {}
            self._text(text.get("text", ""), depth + 1)
            self._note(kind, start, details)
        elif kind != "anchor":
            raise _unreadable(f"Unsupported text type {kind!r}" + OURS)
        return None

    def _note(self, kind: str, start: int, details: dict[str, str]) -> None:
        if kind not in FOUND_ONLY and self._length > start:
            name = "text_link" if kind == "url" else kind
            self._entities.append({"type": name, "offset": start, "length": self._length - start, **details})

    def _write(self, words: str) -> None:
        self._parts.append(words)
        self._length += utf16_length(words)


def _field(block: dict[str, Any], name: str) -> Any:
    if name not in block:
        raise _unreadable(f'Can\'t find field "{name}"')
    return block[name]


def _address(url: Any) -> str:
    try:
        return checked_link(str(url or ""))
    except InvalidLink:
        raise bad_request("RICH_MESSAGE_URL_INVALID") from None


def nested_blocks(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every block, also those inside others."""
    for block in blocks:
        yield block
        yield from nested_blocks(block.get("blocks", []))
        for item in block.get("items", []):
            yield from nested_blocks(item["blocks"])
