"""The tokenizer: a text is tokenized once, and many topics are looked for in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from bot.matching.text.latex import strip_latex
from bot.matching.text.lexicon import table_lines
from bot.matching.text.normalization import fold_word, normalize
from bot.papers import Paper
from bot.tldr import CONTRIBUTION_PHRASE
from bot.topics.words import LETTER, STOP_WORDS

_TAIL = r"(?:(?<=\d)[.,]\d+)*(?:['’][sS](?!{letter}))?(?:\+\+|#)?"
_TOKEN = re.compile(rf"((?:[^\W_]+|{LETTER})+{_TAIL.format(letter=LETTER)})")
# The same, three times as fast; most texts are plain ASCII.
_ASCII_TOKEN = re.compile(rf"([A-Za-z0-9]+{_TAIL.format(letter='[A-Za-z0-9]')})")
_HYPHENS = frozenset("-‐‑–_")
_SENTENCE_END = re.compile(r"[.!?]\s")
_PUNCTUATION_MARKS = frozenset(".,;:!?()[]")
_PUNCTUATION = re.compile(r"[.,;:!?()\[\]]")
# No near-phrase reaches over this many words that are not there.
_BETWEEN_SENTENCES = 10
_CACHED_PAPERS = 256
_COINED_WORD = re.compile(r"[a-z0-9][A-Z]")
_COINED_WORD_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MIN_PART_LENGTH = 3

WordSpan = tuple[int, int]


@dataclass(frozen=True, eq=False)
class TokenizedText:
    """Words of a text by position, with their normalized terms and what stands around them; everything else is computed
    when it is first asked for, since most texts are looked into for a single word."""

    text: str
    words: tuple[str, ...]
    terms: tuple[str, ...]
    separators: tuple[str, ...]

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """What stands between each word and the next."""
        return self.separators[1:-1]

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in the text."""
        lengths = (len(gap) + len(word) for gap, word in zip(self.separators, self.words, strict=False))
        return [end - len(word) for end, word in zip(accumulate(lengths), self.words, strict=True)]

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends in the text."""
        return [start + len(word) for start, word in zip(self.starts, self.words, strict=True)]

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The words counted, with a gap between sentences."""
        return _positions(self.gaps)

    @cached_property
    def hyphenated(self) -> frozenset[int]:
        """Which words hang on the one before by a hyphen."""
        return frozenset(i for i, gap in enumerate(self.gaps, 1) if gap in _HYPHENS)

    @cached_property
    def indices_by_term(self) -> dict[str, tuple[int, ...]]:
        """Where each normalized term stands."""
        return _index_terms(self.terms)

    @cached_property
    def indices_by_merged_pair(self) -> dict[str, tuple[int, ...]]:
        """Where a merged pair makes this term: two words that written as one are it (*k means* as *kmeans*)."""
        return _index_merged_pairs(self.terms, self.gaps)

    @cached_property
    def distinct_terms(self) -> frozenset[str]:
        """Every term that stands here, as one word or as a merged pair."""
        return frozenset(self.indices_by_term).union(self.indices_by_merged_pair)

    @cached_property
    def compound_members(self) -> dict[int, frozenset[str]]:
        """The words of fixed compounds (the world of *real-world*), with all words of the compound."""
        return dict(_compound_members(self.terms))

    @cached_property
    def coined_word_parts(self) -> dict[str, list[tuple[int, str]]]:
        """Where a part of a coined name makes this form (the math of *MathFusion*), with the part."""
        return _coined_word_parts(self.words)

    @cached_property
    def statement(self) -> WordSpan:
        """The first sentence that says what the paper does."""
        return _statement(self.text, self.starts, self.positions)

    def slice(self, first: int, end: int) -> str:
        """The text from word ``first`` up to, not including, word ``end``."""
        return " ".join(self.text[self.starts[first] : self.ends[end - 1]].split())

    def has_no_punctuation(self, first: int, end: int) -> bool:
        """Whether no punctuation stands between these words."""
        gaps = (self.text[self.ends[i] : self.starts[i + 1]] for i in range(first, end - 1))
        return not any(map(_PUNCTUATION.search, gaps))


class TokenizedPaper:
    """The two texts of a paper in which subjects are looked for. Each is tokenized when it is first asked for: topics
    that are an author, a lab or a condition need neither."""

    def __init__(self, title: str, abstract: str) -> None:
        self._title = title
        self._abstract = abstract

    @cached_property
    def title(self) -> TokenizedText:
        return tokenize(self._title)

    @cached_property
    def abstract(self) -> TokenizedText:
        return tokenize(self._abstract)


def tokenize_paper(paper: Paper) -> TokenizedPaper:
    """The paper's texts, kept for the next topics."""
    return _tokenize_paper(paper.title, paper.abstract)


@lru_cache(maxsize=_CACHED_PAPERS)
def _tokenize_paper(title: str, abstract: str) -> TokenizedPaper:
    return TokenizedPaper(title, abstract)


def tokenize(text: str) -> TokenizedText:
    """Tokenizes a text."""
    text = strip_latex(unicodedata.normalize("NFKC", text))
    pieces = (_ASCII_TOKEN if text.isascii() else _TOKEN).split(text)
    words = tuple(pieces[1::2])
    return TokenizedText(text, words, tuple(map(normalize, words)), tuple(pieces[::2]))


def _positions(gaps: Sequence[str]) -> tuple[int, ...]:
    places = [0]
    for gap in gaps:
        ends = gap != " " and _SENTENCE_END.search(gap)
        places.append(places[-1] + (1 + _BETWEEN_SENTENCES if ends else 1))
    return tuple(places)


def _coined_word_parts(words: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    parts: dict[str, list[tuple[int, str]]] = {}
    for i, word in enumerate(words):
        if _COINED_WORD.search(word):
            for part in _word_parts(word):
                parts.setdefault(normalize(part), []).append((i, part))
    return parts


def _word_parts(word: str) -> Iterator[str]:
    """*GraphRAG*: *Graph*, *RAG*; and of *RouteMoE* also *MoE*."""
    pieces = _COINED_WORD_PART.findall(word)
    for first in range(len(pieces)):
        for end in range(first + 1, len(pieces) + 1):
            piece = "".join(pieces[first:end])
            if _MIN_PART_LENGTH <= len(piece) < len(word):
                yield piece


def _statement(text: str, starts: Sequence[int], places: Sequence[int]) -> WordSpan:
    sentences = [0, *(i for i in range(1, len(starts)) if places[i] - places[i - 1] > 1), len(starts)]
    for first, end in pairwise(sentences):
        ends_at = starts[end] if end < len(starts) else len(text)
        if CONTRIBUTION_PHRASE.search(text, starts[first], ends_at):
            return first, end
    return 0, 0


def _index_terms(forms: Sequence[str]) -> dict[str, tuple[int, ...]]:
    # Tuples of numbers cost the garbage collector nothing, and there are hundreds of them a paper.
    where: dict[str, tuple[int, ...]] = {}
    for i, word in enumerate(forms):
        where[word] = (*where[word], i) if word in where else (i,)
    return where


def _index_merged_pairs(forms: Sequence[str], gaps: Sequence[str]) -> dict[str, tuple[int, ...]]:
    joined: dict[str, tuple[int, ...]] = {}
    for i, (gap, first, second) in enumerate(zip(gaps, forms, forms[1:], strict=False)):
        if (gap == " " or (len(gap) == 1 and gap not in _PUNCTUATION_MARKS)) and first not in STOP_WORDS:
            word = first + second
            joined[word] = (*joined[word], i) if word in joined else (i,)
    return joined


@lru_cache(maxsize=1)
def _compounds() -> dict[str, list[tuple[str, ...]]]:
    compounds: dict[str, list[tuple[str, ...]]] = {}
    for line in table_lines("compounds.txt"):
        forms = tuple(map(normalize, line.split()))
        compounds.setdefault(forms[0], []).append(forms)
    return compounds


def _compound_members(forms: Sequence[str]) -> Iterator[tuple[int, frozenset[str]]]:
    compounds = _compounds()
    for i, word in enumerate(forms):
        for compound in compounds.get(word, ()):
            if tuple(forms[i : i + len(compound)]) == compound:
                whole = frozenset(compound) - STOP_WORDS
                yield from ((i + offset, whole) for offset in range(len(compound)))


@lru_cache(maxsize=4096)
def folded_words(words: str) -> tuple[str, ...]:
    """The words as they are to stand in a text exactly."""
    return tuple(fold_word(match[0]) for match in _TOKEN.finditer(unicodedata.normalize("NFKC", words)))


def exact_occurrences(text: TokenizedText, words: str) -> list[tuple[int, int]]:
    """Where exactly these words stand side by side, without regard to case, accents and hyphens.

    Punctuation may stand between them only where ``words`` holds some.
    """
    wanted = folded_words(words)
    if not wanted:
        return []
    loose = bool(_PUNCTUATION.search(words))
    found = []
    for i in range(len(text.words) - len(wanted) + 1):
        if all(fold_word(text.words[i + offset]) == word for offset, word in enumerate(wanted)):
            end = i + len(wanted)
            if loose or text.has_no_punctuation(i, end):
                found.append((i, end))
    return found
