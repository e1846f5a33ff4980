"""Whether two names may be one person's."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from bot.matching.text.tokenizer import folded_words

# Letters that no normalization takes for a letter with an accent.
_ASCII_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "œ": "oe"}
)
_TRANSLITERATIONS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "å": "aa"}
)
_MAX_INITIALS = 3

NameParts = tuple[str, ...]


def same_person(wanted: str, name: str) -> bool:
    """Whether ``name`` may be the person asked for: accents, case, hyphens and the order of names don't matter, an
    initial stands for any name that begins with it, and further names are no contradiction.
    """
    return any(_names_agree(asked, listed) for asked in name_parts(wanted) for listed in name_parts(name))


@lru_cache(maxsize=1 << 14)
def name_parts(name: str) -> tuple[NameParts, ...]:
    """Every spelling of a name by its parts: double names (*Jun-Yan*) as two and as one, initials (*JY*) apart, umlauts
    spelt out."""
    name = unicodedata.normalize("NFC", name).replace("'", "").replace("’", "")
    spellings = (name, name.replace("-", ""), _split_initials(name), name.translate(_TRANSLITERATIONS))
    return tuple(dict.fromkeys(folded_words(spelling.translate(_ASCII_LETTERS)) for spelling in spellings))


def _split_initials(name: str) -> str:
    words = name.split()
    return " ".join(" ".join(word) if 1 < len(word) <= _MAX_INITIALS and word.isupper() else word for word in words)


def _names_agree(asked: NameParts, listed: NameParts) -> bool:
    left = list(listed)
    written_out = False
    for part in sorted(asked, key=len, reverse=True):
        partner = next((other for other in left if other == part), None)
        written_out = written_out or (partner is not None and len(part) > 1)
        partner = partner or next((other for other in left if _is_initial_of(part, other)), None)
        if partner is None:
            return False
        left.remove(partner)
    return written_out


def _is_initial_of(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)
