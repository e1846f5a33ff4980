"""Text to the token numbers that BERT's uncased models read.

WordPiece as in `google-research/bert`: lower case without accents, split at spaces, punctuation and Chinese
characters, then the longest known piece again and again. ``vocabulary.txt`` beside this file is that of
`bert-base-uncased`, unchanged: the line is the number (Apache-2.0, Google; see ``vocabulary.LICENSE``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

_MAX_WORD_LENGTH: Final = 100
_ASCII_SYMBOLS: Final = frozenset("$+<=>^`|~")
_CJK_RANGES: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPieceTokenizer:
    """A vocabulary, ready to number texts by."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        self._start, self._end, self._unknown = (vocabulary[token] for token in ("[CLS]", "[SEP]", "[UNK]"))
        self._cached_split = lru_cache(maxsize=20_000)(self._split_word)

    def token_ids(self, text: str, max_tokens: int) -> list[int]:
        """At most ``most`` numbers, the marks at the start and the end among them."""
        found: list[int] = []
        for word in split_words(text):
            found += self._cached_split(word)
            if len(found) >= max_tokens - 2:
                break
        return [self._start, *found[: max_tokens - 2], self._end]

    def _split_word(self, word: str) -> tuple[int, ...]:
        """The longest pieces from the left; a word with a part that is no piece is unknown as a whole."""
        found: list[int] = []
        begin = 0
        while begin < len(word) <= _MAX_WORD_LENGTH:
            mark = "##" if begin else ""
            ends = range(len(word), begin, -1)
            end = next((end for end in ends if mark + word[begin:end] in self._vocabulary), None)
            if end is None:
                return (self._unknown,)
            found.append(self._vocabulary[mark + word[begin:end]])
            begin = end
        return tuple(found) or (self._unknown,)


def load_default_tokenizer() -> WordPieceTokenizer:
    """By the vocabulary in this package."""
    text = (files(__package__) / "vocabulary.txt").read_text(encoding="utf-8")
    # Some tokens are line separators in Unicode's eyes, so no splitlines.
    return WordPieceTokenizer({token: number for number, token in enumerate(text.removesuffix("\n").split("\n"))})


def split_words(text: str) -> Iterator[str]:
    """The words of a text in lower case without accents; every mark of punctuation and every Chinese character is one
    of its own."""
    plain = (letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")
    for word in "".join(map(_separated, "".join(plain).lower())).split(" "):
        if word:
            yield word


@lru_cache(maxsize=4_096)
def _separated(letter: str) -> str:
    """The letter, with spaces around it where it stands alone; a space for white space; nothing for what is not
    printed."""
    if letter in "\t\n\r" or unicodedata.category(letter) == "Zs":
        return " "
    if letter == "\ufffd" or unicodedata.category(letter) in ("Cc", "Cf"):
        return ""
    return f" {letter} " if _is_own_token(letter) else letter


def _is_own_token(letter: str) -> bool:
    code = ord(letter)
    symbol = letter in _ASCII_SYMBOLS or unicodedata.category(letter).startswith("P")
    return symbol or any(first <= code <= last for first, last in _CJK_RANGES)
