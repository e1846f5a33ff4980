"""Words of one family (*synthesis*, *synthetic*), from a bundled lexicon."""

from __future__ import annotations

from functools import lru_cache

from bot.matching.text.lexicon import read_table, table_lines
from bot.matching.text.normalization import normalize


def stem_family(word: str) -> tuple[str, ...]:
    """The forms of the word's family, itself first; itself alone where it has none."""
    return (word, *(other for other in _families_by_member().get(word, ()) if other != word))


@lru_cache(maxsize=1)
def _families_by_member() -> dict[str, tuple[str, ...]]:
    families = [tuple(dict.fromkeys(map(normalize, line.split()))) for line in table_lines("families.txt")]
    return {member: members for members in families for member in members}


@lru_cache(maxsize=1)
def generic_words() -> dict[str, tuple[str, ...]]:
    """Forms of words that a title may leave unsaid, and the names of which one has to stand somewhere in the paper."""
    return {word: tuple(names.split("; ")) for word, names in read_table("usual.tsv").items()}


@lru_cache(maxsize=1)
def qualifier_words() -> tuple[frozenset[str], frozenset[str]]:
    """Forms of words that say how a subject is (*efficient*, *novel*), and of nouns that say hardly more at the end of
    one (*mechanism*)."""
    qualities, nouns = (frozenset(map(normalize, words.split())) for words in read_table("qualifiers.tsv").values())
    return qualities, nouns
