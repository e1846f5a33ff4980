"""Styled text as Telegram's rich messages have it (core.telegram.org/bots/api#richtext), and how much there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.telegram.rendering.entities import LONGEST_LINK, merge_spans
from bot.i18n import StyledText

RichText = str | dict[str, Any] | list[Any]
RichBlock = dict[str, Any]

TEXT_FIELDS: Final = ("text", "summary")


def rich_text(spans: Iterable[StyledText]) -> RichText:
    """The spans in the shortest form; '' for none."""
    parts = [_styled(span) for span in merge_spans(spans)]
    return parts[0] if len(parts) == 1 else parts or ""


def _styled(span: StyledText) -> RichText:
    text: RichText = span.text
    for on, name in ((span.code, "code"), (span.italic, "italic"), (span.bold, "bold")):
        if on:
            text = {"type": name, "text": text}
    return {"type": "url", "text": text, "url": span.href} if _is_linkable(span.href) else text


def _is_linkable(address: str) -> bool:
    """Whether Telegram takes it for a link: one bad address would have the whole message refused."""
    if not address or len(address) > LONGEST_LINK or any(sign.isspace() for sign in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "").strip(".") and parts.port != 0
    except ValueError:  # brackets or a port that no address has
        return False


def character_count(found: object) -> int:
    """The characters of all texts and labels in blocks, as Telegram counts them."""
    if isinstance(found, str):
        return len(found)
    if isinstance(found, Mapping):
        texts = [value for name, value in found.items() if name in TEXT_FIELDS or isinstance(value, list | dict)]
        return sum(map(character_count, texts))
    return sum(map(character_count, found)) if isinstance(found, Sequence) else 0


def block_count(blocks: Sequence[RichBlock]) -> int:
    """How many blocks there are, with those inside others; a list's items count as well."""
    total = len(blocks)
    for block in blocks:
        total += block_count(block.get("blocks", []))
        total += sum(1 + block_count(item["blocks"]) for item in block.get("items", []))
    return total
