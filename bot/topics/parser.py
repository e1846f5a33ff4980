"""Reads a topic.

    topic     = either
    either    = both ("OR" both)*
    both      = part (["AND"] part)*          what stands side by side must hold together
    part      = "-" part | "(" either ")" | words [also] | "quoted" | condition
    also      = "also:" (name | "none" | '"' name ("," name)* '"')

Words side by side are one subject. AND, OR and NOT (another way to write a minus) are capitals, since names hold the
function words (*vision and language*); only a lower-case *or* between sides of one to three words is read as OR,
because no subject is named with it. So is a slash with spaces around it, and a tight one between two plain words that
are all of the subject (*speech/audio*); inside a longer subject (*client/server games*) it says nothing by itself.

``trending`` alone is no subject but the day's most voted papers; who means the word puts it in quotation marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.i18n import t
from bot.topics.alternation import resolve_separators, split_alternatives, to_subject
from bot.topics.ast import TRENDING, Expression, MatchLevel, Not, Subject, Topic
from bot.topics.diagnostics import SyntaxProblem, replace_span, to_input_error
from bot.topics.formatter import TRENDING_NAME, format_topic
from bot.topics.lexer import TokenKind, TopicToken, lex
from bot.topics.sanitize import sanitize_text
from bot.topics.simplify import all_of, any_of, is_searchable
from bot.topics.synonym_checks import repeated_synonyms, synonyms_without_subject, unquoted_synonym
from bot.topics.synonyms import with_names
from bot.topics.words import STOP_WORDS, WORD, has_content_word

MAX_DEPTH = 20
_TRENDING_NAMES = frozenset(
    {TRENDING_NAME, "trending papers", "most voted", "most voted papers", "most upvoted", "most upvoted papers"}
)
_OPERAND_STARTS = (TokenKind.WORD, TokenKind.LEAF, TokenKind.MINUS, TokenKind.OPEN, TokenKind.ALSO)


def parse(text: str) -> Topic:
    """The topic that ``text`` means.

    Raises :class:`bot.errors.InputError` with the place of the mistake in the cleaned text and topics that would work.
    """
    cleaned = sanitize_text(text)
    try:
        return _parse_topic(cleaned)
    except SyntaxProblem as wrong:
        raise to_input_error(cleaned, wrong, lambda fix: format_topic(_parse_topic(sanitize_text(fix)))) from None


def _parse_topic(text: str) -> Topic:
    pieces = lex(text)
    level = _match_level(text, pieces)
    reader = _TopicParser(
        text, list(resolve_separators([piece for piece in pieces if piece.kind is not TokenKind.LEVEL]))
    )
    expression = reader.parse_all()
    if not is_searchable(expression):
        why = t("it only says what to leave out. Say what to look for, too.")
        raise SyntaxProblem(why, (0, len(text)), _fixes_asking_for_something(text, pieces))
    return TRENDING if _is_trending(expression) else Topic(expression, level)


def _is_trending(expression: Expression) -> bool:
    """Whether it is one of the names of what is followed without a subject."""
    match expression:
        case Subject(words, None):
            return words.casefold() in _TRENDING_NAMES
    return False


def _match_level(text: str, pieces: Sequence[TopicToken]) -> MatchLevel:
    levels = [piece for piece in pieces if piece.kind is TokenKind.LEVEL]
    for before, piece in pairwise(pieces):
        if before.kind is TokenKind.MINUS and piece.kind is TokenKind.LEVEL:
            why = t("<code>match:</code> can’t be left out, it holds for the whole topic.")
            raise SyntaxProblem(why, (before.span[0], piece.span[1]), (replace_span(text, before.span),))
    if len(levels) > 1:
        why = t("<code>match:</code> stands once, for the whole topic.")
        raise SyntaxProblem(why, levels[1].span, (replace_span(text, piece.span) for piece in reversed(levels)))
    return levels[0].level or MatchLevel.NORMAL if levels else MatchLevel.NORMAL


def _fixes_asking_for_something(text: str, pieces: Sequence[TopicToken]) -> Iterator[str]:
    if either := next((piece for piece in pieces if piece.kind is TokenKind.OR), None):
        yield replace_span(text, either.span)
    yield " ".join(piece.text for piece in pieces if piece.kind is TokenKind.WORD)
    yield f"robotics {text}"


class _TopicParser:
    """Goes once through the pieces, left to right."""

    def __init__(self, text: str, pieces: Sequence[TopicToken]) -> None:
        self._text = text
        self._pieces = pieces
        self._at = 0

    def parse_all(self) -> Expression:
        if not self._pieces:
            why = t("Which topic? Some words are enough, for example <code>diffusion</code>.")
            raise SyntaxProblem(why, (0, len(self._text)), (f"diffusion {self._text}",))
        expression = self._parse_or(0)
        if closing := self._peek():
            fixes = (replace_span(self._text, closing.span), f"({self._text}")
            raise SyntaxProblem(t("the bracket was never opened."), closing.span, fixes)
        return expression

    def _peek(self, *kinds: TokenKind) -> TopicToken | None:
        """The piece to be read now, if there is one of these kinds."""
        piece = self._pieces[self._at] if self._at < len(self._pieces) else None
        return piece if piece and (not kinds or piece.kind in kinds) else None

    def _take(self, *kinds: TokenKind) -> TopicToken | None:
        piece = self._peek(*kinds)
        self._at += piece is not None
        return piece

    def _parse_or(self, depth: int) -> Expression:
        parts = [self._parse_and(depth)]
        while self._take(TokenKind.OR):
            parts.append(self._parse_and(depth))
        return any_of(parts)

    def _parse_and(self, depth: int) -> Expression:
        parts = [self._parse_operand(depth)]
        while self._take(TokenKind.AND) or self._peek(*_OPERAND_STARTS):
            parts.append(self._parse_operand(depth))
        return all_of(parts)

    def _parse_operand(self, depth: int) -> Expression:
        piece = self._take(*_OPERAND_STARTS)
        if piece is None:
            raise self._missing_operand()
        if depth >= MAX_DEPTH and piece.kind in (TokenKind.MINUS, TokenKind.OPEN):
            raise SyntaxProblem(t("it is nested too deep."), piece.span, (_plain_words(self._text),))
        match piece.kind:
            case TokenKind.MINUS:
                return self._parse_not(piece, depth + 1)
            case TokenKind.OPEN:
                return self._parse_group(piece, depth + 1)
            case TokenKind.ALSO:
                raise synonyms_without_subject(self._text, piece, self._pieces)
        return piece.leaf or self._parse_subject(piece)

    def _parse_not(self, minus: TopicToken, depth: int) -> Expression:
        if self._peek(TokenKind.MINUS):
            fixes = (replace_span(self._text, minus.span),)
            raise SyntaxProblem(t("one minus is enough."), minus.span, fixes)
        word = self._take(TokenKind.WORD)
        inner = self._parse_alternatives([word]) if word else self._parse_operand(depth)
        if not is_searchable(inner):
            why = t("leaving out what is left out is too clever for me.")
            raise SyntaxProblem(
                why,
                (minus.span[0], self._end_offset()),
                (replace_span(self._text, (minus.span[0], self._end_offset())),),
            )
        return Not(inner)

    def _parse_group(self, opening: TopicToken, depth: int) -> Expression:
        if closing := self._take(TokenKind.CLOSE):
            place = (opening.span[0], closing.span[1])
            raise SyntaxProblem(
                t("there is nothing between the brackets."), place, (replace_span(self._text, place, " "),)
            )
        try:
            inner = self._parse_or(depth)
        except SyntaxProblem as wrong:
            # The bracket is what a person sees first: name it, unless something inside is worse.
            if self._peek() or wrong.span[1] < len(self._text):
                raise
            raise self._unclosed_bracket(opening, wrong.fixes) from None
        if not self._take(TokenKind.CLOSE):
            raise self._unclosed_bracket(opening)
        return inner

    def _unclosed_bracket(self, opening: TopicToken, inner_fixes: Sequence[str] = ()) -> SyntaxProblem:
        fixes = (*inner_fixes, f"{self._text})", replace_span(self._text, opening.span))
        return SyntaxProblem(t("the bracket is never closed."), opening.span, fixes)

    def _parse_subject(self, first: TopicToken) -> Expression:
        words = [first]
        while word := self._take(TokenKind.WORD):
            words.append(word)
        return self._parse_alternatives(words)

    def _parse_alternatives(self, words: Sequence[TopicToken]) -> Expression:
        """One subject, or several around a lower-case *or*, of which the last gets the synonyms."""
        *others, last = split_alternatives(words)
        subjects = [self._checked_subject(side) for side in others]
        named = self._checked_subject(last)
        return any_of([*subjects, with_names(named, also.names) if (also := self._take_synonyms()) else named])

    def _take_synonyms(self) -> TopicToken | None:
        also = self._take(TokenKind.ALSO)
        if also is None:
            return None
        if twice := self._peek(TokenKind.ALSO):
            raise repeated_synonyms(self._text, also, twice)
        if '"' not in also.text and (word := self._peek(TokenKind.WORD)):
            while self._take(TokenKind.WORD):
                continue
            raise unquoted_synonym(self._text, also, word, self._end_offset())
        return also

    def _checked_subject(self, words: Sequence[TopicToken]) -> Subject:
        place = (words[0].span[0], words[-1].span[1])
        if all(word.text.casefold() in STOP_WORDS for word in words):
            why = t("words this common stand in every paper. Put them in quotation marks if you mean them exactly.")
            raise SyntaxProblem(why, place, (replace_span(self._text, place, f'"{to_subject(words).words}"'),))
        if not has_content_word(word.text for word in words):
            why = t("one letter stands in every paper. Write the whole word.")
            raise SyntaxProblem(why, place, (replace_span(self._text, place, f'"{to_subject(words).words}"'),))
        return to_subject(words)

    def _end_offset(self) -> int:
        return self._pieces[self._at - 1].span[1]

    def _missing_operand(self) -> SyntaxProblem:
        """An operator without what it joins: the one at hand, or the last one read."""
        here, before = self._peek(), self._pieces[self._at - 1] if self._at else None
        operator = (
            before
            if before and before.kind in (TokenKind.AND, TokenKind.OR, TokenKind.MINUS)
            else here or self._pieces[-1]
        )
        why = t("something is missing beside <code>{operator}</code>.", operator=operator.text)
        return SyntaxProblem(why, operator.span, (replace_span(self._text, operator.span, " "),))


def _plain_words(text: str) -> str:
    return " ".join(WORD.findall(text)[:5])
