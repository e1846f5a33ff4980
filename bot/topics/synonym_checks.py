"""What can be wrong with where ``also:`` stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.i18n import t
from bot.topics.ast import Subject
from bot.topics.diagnostics import SyntaxProblem, replace_span
from bot.topics.lexer import TokenKind, TopicToken
from bot.topics.synonyms import NO_SYNONYMS, SYNONYM_FIELD, format_synonyms, with_names


def synonyms_without_subject(text: str, also: TopicToken, pieces: Sequence[TopicToken]) -> SyntaxProblem:
    """``also:`` behind anything but a subject."""
    why = t("<code>also:</code> stands right behind the words whose other names it lists.")
    return SyntaxProblem(why, also.span, (*_fixes_moving_synonyms(text, also, pieces), replace_span(text, also.span)))


def _fixes_moving_synonyms(text: str, also: TopicToken, pieces: Sequence[TopicToken]) -> Iterator[str]:
    """Behind the nearest words, those before it first."""
    words = [piece.span[1] for piece in pieces if piece.kind is TokenKind.WORD]
    before, after = [end for end in words if end <= also.span[0]], [end for end in words if end > also.span[0]]
    for end in [*before[-1:], *_last_of_run(pieces, after)]:
        without = replace_span(text, also.span, " " * (also.span[1] - also.span[0]))
        yield f"{without[:end]} {also.text} {without[end:]}"


def _last_of_run(pieces: Sequence[TopicToken], ends: Sequence[int]) -> list[int]:
    """Where the first run of words behind ``also:`` ends."""
    for piece, following in zip(pieces, [*pieces[1:], None], strict=False):
        if piece.span[1] in ends and (following is None or following.kind is not TokenKind.WORD):
            return [piece.span[1]]
    return []


def repeated_synonyms(text: str, first: TopicToken, second: TopicToken) -> SyntaxProblem:
    why = t("<code>also:</code> stands once behind a subject, with all names in it.")
    joined = format_synonyms(with_names(Subject(""), (*first.names, *second.names))) or NO_SYNONYMS
    both = replace_span(text, (first.span[0], second.span[1]), f'{SYNONYM_FIELD}:"{joined}"')
    return SyntaxProblem(why, second.span, (both, replace_span(text, second.span)))


def unquoted_synonym(text: str, also: TopicToken, word: TopicToken, end: int) -> SyntaxProblem:
    """``also:flow matching``: one name of two words, or a name and another subject? ``end`` is where the words end."""
    why = t("I don’t know where the name ends. Put names of several words in quotation marks.")
    name = text[also.span[0] + len(SYNONYM_FIELD) + 1 : end].strip()
    apart = f"{text[: also.span[1]]} AND {text[word.span[0] :]}"
    quoted = [replace_span(text, (also.span[0], end), f'{SYNONYM_FIELD}:"{name}"')] if also.names else []
    return SyntaxProblem(why, (also.span[0], end), (*quoted, apart))
