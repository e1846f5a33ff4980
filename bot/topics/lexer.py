"""Cuts a topic into words, quotes, operators and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.i18n import t
from bot.topics.ast import Expression, MatchLevel, Phrase
from bot.topics.conditions import parse_condition, parse_votes
from bot.topics.diagnostics import SyntaxProblem, replace_span
from bot.topics.sanitize import CONTROL_CHARACTER, collapse_whitespace
from bot.topics.synonyms import SYNONYM_FIELD, OriginatedName, parse_synonyms
from bot.topics.words import WORD

MAX_TOPIC_LENGTH = 1_000
MAX_TOPIC_WORDS = 250

_TOKEN_PATTERN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<bracket>[()])
    | "(?P<quoted>[^"]*)"
    | (?P<quote>")
    | (?:up)?votes?\s*(?P<sign>>=|=>|≥|<=|≤|[<>=:])\s*(?P<number>[^\s()"]*)
    | (?P<name>[^\W\d_]+):(?:"(?P<words>[^"]*)"|'(?P<single>[^"()]*?)'(?=[\s()|]|$)|(?P<value>[^\s()"]*))
    | (?P<minus>[-–—−]+(?=[^\s)]))
    | (?P<either>\|+)
    | (?P<chunk>[^\s()"|]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Between words it stands like a small "or".
SLASH = "/"
# What only a regular expression or a wildcard would hold.
_LOOKS_LIKE_REGEX = re.compile(r"^/.+/[a-z]*$|\.[*+]|\\[bdwsBDWS](?![a-z])|\[\^?\w-\w|\w{3}\*|^\^")


class TokenKind(Enum):
    WORD = auto()
    LEAF = auto()
    LEVEL = auto()
    ALSO = auto()
    AND = auto()
    OR = auto()
    MINUS = auto()
    OPEN = auto()
    CLOSE = auto()


_OPERATORS = {"AND": TokenKind.AND, "OR": TokenKind.OR, "NOT": TokenKind.MINUS}


@dataclass(frozen=True, slots=True)
class TopicToken:
    """A piece of a topic and its span; ``leaf``, ``level`` or ``names`` is what a quote, a condition or ``also:``
    means."""

    kind: TokenKind
    text: str
    span: tuple[int, int]
    leaf: Expression | None = None
    level: MatchLevel | None = None
    names: tuple[OriginatedName, ...] = ()


def lex(text: str) -> list[TopicToken]:
    """The pieces of a cleaned topic. Raises :class:`SyntaxProblem`."""
    _check_size(text)
    _check_no_comma_list(text)
    return [token for piece in _TOKEN_PATTERN.finditer(text) for token in _lex_piece(text, piece)]


def _check_size(text: str) -> None:
    if control := CONTROL_CHARACTER.search(text):
        raise SyntaxProblem(
            t("there is an invisible control character in it."), control.span(), (CONTROL_CHARACTER.sub(" ", text),)
        )
    if len(text) > MAX_TOPIC_LENGTH:
        why = t("a topic has at most {most} characters.", most=MAX_TOPIC_LENGTH)
        raise SyntaxProblem(why, (MAX_TOPIC_LENGTH, len(text)), (" ".join(text.split()[:5]),))
    words = list(re.finditer(r"\S+", text))
    if len(words) > MAX_TOPIC_WORDS:
        why = t("a topic has at most {most} words.", most=MAX_TOPIC_WORDS)
        raise SyntaxProblem(why, (words[MAX_TOPIC_WORDS].start(), len(text)), (" ".join(text.split()[:5]),))


def _check_no_comma_list(text: str) -> None:
    """*diffusion, clustering* is meant as two topics; as one subject it would silently find nothing."""
    separator = re.search(r"[,;\n]", text)
    if not separator or re.search(r"""["():|]|\b(?:AND|OR|NOT)\b|(?:^|\s)[-–—−]""", text):
        return
    parts = [collapse_whitespace(part) for part in re.split(r"[,;\n]", text)]
    if len(parts) > 1 and all(1 <= len(part.split()) <= 3 for part in parts):
        why = t("I don’t know whether you mean either of them or all of them.")
        raise SyntaxProblem(why, separator.span(), (" OR ".join(parts), " AND ".join(parts)))


def _lex_piece(text: str, piece: re.Match[str]) -> Iterator[TopicToken]:
    place = piece.span()
    match piece.lastgroup:
        case "space":
            return
        case "bracket":
            yield TopicToken(TokenKind.OPEN if piece[0] == "(" else TokenKind.CLOSE, piece[0], place)
        case "minus":
            yield TopicToken(TokenKind.MINUS, piece[0], place)
        case "either":
            yield TopicToken(TokenKind.OR, piece[0], place)
        case "quoted":
            yield TopicToken(TokenKind.LEAF, piece[0], place, leaf=_lex_phrase(text, place, piece["quoted"]))
        case "quote":
            fixes = (text + '"', replace_span(text, place))
            raise SyntaxProblem(t("the quotation mark is never closed."), place, fixes)
        case "number":
            yield TopicToken(
                TokenKind.LEAF, piece[0], place, leaf=parse_votes(text, place, piece["sign"], piece["number"])
            )
        case "words" | "single" | "value":
            yield from _lex_condition(text, piece)
        case _:
            yield from _lex_words(text, piece[0], place[0])


def _lex_phrase(text: str, span: tuple[int, int], inner: str) -> Phrase:
    if not any(character.isalnum() for character in inner):
        raise SyntaxProblem(t("there are no words between the quotation marks."), span, (replace_span(text, span),))
    return Phrase(collapse_whitespace(inner))


def _lex_condition(text: str, piece: re.Match[str]) -> Iterator[TopicToken]:
    value = next(given for given in piece.group("words", "single", "value") if given is not None)
    if piece["name"].casefold() == SYNONYM_FIELD:
        yield TopicToken(TokenKind.ALSO, piece[0], piece.span(), names=parse_synonyms(text, piece.span(), value))
        return
    meaning = parse_condition(text, piece.span(), piece["name"], value)
    if meaning is None:
        yield from _lex_words(text, piece["name"], piece.start())
    elif isinstance(meaning, MatchLevel):
        yield TopicToken(TokenKind.LEVEL, piece[0], piece.span(), level=meaning)
    else:
        yield TopicToken(TokenKind.LEAF, piece[0], piece.span(), leaf=meaning)


def _lex_words(text: str, chunk: str, start: int) -> Iterator[TopicToken]:
    place = (start, start + len(chunk))
    if chunk == "&&":
        yield TopicToken(TokenKind.AND, chunk, place)
        return
    if chunk == SLASH:
        yield TopicToken(TokenKind.WORD, chunk, place)
        return
    if chunk == "-":
        why = t("a minus stands right before what it leaves out, without a space.")
        raise SyntaxProblem(why, place, (f"{text[:start]}-{text[place[1] :].lstrip()}", replace_span(text, place)))
    if _LOOKS_LIKE_REGEX.search(chunk):
        why = t("I read words, not regular expressions or wildcards.")
        raise SyntaxProblem(
            why, place, (replace_span(text, place, " ".join(WORD.findall(chunk))), replace_span(text, place))
        )
    for word in WORD.finditer(chunk):
        kind = _OPERATORS.get(word[0], TokenKind.WORD)
        yield TopicToken(kind, word[0], (start + word.start(), start + word.end()))
