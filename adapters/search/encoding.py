"""How a text stands in the index: the stems of its words, by the same reading as the decision rule.

Equal forms have equal stems, so whatever the rule can find, the index finds, too; and stems are plain letters and
digits, which no tokenizer changes.
"""

from __future__ import annotations

from bot.matching.forms import literal, stem
from bot.matching.text import Text

_SHORTEST_SPELLING = 3


def indexed(text: Text) -> str:
    """The stems of a text, a space between them."""
    return " ".join(map(stem, text.forms))


def spellings(*texts: Text) -> set[str]:
    """The words of the texts as they are written, to correct typing mistakes by: letters only, at least three."""
    words = {literal(word).removesuffix("'s") for text in texts for word in text.words}
    return {word for word in words if len(word) >= _SHORTEST_SPELLING and word.isalpha()}
