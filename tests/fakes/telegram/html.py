"""Telegram's HTML: the tags it knows, and the exact words with which it refuses the rest.

The rules are those of `parse_html` in tdlib/td: a start tag is read up to a space or `>`, attributes may
be bare or quoted, `&lt; &gt; &amp; &quot;` and numeric references are decoded (also without `;`), any
other reference stays as it is. Places in errors are byte offsets in UTF-8; offsets of entities count
UTF-16 code units.
"""

from __future__ import annotations

import dataclasses
import re
import string
from typing import Any

from tests.fakes.telegram.links import InvalidLink, checked_link, mentioned_user

Entity = dict[str, Any]

SIMPLE = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
TAGS = {*SIMPLE, "a", "code", "pre", "blockquote", "tg-emoji", "tg-time"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
PRIORITIES = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49, "text_mention": 49,
    "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip
"""Which of two entities over the same words is the outer one; those not named stand at 50."""
RUN = re.compile(r"[^<&\0]+")
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))")
SPACES = " \t\r\n\v\0"
END = "\0"
NAME_TOKEN = frozenset(string.ascii_letters + string.digits + ".-")


class InvalidMarkup(ValueError):
    """The text can't be parsed; the message is what stands after `can't parse entities: `."""


@dataclasses.dataclass(frozen=True, slots=True)
class OpenTag:
    name: str
    argument: dict[str, str]
    offset: int
    """UTF-16 code units of visible text before it."""
    position: int
    """Pieces of visible text before it."""


def utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(markup: str) -> tuple[str, list[Entity]]:
    """Plain text and entities, in the order in which Telegram sorts them; raises `InvalidMarkup`."""
    reader = _Reader(markup)
    reader.read()
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return "".join(reader.plain), sorted_entities(reader.entities)


def sorted_entities(entities: list[Entity]) -> list[Entity]:
    """By offset, the longer first, then by kind."""
    return sorted(entities, key=lambda each: (each["offset"], -each["length"], priority(each)))


def priority(entity: Entity) -> int:
    return PRIORITIES.get(entity["type"], 50)


class _Reader:
    def __init__(self, markup: str) -> None:
        # The end mark is what a C string has there; it counts as a space, like every NUL.
        self.markup = markup + END
        self.at = 0
        self.plain: list[str] = []
        self.offset = 0
        self.open: list[OpenTag] = []
        self.entities: list[Entity] = []

    def read(self) -> None:
        while self.at < len(self.markup) - 1:
            if self.markup[self.at] != "<":
                self._text()
            elif self.markup[self.at + 1] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise InvalidMarkup(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        if any("\ud800" <= piece <= "\udfff" for piece in self.plain):
            raise InvalidMarkup(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )

    def _text(self) -> None:
        run = RUN.match(self.markup, self.at)
        piece = run[0] if run else self._character()
        self.at = run.end() if run else self.at
        self.plain.append(piece)
        self.offset += utf16_length(piece)

    def _character(self) -> str:
        """One character, or the one a reference stands for."""
        if self.markup[self.at] == "&" and (found := _reference(self.markup, self.at)):
            character, self.at = found
            return character
        self.at += 1
        return self.markup[self.at - 1]

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise InvalidMarkup(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        name = self._until(begin + 2, ">")
        self._skip_spaces()
        if self._peek() != ">":
            raise InvalidMarkup(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        tag = self.open.pop()
        if name and name.lower() != tag.name:
            raise InvalidMarkup(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{tag.name}>", found "</{name.lower()}>"'
            )
        self.at += 1
        if self.offset > tag.offset:
            self._add_entity(tag)

    def _start_tag(self) -> None:
        begin = self.at
        name = self._until(begin + 1, ">").lower()
        if self._at_end():
            raise InvalidMarkup(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in TAGS:
            raise InvalidMarkup(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        attributes: dict[str, str] = {}
        while self._skip_spaces() != ">":
            attribute, value = self._attribute(name, begin)
            attributes[attribute] = value
        self.at += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise InvalidMarkup(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append(OpenTag(name, attributes, self.offset, len(self.plain)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._until(self.at, "=>/\"'")
        if not name:
            raise InvalidMarkup(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        if self._skip_spaces() == "=":
            self.at += 1
            self._skip_spaces()
            self._refuse_end(f'Unclosed start tag "{tag}"', begin)
            value = self._value()
            self._refuse_end("Unclosed start tag", begin)
            return name, value
        self._refuse_end(f'Unclosed start tag "{tag}"', begin)
        return name, ""

    def _value(self) -> str:
        quote = self._peek()
        if quote not in "\"'":
            return self._name_token()
        self.at += 1
        value: list[str] = []
        while self._peek() != quote and not self._at_end():
            value.append(self._character())
        if not self._at_end():
            self.at += 1
        return "".join(value)

    def _name_token(self) -> str:
        begin = self.at
        while self._peek() in NAME_TOKEN:
            self.at += 1
        if self._peek() not in SPACES + ">":
            raise InvalidMarkup(f"Unexpected end of name token at byte offset {self._bytes(begin)}")
        return self.markup[begin : self.at].lower()

    def _add_entity(self, tag: OpenTag) -> None:
        span = {"offset": tag.offset, "length": self.offset - tag.offset}
        entity = _entity(tag, "".join(self.plain[tag.position :]))
        if entity is None:
            return
        last = self.entities[-1] if self.entities else None
        if last and last.items() >= span.items() and _is_code_block(tag, last):
            last["language"] = last.get("language") or entity.get("language")
            last["type"] = "pre"
        else:
            self.entities.append({"type": entity.pop("type"), **span, **entity})

    def _until(self, start: int, stops: str) -> str:
        self.at = start
        while self._peek() not in SPACES and self._peek() not in stops:
            self.at += 1
        return self.markup[start : self.at]

    def _skip_spaces(self) -> str:
        while self._peek() in SPACES and not self._at_end():
            self.at += 1
        return self._peek()

    def _peek(self) -> str:
        return self.markup[min(self.at, len(self.markup) - 1)]

    def _at_end(self) -> bool:
        return self.at >= len(self.markup) - 1

    def _refuse_end(self, text: str, begin: int) -> None:
        if self._at_end():
            raise InvalidMarkup(f"{text} at byte offset {self._bytes(begin)}")

    def _bytes(self, position: int) -> int:
        return len(self.markup[:position].encode("utf-8", "surrogatepass"))


def _reference(markup: str, at: int) -> tuple[str, int] | None:
    """The character that a reference stands for and where it ends; None if it is no reference."""
    match = REFERENCE.match(markup, at)
    if match is None:
        return None
    hexadecimal, decimal, name = match.groups()
    end = match.end() + (markup[match.end()] == ";")
    if name is not None:
        return (NAMED[name], end) if name in NAMED else None
    code = int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")
    if not 0 < code < 0x10FFFF or match.end() - at >= 10:
        return None
    return chr(code), end


def _is_code_block(tag: OpenTag, last: Entity) -> bool:
    """`<pre><code class="language-x">`, in either order, is one block with a language."""
    if tag.name == "pre":
        return last["type"] == "code" and bool(last.get("language"))
    return tag.name == "code" and last["type"] == "pre" and bool(_language(tag))


def _language(tag: OpenTag) -> str:
    prefix, _, language = tag.argument.get("class", "").partition("language-")
    return "" if prefix else language


def _entity(tag: OpenTag, text: str) -> Entity | None:
    match tag.name:
        case "a":
            return _link(tag.argument.get("href") or text)
        case "code":
            return {"type": "code", "language": _language(tag)}
        case "pre":
            return {"type": "pre"}
        case "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in tag.argument else "blockquote"}
        case "tg-emoji":
            return _custom_emoji(tag.argument.get("emoji-id", ""))
        case "tg-time":
            return _date_time(tag.argument)
        case _:
            return {"type": SIMPLE[tag.name]}


def _link(address: str) -> Entity | None:
    """A link Telegram can't read is left out without a word: the text stays, the link is gone."""
    if user_id := mentioned_user(address):
        return {"type": "text_mention", "user": {"id": user_id}}
    try:
        return {"type": "text_link", "url": checked_link(address)}
    except InvalidLink:
        return None


def _custom_emoji(identifier: str) -> Entity:
    if not re.fullmatch(r"\d{1,19}", identifier) or not 0 < int(identifier) < 2**63:
        raise InvalidMarkup("Invalid custom emoji identifier specified")
    return {"type": "custom_emoji", "custom_emoji_id": identifier}


def _date_time(attributes: dict[str, str]) -> Entity | None:
    moment = attributes.get("unix", "")
    if not re.fullmatch(r"\d{1,10}", moment):
        return None
    return {
        "type": "date_time",
        "unix_time": int(moment),
        "date_time_format": attributes.get("format", ""),
    }
