"""The typed text, freed of what keyboards, copying and encodings put into it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Phones turn straight quotes into these; NFKC leaves them alone.
_DOUBLE_QUOTES: Final = dict.fromkeys(map(ord, "“”„‟«»″〝〞＂"), '"')
_SINGLE_QUOTES: Final = dict.fromkeys(map(ord, "‘’‚‛′＇"), "'")
_QUOTES: Final = _DOUBLE_QUOTES | _SINGLE_QUOTES
_UNSTORABLE_CHARACTER: Final = re.compile(r"[\x00\ud800-\udfff]")
CONTROL_CHARACTER: Final = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def sanitize_text(text: str) -> str:
    """The text in NFKC with straight quotes, without NUL, lone surrogates and invisible format characters.

    Cleaning twice changes nothing more. Other control characters stay, to be named in an answer.
    """
    visible = "".join(
        character for character in _UNSTORABLE_CHARACTER.sub("", text) if unicodedata.category(character) != "Cf"
    )
    return unicodedata.normalize("NFKC", visible.translate(_QUOTES)).translate(_QUOTES).strip()


def collapse_whitespace(text: str) -> str:
    """The text with single spaces, none outside."""
    return " ".join(text.split())
