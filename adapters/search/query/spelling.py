"""What a query says, and what a word was meant to be that the archive does not know."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from rapidfuzz import fuzz, process

from adapters.search.index.match_expressions import QUERY_STOP_WORDS, quote_phrase, two_word_splits
from adapters.search.query.title_bonus import TitleQuery
from bot.matching.text.normalization import fold_word, normalize, stem
from bot.matching.text.tokenizer import TokenizedText, tokenize

_MAX_TOPIC_WORDS = 5
_MIN_SIMILARITY = 0.75
_MAX_LENGTH_DIFFERENCE = 2
_MIN_CORRECTED_LENGTH = 4
# No word is as long, and every way to split it would be tried.
_MAX_CORRECTED_LENGTH = 40
_MAX_QUERY_WORDS = 64
# In a longer text an unknown word is a name or a number rather than a slip; replacing it harms, measured.
_MAX_CORRECTED_WORDS = 8


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a query that carries its subject: what it is taken for (mostly itself) and the stems of that, and the
    stems of the common words that follow it."""

    interpreted_as: tuple[str, ...]
    stems: tuple[str, ...]
    following_stop_stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as it is asked. ``holding``: how many papers hold each of its stems, where any does; ``replaced``: what
    was taken instead of unknown words."""

    words: tuple[QueryWord, ...]
    as_typed: TitleQuery
    document_counts: Mapping[str, int]
    corrections: Mapping[str, str]

    @property
    def is_topic(self) -> bool:
        """Whether it is a topic or the beginning of a title, rather than a question."""
        return len(self.words) <= _MAX_TOPIC_WORDS

    @property
    def text(self) -> str:
        return " ".join(taken for word in self.words for taken in word.interpreted_as)

    def neighbour_pairs(self) -> Iterator[str]:
        """The stems of neighbours, as they would stand in a paper that says both, common words between them."""
        for first, second in zip(self.words, self.words[1:], strict=False):
            yield " ".join((*first.stems, *first.following_stop_stems, *second.stems))

    def exact_phrase(self) -> str:
        """The stems of all words, as they would stand in a paper that says exactly this."""
        last = self.words[-1]
        said = [stem for word in self.words[:-1] for stem in (*word.stems, *word.following_stop_stems)]
        return " ".join((*said, *last.stems))


def parse_query(connection: sqlite3.Connection, query: str) -> ParsedQuery:
    """Common words are left out, unless there are no others; unknown words are replaced by the nearest known one, or
    by the two known ones that they are made of. Of a long text the first 64 words are asked for.
    """
    text = tokenize(query)
    telling = [i for i, word in enumerate(text.words) if fold_word(word) not in QUERY_STOP_WORDS] or list(
        range(len(text.words))
    )
    telling = telling[:_MAX_QUERY_WORDS]
    stems = list(map(stem, text.terms))
    holding = count_papers_with(connection, [stems[i] for i in telling])
    unknown = [i for i in telling if stems[i] not in holding] if len(telling) <= _MAX_CORRECTED_WORDS else []
    taken = {i: nearest for i in unknown if (nearest := _correct(connection, text.words[i])) != (text.words[i],)}
    words = list(_query_words(text, stems, telling, taken))
    if taken:
        holding = count_papers_with(connection, [each for word in words for each in word.stems])
    replaced = {text.words[i]: " ".join(nearest) for i, nearest in taken.items()}
    return ParsedQuery(tuple(words), _title_query(text, stems, taken), holding, replaced)


def _query_words(
    text: TokenizedText, stems: Sequence[str], telling: Sequence[int], taken: Mapping[int, tuple[str, ...]]
) -> Iterator[QueryWord]:
    for i, following in zip(telling, (*telling[1:], len(text.words)), strict=False):
        words = taken.get(i, (text.words[i],))
        own = tuple(stem(normalize(word)) for word in words)
        yield QueryWord(words, own, tuple(stems[i + 1 : following]))


def _title_query(text: TokenizedText, stems: Sequence[str], taken: Mapping[int, tuple[str, ...]]) -> TitleQuery:
    words = [each for i, word in enumerate(text.words) for each in taken.get(i, (word,))]
    if taken:
        stems = [stem(normalize(word)) for word in words]
    return TitleQuery(list(map(fold_word, words)), stems)


def count_papers_with(connection: sqlite3.Connection, stems: Sequence[str]) -> dict[str, int]:
    """How many papers hold each of these stems; those that none does are left out."""
    wanted = "SELECT stem, papers FROM frequencies WHERE stem IN (SELECT value FROM json_each(?)) AND papers > 0"
    return dict(connection.execute(wanted, (json.dumps(list(stems)),)).fetchall())


def _correct(connection: sqlite3.Connection, word: str) -> tuple[str, ...]:
    """The known word or pair of words; the word itself where none is near."""
    typed = fold_word(word)
    if len(typed) > _MAX_CORRECTED_LENGTH:
        return (word,)
    if pair := _split_compound(connection, typed):
        return pair
    if len(typed) < _MIN_CORRECTED_LENGTH or not typed.isalpha():
        return (word,)
    # Most people get the first letter right, and it leaves a twentieth of the words to look at.
    same_start = _closest_word(connection, typed, f"{typed[0]}*")
    return (same_start or _closest_word(connection, typed, "*") or word,)


def _split_compound(connection: sqlite3.Connection, word: str) -> tuple[str, str] | None:
    halves = [pair for pair in two_word_splits(word) if min(map(len, pair)) > 1]
    stems = {half: stem(normalize(half)) for pair in halves for half in pair}
    known = count_papers_with(connection, list(stems.values()))
    for first, second in halves:
        if stems[first] in known and stems[second] in known:
            together = quote_phrase(f"{stems[first]} {stems[second]}")
            if connection.execute("SELECT 1 FROM stems WHERE stems MATCH ? LIMIT 1", (together,)).fetchone():
                return first, second
    return None


def _closest_word(connection: sqlite3.Connection, word: str, pattern: str) -> str:
    rows: Sequence[tuple[str, int]] = connection.execute(
        "SELECT word, papers FROM spellings WHERE word GLOB ? AND length(word) BETWEEN ? AND ?",
        (pattern, len(word) - _MAX_LENGTH_DIFFERENCE, len(word) + _MAX_LENGTH_DIFFERENCE),
    ).fetchall()
    papers = dict(rows)
    near = close_words(word, list(papers))
    return max(near, key=lambda other: (_similarity(word, other), papers[other]), default="")


def close_words(word: str, known: Sequence[str]) -> list[str]:
    """The five known words nearest to ``word``, best first; what :func:`difflib.get_close_matches` finds.

    Nine in ten of its comparisons are saved: a longest common subsequence is never shorter than difflib's matching
    blocks, so rapidfuzz's ratio is never below difflib's, and what it puts below the limit need not be looked at.
    """
    possible = process.extract(word, known, scorer=fuzz.ratio, limit=None, score_cutoff=100 * _MIN_SIMILARITY - 0.01)
    return get_close_matches(word, [each for each, _, _ in possible], n=5, cutoff=_MIN_SIMILARITY)


def _similarity(word: str, other: str) -> float:
    return round(SequenceMatcher(None, word, other).ratio(), 2)
