"""The names under which one and the same lab lists its papers, from a frozen table."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from bot.matching.text.lexicon import text_of
from bot.matching.text.tokenizer import literal_words

TABLE = "labs.toml"


def squeezed(name: str) -> str:
    """The name as one word, without regard to case, accents, hyphens and a leading *The*."""
    words = literal_words(name)
    return "".join(words[1:] if words[:1] == ("the",) else words)


def names_of(lab: str) -> frozenset[str]:
    """The squeezed names of the lab, its own among them; of every lab that goes by the name."""
    return _labs().get(squeezed(lab), frozenset()) | {squeezed(lab)}


@lru_cache(maxsize=1)
def _labs() -> dict[str, frozenset[str]]:
    labs: dict[str, frozenset[str]] = {}
    for names in tomllib.loads(text_of(TABLE))["lab"]:
        every = frozenset(map(squeezed, names))
        for name in every:
            labs[name] = labs.get(name, frozenset()) | every
    return labs
