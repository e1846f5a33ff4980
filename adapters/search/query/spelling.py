"""What a query says, and what a word was meant to be that the archive does not know."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from adapters.search.index.match_expressions import COMMON_WORDS, phrase, splits
from adapters.search.query.title_bonus import Typed
from bot.matching.text.normalization import form, literal, stem
from bot.matching.text.tokenizer import Text, read

_LONGEST_TOPIC = 5
_NEAR = 0.75
_LENGTH_DIFFERS = 2
_SHORTEST_CORRECTED = 4
_MOST_WORDS = 64
# In a longer text an unknown word is a name or a number rather than a slip; replacing it harms, measured.
_MOST_WORDS_CORRECTED = 8


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query that carries its subject: what it is taken for (mostly itself) and the stems of that, and the
    stems of the common words that follow it."""

    taken: tuple[str, ...]
    stems: tuple[str, ...]
    followed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as it is asked. ``holding``: how many papers hold each of its stems, where any does; ``replaced``: what
    was taken instead of unknown words."""

    words: tuple[Word, ...]
    typed: Typed
    holding: Mapping[str, int]
    replaced: Mapping[str, str]

    @property
    def is_topic(self) -> bool:
        """Whether it is a topic or the beginning of a title, rather than a question."""
        return len(self.words) <= _LONGEST_TOPIC

    @property
    def text(self) -> str:
        return " ".join(taken for word in self.words for taken in word.taken)

    def side_by_side(self) -> Iterator[str]:
        """The stems of neighbours, as they would stand in a paper that says both, common words between them."""
        for first, second in zip(self.words, self.words[1:], strict=False):
            yield " ".join((*first.stems, *first.followed_by, *second.stems))

    def whole(self) -> str:
        """The stems of all words, as they would stand in a paper that says exactly this."""
        last = self.words[-1]
        said = [stem for word in self.words[:-1] for stem in (*word.stems, *word.followed_by)]
        return " ".join((*said, *last.stems))


def understood(connection: sqlite3.Connection, query: str) -> Understood:
    """Common words are left out, unless there are no others; unknown words are replaced by the nearest known one, or
    by the two known ones that they are made of. Of a long text the first 64 words are asked for.
    """
    text = read(query)
    telling = [i for i, word in enumerate(text.words) if literal(word) not in COMMON_WORDS] or list(
        range(len(text.words))
    )
    telling = telling[:_MOST_WORDS]
    stems = list(map(stem, text.forms))
    holding = papers_holding(connection, [stems[i] for i in telling])
    unknown = [i for i in telling if stems[i] not in holding] if len(telling) <= _MOST_WORDS_CORRECTED else []
    taken = {i: nearest for i in unknown if (nearest := _nearest(connection, text.words[i])) != (text.words[i],)}
    words = list(_words(text, stems, telling, taken))
    if taken:
        holding = papers_holding(connection, [each for word in words for each in word.stems])
    replaced = {text.words[i]: " ".join(nearest) for i, nearest in taken.items()}
    return Understood(tuple(words), _typed(text, stems, taken), holding, replaced)


def _words(
    text: Text, stems: Sequence[str], telling: Sequence[int], taken: Mapping[int, tuple[str, ...]]
) -> Iterator[Word]:
    for i, following in zip(telling, (*telling[1:], len(text.words)), strict=False):
        words = taken.get(i, (text.words[i],))
        own = tuple(stem(form(word)) for word in words)
        yield Word(words, own, tuple(stems[i + 1 : following]))


def _typed(text: Text, stems: Sequence[str], taken: Mapping[int, tuple[str, ...]]) -> Typed:
    words = [each for i, word in enumerate(text.words) for each in taken.get(i, (word,))]
    if taken:
        stems = [stem(form(word)) for word in words]
    return Typed(list(map(literal, words)), stems)


def papers_holding(connection: sqlite3.Connection, stems: Sequence[str]) -> dict[str, int]:
    """How many papers hold each of these stems; those that none does are left out."""
    wanted = "SELECT stem, papers FROM frequencies WHERE stem IN (SELECT value FROM json_each(?)) AND papers > 0"
    return dict(connection.execute(wanted, (json.dumps(list(stems)),)).fetchall())


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
    halves = [pair for pair in splits(word) if min(map(len, pair)) > 1]
    stems = {half: stem(form(half)) for pair in halves for half in pair}
    known = papers_holding(connection, list(stems.values()))
    for first, second in halves:
        if stems[first] in known and stems[second] in known:
            together = phrase(f"{stems[first]} {stems[second]}")
            if connection.execute("SELECT 1 FROM stems WHERE stems MATCH ? LIMIT 1", (together,)).fetchone():
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
