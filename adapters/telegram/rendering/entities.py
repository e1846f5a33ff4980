"""Rendered text before it becomes HTML: it can be measured exactly as Telegram does, and split without breaking a tag.

Telegram counts code points after the entities are parsed, not UTF-16 units (tdlib, ``MessageContent.cpp``; 4,096 emoji
were accepted when tried), and shows words beyond the hundredth entity plain, which turns links into nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from bot.i18n import StyledText

Spans = tuple[StyledText, ...]

LONGEST_LINK: Final = 2048

# What Telegram makes an entity of by itself; counted rather too generously.
_AUTOMATIC = re.compile(r"https?://|(?<!\w)[@#$/]\w|\w@\w|\w\.[a-z]{2,}\b")


@dataclass(frozen=True, slots=True)
class MessageParagraph:
    """Lines of one kind. ``folded``: an expandable quote. ``close``: right under what stands before, no empty line."""

    lines: tuple[Spans, ...]
    folded: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """Code points and entities as Telegram counts them, and the bytes of the raw HTML."""

    characters: int = 0
    entities: int = 0
    raw: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.characters + other.characters, self.entities + other.entities, self.raw + other.raw)

    def within(self, bounds: Size) -> bool:
        return self.characters <= bounds.characters and self.entities <= bounds.entities and self.raw <= bounds.raw


def merge_spans(spans: Iterable[StyledText]) -> Spans:
    """Neighbours of one style as one span, so that they are one entity; empty ones are dropped."""
    styles = groupby((span for span in spans if span.text), key=lambda span: span.style)
    return tuple(StyledText("".join(span.text for span in same), *style) for style, same in styles)


def size_of(paragraphs: Sequence[MessageParagraph]) -> Size:
    """The size of the message that these make, empty lines included."""
    spans = [span for paragraph in paragraphs for line in paragraph.lines for span in line]
    return Size(
        characters=len(plain_text(paragraphs)),
        entities=sum(paragraph.folded for paragraph in paragraphs) + sum(map(_entities, spans)),
        raw=len(html_text(paragraphs).encode("utf-8", "replace")),
    )


def html_text(paragraphs: Sequence[MessageParagraph]) -> str:
    """Telegram's HTML, everything escaped."""
    return "".join(_join(paragraphs, _paragraph_html))


def plain_text(paragraphs: Sequence[MessageParagraph]) -> str:
    """The same text without any markup."""
    return "".join(_join(paragraphs, _paragraph_plain))


def _join(paragraphs: Sequence[MessageParagraph], render: Callable[[MessageParagraph], str]) -> Iterator[str]:
    for position, paragraph in enumerate(paragraphs):
        if position:
            yield "\n" if paragraph.close else "\n\n"
        yield render(paragraph)


def _paragraph_plain(paragraph: MessageParagraph) -> str:
    return "\n".join("".join(span.text for span in line) for line in paragraph.lines)


def _paragraph_html(paragraph: MessageParagraph) -> str:
    html = "\n".join("".join(map(_span_html, line)) for line in paragraph.lines)
    return f"<blockquote expandable>{html}</blockquote>" if paragraph.folded else html


def _span_html(span: StyledText) -> str:
    html = escape(span.text)
    if span.code:  # code takes no other style and no link
        return f"<code>{html}</code>"
    html = f"<i>{html}</i>" if span.italic else html
    html = f'<a href="{escape(span.href)}">{html}</a>' if _linkable(span.href) else html
    return f"<b>{html}</b>" if span.bold else html


def _linkable(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= LONGEST_LINK


def _entities(span: StyledText) -> int:
    if span.code:
        return 1
    styled = span.bold + span.italic
    return styled + 1 if _linkable(span.href) else styled + len(_AUTOMATIC.findall(span.text))
