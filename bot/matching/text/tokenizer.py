"""The tokenizer: a text is tokenized once, and many topics are looked for in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, chain, count, pairwise
from typing import Protocol

from bot.matching.text.latex import strip_latex
from bot.matching.text.lexicon import table_lines
from bot.matching.text.normalization import fold_word, normalize
from bot.matching.text.term_indices import DistinctTerms, MergedPairIndices, TermIndices
from bot.papers import Paper
from bot.tldr import CONTRIBUTION_PHRASE
from bot.topics.words import LETTER, STOP_WORDS

_TAIL = r"(?:(?<=\d)[.,]\d+)*(?:['’][sS](?!{letter}))?(?:\+\+|#)?"
# Accents that stand on no letter are no word: nothing would be left of them where accents are set aside.
_ONLY_ACCENTS = r"(?:[\u0300-\u036f]++(?![^\W_]|[\u0370-\u1fff]))"
_TOKEN = re.compile(rf"((?!{_ONLY_ACCENTS})(?:[^\W_]+|{LETTER})+{_TAIL.format(letter=LETTER)})")
# The same, three times as fast; most texts are plain ASCII.
_ASCII_TOKEN = re.compile(rf"([A-Za-z0-9]+{_TAIL.format(letter='[A-Za-z0-9]')})")
_HYPHENS = frozenset("-‐‑–_")
_SENTENCE_END = re.compile(r"[.!?]\s")
_PUNCTUATION = re.compile(r"[.,;:!?()\[\]]")
# No near-phrase reaches over this many words that are not there.
_BETWEEN_SENTENCES = 10
_CACHED_PAPERS = 256
_COINED_WORD = re.compile(r"[a-z0-9][A-Z]")
_COINED_WORD_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MIN_PART_LENGTH = 3

WordSpan = tuple[int, int]


class TextParts(Protocol):
    """What a tokenizer makes of a text: its words, their normalized terms, what stands before, between and behind them.

    ``read_statement``: the first sentence that says what the paper does; None where it is still to be found.
    """

    def read_words(self) -> tuple[str, ...]: ...

    def read_terms(self) -> tuple[str, ...]: ...

    def read_separators(self) -> tuple[str, ...]: ...

    def read_statement(self) -> WordSpan | None: ...


class TokenizedText:
    """Words of a text by position, with their normalized terms and what stands around them; everything is computed
    when it is first asked for, since most texts are looked into for a single word."""

    def __init__(self, parts: TextParts) -> None:
        self._parts = parts

    @cached_property
    def words(self) -> tuple[str, ...]:
        return self._parts.read_words()

    @cached_property
    def terms(self) -> tuple[str, ...]:
        return self._parts.read_terms()

    @cached_property
    def separators(self) -> tuple[str, ...]:
        return self._parts.read_separators()

    @property
    def text(self) -> str:
        """All of it, as it was tokenized."""
        return "".join(_pieces(self.words, self.separators))

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """What stands between each word and the next."""
        return self.separators[1:-1]

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The words counted, with a gap between sentences."""
        return _positions(self.gaps)

    @cached_property
    def hyphenated(self) -> frozenset[int]:
        """Which words hang on the one before by a hyphen."""
        return frozenset(i for i, gap in enumerate(self.gaps, 1) if gap in _HYPHENS)

    @cached_property
    def indices_by_term(self) -> TermIndices:
        """Where each normalized term stands."""
        return TermIndices(self.terms)

    @cached_property
    def indices_by_merged_pair(self) -> MergedPairIndices:
        """Where a merged pair makes this term: two words that written as one are it (*k means* as *kmeans*)."""
        return MergedPairIndices(self.terms, lambda: self.gaps, self.indices_by_term)

    @cached_property
    def distinct_terms(self) -> DistinctTerms:
        """Every term that stands here, as one word or as a merged pair."""
        return DistinctTerms(self.indices_by_term, self.indices_by_merged_pair)

    @cached_property
    def compound_members(self) -> dict[int, frozenset[str]]:
        """The words of fixed compounds (the world of *real-world*), with all words of the compound."""
        return dict(_compound_members(self.terms, self.indices_by_term))

    @cached_property
    def coined_word_parts(self) -> dict[str, list[tuple[int, str]]]:
        """Where a part of a coined name makes this form (the math of *MathFusion*), with the part."""
        return _coined_word_parts(self.words)

    @cached_property
    def statement(self) -> WordSpan:
        """The first sentence that says what the paper does."""
        known = self._parts.read_statement()
        return _statement(self.words, self.separators, self.positions) if known is None else known

    def slice(self, first: int, end: int) -> str:
        """The text from word ``first`` up to, not including, word ``end``."""
        pieces = zip(self.words[first:end], (*self.gaps[first : end - 1], ""), strict=True)
        return " ".join("".join(chain.from_iterable(pieces)).split())

    def has_no_punctuation(self, first: int, end: int) -> bool:
        """Whether no punctuation stands between these words."""
        return not any(map(_PUNCTUATION.search, self.gaps[first : end - 1]))


class TokenizedPaper:
    """The two texts of a paper in which subjects are looked for. Each is tokenized when it is first asked for: topics
    that are an author, a lab or a condition need neither."""

    def __init__(self, title: str, abstract: str) -> None:
        self._title = title
        self._abstract = abstract

    @classmethod
    def of_texts(cls, title: TokenizedText, abstract: TokenizedText) -> TokenizedPaper:
        """A paper whose texts were tokenized before."""
        paper = cls("", "")
        paper.__dict__.update(title=title, abstract=abstract)
        return paper

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
    return TokenizedText(_SplitParts(words, tuple(pieces[::2])))


@dataclass(frozen=True, slots=True)
class _SplitParts:
    words: tuple[str, ...]
    separators: tuple[str, ...]

    def read_words(self) -> tuple[str, ...]:
        return self.words

    def read_terms(self) -> tuple[str, ...]:
        return tuple(map(normalize, self.words))

    def read_separators(self) -> tuple[str, ...]:
        return self.separators

    def read_statement(self) -> WordSpan | None:
        return None


def _positions(gaps: Sequence[str]) -> tuple[int, ...]:
    begins = [0, *(i for i, gap in enumerate(gaps, 1) if gap != " " and _ends_sentence(gap)), len(gaps) + 1]
    sentences = (
        range(first + skipped, end + skipped)
        for (first, end), skipped in zip(pairwise(begins), count(0, _BETWEEN_SENTENCES), strict=False)
    )
    return tuple(chain.from_iterable(sentences))


@lru_cache(maxsize=1024)
def _ends_sentence(gap: str) -> bool:
    return bool(_SENTENCE_END.search(gap))


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


def _pieces(words: Sequence[str], separators: Sequence[str]) -> list[str]:
    """By turns; both before and behind a word stands a separator, if only an empty one."""
    return [*chain.from_iterable(zip(separators, words, strict=False)), separators[-1]]


def _statement(words: Sequence[str], separators: Sequence[str], places: Sequence[int]) -> WordSpan:
    pieces = _pieces(words, separators)
    text, ends = "".join(pieces), list(accumulate(map(len, pieces)))
    starts = ends[:-1:2]
    sentences = [0, *(i for i in range(1, len(starts)) if places[i] - places[i - 1] > 1), len(starts)]
    for first, end in pairwise(sentences):
        ends_at = starts[end] if end < len(starts) else len(text)
        if CONTRIBUTION_PHRASE.search(text, starts[first], ends_at):
            return first, end
    return 0, 0


@lru_cache(maxsize=1)
def _compounds() -> dict[str, list[tuple[str, ...]]]:
    compounds: dict[str, list[tuple[str, ...]]] = {}
    for line in table_lines("compounds.txt"):
        forms = tuple(map(normalize, line.split()))
        compounds.setdefault(forms[0], []).append(forms)
    return compounds


@lru_cache(maxsize=1)
def _compound_beginnings() -> frozenset[str]:
    return frozenset(_compounds())


def _compound_members(terms: Sequence[str], indices: TermIndices) -> Iterator[tuple[int, frozenset[str]]]:
    beginnings = [
        first
        for first in _compound_beginnings() & indices.there
        if any(map(indices.there.issuperset, _compounds()[first]))
    ]
    for i in sorted(i for term in beginnings for i in indices.get(term)):
        for compound in _compounds()[terms[i]]:
            if tuple(terms[i : i + len(compound)]) == compound:
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
