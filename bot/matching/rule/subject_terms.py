"""A subject, made ready to be looked for: its names, and every wording that counts as one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from bot.matching.text.acronyms import acronyms_by_first_term, content_terms, long_forms_by_acronym, looks_like_acronym
from bot.matching.text.lexicon import document_frequency
from bot.matching.text.normalization import normalize
from bot.matching.text.stem_families import generic_words, qualifier_words, stem_family
from bot.matching.text.term_indices import DistinctTerms, WordBeginnings, term_beginnings
from bot.matching.text.tokenizer import TokenizedText, tokenize
from bot.topics.ast import MatchLevel, Subject, SynonymOrigin
from bot.topics.words import STOP_WORDS

# A single word in more papers than this (a share) is named by the way in most of them: *reasoning*, *benchmark*.
COMMON_WORD_SHARE = 0.2
# A single word in fewer papers than this (a share) is the same in every form of its family.
RARE_WORD_SHARE = 0.003
# The same for a single word of the catalogue that is wider than what was typed: *safety* for *LLM safety*.
COMMON_NAME_SHARE = 0.02
# And a word in more papers than this says nothing even in a title: *model*, *training*.
_UNINFORMATIVE_SHARE = 0.4
_MAX_WORDINGS = 24
_MIN_MERGED_LENGTH = 4
_MEANING_CHANGING_WORDS = frozenset(["in", "off", "on", "out", "to", "under"])
# A name of more words is only looked for as it stands: its wordings would multiply.
_MAX_REWORDED_WORDS = 8


@dataclass(frozen=True, slots=True)
class TermForms:
    """One word of a wording: the forms that count as it.

    ``requires_capitals``: the text must write it in capitals. ``merged``: two words of the name make it.
    ``function_word``: one that belongs to the next (*on* in *on-policy*).
    """

    forms: tuple[str, ...]
    requires_capitals: bool = False
    merged: bool = False
    function_word: bool = False


Wording = tuple[TermForms, ...]

# Which synonyms count how freely: strictly none, and a neighbour only where mentions are enough.
_COUNTED_ORIGINS = {
    MatchLevel.STRICT: frozenset[SynonymOrigin](),
    MatchLevel.NORMAL: frozenset(SynonymOrigin) - {SynonymOrigin.NEAR},
    MatchLevel.WIDE: frozenset(SynonymOrigin),
}


@dataclass(frozen=True, slots=True)
class OptionalTerms:
    """A name whose generic words (*LLM* in *LLM agents*) a title may leave out: what is left, and for each word left
    out the names of which one has to stand somewhere in the paper."""

    remaining: SubjectName
    required_anywhere: tuple[NameIndex, ...]


@dataclass(frozen=True, slots=True)
class SubjectName:
    """The wordings of one name of a subject, with the rarest word of each and its share of papers (0 to 1).

    ``forms`` are those of all wordings; ``function_word_count`` words of the name may stand between its words for
    nothing. ``is_common_word``: a single word that most papers only mention. ``side_by_side``: its words count only
    as they stand, next to each other and in order.
    """

    wordings: tuple[Wording, ...]
    rarest: tuple[tuple[TermForms, float], ...]
    forms: frozenset[str]
    function_word_count: int
    is_common_word: bool = False
    optional_terms: OptionalTerms | None = None
    side_by_side: bool = False


class NameIndex:
    """Names with all their wordings, filed under the forms of the rarest word of each, so that a text triggers the few
    that it may hold. Made once for a subject.
    """

    __slots__ = ("_beginnings", "_under", "_words", "names")

    def __init__(self, names: Iterable[SubjectName]) -> None:
        self.names = tuple(names)
        self._under: dict[str, list[tuple[int, int]]] = {}
        for at, name in enumerate(self.names):
            for number, (rarest, _) in enumerate(name.rarest):
                for word in rarest.forms:
                    self._under.setdefault(word, []).append((at, number))
        self._words = frozenset(self._under)
        self._beginnings: WordBeginnings | None = None

    def lookup(self, words: DistinctTerms) -> list[tuple[int, int]]:
        """The numbers of names and of their wordings whose rarest word is among the words."""
        if self._beginnings is None:
            self._beginnings = term_beginnings(self._words)
        found = words.among(self._words, self._beginnings)
        return sorted({pair for word in found for pair in self._under[word]}) if found else []


@dataclass(frozen=True, slots=True, eq=False)
class CompiledSubject:
    """What to look for: the names, and of those with generic words what may be left unsaid and what is left of them, in
    the same order. ``acronyms`` are the forms of those among the words."""

    names: NameIndex
    optional_terms: tuple[OptionalTerms, ...]
    remaining: NameIndex
    acronyms: frozenset[str]


def subject_names(subject: Subject, level: MatchLevel, excluded: bool) -> tuple[SubjectName, ...]:
    """The names of a subject. Strictly: only the words themselves, in any spelling and number; otherwise acronyms and
    what they stand for, the families of words that stand together, and synonyms; in an exclusion also the family
    of a single word.
    """
    names = ((subject.words, SynonymOrigin.TYPED), *subject.named_origins)
    common = COMMON_NAME_SHARE if _has_several_informative_words(subject.words) else COMMON_WORD_SHARE
    return tuple(
        _to_subject_name(name, level, excluded)
        if origin is SynonymOrigin.TYPED
        else _to_subject_name(name, level, excluded, side_by_side=True, common_share=common)
        for name, origin in names
        if name is subject.words or origin in _COUNTED_ORIGINS[level]
    )


def _has_several_informative_words(words: str) -> bool:
    """Whether more than one word carries the meaning, so that a single word is wider: *safety* for *LLM safety*."""
    qualities, nouns = qualifier_words()
    return len([word for word in content_terms(words) if word not in qualities | nouns]) > 1


@lru_cache(maxsize=8192)
def compile_subject(
    subject: Subject, level: MatchLevel, excluded: bool, redefined: frozenset[str] = frozenset()
) -> CompiledSubject:
    """The same, made ready once for many papers; without the wordings that hold an acronym of which a paper says that
    it means something else there."""
    every = subject_names(subject, level, excluded)
    names = tuple(kept for name in every if (kept := _without_acronyms(name, redefined))) if redefined else every
    unsaid = tuple(name.optional_terms for name in names if name.optional_terms)
    acronyms = frozenset(
        term.forms[0] for name in every for wording in name.wordings for term in wording if term.requires_capitals
    )
    return CompiledSubject(NameIndex(names), unsaid, NameIndex(each.remaining for each in unsaid), acronyms)


def _without_acronyms(name: SubjectName, redefined: frozenset[str]) -> SubjectName | None:
    kept = [i for i, wording in enumerate(name.wordings) if not any(map(_requires(redefined), wording))]
    if not kept:
        return None
    return replace(name, wordings=tuple(name.wordings[i] for i in kept), rarest=tuple(name.rarest[i] for i in kept))


def _requires(acronyms: frozenset[str]) -> Callable[[TermForms], bool]:
    return lambda term: term.requires_capitals and term.forms[0] in acronyms


@lru_cache(maxsize=8192)
def _to_subject_name(
    words: str,
    level: MatchLevel,
    excluded: bool,
    *,
    side_by_side: bool = False,
    common_share: float = COMMON_WORD_SHARE,
) -> SubjectName:
    plain, small_words = _parse_words(words)
    if level is MatchLevel.STRICT:
        return _name_of_wordings([plain, *_with_merged_pairs(plain)], small_words)
    name = _name_of_wordings(list(_variant_wordings(plain, excluded)), small_words)
    return replace(
        name,
        is_common_word=len(plain) == 1 and name.rarest[0][1] >= common_share,
        optional_terms=None if side_by_side else _purpose(words) or _optional_terms(plain, small_words),
        side_by_side=side_by_side,
    )


def _variant_wordings(plain: Wording, excluded: bool) -> Iterator[Wording]:
    """Every wording, the typed words first, each followed by its spellings with two words written as one."""
    core = () if excluded else _without_qualifiers(plain)
    for words in (plain, core) if core else (plain,):
        for wording in _acronym_variants(words) if len(words) <= _MAX_REWORDED_WORDS else (words,):
            yield tuple(map(_with_family, wording)) if excluded or len(wording) > 1 or _is_rare(wording[0]) else wording
            yield from _with_merged_pairs(wording)


def _is_rare(element: TermForms) -> bool:
    """Whether a word is so rare that every form of its family says the same: *equivariance*, *equivariant*."""
    return document_frequency(element.forms[0]) < RARE_WORD_SHARE


def _without_qualifiers(plain: Wording) -> Wording:
    """The words that carry the meaning of a long phrase (*sparse attention* of *efficient sparse attention
    mechanisms*); () where none goes unsaid, or too little is left."""
    qualities, nouns = qualifier_words()
    kept = [element for element in plain if element.forms[0] not in qualities]
    while kept and kept[-1].forms[0] in nouns:
        kept.pop()
    telling = [element for element in kept if not element.function_word]
    enough = len(telling) > 1 and min(document_frequency(each.forms[0]) for each in telling) < COMMON_WORD_SHARE
    return tuple(kept) if enough and len(kept) < len(plain) else ()


def _name_of_wordings(wordings: list[Wording], small_words: int) -> SubjectName:
    distinct = tuple(dict.fromkeys(wordings))[:_MAX_WORDINGS]
    forms = frozenset(word for wording in distinct for element in wording for word in element.forms)
    return SubjectName(distinct, tuple(map(_rarest, distinct)), forms, small_words)


def _rarest(wording: Wording) -> tuple[TermForms, float]:
    """Of the words that tell; two joined are no word of their own."""
    shares = [
        (element.function_word, 1.0 if element.merged else document_frequency(element.forms[0])) for element in wording
    ]
    least = min(shares)
    return wording[shares.index(least)], least[1]


def _optional_terms(plain: Wording, small_words: int) -> OptionalTerms | None:
    """What is left of a name without its generic words; None where it has none, or nothing else."""
    for wording in _acronym_variants(plain) if len(plain) <= _MAX_REWORDED_WORDS else ():
        left = tuple(element for element in wording if element.forms[0] not in generic_words())
        if left and len(left) < len(wording) and _rarest(left)[1] < _UNINFORMATIVE_SHARE:
            somewhere = tuple(_names_mentioning(element.forms[0]) for element in wording if element not in left)
            return OptionalTerms(_name_of_wordings([tuple(map(_with_family, left))], small_words), somewhere)
    return None


def _purpose(words: str) -> OptionalTerms | None:
    """What is used for something (*world models for embodied AI*): a title may name it alone, if the paper mentions
    what it is for. None where the name says no purpose, or too little on either side."""
    head, _, purpose = words.partition(" for ")
    qualities, nouns = qualifier_words()
    telling = [word for word in content_terms(purpose) if word not in qualities | nouns] if purpose else []
    parsed, small_words = _parse_words(head)
    plain = _without_qualifiers(parsed) or parsed
    generic = any(element.forms[0] in generic_words() for element in parsed)
    if not telling or generic or not 2 <= len(plain) <= _MAX_REWORDED_WORDS:
        return None
    needed = _name_of_wordings([tuple(_with_family(TermForms((word,))) for word in telling)], 0)
    return OptionalTerms(_name_of_wordings([tuple(map(_with_family, plain))], small_words), (NameIndex([needed]),))


@lru_cache(maxsize=64)
def _names_mentioning(word: str) -> NameIndex:
    """The names of which one says the generic word."""
    plain = [_parse_words(name) for name in generic_words()[word]]
    return NameIndex(_name_of_wordings([words], small_words) for words, small_words in plain)


def _parse_words(words: str) -> tuple[Wording, int]:
    text = tokenize(words)
    elements = [
        TermForms(
            (word,),
            looks_like_acronym(text.words[i]) and word in long_forms_by_acronym(),
            function_word=_changes_meaning(text, i),
        )
        for i, word in enumerate(text.terms)
    ]
    if not any(map(_is_content_word, text.terms)):
        return tuple(elements), 0
    telling = tuple(element for element in elements if element.function_word or _is_content_word(element.forms[0]))
    return telling, len(elements) - len(telling)


def _is_content_word(word: str) -> bool:
    return word not in STOP_WORDS


def _changes_meaning(text: TokenizedText, i: int) -> bool:
    """Whether a function word changes the sense of the next and counts with it: *on-policy*, *text to video*."""
    word, following = text.terms[i], text.terms[i + 1 : i + 2]
    inside = word == "to" and i > 0 and _is_content_word(text.terms[i - 1])
    return (
        word in _MEANING_CHANGING_WORDS
        and any(map(_is_content_word, following))
        and (inside or i + 1 in text.hyphenated)
    )


def _acronym_variants(plain: Wording) -> Iterator[Wording]:
    """Every mix of acronyms and what they stand for, the typed words first."""
    choices = list(_choices(plain))
    for count, wording in enumerate(product(*choices)):
        if count == _MAX_WORDINGS:
            return
        yield tuple(element for part in wording for element in part)


def _choices(plain: Wording) -> Iterator[list[Wording]]:
    """Left to right: a word, an acronym or a long form, each with its other wordings."""
    at = 0
    while at < len(plain):
        length, other = _acronyms_at_start(plain[at:])
        here = plain[at : at + length]
        longs = long_forms_by_acronym().get(here[0].forms[0], ()) if length == 1 else ()
        yield [here, *other, *(tuple(TermForms((word,)) for word in long) for long in longs)]
        at += length


def _acronyms_at_start(rest: Wording) -> tuple[int, list[Wording]]:
    """How many words the long form at the start has, and its acronyms; (1, []) where there is none."""
    forms = tuple(element.forms[0] for element in rest)
    fitting = [
        (long, short) for long, short in acronyms_by_first_term().get(forms[0], ()) if forms[: len(long)] == long
    ]
    longest = max((len(long) for long, _ in fitting), default=1)
    return longest, [(TermForms((normalize(short),), True),) for long, short in fitting if len(long) == longest]


def _with_merged_pairs(wording: Wording) -> Iterator[Wording]:
    """The wording with two neighbours written as one word: *flowmatching*, *kmeans*."""
    for i in range(len(wording) - 1):
        first, second = wording[i : i + 2]
        joined = first.forms[0] + second.forms[0]
        if not (first.requires_capitals or second.requires_capitals) and len(joined) >= _MIN_MERGED_LENGTH:
            yield (*wording[:i], TermForms((joined,), merged=True), *wording[i + 2 :])


def _with_family(element: TermForms) -> TermForms:
    return element if element.requires_capitals else replace(element, forms=stem_family(element.forms[0]))
