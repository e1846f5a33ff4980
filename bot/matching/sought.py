"""A subject, made ready to be looked for: every wording that counts as naming it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from bot.matching.acronyms import acronyms, long_forms, looks_like_acronym
from bot.matching.forms import form
from bot.matching.frozen import lines, share
from bot.matching.text import read
from bot.topics.tree import MatchLevel, Subject
from bot.topics.words import STOP_WORDS

_MOST_WORDINGS = 24
_SHORTEST_JOINED = 4
# A subject of more words is only looked for as it stands: its wordings would multiply.
_LONGEST_REWORDED = 8


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a wording: the forms that count as it, and whether the text must write it in capitals."""

    forms: tuple[str, ...]
    capitals: bool = False


Wording = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Wordings of one subject, with the rarest word of each and its share of papers (0 to 1).

    ``forms`` are those of all wordings; ``small_words`` of the subject may stand between its words for nothing.
    """

    wordings: tuple[Wording, ...]
    rarest: tuple[tuple[Element, float], ...]
    forms: frozenset[str]
    small_words: int


@lru_cache(maxsize=8192)
def sought(subject: Subject, level: MatchLevel, excluded: bool) -> Sought:
    """What to look for. Strictly: only the words themselves, in any spelling and number; otherwise acronyms and what
    they stand for, too; in an exclusion also the words' families.
    """
    plain, small_words = _plain(subject.words)
    reworded = level is not MatchLevel.STRICT and len(plain) <= _LONGEST_REWORDED
    wordings = list(_reworded(plain)) if reworded else [plain]
    wordings += [joined for wording in tuple(wordings) for joined in _joined(wording)]
    if excluded:
        wordings = [tuple(map(_with_family, wording)) for wording in wordings]
    distinct = tuple(dict.fromkeys(wordings))[:_MOST_WORDINGS]
    forms = frozenset(word for wording in distinct for element in wording for word in element.forms)
    return Sought(distinct, tuple(map(_rarest, distinct)), forms, small_words)


def _rarest(wording: Wording) -> tuple[Element, float]:
    shares = [max(map(share, element.forms)) for element in wording]
    least = min(shares)
    return wording[shares.index(least)], least


def _plain(words: str) -> tuple[Wording, int]:
    text = read(words)
    elements = [
        Element((word_form,), looks_like_acronym(word) and word_form in long_forms())
        for word, word_form in zip(text.words, text.forms, strict=True)
    ]
    telling = tuple(element for element in elements if element.forms[0] not in STOP_WORDS)
    return (telling, len(elements) - len(telling)) if telling else (tuple(elements), 0)


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
            yield (*wording[:i], Element((joined,)), *wording[i + 2 :])


@lru_cache(maxsize=1)
def _families() -> dict[str, tuple[str, ...]]:
    families = [tuple(map(form, line.split())) for line in lines("families.txt")]
    return {member: tuple(dict.fromkeys(family)) for family in families for member in family}


def _with_family(element: Element) -> Element:
    return Element(_families().get(element.forms[0], element.forms), element.capitals)
