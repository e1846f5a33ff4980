"""What a word was meant to be, when the archive does not know it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from adapters.search.expressions import COMMON_WORDS, splits
from bot.matching.forms import form, literal, stem
from bot.matching.text import read

_NEAR = 0.75
_LENGTH_DIFFERS = 2
_SHORTEST_CORRECTED = 4
_MOST_WORDS = 64
# In a longer text an unknown word is a name or a number rather than a slip; replacing it harms, measured.
_MOST_WORDS_CORRECTED = 8


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as it is asked: for each word that counts the stems to find side by side, and for unknown words what was
    taken instead. ``stems`` are those of all words, common ones too.
    """

    clauses: tuple[tuple[str, ...], ...]
    stems: frozenset[str]
    replaced: dict[str, str]


def understood(connection: sqlite3.Connection, query: str) -> Understood:
    """Common words are left out, unless there are no others; unknown words are replaced by the nearest known one, or
    by the two known ones that they are made of. Of a long text the first 64 words are asked for.
    """
    text = read(query)
    telling = [word for word in text.words if literal(word) not in COMMON_WORDS] or list(text.words)
    clauses, replaced = [], {}
    for word in telling[:_MOST_WORDS]:
        as_typed = len(telling) > _MOST_WORDS_CORRECTED or _known(connection, word)
        taken = (word,) if as_typed else _nearest(connection, word)
        if taken != (word,):
            replaced[word] = " ".join(taken)
        clauses.append(tuple(stem(form(each)) for each in taken))
    common = {stem(word) for word in text.forms if word in COMMON_WORDS}
    return Understood(tuple(clauses), frozenset(common.union(*clauses)), replaced)


def _known(connection: sqlite3.Connection, word: str) -> bool:
    found = connection.execute("SELECT 1 FROM vocabulary WHERE term = ?", (stem(form(word)),))
    return found.fetchone() is not None


def _nearest(connection: sqlite3.Connection, word: str) -> tuple[str, ...]:
    """The known word or pair of words; the word itself where none is near."""
    typed = literal(word)
    if pair := _pair(connection, typed):
        return pair
    if len(typed) < _SHORTEST_CORRECTED or not typed.isalpha():
        return (word,)
    # Most people get the first letter right, and it leaves a twentieth of the words to look at.
    same_start = _close(connection, typed, f"{typed[0]}*")
    return (same_start or _close(connection, typed, "*") or word,)


def _pair(connection: sqlite3.Connection, word: str) -> tuple[str, str] | None:
    for first, second in splits(word):
        if len(first) > 1 and len(second) > 1 and _known(connection, first) and _known(connection, second):
            phrase = f'"{stem(form(first))} {stem(form(second))}"'
            if connection.execute("SELECT 1 FROM stems WHERE stems MATCH ? LIMIT 1", (phrase,)).fetchone():
                return first, second
    return None


def _close(connection: sqlite3.Connection, word: str, pattern: str) -> str:
    rows: Sequence[tuple[str, int]] = connection.execute(
        "SELECT word, papers FROM spellings WHERE word GLOB ? AND length(word) BETWEEN ? AND ?",
        (pattern, len(word) - _LENGTH_DIFFERS, len(word) + _LENGTH_DIFFERS),
    ).fetchall()
    papers = dict(rows)
    near = get_close_matches(word, papers, n=5, cutoff=_NEAR)
    return max(near, key=lambda other: (_alike(word, other), papers[other]), default="")


def _alike(word: str, other: str) -> float:
    return round(SequenceMatcher(None, word, other).ratio(), 2)
