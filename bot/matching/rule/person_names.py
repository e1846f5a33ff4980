"""Whether two names may be one person's."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from bot.matching.text.tokenizer import literal_words

# Letters that no normalization takes for a letter with an accent.
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "œ": "oe"})
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "å": "aa"})
_MOST_INITIALS = 3

Parts = tuple[str, ...]


def same_person(wanted: str, name: str) -> bool:
    """Whether ``name`` may be the person asked for: accents, case, hyphens and the order of names don't matter, an
    initial stands for any name that begins with it, and further names are no contradiction.
    """
    return any(_names_agree(asked, listed) for asked in _name_parts(wanted) for listed in _name_parts(name))


@lru_cache(maxsize=1 << 14)
def _name_parts(name: str) -> tuple[Parts, ...]:
    """The parts of a name: double names (*Jun-Yan*) as two and as one, initials (*JY*) apart, umlauts spelt out."""
    name = unicodedata.normalize("NFC", name).replace("'", "").replace("’", "")
    spellings = (name, name.replace("-", ""), _initials_apart(name), name.translate(_SPELT_OUT))
    return tuple(dict.fromkeys(literal_words(spelling.translate(_PLAIN)) for spelling in spellings))


def _initials_apart(name: str) -> str:
    words = name.split()
    return " ".join(" ".join(word) if 1 < len(word) <= _MOST_INITIALS and word.isupper() else word for word in words)


def _names_agree(asked: Parts, listed: Parts) -> bool:
    left = list(listed)
    written_out = False
    for part in sorted(asked, key=len, reverse=True):
        partner = next((other for other in left if other == part), None)
        written_out = written_out or (partner is not None and len(part) > 1)
        partner = partner or next((other for other in left if _initial(part, other)), None)
        if partner is None:
            return False
        left.remove(partner)
    return written_out


def _initial(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)
