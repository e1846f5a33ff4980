"""A subject, made ready to be looked for: its names, and every wording that counts as one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from bot.matching.text.acronyms import acronyms, long_forms, looks_like_acronym
from bot.matching.text.lexicon import share
from bot.matching.text.normalization import form
from bot.matching.text.stem_families import family, usual
from bot.matching.text.tokenizer import Text, read
from bot.topics.ast import MatchLevel, Subject
from bot.topics.words import STOP_WORDS

# A single word in more papers than this (a share) is named by the way in most of them: *reasoning*, *benchmark*.
EVERYDAY = 0.2
# And a word in more papers than this says nothing even in a title: *model*, *training*.
_SAYS_NOTHING = 0.4
_MOST_WORDINGS = 24
_SHORTEST_JOINED = 4
_TURNING = frozenset(["in", "off", "on", "out", "to", "under"])
# A name of more words is only looked for as it stands: its wordings would multiply.
_LONGEST_REWORDED = 8


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a wording: the forms that count as it.

    ``capitals``: the text must write it in capitals. ``joined``: two words of the name make it. ``small``: a small word
    that belongs to the next (*on* in *on-policy*).
    """

    forms: tuple[str, ...]
    capitals: bool = False
    joined: bool = False
    small: bool = False


Wording = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A name whose usual words (*LLM* in *LLM agents*) a title may leave out: what is left, and for each word left out
    the names of which one has to stand somewhere in the paper."""

    left: Name
    somewhere: tuple[Names, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """The wordings of one name of a subject, with the rarest word of each and its share of papers (0 to 1).

    ``forms`` are those of all wordings; ``small_words`` of the name may stand between its words for nothing.
    ``everyday`` is a single word that most papers only mention.
    """

    wordings: tuple[Wording, ...]
    rarest: tuple[tuple[Element, float], ...]
    forms: frozenset[str]
    small_words: int
    everyday: bool = False
    unsaid: Unsaid | None = None


class Names:
    """Names with all their wordings, filed under the forms of the rarest word of each, so that a text calls up the few
    that it may hold. Made once for a subject."""

    __slots__ = ("_under", "_words", "names")

    def __init__(self, names: Iterable[Name]) -> None:
        self.names = tuple(names)
        self._under: dict[str, list[tuple[int, int]]] = {}
        for at, name in enumerate(self.names):
            for number, (rarest, _) in enumerate(name.rarest):
                for word in rarest.forms:
                    self._under.setdefault(word, []).append((at, number))
        self._words = frozenset(self._under)

    def called_up_by(self, words: frozenset[str]) -> list[tuple[int, int]]:
        """The numbers of names and of their wordings whose rarest word is among the words."""
        found = self._words & words
        return sorted({pair for word in found for pair in self._under[word]}) if found else []


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What to look for: the names, and of those with usual words what may be left unsaid and what is left of them, in
    the same order."""

    names: Names
    unsaid: tuple[Unsaid, ...]
    left: Names


def sought(subject: Subject, level: MatchLevel, excluded: bool) -> tuple[Name, ...]:
    """The names of a subject. Strictly: only the words themselves, in any spelling and number; otherwise acronyms and
    what they stand for, the families of words that stand together, and further names; in an exclusion also the family
    of a single word.
    """
    return tuple(_name(name, level, excluded) for name in (subject.words, *_also(subject, level)))


def wanted(subject: Subject, level: MatchLevel, excluded: bool) -> Wanted:
    """The same, made ready once for many papers."""
    return _wanted(subject.words, _also(subject, level), level, excluded)


def _also(subject: Subject, level: MatchLevel) -> tuple[str, ...]:
    return (subject.also or ()) if level is not MatchLevel.STRICT else ()


@lru_cache(maxsize=8192)
def _wanted(words: str, also: tuple[str, ...], level: MatchLevel, excluded: bool) -> Wanted:
    names = sought(Subject(words, also), level, excluded)
    unsaid = tuple(name.unsaid for name in names if name.unsaid)
    return Wanted(Names(names), unsaid, Names(each.left for each in unsaid))


@lru_cache(maxsize=8192)
def _name(words: str, level: MatchLevel, excluded: bool) -> Name:
    plain, small_words = _plain(words)
    if level is MatchLevel.STRICT:
        return _looked_for([plain, *_joined(plain)], small_words)
    name = _looked_for(list(_freely(plain, excluded)), small_words)
    return replace(name, everyday=len(plain) == 1 and name.rarest[0][1] >= EVERYDAY, unsaid=_unsaid(plain, small_words))


def _freely(plain: Wording, excluded: bool) -> Iterator[Wording]:
    """Every wording, the typed words first, each followed by its spellings with two words written as one."""
    for wording in _reworded(plain) if len(plain) <= _LONGEST_REWORDED else (plain,):
        yield tuple(map(_with_family, wording)) if excluded or len(wording) > 1 else wording
        yield from _joined(wording)


def _looked_for(wordings: list[Wording], small_words: int) -> Name:
    distinct = tuple(dict.fromkeys(wordings))[:_MOST_WORDINGS]
    forms = frozenset(word for wording in distinct for element in wording for word in element.forms)
    return Name(distinct, tuple(map(_rarest, distinct)), forms, small_words)


def _rarest(wording: Wording) -> tuple[Element, float]:
    """Of the words that tell; two joined are no word of their own."""
    shares = [(element.small, 1.0 if element.joined else share(element.forms[0])) for element in wording]
    least = min(shares)
    return wording[shares.index(least)], least[1]


def _unsaid(plain: Wording, small_words: int) -> Unsaid | None:
    """What is left of a name without its usual words; None where it has none, or nothing else."""
    for wording in _reworded(plain) if len(plain) <= _LONGEST_REWORDED else ():
        left = tuple(element for element in wording if element.forms[0] not in usual())
        if left and len(left) < len(wording) and _rarest(left)[1] < _SAYS_NOTHING:
            somewhere = tuple(_mention(element.forms[0]) for element in wording if element not in left)
            return Unsaid(_looked_for([tuple(map(_with_family, left))], small_words), somewhere)
    return None


@lru_cache(maxsize=64)
def _mention(word: str) -> Names:
    """The names of which one says the usual word."""
    plain = [_plain(name) for name in usual()[word]]
    return Names(_looked_for([words], small_words) for words, small_words in plain)


def _plain(words: str) -> tuple[Wording, int]:
    text = read(words)
    elements = [
        Element((word,), looks_like_acronym(text.words[i]) and word in long_forms(), small=_turns(text, i))
        for i, word in enumerate(text.forms)
    ]
    if not any(map(_tells, text.forms)):
        return tuple(elements), 0
    telling = tuple(element for element in elements if element.small or _tells(element.forms[0]))
    return telling, len(elements) - len(telling)


def _tells(word: str) -> bool:
    return word not in STOP_WORDS


def _turns(text: Text, i: int) -> bool:
    """Whether a small word changes the sense of the next and counts with it: *on-policy*, *text to video*."""
    word, following = text.forms[i], text.forms[i + 1 : i + 2]
    inside = word == "to" and i > 0 and _tells(text.forms[i - 1])
    return word in _TURNING and any(map(_tells, following)) and (inside or i + 1 in text.linked)


def _reworded(plain: Wording) -> Iterator[Wording]:
    """Every mix of acronyms and what they stand for, the typed words first."""
    choices = list(_choices(plain))
    for count, wording in enumerate(product(*choices)):
        if count == _MOST_WORDINGS:
            return
        yield tuple(element for part in wording for element in part)


def _choices(plain: Wording) -> Iterator[list[Wording]]:
    """Left to right: a word, an acronym or a long form, each with its other wordings."""
    at = 0
    while at < len(plain):
        length, other = _acronym_of(plain[at:])
        here = plain[at : at + length]
        longs = long_forms().get(here[0].forms[0], ()) if length == 1 else ()
        yield [here, *other, *(tuple(Element((word,)) for word in long) for long in longs)]
        at += length


def _acronym_of(rest: Wording) -> tuple[int, list[Wording]]:
    """How many words the long form at the start has, and its acronyms; (1, []) where there is none."""
    forms = tuple(element.forms[0] for element in rest)
    fitting = [(long, short) for long, short in acronyms().get(forms[0], ()) if forms[: len(long)] == long]
    longest = max((len(long) for long, _ in fitting), default=1)
    return longest, [(Element((form(short),), True),) for long, short in fitting if len(long) == longest]


def _joined(wording: Wording) -> Iterator[Wording]:
    """The wording with two neighbours written as one word: *flowmatching*, *kmeans*."""
    for i in range(len(wording) - 1):
        first, second = wording[i : i + 2]
        joined = first.forms[0] + second.forms[0]
        if not (first.capitals or second.capitals) and len(joined) >= _SHORTEST_JOINED:
            yield (*wording[:i], Element((joined,), joined=True), *wording[i + 2 :])


def _with_family(element: Element) -> Element:
    return element if element.capitals else replace(element, forms=family(element.forms[0]))
