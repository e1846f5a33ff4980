"""A paper's tokenized texts as a few bytes, to be kept beside it: unpacking them costs a fraction of tokenizing.

What comes out is what the tokenizer made, so the rule decides the same by it. Each part is read when it is first asked
for: most texts are looked into for a few terms only.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

from bot.matching.text.tokenizer import TokenizedPaper, TokenizedText, WordSpan

# Stands in no separator: every letter belongs to a word.
_BETWEEN_SEPARATORS = "x"
# Stands in no word and no term.
_BETWEEN_WORDS = " "
_BETWEEN_NUMBERS = " "
_LENGTH_BYTES = 3


def pack_paper(paper: TokenizedPaper) -> bytes:
    """The texts, packed. To be kept only as long as the rule's version stays: what is a word belongs to it."""
    texts = (paper.title, paper.abstract)
    told = [part for text in texts for part in (_BETWEEN_WORDS.join(text.terms), _join_separators(text))]
    numbers = [*map(len, told), *_statement(paper.title), *_statement(paper.abstract)]
    core = zlib.compress(
        "".join([_BETWEEN_NUMBERS.join(map(str, numbers)), "\n", *told]).encode(errors="surrogatepass")
    )
    words = zlib.compress("\n".join(_BETWEEN_WORDS.join(text.words) for text in texts).encode(errors="surrogatepass"))
    return len(core).to_bytes(_LENGTH_BYTES, "big") + core + words


def _join_separators(text: TokenizedText) -> str:
    return _BETWEEN_SEPARATORS.join(text.separators)


def _statement(text: TokenizedText) -> WordSpan:
    return text.statement if text.terms else (0, 0)


def unpack_paper(packed: bytes) -> TokenizedPaper:
    """The texts again."""
    core_end = _LENGTH_BYTES + int.from_bytes(packed[:_LENGTH_BYTES], "big")
    numbers, _, told = zlib.decompress(packed[_LENGTH_BYTES:core_end]).decode(errors="surrogatepass").partition("\n")
    lengths = list(map(int, numbers.split(_BETWEEN_NUMBERS)))
    words, parts, begin = _PackedWords(packed[core_end:]), [], 0
    for length in lengths[:4]:
        parts.append(told[begin : begin + length])
        begin += length
    title = _PackedParts(parts[0], parts[1], (lengths[4], lengths[5]), words, 0)
    abstract = _PackedParts(parts[2], parts[3], (lengths[6], lengths[7]), words, 1)
    return TokenizedPaper.of_texts(TokenizedText(title), TokenizedText(abstract))


class _PackedWords:
    """The words as they are written; seldom asked for."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @cached_property
    def of_texts(self) -> list[tuple[str, ...]]:
        return [_split_words(line) for line in zlib.decompress(self._packed).decode(errors="surrogatepass").split("\n")]


@dataclass(frozen=True, slots=True)
class _PackedParts:
    terms: str
    separators: str
    statement: WordSpan
    words: _PackedWords
    number: int

    def read_words(self) -> tuple[str, ...]:
        return self.words.of_texts[self.number]

    def read_terms(self) -> tuple[str, ...]:
        return _split_words(self.terms)

    def read_separators(self) -> tuple[str, ...]:
        return tuple(self.separators.split(_BETWEEN_SEPARATORS))

    def read_statement(self) -> WordSpan | None:
        return self.statement


def _split_words(line: str) -> tuple[str, ...]:
    return tuple(line.split(_BETWEEN_WORDS)) if line else ()
