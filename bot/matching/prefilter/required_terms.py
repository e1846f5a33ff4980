"""Which words a paper must hold before it is worth asking the rule.

What is needed is always a superset: a paper without it is a NO for sure. It serves two indexes: topics under their
rarest word (:mod:`bot.matching.prefilter.batch`) and papers in a full-text index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.matching.catalogue.field_topics import field_expression
from bot.matching.rule.subject_terms import OptionalTerms, SubjectName, Wording, subject_names
from bot.matching.text.lexicon import document_frequency
from bot.matching.text.normalization import normalize
from bot.matching.text.tokenizer import folded_words
from bot.topics.ast import And, Expression, Field, FieldName, MatchLevel, Or, Phrase, Subject, Topic


@dataclass(frozen=True, slots=True)
class Term:
    """This form stands in title or abstract, as one word or, unless ``single_token``, as a merged pair."""

    form: str
    single_token: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these are needed."""

    parts: tuple[TermRequirement, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these is needed."""

    parts: tuple[TermRequirement, ...]


TermRequirement = Term | AllOf | AnyOf


def required_terms(topic: Topic) -> TermRequirement | None:
    """What a paper must hold for a YES or NOT YET; None where the topic asks for no words."""
    return _required_terms(topic.expression, topic.level)


@lru_cache(maxsize=32)
def _field_terms(name: str, level: MatchLevel) -> TermRequirement | None:
    """Of fifty topics: made once."""
    return _required_terms(field_expression(name), level)


def _required_terms(expression: Expression, level: MatchLevel) -> TermRequirement | None:
    match expression:
        case Subject():
            names = subject_names(expression, level, excluded=False)
            return _any_of(
                [
                    *map(_any_wording, names),
                    *(_optional_terms(name.optional_terms) for name in names if name.optional_terms),
                ]
            )
        case Phrase(words) | Field(FieldName.TITLE, words):
            return _all_of(
                [_any_of([Term(each) for each in normalized_variants(word)]) for word in folded_words(words)]
            )
        case Field(FieldName.FIELD, name):
            return _field_terms(name, level)
        case And(parts):
            wanted = [need for part in parts if (need := _required_terms(part, level))]
            return _all_of(wanted) if wanted else None
        case Or(parts):
            either = [_required_terms(part, level) for part in parts]
            return None if None in either else _any_of([need for need in either if need])
    return None


def _any_wording(name: SubjectName) -> TermRequirement:
    return _any_of(list(map(_all_terms_of_wording, name.wordings)))


def _all_terms_of_wording(wording: Wording) -> TermRequirement:
    return _all_of([_any_term(element.forms) for element in wording if not element.function_word])


def _optional_terms(unsaid: OptionalTerms) -> TermRequirement:
    return _all_of(
        [
            _any_wording(unsaid.remaining),
            *(_any_of(list(map(_any_wording, usual.names))) for usual in unsaid.required_anywhere),
        ]
    )


def _any_term(forms: Sequence[str]) -> TermRequirement:
    """The first as it may be written, the others of its family as words only."""
    return _any_of([Term(each, single_token=at > 0) for at, each in enumerate(forms)])


def normalized_variants(word: str) -> Iterator[str]:
    """The forms that a word written exactly so may have: capitals decide whether a last s is a plural (*APIs*)."""
    yield from (
        dict.fromkeys((normalize(word), normalize(word[:-1])))
        if word.endswith("s") and len(word) > 1
        else (normalize(word),)
    )


def _all_of(parts: list[TermRequirement]) -> TermRequirement:
    return parts[0] if len(parts) == 1 else AllOf(tuple(dict.fromkeys(parts)))


def _any_of(parts: list[TermRequirement]) -> TermRequirement:
    return parts[0] if len(parts) == 1 else AnyOf(tuple(dict.fromkeys(parts)))


def is_satisfied(need: TermRequirement, words: Collection[str]) -> bool:
    """Whether a paper that holds these forms has what is needed."""
    match need:
        case Term(word):
            return word in words
        case AllOf(parts):
            return all(is_satisfied(part, words) for part in parts)
        case AnyOf(parts):
            return any(is_satisfied(part, words) for part in parts)


def selective_terms(need: TermRequirement) -> frozenset[str]:
    """The fewest and rarest forms of which a paper must hold at least one."""
    match need:
        case Term(word):
            return frozenset((word,))
        case AnyOf(parts):
            return frozenset[str]().union(*map(selective_terms, parts))
        case AllOf(parts):
            return min(map(selective_terms, parts), key=lambda words: sum(map(document_frequency, words)))
