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

from bot.matching.prefilter.required_terms import forms_of
from bot.matching.rule.subject_rule import OPENING, TWICE
from bot.matching.rule.subject_terms import Element, Name, Unsaid, Wording, sought
from bot.matching.text.stem_families import family
from bot.matching.text.tokenizer import ReadPaper, Text, literal_words
from bot.topics.ast import All, Any, Expression, Field, FieldName, MatchLevel, Phrase, Subject, Topic


class Where(Enum):
    """``TOLD``: in the abstract's opening, in the sentence that says what the paper does, or twice in the abstract."""

    TITLE = "title"
    TOLD = "told"
    ABSTRACT = "abstract"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Stands:
    """One of these forms stands there; unless ``whole``, also as two neighbours that make it."""

    forms: tuple[str, ...]
    where: Where
    whole: bool = False


@dataclass(frozen=True, slots=True)
class AllStand:
    """All of these hold."""

    parts: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class OneStands:
    """One of these holds."""

    parts: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class TwoStand:
    """Two of these hold."""

    parts: tuple[Standing, ...]


Standing = Stands | AllStand | OneStands | TwoStand


def standing_in(paper: ReadPaper) -> tuple[set[str], set[str], set[str]]:
    """The forms that stand in the title, parts of made-up names among them; that are told in the abstract; and that
    only stand elsewhere in it."""
    abstract = set(paper.abstract.forms)
    told = _told(paper.abstract)
    return {*paper.title.forms, *paper.title.parts}, told, abstract - told


def _told(abstract: Text) -> set[str]:
    first, end = abstract.statement if abstract.forms else (0, 0)
    often = (word for word, times in Counter(abstract.forms).items() if times >= TWICE)
    return {*abstract.forms[:OPENING], *abstract.forms[first:end], *often}


def standing(topic: Topic) -> Standing | None:
    """Where words must stand for a YES or NOT YET; None where the topic asks for no words."""
    return _of(topic.expression, topic.level)


def _of(expression: Expression, level: MatchLevel) -> Standing | None:
    match expression:
        case Subject():
            return _subject(sought(expression, level, excluded=False), level)
        case Phrase(words):
            return _one([_literally(words, Where.TITLE), _literally(words, Where.ABSTRACT)])
        case Field(FieldName.TITLE, words):
            return _literally(words, Where.TITLE)
        case All(parts):
            wanted = [part for each in parts if (part := _of(each, level))]
            return _all(wanted) if wanted else None
        case Any(parts):
            either = [_of(part, level) for part in parts]
            return None if None in either else _one([part for part in either if part])
    return None


def _subject(names: Sequence[Name], level: MatchLevel) -> Standing:
    wordings = [wording for name in names for wording in name.wordings]
    unsaid = [_unsaid(name.unsaid) for name in names if name.unsaid]
    if level is MatchLevel.WIDE:
        return _one([*_each(wordings, Where.ANYWHERE), *unsaid])
    hinted = [_all([_one(_each(name.wordings, Where.ANYWHERE)), _hint(name)]) for name in names]
    mentions = TwoStand(tuple(_each(wordings, Where.ABSTRACT)))
    return _one([*hinted, *_each(wordings, Where.TOLD), mentions, *unsaid])


def _each(wordings: Iterable[Wording], where: Where) -> list[Standing]:
    return [_wording(wording, where) for wording in wordings]


def _wording(wording: Wording, where: Where) -> Standing:
    return _all([_element(element, where) for element in wording if not element.small])


def _element(element: Element, where: Where) -> Standing:
    return Stands(element.forms, where, whole=element.capitals)


def _hint(name: Name) -> Standing:
    """The title holds the rarest word of a wording, in some form."""
    forms = (other for element, _ in name.rarest for word in element.forms for other in family(word))
    return Stands(tuple(dict.fromkeys(forms)), Where.TITLE)


def _unsaid(unsaid: Unsaid) -> Standing:
    somewhere = [
        _one([one for name in names.names for one in _each(name.wordings, Where.ANYWHERE)])
        for names in unsaid.somewhere
    ]
    return _all([_one(_each(unsaid.left.wordings, Where.TITLE)), *somewhere])


def _literally(words: str, where: Where) -> Standing:
    return _all([Stands(tuple(forms_of(word)), where) for word in literal_words(words)])


def _all(parts: Sequence[Standing]) -> Standing:
    return parts[0] if len(parts) == 1 else AllStand(tuple(dict.fromkeys(parts)))


def _one(parts: Sequence[Standing]) -> Standing:
    return parts[0] if len(parts) == 1 else OneStands(tuple(dict.fromkeys(parts)))
