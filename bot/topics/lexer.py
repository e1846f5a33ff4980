"""Cuts a topic into words, quotes, operators and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.i18n import say
from bot.topics.ast import Expression, MatchLevel, Phrase
from bot.topics.conditions import condition, votes
from bot.topics.diagnostics import Wrong, instead
from bot.topics.sanitize import CONTROL, tidy
from bot.topics.synonyms import ALSO, names
from bot.topics.words import WORD

LONGEST = 1_000
MOST_WORDS = 250

_PIECE = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<bracket>[()])
    | "(?P<quoted>[^"]*)"
    | (?P<quote>")
    | (?:up)?votes?\s*(?P<sign>>=|=>|≥|<=|≤|[<>=:])\s*(?P<number>[^\s()"]*)
    | (?P<name>[^\W\d_]+):(?:"(?P<words>[^"]*)"|(?P<value>[^\s()"]*))
    | (?P<minus>[-–—−]+(?=[^\s)]))
    | (?P<either>\|+)
    | (?P<chunk>[^\s()"|]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Between words it stands like a small "or".
SLASH = "/"
# What only a regular expression or a wildcard would hold.
_REGULAR = re.compile(r"^/.+/[a-z]*$|\.[*+]|\\[bdwsBDWS](?![a-z])|\[\^?\w-\w|\w{3}\*|^\^")


class Kind(Enum):
    WORD = auto()
    LEAF = auto()
    LEVEL = auto()
    ALSO = auto()
    AND = auto()
    OR = auto()
    MINUS = auto()
    OPEN = auto()
    CLOSE = auto()


_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.MINUS}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a topic and its place; ``leaf``, ``level`` or ``names`` is what a quote, a condition or ``also:``
    means."""

    kind: Kind
    text: str
    place: tuple[int, int]
    leaf: Expression | None = None
    level: MatchLevel | None = None
    names: tuple[str, ...] = ()


def tokens(text: str) -> list[Token]:
    """The pieces of a cleaned topic. Raises :class:`Wrong`."""
    _check_size(text)
    _check_list(text)
    return [token for piece in _PIECE.finditer(text) for token in _read(text, piece)]


def _check_size(text: str) -> None:
    if control := CONTROL.search(text):
        raise Wrong(say("there is an invisible control character in it."), control.span(), (CONTROL.sub(" ", text),))
    if len(text) > LONGEST:
        why = say("a topic has at most {most} characters.", most=LONGEST)
        raise Wrong(why, (LONGEST, len(text)), (" ".join(text.split()[:5]),))
    words = list(re.finditer(r"\S+", text))
    if len(words) > MOST_WORDS:
        why = say("a topic has at most {most} words.", most=MOST_WORDS)
        raise Wrong(why, (words[MOST_WORDS].start(), len(text)), (" ".join(text.split()[:5]),))


def _check_list(text: str) -> None:
    """*diffusion, clustering* is meant as two topics; as one subject it would silently find nothing."""
    separator = re.search(r"[,;\n]", text)
    if not separator or re.search(r"""["():|]|\b(?:AND|OR|NOT)\b|(?:^|\s)[-–—−]""", text):
        return
    parts = [tidy(part) for part in re.split(r"[,;\n]", text)]
    if len(parts) > 1 and all(1 <= len(part.split()) <= 3 for part in parts):
        why = say("I don’t know whether you mean either of them or all of them.")
        raise Wrong(why, separator.span(), (" OR ".join(parts), " AND ".join(parts)))


def _read(text: str, piece: re.Match[str]) -> Iterator[Token]:
    place = piece.span()
    match piece.lastgroup:
        case "space":
            return
        case "bracket":
            yield Token(Kind.OPEN if piece[0] == "(" else Kind.CLOSE, piece[0], place)
        case "minus":
            yield Token(Kind.MINUS, piece[0], place)
        case "either":
            yield Token(Kind.OR, piece[0], place)
        case "quoted":
            yield Token(Kind.LEAF, piece[0], place, leaf=_phrase(text, place, piece["quoted"]))
        case "quote":
            fixes = (text + '"', instead(text, place))
            raise Wrong(say("the quotation mark is never closed."), place, fixes)
        case "number":
            yield Token(Kind.LEAF, piece[0], place, leaf=votes(text, place, piece["sign"], piece["number"]))
        case "words" | "value":
            yield from _named(text, piece)
        case _:
            yield from _words(text, piece[0], place[0])


def _phrase(text: str, place: tuple[int, int], inner: str) -> Phrase:
    if not any(character.isalnum() for character in inner):
        raise Wrong(say("there are no words between the quotation marks."), place, (instead(text, place),))
    return Phrase(tidy(inner))


def _named(text: str, piece: re.Match[str]) -> Iterator[Token]:
    value = piece["words"] if piece["words"] is not None else piece["value"]
    if piece["name"].casefold() == ALSO:
        yield Token(Kind.ALSO, piece[0], piece.span(), names=names(text, piece.span(), value))
        return
    meaning = condition(text, piece.span(), piece["name"], value)
    if meaning is None:
        yield from _words(text, piece["name"], piece.start())
    elif isinstance(meaning, MatchLevel):
        yield Token(Kind.LEVEL, piece[0], piece.span(), level=meaning)
    else:
        yield Token(Kind.LEAF, piece[0], piece.span(), leaf=meaning)


def _words(text: str, chunk: str, start: int) -> Iterator[Token]:
    place = (start, start + len(chunk))
    if chunk == "&&":
        yield Token(Kind.AND, chunk, place)
        return
    if chunk == SLASH:
        yield Token(Kind.WORD, chunk, place)
        return
    if chunk == "-":
        why = say("a minus stands right before what it leaves out, without a space.")
        raise Wrong(why, place, (f"{text[:start]}-{text[place[1] :].lstrip()}", instead(text, place)))
    if _REGULAR.search(chunk):
        why = say("I read words, not regular expressions or wildcards.")
        raise Wrong(why, place, (instead(text, place, " ".join(WORD.findall(chunk))), instead(text, place)))
    for word in WORD.finditer(chunk):
        kind = _OPERATORS.get(word[0], Kind.WORD)
        yield Token(kind, word[0], (start + word.start(), start + word.end()))
