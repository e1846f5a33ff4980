"""Words side by side: one subject, or several around a small *or* or a slash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.topics.ast import Subject
from bot.topics.lexer import SLASH, Kind, Token
from bot.topics.words import says_enough

_LONGEST_SIDE = 3
_SMALL_OR = ("or", SLASH)
_TIGHT = re.compile(r"[a-z]{4,}(?:/[a-z]{4,})+")


def meant(pieces: Sequence[Token]) -> Iterator[Token]:
    """The pieces with a small *or* behind ``also:`` as OR, and a slash only between words."""
    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        if piece.text in _SMALL_OR and before and before.kind is Kind.ALSO:
            yield replace(piece, kind=Kind.OR)
        elif piece.text != SLASH or (_is_word(before) and _is_word(after)):
            yield piece


def _is_word(piece: Token | None) -> bool:
    return piece is not None and piece.kind is Kind.WORD and piece.text != SLASH


def subject(words: Sequence[Token]) -> Subject:
    return Subject(" ".join(word.text for word in words))


def sides(words: Sequence[Token]) -> list[list[Token]]:
    """What stands around a small *or* or slash; all words as one where neither is meant as OR."""
    if len(words) == 1 and _TIGHT.fullmatch(words[0].text):
        return [[replace(words[0], text=side)] for side in words[0].text.split(SLASH)]
    runs = [(small_or, list(run)) for small_or, run in groupby(words, lambda word: word.text in _SMALL_OR)]
    found = [run for small_or, run in runs if not small_or]
    joined = all(len(run) == 1 for small_or, run in runs if small_or) and len(found) == len(runs) // 2 + 1
    sound = all(len(side) <= _LONGEST_SIDE and says_enough(word.text for word in side) for side in found)
    return found if joined and sound else [[word for word in words if word.text != SLASH]]
