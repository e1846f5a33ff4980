"""Telegram's text with its entities as HTML. Pure; https://core.telegram.org/bots/api#messageentity"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

Entity = dict[str, Any]

_DRAWN: Final = {
    "bold": Markup("<b>{}</b>"),
    "italic": Markup("<i>{}</i>"),
    "code": Markup("<code>{}</code>"),
    "text_link": Markup("<a>{}</a>"),
    "url": Markup("<a>{}</a>"),
    "mention": Markup("<a>{}</a>"),
    "bot_command": Markup("<a>{}</a>"),
    "blockquote": Markup("<blockquote>{}</blockquote>"),
    "expandable_blockquote": Markup('<blockquote class="folded"><div>{}</div></blockquote>'),
}
_QUOTES: Final = {"blockquote", "expandable_blockquote"}


def render_entities(text: str, entities: Sequence[Entity]) -> Markup:
    """Raises LookupError for a kind of entity that was never drawn, ValueError for two that cross."""
    return _Text(text.encode("utf-16-le")).between(0, len(text.encode("utf-16-le")) // 2, entities)


class _Text:
    """Offsets count UTF-16 code units."""

    def __init__(self, units: bytes) -> None:
        self._units = units

    def between(self, begin: int, end: int, entities: Sequence[Entity]) -> Markup:
        """The outer one comes first among the entities, as Telegram sorts them."""
        found, rest, after_quote = Markup(), list(entities), False
        while rest:
            outer = rest.pop(0)
            first, last = outer["offset"], outer["offset"] + outer["length"]
            inner = [each for each in rest if each["offset"] < last]
            rest = rest[len(inner) :]
            if first < begin or last > end:
                raise ValueError(f"entities cross at {first}")
            found += self._words(begin, first, after_quote)
            found += _DRAWN[outer["type"]].format(self.between(first, last, inner))
            begin, after_quote = last, outer["type"] in _QUOTES
        return found + self._words(begin, end, after_quote)

    def _words(self, begin: int, end: int, after_quote: bool) -> Markup:
        """A quote ends its line by itself."""
        words = self._units[2 * begin : 2 * end].decode("utf-16-le")
        return Markup("{}").format(words.removeprefix("\n") if after_quote else words)
