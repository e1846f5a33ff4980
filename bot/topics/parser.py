"""Reads a topic.

    topic     = either
    either    = both ("OR" both)*
    both      = part (["AND"] part)*          what stands side by side must hold together
    part      = "-" part | "(" either ")" | words [also] | "quoted" | condition
    also      = "also:" (name | "none" | '"' name ("," name)* '"')

Words side by side are one subject. AND, OR and NOT (another way to write a minus) are capitals, since names hold the
small words (*vision and language*); only a small *or* between sides of one to three words is read as OR, because no
subject is named with it. So is a slash with spaces around it, and a tight one between two plain words that are all of
the subject (*speech/audio*); inside a longer subject (*client/server games*) it says nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.i18n import say
from bot.topics.alternation import meant, sides, subject
from bot.topics.ast import Expression, MatchLevel, Not, Subject, Topic
from bot.topics.diagnostics import Wrong, instead, mistake
from bot.topics.formatter import printed
from bot.topics.lexer import Kind, Token, tokens
from bot.topics.sanitize import clean
from bot.topics.simplify import all_of, any_of, says_what_to_look_for
from bot.topics.synonym_checks import named_twice, names_of_nothing, unquoted
from bot.topics.words import STOP_WORDS, WORD, says_enough

DEEPEST = 20
_FIRST = (Kind.WORD, Kind.LEAF, Kind.MINUS, Kind.OPEN, Kind.ALSO)


def parse(text: str) -> Topic:
    """The topic that ``text`` means.

    Raises :class:`bot.errors.UserMistake` with the place of the mistake in the cleaned text and topics that would work.
    """
    cleaned = clean(text)
    try:
        return _topic(cleaned)
    except Wrong as wrong:
        raise mistake(cleaned, wrong, lambda fix: printed(_topic(clean(fix)))) from None


def _topic(text: str) -> Topic:
    pieces = tokens(text)
    level = _level(text, pieces)
    reader = _Reader(text, list(meant([piece for piece in pieces if piece.kind is not Kind.LEVEL])))
    expression = reader.whole()
    if not says_what_to_look_for(expression):
        why = say("it only says what to leave out. Say what to look for, too.")
        raise Wrong(why, (0, len(text)), _with_something_wanted(text, pieces))
    return Topic(expression, level)


def _level(text: str, pieces: Sequence[Token]) -> MatchLevel:
    levels = [piece for piece in pieces if piece.kind is Kind.LEVEL]
    for before, piece in pairwise(pieces):
        if before.kind is Kind.MINUS and piece.kind is Kind.LEVEL:
            why = say("<code>match:</code> can’t be left out, it holds for the whole topic.")
            raise Wrong(why, (before.place[0], piece.place[1]), (instead(text, before.place),))
    if len(levels) > 1:
        why = say("<code>match:</code> stands once, for the whole topic.")
        raise Wrong(why, levels[1].place, (instead(text, piece.place) for piece in reversed(levels)))
    return levels[0].level or MatchLevel.NORMAL if levels else MatchLevel.NORMAL


def _with_something_wanted(text: str, pieces: Sequence[Token]) -> Iterator[str]:
    if either := next((piece for piece in pieces if piece.kind is Kind.OR), None):
        yield instead(text, either.place)
    yield " ".join(piece.text for piece in pieces if piece.kind is Kind.WORD)
    yield f"robotics {text}"


class _Reader:
    """Goes once through the pieces, left to right."""

    def __init__(self, text: str, pieces: Sequence[Token]) -> None:
        self._text = text
        self._pieces = pieces
        self._at = 0

    def whole(self) -> Expression:
        if not self._pieces:
            why = say("Which topic? Some words are enough, for example <code>diffusion</code>.")
            raise Wrong(why, (0, len(self._text)), (f"diffusion {self._text}",))
        expression = self._either(0)
        if closing := self._next():
            fixes = (instead(self._text, closing.place), f"({self._text}")
            raise Wrong(say("the bracket was never opened."), closing.place, fixes)
        return expression

    def _next(self, *kinds: Kind) -> Token | None:
        """The piece to be read now, if there is one of these kinds."""
        piece = self._pieces[self._at] if self._at < len(self._pieces) else None
        return piece if piece and (not kinds or piece.kind in kinds) else None

    def _take(self, *kinds: Kind) -> Token | None:
        piece = self._next(*kinds)
        self._at += piece is not None
        return piece

    def _either(self, depth: int) -> Expression:
        parts = [self._both(depth)]
        while self._take(Kind.OR):
            parts.append(self._both(depth))
        return any_of(parts)

    def _both(self, depth: int) -> Expression:
        parts = [self._part(depth)]
        while self._take(Kind.AND) or self._next(*_FIRST):
            parts.append(self._part(depth))
        return all_of(parts)

    def _part(self, depth: int) -> Expression:
        piece = self._take(*_FIRST)
        if piece is None:
            raise self._nothing_there()
        if depth >= DEEPEST and piece.kind in (Kind.MINUS, Kind.OPEN):
            raise Wrong(say("it is nested too deep."), piece.place, (_plain(self._text),))
        match piece.kind:
            case Kind.MINUS:
                return self._excluded(piece, depth + 1)
            case Kind.OPEN:
                return self._bracket(piece, depth + 1)
            case Kind.ALSO:
                raise names_of_nothing(self._text, piece, self._pieces)
        return piece.leaf or self._subject(piece)

    def _excluded(self, minus: Token, depth: int) -> Expression:
        if self._next(Kind.MINUS):
            fixes = (instead(self._text, minus.place),)
            raise Wrong(say("one minus is enough."), minus.place, fixes)
        word = self._take(Kind.WORD)
        inner = self._subject_of([word]) if word else self._part(depth)
        if not says_what_to_look_for(inner):
            why = say("leaving out what is left out is too clever for me.")
            raise Wrong(why, (minus.place[0], self._end()), (instead(self._text, (minus.place[0], self._end())),))
        return Not(inner)

    def _bracket(self, opening: Token, depth: int) -> Expression:
        if closing := self._take(Kind.CLOSE):
            place = (opening.place[0], closing.place[1])
            raise Wrong(say("there is nothing between the brackets."), place, (instead(self._text, place, " "),))
        try:
            inner = self._either(depth)
        except Wrong as wrong:
            # The bracket is what a person sees first: name it, unless something inside is worse.
            if self._next() or wrong.place[1] < len(self._text):
                raise
            raise self._never_closed(opening, wrong.fixes) from None
        if not self._take(Kind.CLOSE):
            raise self._never_closed(opening)
        return inner

    def _never_closed(self, opening: Token, inner_fixes: Sequence[str] = ()) -> Wrong:
        fixes = (*inner_fixes, f"{self._text})", instead(self._text, opening.place))
        return Wrong(say("the bracket is never closed."), opening.place, fixes)

    def _subject(self, first: Token) -> Expression:
        words = [first]
        while word := self._take(Kind.WORD):
            words.append(word)
        return self._subject_of(words)

    def _subject_of(self, words: Sequence[Token]) -> Expression:
        """One subject, or several around a small *or*, of which the last gets the further names."""
        *others, last = sides(words)
        subjects = [self._sound(side) for side in others]
        named = self._sound(last)
        return any_of([*subjects, replace(named, also=also.names) if (also := self._also()) else named])

    def _also(self) -> Token | None:
        also = self._take(Kind.ALSO)
        if also is None:
            return None
        if twice := self._next(Kind.ALSO):
            raise named_twice(self._text, also, twice)
        if '"' not in also.text and (word := self._next(Kind.WORD)):
            while self._take(Kind.WORD):
                continue
            raise unquoted(self._text, also, word, self._end())
        return also

    def _sound(self, words: Sequence[Token]) -> Subject:
        place = (words[0].place[0], words[-1].place[1])
        if all(word.text.casefold() in STOP_WORDS for word in words):
            why = say("words this common stand in every paper. Put them in quotation marks if you mean them exactly.")
            raise Wrong(why, place, (instead(self._text, place, f'"{subject(words).words}"'),))
        if not says_enough(word.text for word in words):
            why = say("one letter stands in every paper. Write the whole word.")
            raise Wrong(why, place, (instead(self._text, place, f'"{subject(words).words}"'),))
        return subject(words)

    def _end(self) -> int:
        return self._pieces[self._at - 1].place[1]

    def _nothing_there(self) -> Wrong:
        """An operator without what it joins: the one at hand, or the last one read."""
        here, before = self._next(), self._pieces[self._at - 1] if self._at else None
        operator = before if before and before.kind in (Kind.AND, Kind.OR, Kind.MINUS) else here or self._pieces[-1]
        why = say("something is missing beside <code>{operator}</code>.", operator=operator.text)
        return Wrong(why, operator.place, (instead(self._text, operator.place, " "),))


def _plain(text: str) -> str:
    return " ".join(WORD.findall(text)[:5])
