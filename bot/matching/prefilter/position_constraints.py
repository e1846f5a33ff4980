"""Where the words of a topic have to stand for a paper to be one of its own: narrower than which words it needs
(:mod:`bot.matching.prefilter.required_terms`), and a superset of what the rule takes all the same.

Made for an index that knows of each word only in which of three places it stands; order and distance are left to the
rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from bot.matching.catalogue.field_topics import field_expression
from bot.matching.prefilter.required_terms import normalized_variants
from bot.matching.rule.subject_rule import MIN_MENTIONS, OPENING_WORDS
from bot.matching.rule.subject_terms import OptionalTerms, SubjectName, TermForms, Wording, subject_names
from bot.matching.text.stem_families import stem_family
from bot.matching.text.tokenizer import TokenizedPaper, TokenizedText, folded_words
from bot.topics.ast import And, Expression, Field, FieldName, MatchLevel, Or, Phrase, Subject, Topic


class TextRegion(Enum):
    """``PROMINENT``: in the abstract's opening, in the sentence that says what the paper does, or twice in the
    abstract.
    """

    TITLE = "title"
    PROMINENT = "told"
    ABSTRACT = "abstract"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class AtPosition:
    """One of these forms stands there; unless ``single_token``, also as a merged pair."""

    forms: tuple[str, ...]
    region: TextRegion
    single_token: bool = False


@dataclass(frozen=True, slots=True)
class AllAt:
    """All of these hold."""

    parts: tuple[PositionConstraint, ...]


@dataclass(frozen=True, slots=True)
class AnyAt:
    """One of these holds."""

    parts: tuple[PositionConstraint, ...]


@dataclass(frozen=True, slots=True)
class TwoAt:
    """Two of these hold."""

    parts: tuple[PositionConstraint, ...]


PositionConstraint = AtPosition | AllAt | AnyAt | TwoAt


def terms_by_region(paper: TokenizedPaper) -> tuple[set[str], set[str], set[str]]:
    """The forms that stand in the title, parts of coined names among them; that are prominent in the abstract; and that
    only stand elsewhere in it."""
    abstract = set(paper.abstract.terms)
    told = _prominent_terms(paper.abstract)
    return {*paper.title.terms, *paper.title.coined_word_parts}, told, abstract - told


def _prominent_terms(abstract: TokenizedText) -> set[str]:
    first, end = abstract.statement if abstract.terms else (0, 0)
    often = (word for word, times in Counter(abstract.terms).items() if times >= MIN_MENTIONS)
    return {*abstract.terms[:OPENING_WORDS], *abstract.terms[first:end], *often}


def position_constraint(topic: Topic) -> PositionConstraint | None:
    """Where words must stand for a YES or NOT YET; None where the topic asks for no words."""
    return _constraint_of(topic.expression, topic.level)


@lru_cache(maxsize=32)
def _field_constraint(name: str, level: MatchLevel) -> PositionConstraint | None:
    """Of fifty topics: made once."""
    return _constraint_of(field_expression(name), level)


def _constraint_of(expression: Expression, level: MatchLevel) -> PositionConstraint | None:
    match expression:
        case Subject():
            return _subject_constraint(subject_names(expression, level, excluded=False), level)
        case Phrase(words):
            return _any_at([_exact_words_at(words, TextRegion.TITLE), _exact_words_at(words, TextRegion.ABSTRACT)])
        case Field(FieldName.TITLE, words):
            return _exact_words_at(words, TextRegion.TITLE)
        case Field(FieldName.FIELD, name):
            return _field_constraint(name, level)
        case And(parts):
            wanted = [part for each in parts if (part := _constraint_of(each, level))]
            return _all_at(wanted) if wanted else None
        case Or(parts):
            either = [_constraint_of(part, level) for part in parts]
            return None if None in either else _any_at([part for part in either if part])
    return None


def _subject_constraint(names: Sequence[SubjectName], level: MatchLevel) -> PositionConstraint:
    wordings = [wording for name in names for wording in name.wordings]
    unsaid = [_optional_terms_at(name.optional_terms) for name in names if name.optional_terms]
    if level is MatchLevel.WIDE:
        return _any_at([*_wordings_at(wordings, TextRegion.ANYWHERE), *unsaid])
    hinted = [_all_at([_any_at(_wordings_at(name.wordings, TextRegion.ANYWHERE)), _title_hint(name)]) for name in names]
    mentions = TwoAt(tuple(_wordings_at(wordings, TextRegion.ABSTRACT)))
    return _any_at([*hinted, *_wordings_at(wordings, TextRegion.PROMINENT), mentions, *unsaid])


def _wordings_at(wordings: Iterable[Wording], where: TextRegion) -> list[PositionConstraint]:
    return [_wording_at(wording, where) for wording in wordings]


def _wording_at(wording: Wording, where: TextRegion) -> PositionConstraint:
    return _all_at([_term_at(element, where) for element in wording if not element.function_word])


def _term_at(element: TermForms, where: TextRegion) -> PositionConstraint:
    return AtPosition(element.forms, where, single_token=element.requires_capitals)


def _title_hint(name: SubjectName) -> PositionConstraint:
    """The title holds the rarest word of a wording, in some form."""
    forms = (other for element, _ in name.rarest for word in element.forms for other in stem_family(word))
    return AtPosition(tuple(dict.fromkeys(forms)), TextRegion.TITLE)


def _optional_terms_at(unsaid: OptionalTerms) -> PositionConstraint:
    somewhere = [
        _any_at([one for name in names.names for one in _wordings_at(name.wordings, TextRegion.ANYWHERE)])
        for names in unsaid.required_anywhere
    ]
    return _all_at([_any_at(_wordings_at(unsaid.remaining.wordings, TextRegion.TITLE)), *somewhere])


def _exact_words_at(words: str, where: TextRegion) -> PositionConstraint:
    return _all_at([AtPosition(tuple(normalized_variants(word)), where) for word in folded_words(words)])


def _all_at(parts: Sequence[PositionConstraint]) -> PositionConstraint:
    return parts[0] if len(parts) == 1 else AllAt(tuple(dict.fromkeys(parts)))


def _any_at(parts: Sequence[PositionConstraint]) -> PositionConstraint:
    return parts[0] if len(parts) == 1 else AnyAt(tuple(dict.fromkeys(parts)))
