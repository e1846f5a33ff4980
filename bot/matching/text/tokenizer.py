"""A text, cut into words once, so that many topics can be looked for in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from bot.matching.text.latex import drawn
from bot.matching.text.lexicon import lines
from bot.matching.text.normalization import form, literal
from bot.papers import Paper
from bot.tldr import SAYS_WHAT
from bot.topics.words import LETTER, STOP_WORDS

_TAIL = r"(?:(?<=\d)[.,]\d+)*(?:['’][sS](?!{letter}))?(?:\+\+|#)?"
_TOKEN = re.compile(rf"((?:[^\W_]+|{LETTER})+{_TAIL.format(letter=LETTER)})")
# The same, three times as fast; most texts are plain ASCII.
_ASCII_TOKEN = re.compile(rf"([A-Za-z0-9]+{_TAIL.format(letter='[A-Za-z0-9]')})")
_HYPHENS = frozenset("-‐‑–_")
_SENTENCE_END = re.compile(r"[.!?]\s")
_MARKS = frozenset(".,;:!?()[]")
_PUNCTUATION = re.compile(r"[.,;:!?()\[\]]")
# No near-phrase reaches over this many words that are not there.
_BETWEEN_SENTENCES = 10
_READ_AT_ONCE = 256
_MADE_UP = re.compile(r"[a-z0-9][A-Z]")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SHORTEST_PART = 3

Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Text:
    """Words of a text by position, with their forms and what stands around them; everything else is worked out when it
    is first asked for, since most texts are looked into for a single word."""

    text: str
    words: tuple[str, ...]
    forms: tuple[str, ...]
    around: tuple[str, ...]

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """What stands between each word and the next."""
        return self.around[1:-1]

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in the text."""
        lengths = (len(gap) + len(word) for gap, word in zip(self.around, self.words, strict=False))
        return [end - len(word) for end, word in zip(accumulate(lengths), self.words, strict=True)]

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends in the text."""
        return [start + len(word) for start, word in zip(self.starts, self.words, strict=True)]

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The words counted, with a gap between sentences."""
        return _places(self.gaps)

    @cached_property
    def linked(self) -> frozenset[int]:
        """Which words hang on the one before by a hyphen."""
        return frozenset(i for i, gap in enumerate(self.gaps, 1) if gap in _HYPHENS)

    @cached_property
    def where(self) -> dict[str, tuple[int, ...]]:
        """Where each form stands."""
        return _where(self.forms)

    @cached_property
    def joined(self) -> dict[str, tuple[int, ...]]:
        """Where two neighbours stand that written as one make this form (*k means* as *kmeans*)."""
        return _joined(self.forms, self.gaps)

    @cached_property
    def present(self) -> frozenset[str]:
        """Every form that stands here, as one word or as two neighbours."""
        return frozenset(self.where).union(self.joined)

    @cached_property
    def bound(self) -> dict[int, frozenset[str]]:
        """The words of fixed compounds (the world of *real-world*), with all words of the compound."""
        return dict(_bound(self.forms))

    @cached_property
    def parts(self) -> dict[str, list[tuple[int, str]]]:
        """Where a part of a made-up name makes this form (the math of *MathFusion*), with the part."""
        return _parts(self.words)

    @cached_property
    def statement(self) -> Span:
        """The first sentence that says what the paper does."""
        return _statement(self.text, self.starts, self.places)

    def slice(self, first: int, end: int) -> str:
        """The text from word ``first`` up to, not including, word ``end``."""
        return " ".join(self.text[self.starts[first] : self.ends[end - 1]].split())

    def unbroken(self, first: int, end: int) -> bool:
        """Whether no punctuation stands between these words."""
        gaps = (self.text[self.ends[i] : self.starts[i + 1]] for i in range(first, end - 1))
        return not any(map(_PUNCTUATION.search, gaps))


class ReadPaper:
    """The two texts of a paper in which subjects are looked for. Each is cut when it is first asked for: topics that
    are an author, a lab or a condition need neither."""

    def __init__(self, title: str, abstract: str) -> None:
        self._title = title
        self._abstract = abstract

    @cached_property
    def title(self) -> Text:
        return read(self._title)

    @cached_property
    def abstract(self) -> Text:
        return read(self._abstract)


def read_paper(paper: Paper) -> ReadPaper:
    """The paper's texts, kept for the next topics."""
    return _read_paper(paper.title, paper.abstract)


@lru_cache(maxsize=_READ_AT_ONCE)
def _read_paper(title: str, abstract: str) -> ReadPaper:
    return ReadPaper(title, abstract)


def read(text: str) -> Text:
    """Cuts a text into words."""
    text = drawn(unicodedata.normalize("NFKC", text))
    pieces = (_ASCII_TOKEN if text.isascii() else _TOKEN).split(text)
    words = tuple(pieces[1::2])
    return Text(text, words, tuple(map(form, words)), tuple(pieces[::2]))


def _places(gaps: Sequence[str]) -> tuple[int, ...]:
    places = [0]
    for gap in gaps:
        ends = gap != " " and _SENTENCE_END.search(gap)
        places.append(places[-1] + (1 + _BETWEEN_SENTENCES if ends else 1))
    return tuple(places)


def _parts(words: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    parts: dict[str, list[tuple[int, str]]] = {}
    for i, word in enumerate(words):
        if _MADE_UP.search(word):
            for part in _pieces(word):
                parts.setdefault(form(part), []).append((i, part))
    return parts


def _pieces(word: str) -> Iterator[str]:
    """*GraphRAG*: *Graph*, *RAG*; and of *RouteMoE* also *MoE*."""
    pieces = _PART.findall(word)
    for first in range(len(pieces)):
        for end in range(first + 1, len(pieces) + 1):
            piece = "".join(pieces[first:end])
            if _SHORTEST_PART <= len(piece) < len(word):
                yield piece


def _statement(text: str, starts: Sequence[int], places: Sequence[int]) -> Span:
    sentences = [0, *(i for i in range(1, len(starts)) if places[i] - places[i - 1] > 1), len(starts)]
    for first, end in pairwise(sentences):
        ends_at = starts[end] if end < len(starts) else len(text)
        if SAYS_WHAT.search(text, starts[first], ends_at):
            return first, end
    return 0, 0


def _where(forms: Sequence[str]) -> dict[str, tuple[int, ...]]:
    # Tuples of numbers cost the garbage collector nothing, and there are hundreds of them a paper.
    where: dict[str, tuple[int, ...]] = {}
    for i, word in enumerate(forms):
        where[word] = (*where[word], i) if word in where else (i,)
    return where


def _joined(forms: Sequence[str], gaps: Sequence[str]) -> dict[str, tuple[int, ...]]:
    joined: dict[str, tuple[int, ...]] = {}
    for i, (gap, first, second) in enumerate(zip(gaps, forms, forms[1:], strict=False)):
        if (gap == " " or (len(gap) == 1 and gap not in _MARKS)) and first not in STOP_WORDS:
            word = first + second
            joined[word] = (*joined[word], i) if word in joined else (i,)
    return joined


@lru_cache(maxsize=1)
def _compounds() -> dict[str, list[tuple[str, ...]]]:
    compounds: dict[str, list[tuple[str, ...]]] = {}
    for line in lines("compounds.txt"):
        forms = tuple(map(form, line.split()))
        compounds.setdefault(forms[0], []).append(forms)
    return compounds


def _bound(forms: Sequence[str]) -> Iterator[tuple[int, frozenset[str]]]:
    compounds = _compounds()
    for i, word in enumerate(forms):
        for compound in compounds.get(word, ()):
            if tuple(forms[i : i + len(compound)]) == compound:
                whole = frozenset(compound) - STOP_WORDS
                yield from ((i + offset, whole) for offset in range(len(compound)))


@lru_cache(maxsize=4096)
def literal_words(words: str) -> tuple[str, ...]:
    """The words as they are to stand in a text exactly."""
    return tuple(literal(match[0]) for match in _TOKEN.finditer(unicodedata.normalize("NFKC", words)))


def exact(text: Text, words: str) -> list[tuple[int, int]]:
    """Where exactly these words stand side by side, without regard to case, accents and hyphens.

    Punctuation may stand between them only where ``words`` holds some.
    """
    wanted = literal_words(words)
    if not wanted:
        return []
    loose = bool(_PUNCTUATION.search(words))
    found = []
    for i in range(len(text.words) - len(wanted) + 1):
        if all(literal(text.words[i + offset]) == word for offset, word in enumerate(wanted)):
            end = i + len(wanted)
            if loose or text.unbroken(i, end):
                found.append((i, end))
    return found
