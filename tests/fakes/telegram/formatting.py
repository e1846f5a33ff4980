"""From what a bot sends to what Telegram shows: text cleaned and trimmed, entities sorted out and counted."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

from tests.fakes.telegram.html import Entity, InvalidMarkup, parse_html, priority, sorted_entities, utf16_length
from tests.fakes.telegram.links import InvalidLink, checked_link
from tests.fakes.telegram.parameters import checked_fields
from tests.fakes.telegram.refusals import bad_request

RAW_BYTES = 32_768
TEXT_LENGTH = 4096
CAPTION_LENGTH = 1024
ENTITIES = 100
STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
QUOTES = {"blockquote", "expandable_blockquote"}
LITERAL = {"code", "pre"}
GIVEN = {*STYLES, *QUOTES, *LITERAL, "text_link", "text_mention", "custom_emoji", "date_time"}
FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}

AUTOMATIC = (
    ("url", re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[A-Za-z]{2,})+")),
    ("url", re.compile(r"(?<![\w@./-])(?:[\w-]+\.)+(?:ai|app|co|com|de|dev|edu|io|me|net|org)\b(?:/\S*\w)?")),
    ("mention", re.compile(r"(?<![\w/@])@[A-Za-z]\w{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/])")),
)  # fmt: skip
"""What the server finds in plain text by itself; an approximation of its far longer rules."""


@dataclasses.dataclass(frozen=True, slots=True)
class FormattedText:
    text: str
    entities: tuple[Entity, ...] = ()
    overflow: tuple[Entity, ...] = ()
    """Entities beyond the hundredth: their words are shown, but plain."""


def formatted(raw: str, parse_mode: str, entities: list[Entity] | None) -> FormattedText:
    """Parsed and cleaned, not yet measured. Raises `Refused` as the server does on unreadable markup."""
    if len(raw.encode("utf-8", "replace")) > RAW_BYTES:
        raise bad_request("text is too long")
    if not parse_mode or parse_mode.lower() == "none":
        return finished(raw, _given(raw, entities or []))
    if parse_mode.lower() in ("markdown", "markdownv2"):
        raise bad_request("the stand-in reads no Markdown, only HTML")
    if parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    try:
        return finished(*parse_html(raw))
    except InvalidMarkup as problem:
        raise bad_request(f"can't parse entities: {problem}") from None


def message_text(raw: str, parse_mode: str, entities: list[Entity] | None) -> FormattedText:
    if not raw:
        raise bad_request("message text is empty")
    return formatted(raw, parse_mode, entities)


def check_text(content: FormattedText) -> None:
    """Length after parsing, in code points: 4096 emoji fit, measured against the real server."""
    if not content.text:
        raise bad_request("text must be non-empty")
    if len(content.text) > TEXT_LENGTH:
        raise bad_request("message is too long")


def check_caption(content: FormattedText) -> None:
    if len(content.text) > CAPTION_LENGTH:
        raise bad_request("message caption is too long")


def finished(text: str, entities: list[Entity]) -> FormattedText:
    """Control characters become spaces, the ends are trimmed, impossible nestings dissolved."""
    text, entities = _cleaned(text, entities)
    text, entities = _trimmed(text, entities)
    entities = _untangled(entities)
    entities = sorted_entities([*entities, *_discovered(text, entities)])
    return FormattedText(text, tuple(entities[:ENTITIES]), tuple(entities[ENTITIES:]))


def found_entities(text: str) -> list[Entity]:
    """What Telegram finds in the plain text of a person."""
    return sorted_entities(_discovered(text, []))


def covered(text: str, entity: Entity) -> str:
    """The words an entity covers."""
    units = text.encode("utf-16-le", "surrogatepass")
    begin, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
    return units[begin:end].decode("utf-16-le", "replace")


def _given(text: str, entities: list[Entity]) -> list[Entity]:
    """Entities given instead of markup, each checked in the server's words."""
    length = utf16_length(text)
    return sorted_entities([_checked_entity(dict(entity), length) for entity in entities])


def _checked_entity(entity: Entity, length: int) -> Entity:
    checked_fields("MessageEntity", entity, "can't parse MessageEntity: ")
    if entity["type"] not in GIVEN | FOUND:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    offset, end = entity["offset"], entity["offset"] + entity["length"]
    if offset < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if offset >= length:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if end > length:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
        )
    if entity["type"] == "text_link":
        entity["url"] = _entity_url(entity)
    return entity


def _entity_url(entity: Entity) -> str:
    if "url" not in entity:
        raise bad_request("can't parse MessageEntity: Can't find field \"url\"")
    try:
        return checked_link(entity["url"])
    except InvalidLink as problem:
        raise bad_request(f"entity URL '{entity['url']}' is invalid: {problem}") from None


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    kept = [_clean_character(character) for character in text]
    before = [0, *accumulate(utf16_length(character) for character in text)]
    after = [0, *accumulate(utf16_length(character) for character in kept)]
    if before == after:
        return "".join(kept), entities
    return "".join(kept), _moved(entities, lambda place: after[bisect_right(before, place) - 1])


def _clean_character(character: str) -> str:
    if character == "\r" or "\u2028" <= character <= "\u202e":
        return ""
    return " " if character < " " and character != "\n" else character


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Spaces and line ends go at both ends, in front only up to the first entity."""
    first = min((entity["offset"] for entity in entities), default=len(text))
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    body = text[lead:].rstrip(" \n")
    end = utf16_length(body)
    return body, _moved(entities, lambda place: min(max(place - lead, 0), end))


def _moved(entities: Iterable[Entity], place: Callable[[int], int]) -> list[Entity]:
    moved = [_spanning(each, place(each["offset"]), place(_end(each))) for each in entities]
    return [entity for entity in moved if entity["length"] > 0]


def _untangled(entities: list[Entity]) -> list[Entity]:
    """Code holds nothing and stands in nothing but a quote; links and quotes don't nest."""
    quotes = _apart([each for each in entities if each["type"] in QUOTES])
    solid = _apart([each for each in entities if each["type"] not in QUOTES | STYLES])
    literal = [each for each in solid if each["type"] in LITERAL]
    styles = [each for each in entities if each["type"] in STYLES]
    return [*quotes, *solid, *(part for each in styles for part in _around(each, literal))]


def _apart(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda each: (each["offset"], priority(each), -each["length"])):
        if not any(_overlap(entity, other) for other in kept):
            kept.append(entity)
    return kept


def _around(style: Entity, obstacles: list[Entity]) -> list[Entity]:
    """A bold that runs over a piece of code is broken around it."""
    parts, begin, end = [], style["offset"], _end(style)
    for obstacle in sorted_entities([each for each in obstacles if _overlap(each, style)]):
        parts.append(_spanning(style, begin, obstacle["offset"]))
        begin = max(begin, _end(obstacle))
    parts.append(_spanning(style, begin, end))
    return [part for part in parts if part["length"] > 0]


def _discovered(text: str, taken: list[Entity]) -> list[Entity]:
    solid = [each for each in taken if each["type"] not in QUOTES | STYLES]
    found: list[Entity] = []
    for kind, pattern in AUTOMATIC:
        for match in pattern.finditer(text):
            begin, length = utf16_length(text[: match.start()]), utf16_length(match[0])
            entity: dict[str, Any] = {"type": kind, "offset": begin, "length": length}
            if not any(_overlap(entity, other) for other in [*solid, *found]):
                found.append(entity)
    return found


def _spanning(entity: Entity, begin: int, end: int) -> Entity:
    return {**entity, "offset": begin, "length": end - begin}


def _end(entity: Entity) -> int:
    end: int = entity["offset"] + entity["length"]
    return end


def _overlap(one: Entity, other: Entity) -> bool:
    return one["offset"] < _end(other) and other["offset"] < _end(one)
