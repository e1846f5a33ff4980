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
from bot.matching.prefilter.name_keys import topic_name_keys
from bot.matching.text.normalization import fold_word, normalize, stem
from bot.matching.text.tokenizer import TokenizedText, tokenize
from bot.topics.ast import Field, FieldName, Topic

_MAX_TOPIC_WORDS = 5
_MIN_SIMILARITY = 0.75
_MAX_LENGTH_DIFFERENCE = 2
_MIN_CORRECTED_LENGTH = 4
_MIN_FORM_LENGTH = 7
# No word is as long, and every way to split it would be tried.
_MAX_CORRECTED_LENGTH = 40
_MAX_QUERY_WORDS = 64
# Of a short word too many others are near: only a letter left out, or two swapped, is a slip.
_MAX_SHORT_LENGTH = 4
# A form that no paper has, of a stem that papers have, is a slip only where one letter in ten or fewer is another.
_MIN_FORM_SIMILARITY = 0.9
_INFLECTIONS = (
    *("s", "es", "d", "ed", "r", "er", "ers", "ing", "ings", "ly", "al", "able", "ize", "ized", "izing", "ization"),
    *("ation", "ations", "ion", "ions", "ity", "ness", "ic", "ive", "less", "like", "wise"),
)
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
    taken = _corrections(connection, text, stems, telling, holding) if len(telling) <= _MAX_CORRECTED_WORDS else {}
    words = list(_query_words(text, stems, telling, taken))
    if taken:
        holding = count_papers_with(connection, [each for word in words for each in word.stems])
    replaced = {text.words[i]: " ".join(nearest) for i, nearest in taken.items()}
    return ParsedQuery(tuple(words), _title_query(text, stems, taken), holding, replaced)


def _corrections(
    connection: sqlite3.Connection,
    text: TokenizedText,
    stems: Sequence[str],
    telling: Sequence[int],
    holding: Mapping[str, int],
) -> dict[int, tuple[str, ...]]:
    """What is taken for the words that no paper says: their stem is unknown, or the form is and is no inflection."""
    taken = {}
    for i in telling:
        word = text.words[i]
        nearest = _correct_form(connection, word) if stems[i] in holding else _correct(connection, word)
        if nearest != (word,):
            taken[i] = nearest
    return taken


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
    if _is_name(connection, word):
        return (word,)
    # Most people get the first letter right, and it leaves a twentieth of the words to look at.
    same_start = _closest_word(connection, typed, f"{typed[0]}*")
    return (same_start or _closest_word(connection, typed, "*") or word,)


def _correct_form(connection: sqlite3.Connection, word: str) -> tuple[str, ...]:
    """*reinforcment*: papers have its stem, none has the word, and it is no inflection of one that they have."""
    typed = fold_word(word)
    if not typed.isalpha() or not _MIN_FORM_LENGTH <= len(typed) <= _MAX_CORRECTED_LENGTH:
        return (word,)
    bases = [typed.removesuffix(ending) for ending in _INFLECTIONS if typed.endswith(ending)]
    forms = [typed, *(base + ending for base in bases for ending in ("", "e", "y"))]
    if _are_spelt(connection, forms):
        return (word,)
    nearest = _closest_word(connection, typed, f"{typed[0]}*")
    return (nearest,) if nearest and _similarity(typed, nearest) >= _MIN_FORM_SIMILARITY else (word,)


def _are_spelt(connection: sqlite3.Connection, forms: Sequence[str]) -> bool:
    """Whether papers have one of these words as it stands, or doubled letters undone (*running*, *run*)."""
    undoubled = [form[:-1] for form in forms if form[-1:] == form[-2:-1]]
    wanted = json.dumps([*forms, *undoubled])
    known = "SELECT 1 FROM spellings WHERE word IN (SELECT value FROM json_each(?)) LIMIT 1"
    return connection.execute(known, (wanted,)).fetchone() is not None


def _is_name(connection: sqlite3.Connection, word: str) -> bool:
    """Whether an author goes by the word."""
    keys = topic_name_keys(Topic(Field(FieldName.AUTHOR, word)))
    known = "SELECT 1 FROM names WHERE key IN (SELECT value FROM json_each(?)) LIMIT 1"
    return connection.execute(known, (json.dumps(sorted(keys or ())),)).fetchone() is not None


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
    near = close_words(word, [each for each in papers if _is_possible_slip(word, each)])
    return max(near, key=lambda other: (_similarity(word, other), papers[other]), default="")


def _is_possible_slip(typed: str, known: str) -> bool:
    """Whether a short word may be the other with a letter left out or two of them swapped; *Yann* is no *yarn*."""
    if len(typed) > _MAX_SHORT_LENGTH:
        return True
    if len(known) == len(typed):
        return sorted(known) == sorted(typed)
    return any(known[:i] + known[i + 1 :] == typed for i in range(len(known)))


def close_words(word: str, known: Sequence[str]) -> list[str]:
    """The five known words nearest to ``word``, best first; what :func:`difflib.get_close_matches` finds.

    Nine in ten of its comparisons are saved: a longest common subsequence is never shorter than difflib's matching
    blocks, so rapidfuzz's ratio is never below difflib's, and what it puts below the limit need not be looked at.
    """
    possible = process.extract(word, known, scorer=fuzz.ratio, limit=None, score_cutoff=100 * _MIN_SIMILARITY - 0.01)
    return get_close_matches(word, [each for each, _, _ in possible], n=5, cutoff=_MIN_SIMILARITY)


def _similarity(word: str, other: str) -> float:
    return round(SequenceMatcher(None, word, other).ratio(), 2)
