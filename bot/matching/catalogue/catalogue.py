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

from bot.matching.catalogue.toml_reader import CatalogueError, CatalogueTopic, name_key, read_topics
from bot.matching.rule.subject_terms import subject_names
from bot.matching.text.acronyms import content_terms
from bot.matching.text.lexicon import document_frequency, table_files, table_text
from bot.matching.text.normalization import fold_word
from bot.topics.ast import MatchLevel, Subject

__all__ = ["Catalogue", "CatalogueError", "CatalogueTopic", "extend_catalogue", "load_bundled_catalogue"]

# Below this two words are no slip of the keys of one another.
MIN_SIMILARITY = 0.75
# A word that more papers hold than this (a share) makes no two topics neighbours.
_MAX_INFORMATIVE_SHARE = 0.15


class Catalogue:
    """Topics by every spelling of their names. ``kinds`` are not among them: who follows *k-means* did not ask for all
    of clustering."""

    def __init__(self, topics: Iterable[CatalogueTopic]) -> None:
        self.topics = tuple(topics)
        self._found = _topics_by_key(self.topics)
        self._completion_names = [(topic, _prefix_names(topic)) for topic in self.topics]

    def find(self, words: str) -> CatalogueTopic | None:
        """The topic of this name, whatever the spelling, number, case or hyphens; an acronym is one of its names."""
        return next((self._found[key] for key in lookup_keys(words) if key in self._found), None)

    def complete_prefix(self, typed: str, limit: int = 8) -> list[CatalogueTopic]:
        """What may be meant by somebody still typing: topics of which a name, or a word in one, begins so.

        Names come before other names of the topic, and the beginning of a name before a word in it.
        """
        start = _normalize_prefix(typed)
        if not start:
            return []
        ranked = [
            (rank, topic.name, topic)
            for topic, heads in self._completion_names
            if (rank := _prefix_rank(heads, start)) is not None
        ]
        return [topic for *_, topic in nsmallest(limit, ranked, key=lambda each: each[:2])]

    def nearest_topics(self, words: str, limit: int = 3) -> list[CatalogueTopic]:
        """What may have been meant: names a slip of the keys away, topics that name the words as a kind or a neighbour,
        and those that share a telling word; nearest first, [] where nothing is near."""
        query = _NameQuery(words)
        if not query.key:
            return []
        scored = [(-likeness, topic.name, topic) for topic in self.topics if (likeness := query.similarity(topic))]
        return [topic for *_, topic in nsmallest(limit, scored, key=lambda each: each[:2])]


@lru_cache(maxsize=1)
def load_bundled_catalogue() -> Catalogue:
    """The catalogue of this version: a file an area, looked through by a test."""
    topics: tuple[CatalogueTopic, ...] = ()
    for file in table_files("catalogue"):
        topics = read_topics(table_text(file), file, topics, area=PurePath(file).stem, trusted=True)
    return Catalogue(topics)


def extend_catalogue(catalogue: Catalogue, text: str, file: str) -> Catalogue:
    """The catalogue with an operator's own: ``text`` is TOML in the form of ours, ``file`` is how it is called.

    An entry whose name is known adds its names to that topic, or takes its place with ``replace = true``; any other is
    a new topic. Raises :class:`CatalogueError`, which names the place and what to do.
    """
    return Catalogue(read_topics(text, file, catalogue.topics))


def lookup_keys(words: str) -> tuple[str, ...]:
    """Keys of the words as they stand, then with their acronyms and what those stand for."""
    if not name_key(words):
        return ()
    (wanted,) = subject_names(Subject(words), MatchLevel.NORMAL, excluded=False)
    keys = ("".join(element.forms[0] for element in wording) for wording in wanted.wordings)
    return tuple(dict.fromkeys((name_key(words), *keys)))


def _topics_by_key(topics: Iterable[CatalogueTopic]) -> dict[str, CatalogueTopic]:
    """By each name; then by what its acronyms stand for, and the other way round, where that means one topic only."""
    filed: dict[str, CatalogueTopic] = {}
    derived: dict[str, list[CatalogueTopic]] = {}
    for topic in topics:
        for name in topic.primary_names:
            filed[name_key(name)] = topic
            for key in lookup_keys(name):
                derived.setdefault(key, []).append(topic)
    return {key: found[0] for key, found in derived.items() if len(set(found)) == 1} | filed


def _normalize_prefix(text: str) -> str:
    """Small plain letters with single spaces, as far as it was typed."""
    return " ".join(fold_word(text).replace("-", " ").split())


def _prefix_names(topic: CatalogueTopic) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a person sees of it, and what else it goes by."""
    return tuple(map(_normalize_prefix, (topic.name, topic.label))), tuple(
        map(_normalize_prefix, (*topic.same, *topic.kinds))
    )


def _prefix_rank(heads: tuple[tuple[str, ...], tuple[str, ...]], start: str) -> int | None:
    shown, others = heads
    for rank, names in enumerate((shown, others)):
        if any(name.startswith(start) for name in names):
            return rank
    for rank, names in enumerate((shown, others), 2):
        if any(f" {start}" in name for name in names):
            return rank
    return None


class _NameQuery:
    """Words nobody knows, made ready to be held against every topic."""

    def __init__(self, words: str) -> None:
        self.key = name_key(words)
        self._telling = set(_informative_terms(words))
        self._sequence_matcher = SequenceMatcher(autojunk=False)
        self._sequence_matcher.set_seq2(self.key)

    def similarity(self, topic: CatalogueTopic) -> float:
        """0 to 1; 0: nothing in common."""
        names = (*topic.primary_names, *topic.kinds)
        slip = max(map(self._typo_similarity, names))
        named = 0.9 if self.key in map(name_key, topic.all_names) else 0.0
        return max(slip, named, self._shared_term_share(names))

    def _typo_similarity(self, name: str) -> float:
        self._sequence_matcher.set_seq1(name_key(name))
        if (
            self._sequence_matcher.real_quick_ratio() < MIN_SIMILARITY
            or self._sequence_matcher.quick_ratio() < MIN_SIMILARITY
        ):
            return 0.0
        ratio = self._sequence_matcher.ratio()
        return ratio if ratio >= MIN_SIMILARITY else 0.0

    def _shared_term_share(self, names: Iterable[str]) -> float:
        """How much of what is rare in both is the same word; always less than a slip of the keys."""
        if not self._telling:
            return 0.0
        overlaps = (
            len(self._telling & found) / len(self._telling | found)
            for found in map(set, map(_informative_terms, names))
        )
        return max(overlaps) * MIN_SIMILARITY


def _informative_terms(words: str) -> Iterator[str]:
    return (word for word in content_terms(words) if document_frequency(word) < _MAX_INFORMATIVE_SHARE)
