"""The topics of today's machine learning, with what each goes by.

It is asked when somebody types: what a topic is called elsewhere (:mod:`bot.matching.catalogue.synonym_expansion`),
what a half typed word may become, what was meant by a word that brings nothing. Deciding never looks at it: what counts
is written into the topic when it is followed, so a later edition of the catalogue changes nobody's digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nsmallest
from pathlib import PurePath

from bot.matching.catalogue.toml_reader import CatalogueMistake, CatalogueTopic, key_of, read_topics
from bot.matching.rule.subject_terms import sought
from bot.matching.text.acronyms import content
from bot.matching.text.lexicon import files, share, text_of
from bot.matching.text.normalization import literal
from bot.topics.ast import MatchLevel, Subject

__all__ = ["Catalogue", "CatalogueMistake", "CatalogueTopic", "extended", "shipped"]

# Below this two words are no slip of the keys of one another.
ALIKE = 0.75
# A word that more papers hold than this (a share) makes no two topics neighbours.
_TELLING = 0.15


class Catalogue:
    """Topics by every spelling of their names. ``kinds`` are not among them: who follows *k-means* did not ask for all
    of clustering."""

    def __init__(self, topics: Iterable[CatalogueTopic]) -> None:
        self.topics = tuple(topics)
        self._found = _filed(self.topics)
        self._typed = [(topic, _heads(topic)) for topic in self.topics]

    def find(self, words: str) -> CatalogueTopic | None:
        """The topic of this name, whatever the spelling, number, case or hyphens; an acronym is one of its names."""
        return next((self._found[key] for key in spellings(words) if key in self._found), None)

    def beginning_with(self, typed: str, limit: int = 8) -> list[CatalogueTopic]:
        """What may be meant by somebody still typing: topics of which a name, or a word in one, begins so.

        Names come before other names of the topic, and the beginning of a name before a word in it.
        """
        start = _typed(typed)
        if not start:
            return []
        ranked = [
            (rank, topic.name, topic) for topic, heads in self._typed if (rank := _rank(heads, start)) is not None
        ]
        return [topic for *_, topic in nsmallest(limit, ranked, key=lambda each: each[:2])]

    def nearest(self, words: str, limit: int = 3) -> list[CatalogueTopic]:
        """What may have been meant: names a slip of the keys away, topics that name the words as a kind or a neighbour,
        and those that share a telling word; nearest first, [] where nothing is near."""
        asked = _Asked(words)
        if not asked.key:
            return []
        scored = [(-likeness, topic.name, topic) for topic in self.topics if (likeness := asked.likeness(topic))]
        return [topic for *_, topic in nsmallest(limit, scored, key=lambda each: each[:2])]


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue of this version: a file an area, looked through by a test."""
    topics: tuple[CatalogueTopic, ...] = ()
    for file in files("catalogue"):
        topics = read_topics(text_of(file), file, topics, area=PurePath(file).stem, trusted=True)
    return Catalogue(topics)


def extended(catalogue: Catalogue, text: str, file: str) -> Catalogue:
    """The catalogue with an operator's own: ``text`` is TOML in the form of ours, ``file`` is how it is called.

    An entry whose name is known adds its names to that topic, or takes its place with ``replace = true``; any other is
    a new topic. Raises :class:`CatalogueMistake`, which names the place and what to do.
    """
    return Catalogue(read_topics(text, file, catalogue.topics))


def spellings(words: str) -> tuple[str, ...]:
    """Keys of the words as they stand, then with their acronyms and what those stand for."""
    if not key_of(words):
        return ()
    (wanted,) = sought(Subject(words), MatchLevel.NORMAL, excluded=False)
    keys = ("".join(element.forms[0] for element in wording) for wording in wanted.wordings)
    return tuple(dict.fromkeys((key_of(words), *keys)))


def _filed(topics: Iterable[CatalogueTopic]) -> dict[str, CatalogueTopic]:
    """By each name; then by what its acronyms stand for, and the other way round, where that means one topic only."""
    filed: dict[str, CatalogueTopic] = {}
    derived: dict[str, list[CatalogueTopic]] = {}
    for topic in topics:
        for name in topic.called:
            filed[key_of(name)] = topic
            for key in spellings(name):
                derived.setdefault(key, []).append(topic)
    return {key: found[0] for key, found in derived.items() if len(set(found)) == 1} | filed


def _typed(text: str) -> str:
    """Small plain letters with single spaces, as far as it was typed."""
    return " ".join(literal(text).replace("-", " ").split())


def _heads(topic: CatalogueTopic) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a person sees of it, and what else it goes by."""
    return tuple(map(_typed, (topic.name, topic.label))), tuple(map(_typed, (*topic.same, *topic.kinds)))


def _rank(heads: tuple[tuple[str, ...], tuple[str, ...]], start: str) -> int | None:
    shown, others = heads
    for rank, names in enumerate((shown, others)):
        if any(name.startswith(start) for name in names):
            return rank
    for rank, names in enumerate((shown, others), 2):
        if any(f" {start}" in name for name in names):
            return rank
    return None


class _Asked:
    """Words nobody knows, made ready to be held against every topic."""

    def __init__(self, words: str) -> None:
        self.key = key_of(words)
        self._telling = set(_telling(words))
        self._alike = SequenceMatcher(autojunk=False)
        self._alike.set_seq2(self.key)

    def likeness(self, topic: CatalogueTopic) -> float:
        """0 to 1; 0: nothing in common."""
        names = (*topic.called, *topic.kinds)
        slip = max(map(self._slip, names))
        named = 0.9 if self.key in map(key_of, topic.every_name) else 0.0
        return max(slip, named, self._shared(names))

    def _slip(self, name: str) -> float:
        self._alike.set_seq1(key_of(name))
        if self._alike.real_quick_ratio() < ALIKE or self._alike.quick_ratio() < ALIKE:
            return 0.0
        ratio = self._alike.ratio()
        return ratio if ratio >= ALIKE else 0.0

    def _shared(self, names: Iterable[str]) -> float:
        """How much of what is rare in both is the same word; always less than a slip of the keys."""
        if not self._telling:
            return 0.0
        overlaps = (len(self._telling & found) / len(self._telling | found) for found in map(set, map(_telling, names)))
        return max(overlaps) * ALIKE


def _telling(words: str) -> Iterator[str]:
    return (word for word in content(words) if share(word) < _TELLING)
