"""Translatable texts: what Paperboy says, before it is rendered.

A :class:`LazyText` is a message id with values. The message id is English text with three neutral marks, ``<b>``,
``<i>`` and ``<code>``, and ``{names}`` for values; it is looked up in gettext when the text is rendered, so a language
can be added without touching a command. Values are never read for marks: whatever a title holds stays text, and each
platform escapes it in its own way.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path

from babel.dates import format_date

LOCALES = Path(__file__).with_name("locales")

_MARK = re.compile(r"(</?(?:b|i|code)>|\{[a-z_]+\})")


@dataclass(frozen=True, slots=True)
class Link:
    """A value that is rendered as a link; ``url`` must be absolute (http or https)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class JoinedText:
    """Several values rendered one after the other: ``diffusion, clustering``."""

    items: tuple[TextValue, ...]
    separator: str = ", "


@dataclass(frozen=True, slots=True)
class LazyText:
    """A text to be translated when it is rendered; build it with :func:`t` or :func:`tn`.

    ``values`` may hold text, whole numbers, days (rendered *Tue 18 Aug*), times of day (*09:00*), aware moments
    (rendered in their own zone, *Tue 18 Aug 09:00*), links, joined texts and other texts.
    """

    msgid: str
    values: Mapping[str, TextValue] = field(default_factory=dict)
    plural: str = ""


TextValue = str | int | date | time | datetime | Link | JoinedText | LazyText


def t(msgid: str, **values: TextValue) -> LazyText:
    """A text; ``msgid`` must be a literal so that it can be collected for translators."""
    return LazyText(msgid, values)


def tn(one: str, many: str, n: int, **values: TextValue) -> LazyText:
    """A text that counts: ``one`` or ``many`` is chosen by ``n`` in the reader's language."""
    return LazyText(one, {"n": n, **values}, many)


def join_texts(items: Iterable[TextValue], separator: str = ", ") -> JoinedText:
    """The items, to be rendered with ``separator`` between them."""
    return JoinedText(tuple(items), separator)


@dataclass(frozen=True, slots=True)
class StyledText:
    """A piece of rendered text in one style. ``href`` is '' where it is no link."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""

    @property
    def style(self) -> tuple[bool, bool, bool, str]:
        """Everything but the text."""
        return self.bold, self.italic, self.code, self.href

    def with_text(self, text: str) -> StyledText:
        """Another text in the same style."""
        return StyledText(text, self.bold, self.italic, self.code, self.href)


def _with_mark(style: StyledText, mark: str, *, on: bool) -> StyledText:
    match mark:
        case "b":
            return replace(style, bold=on)
        case "i":
            return replace(style, italic=on)
    return replace(style, code=on)


def _merge_adjacent(spans: Iterable[StyledText]) -> Iterator[StyledText]:
    """Neighbours of one style as one span, so that ``<b>{n} papers</b>`` is one bold piece."""
    for style, group in groupby(spans, key=lambda span: span.style):
        yield StyledText("".join(span.text for span in group), *style)


class Translator:
    """Renders texts in one language; a language without a catalogue is rendered in English."""

    def __init__(self, language: str = "en") -> None:
        self._catalogue = gettext.translation("paperboy", LOCALES, languages=[language], fallback=True)
        self.language = language if isinstance(self._catalogue, gettext.GNUTranslations) else "en"

    def styled_parts(self, text: LazyText) -> tuple[StyledText, ...]:
        """The text as styled pieces, values put in, ready for a platform to escape and render."""
        return tuple(_merge_adjacent(self._render_text(text, StyledText(""))))

    def plain_text(self, text: LazyText) -> str:
        """The text without styles, for notifications, labels and plain-text fallbacks."""
        return "".join(span.text for span in self.styled_parts(text))

    def _render_text(self, text: LazyText, style: StyledText) -> Iterator[StyledText]:
        for piece in _MARK.split(self._template(text)):
            if piece.startswith("<"):
                style = _with_mark(style, piece.strip("</>"), on=not piece.startswith("</"))
            elif piece.startswith("{"):
                yield from self._render_value(text.values[piece[1:-1]], style)
            elif piece:
                yield style.with_text(piece)

    def _template(self, text: LazyText) -> str:
        if not text.plural:
            return self._catalogue.gettext(text.msgid) if text.msgid else ""
        return self._catalogue.ngettext(text.msgid, text.plural, self._count(text))

    @staticmethod
    def _count(text: LazyText) -> int:
        n = text.values["n"]
        if not isinstance(n, int):
            raise TypeError("a text that counts needs a whole number n")
        return n

    def _render_value(self, value: TextValue, style: StyledText) -> Iterator[StyledText]:
        match value:
            case LazyText():
                yield from self._render_text(value, style)
            case JoinedText(items, separator):
                for position, item in enumerate(items):
                    if position:
                        yield style.with_text(separator)
                    yield from self._render_value(item, style)
            case Link(text, url):
                yield replace(style, text=text, href=url)
            case _:
                yield style.with_text(self._format_value(value))

    def _format_value(self, value: str | int | date | time | datetime) -> str:
        match value:
            case datetime():
                return f"{self.format_day(value)} {value:%H:%M}"
            case date():
                return self.format_day(value)
            case time():
                return f"{value:%H:%M}"
            case int():
                return f"{value:,}"
        return value

    def format_day(self, day: date) -> str:
        """A day as it is said in this language: *Tue 18 Aug*."""
        return format_date(day, "EEE d MMM", locale=self.language)
