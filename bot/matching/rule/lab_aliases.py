"""The names under which one and the same lab lists its papers, from a bundled lexicon."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from bot.matching.text.lexicon import table_text
from bot.matching.text.tokenizer import folded_words

LABS_TABLE = "labs.toml"


def compact_key(name: str) -> str:
    """The name as one word, without regard to case, accents, hyphens and a leading *The*."""
    words = folded_words(name)
    return "".join(words[1:] if words[:1] == ("the",) else words)


def lab_alias_keys(lab: str) -> frozenset[str]:
    """The compact keys of the lab, its own among them; of every lab that goes by the name."""
    return _alias_keys_by_name().get(compact_key(lab), frozenset()) | {compact_key(lab)}


def is_known_lab(name: str) -> bool:
    """Whether the lexicon lists a lab of that name."""
    return compact_key(name) in _alias_keys_by_name()


@lru_cache(maxsize=1)
def _alias_keys_by_name() -> dict[str, frozenset[str]]:
    labs: dict[str, frozenset[str]] = {}
    for names in tomllib.loads(table_text(LABS_TABLE))["lab"]:
        every = frozenset(map(compact_key, names))
        for name in every:
            labs[name] = labs.get(name, frozenset()) | every
    return labs
