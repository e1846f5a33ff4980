"""Words side by side: one subject, or several around a lower-case *or* or a slash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.topics.ast import Subject
from bot.topics.lexer import SLASH, TokenKind, TopicToken
from bot.topics.words import has_content_word

_MAX_ALTERNATIVE_WORDS = 3
_OR_WORDS = ("or", SLASH)
_SLASHED_WORDS = re.compile(r"[a-z]{4,}(?:/[a-z]{4,})+")


def resolve_separators(pieces: Sequence[TopicToken]) -> Iterator[TopicToken]:
    """The pieces with a lower-case *or* behind ``also:`` as OR, and a slash only between words."""
    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        if piece.text in _OR_WORDS and before and before.kind is TokenKind.ALSO:
            yield replace(piece, kind=TokenKind.OR)
        elif piece.text != SLASH or (_is_word(before) and _is_word(after)):
            yield piece


def _is_word(piece: TopicToken | None) -> bool:
    return piece is not None and piece.kind is TokenKind.WORD and piece.text != SLASH


def to_subject(words: Sequence[TopicToken]) -> Subject:
    return Subject(" ".join(word.text for word in words))


def split_alternatives(words: Sequence[TopicToken]) -> list[list[TopicToken]]:
    """What stands around a lower-case *or* or slash; all words as one where neither is meant as OR."""
    if len(words) == 1 and _SLASHED_WORDS.fullmatch(words[0].text):
        return [[replace(words[0], text=side)] for side in words[0].text.split(SLASH)]
    runs = [(small_or, list(run)) for small_or, run in groupby(words, lambda word: word.text in _OR_WORDS)]
    found = [run for small_or, run in runs if not small_or]
    joined = all(len(run) == 1 for small_or, run in runs if small_or) and len(found) == len(runs) // 2 + 1
    sound = all(len(side) <= _MAX_ALTERNATIVE_WORDS and has_content_word(word.text for word in side) for side in found)
    return found if joined and sound else [[word for word in words if word.text != SLASH]]
