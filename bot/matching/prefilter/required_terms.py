"""Which words a paper must hold before it is worth asking the rule.

What is needed is always a superset: a paper without it is a NO for sure. It serves two filings: topics under their
rarest word (:mod:`bot.matching.prefilter.batch`) and papers in a full-text index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.matching.rule.subject_terms import Name, Unsaid, Wording, sought
from bot.matching.text.lexicon import share
from bot.matching.text.normalization import form
from bot.matching.text.tokenizer import literal_words
from bot.topics.ast import All, Any, Expression, Field, FieldName, MatchLevel, Phrase, Subject, Topic


@dataclass(frozen=True, slots=True)
class Word:
    """This form stands in title or abstract, as one word or, unless ``whole``, as two neighbours that make it."""

    form: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these are needed."""

    parts: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these is needed."""

    parts: tuple[Need, ...]


Need = Word | Every | OneOf


def needs(topic: Topic) -> Need | None:
    """What a paper must hold for a YES or NOT YET; None where the topic asks for no words."""
    return _needs(topic.expression, topic.level)


def _needs(expression: Expression, level: MatchLevel) -> Need | None:
    match expression:
        case Subject():
            names = sought(expression, level, excluded=False)
            return _one_of([*map(_name, names), *(_left(name.unsaid) for name in names if name.unsaid)])
        case Phrase(words) | Field(FieldName.TITLE, words):
            return _every([_one_of([Word(each) for each in forms_of(word)]) for word in literal_words(words)])
        case All(parts):
            wanted = [need for part in parts if (need := _needs(part, level))]
            return _every(wanted) if wanted else None
        case Any(parts):
            either = [_needs(part, level) for part in parts]
            return None if None in either else _one_of([need for need in either if need])
    return None


def _name(name: Name) -> Need:
    return _one_of(list(map(_wording, name.wordings)))


def _wording(wording: Wording) -> Need:
    return _every([_any_form(element.forms) for element in wording if not element.small])


def _left(unsaid: Unsaid) -> Need:
    return _every([_name(unsaid.left), *(_one_of(list(map(_name, usual.names))) for usual in unsaid.somewhere)])


def _any_form(forms: Sequence[str]) -> Need:
    """The first as it may be written, the others of its family as words only."""
    return _one_of([Word(each, whole=at > 0) for at, each in enumerate(forms)])


def forms_of(word: str) -> Iterator[str]:
    """The forms that a word written exactly so may have: capitals decide whether a last s is a plural (*APIs*)."""
    yield from dict.fromkeys((form(word), form(word[:-1]))) if word.endswith("s") and len(word) > 1 else (form(word),)


def _every(parts: list[Need]) -> Need:
    return parts[0] if len(parts) == 1 else Every(tuple(dict.fromkeys(parts)))


def _one_of(parts: list[Need]) -> Need:
    return parts[0] if len(parts) == 1 else OneOf(tuple(dict.fromkeys(parts)))


def met(need: Need, words: Collection[str]) -> bool:
    """Whether a paper that holds these forms has what is needed."""
    match need:
        case Word(word):
            return word in words
        case Every(parts):
            return all(met(part, words) for part in parts)
        case OneOf(parts):
            return any(met(part, words) for part in parts)


def telling_words(need: Need) -> frozenset[str]:
    """The fewest and rarest forms of which a paper must hold at least one."""
    match need:
        case Word(word):
            return frozenset((word,))
        case OneOf(parts):
            return frozenset[str]().union(*map(telling_words, parts))
        case Every(parts):
            return min(map(telling_words, parts), key=lambda words: sum(map(share, words)))
