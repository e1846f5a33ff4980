"""Words of one family (*synthesis*, *synthetic*), from a frozen table."""

from __future__ import annotations

from functools import lru_cache

from bot.matching.text.lexicon import lines, table
from bot.matching.text.normalization import form


def family(word: str) -> tuple[str, ...]:
    """The forms of the word's family, itself first; itself alone where it has none."""
    return (word, *(other for other in _families().get(word, ()) if other != word))


@lru_cache(maxsize=1)
def _families() -> dict[str, tuple[str, ...]]:
    families = [tuple(dict.fromkeys(map(form, line.split()))) for line in lines("families.txt")]
    return {member: members for members in families for member in members}


@lru_cache(maxsize=1)
def usual() -> dict[str, tuple[str, ...]]:
    """Forms of words that a title may leave unsaid, and the names of which one has to stand somewhere in the paper."""
    return {word: tuple(names.split("; ")) for word, names in table("usual.tsv").items()}
