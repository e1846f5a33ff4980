"""What can be wrong with where ``also:`` stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.i18n import say
from bot.topics.diagnostics import Wrong, instead
from bot.topics.lexer import Kind, Token
from bot.topics.synonyms import ALSO, NO_NAMES


def names_of_nothing(text: str, also: Token, pieces: Sequence[Token]) -> Wrong:
    """``also:`` behind anything but a subject."""
    why = say("<code>also:</code> stands right behind the words whose other names it lists.")
    return Wrong(why, also.place, (*_moved(text, also, pieces), instead(text, also.place)))


def _moved(text: str, also: Token, pieces: Sequence[Token]) -> Iterator[str]:
    """Behind the nearest words, those before it first."""
    words = [piece.place[1] for piece in pieces if piece.kind is Kind.WORD]
    before, after = [end for end in words if end <= also.place[0]], [end for end in words if end > also.place[0]]
    for end in [*before[-1:], *_last_of_run(pieces, after)]:
        without = instead(text, also.place, " " * (also.place[1] - also.place[0]))
        yield f"{without[:end]} {also.text} {without[end:]}"


def _last_of_run(pieces: Sequence[Token], ends: Sequence[int]) -> list[int]:
    """Where the first run of words behind ``also:`` ends."""
    for piece, following in zip(pieces, [*pieces[1:], None], strict=False):
        if piece.place[1] in ends and (following is None or following.kind is not Kind.WORD):
            return [piece.place[1]]
    return []


def named_twice(text: str, first: Token, second: Token) -> Wrong:
    why = say("<code>also:</code> stands once behind a subject, with all names in it.")
    joined = ", ".join((*first.names, *second.names)) or NO_NAMES
    both = instead(text, (first.place[0], second.place[1]), f'{ALSO}:"{joined}"')
    return Wrong(why, second.place, (both, instead(text, second.place)))


def unquoted(text: str, also: Token, word: Token, end: int) -> Wrong:
    """``also:flow matching``: one name of two words, or a name and another subject? ``end`` is where the words end."""
    why = say("I don’t know where the name ends. Put names of several words in quotation marks.")
    name = text[also.place[0] + len(ALSO) + 1 : end].strip()
    apart = f"{text[: also.place[1]]} AND {text[word.place[0] :]}"
    quoted = [instead(text, (also.place[0], end), f'{ALSO}:"{name}"')] if also.names else []
    return Wrong(why, (also.place[0], end), (*quoted, apart))
