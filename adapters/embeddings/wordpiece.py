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

_LONGEST_WORD: Final = 100
_ASCII_SYMBOLS: Final = frozenset("$+<=>^`|~")
_CHINESE: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """A vocabulary, ready to number texts by."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self._start, self._end, self._unknown = (numbers[token] for token in ("[CLS]", "[SEP]", "[UNK]"))
        self._pieces = lru_cache(maxsize=20_000)(self._pieces_of)

    def numbers(self, text: str, most: int) -> list[int]:
        """At most ``most`` numbers, the marks at the start and the end among them."""
        found: list[int] = []
        for word in words(text):
            found += self._pieces(word)
            if len(found) >= most - 2:
                break
        return [self._start, *found[: most - 2], self._end]

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        """The longest pieces from the left; a word with a part that is no piece is unknown as a whole."""
        found: list[int] = []
        begin = 0
        while begin < len(word) <= _LONGEST_WORD:
            mark = "##" if begin else ""
            ends = range(len(word), begin, -1)
            end = next((end for end in ends if mark + word[begin:end] in self._numbers), None)
            if end is None:
                return (self._unknown,)
            found.append(self._numbers[mark + word[begin:end]])
            begin = end
        return tuple(found) or (self._unknown,)


def shipped() -> WordPiece:
    """By the vocabulary in this package."""
    text = (files(__package__) / "vocabulary.txt").read_text(encoding="utf-8")
    # Some tokens are line separators in Unicode's eyes, so no splitlines.
    return WordPiece({token: number for number, token in enumerate(text.removesuffix("\n").split("\n"))})


def words(text: str) -> Iterator[str]:
    """The words of a text in lower case without accents; every mark of punctuation and every Chinese character is one
    of its own."""
    plain = (letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")
    for word in "".join(map(_spaced, "".join(plain).lower())).split(" "):
        if word:
            yield word


@lru_cache(maxsize=4_096)
def _spaced(letter: str) -> str:
    """The letter, with spaces around it where it stands alone; a space for white space; nothing for what is not
    printed."""
    if letter in "\t\n\r" or unicodedata.category(letter) == "Zs":
        return " "
    if letter == "\ufffd" or unicodedata.category(letter) in ("Cc", "Cf"):
        return ""
    return f" {letter} " if _stands_alone(letter) else letter


def _stands_alone(letter: str) -> bool:
    code = ord(letter)
    symbol = letter in _ASCII_SYMBOLS or unicodedata.category(letter).startswith("P")
    return symbol or any(first <= code <= last for first, last in _CHINESE)
