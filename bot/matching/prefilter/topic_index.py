"""What triggers a topic: the words a paper must hold before the rule is asked, in a form that can be kept.

A topic is triggered by one of several term sets, all of a lot in one paper. Written, each lot is a line with its rarest
word first: most papers hold none of the first words, and nothing else is looked at. No lot at all ('') is never
triggered, None always. It is always a superset, like :func:`bot.matching.prefilter.required_terms.required_terms` that
it is made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from bot.matching.prefilter.required_terms import AllOf, AnyOf, Term, TermRequirement, required_terms
from bot.matching.text.lexicon import document_frequency
from bot.matching.text.tokenizer import tokenize_paper
from bot.papers import Paper
from bot.topics.ast import Topic

# Beyond so many lots a further condition is left to the rule: they multiply.
MAX_TERM_SETS: Final = 64

TermSet = frozenset[str]


def trigger_terms(topic: Topic) -> str | None:
    """The term sets that call the topic up, as they are kept."""
    need = required_terms(topic)
    lots = None if need is None else dict.fromkeys(_term_sets(need))
    if lots is None or not all(map(_is_serializable, lots)):
        return None
    return "\n".join(" ".join(sorted(lot, key=_rarest_first)) for lot in lots)


def _term_sets(need: TermRequirement) -> list[TermSet]:
    match need:
        case Term(word):
            return [frozenset((word,))]
        case AnyOf(parts):
            return [lot for part in parts for lot in _term_sets(part)]
        case AllOf(parts):
            return [frozenset().union(*lots) for lots in product(*_within_limit(list(map(_term_sets, parts))))]


def _within_limit(parts: list[list[TermSet]]) -> list[list[TermSet]]:
    """The most telling of several conditions, and of the others as many as make no more than 64 term sets together."""
    kept: list[list[TermSet]] = []
    for part in sorted(parts, key=_estimated_share):
        if not kept or prod(map(len, kept)) * len(part) <= MAX_TERM_SETS:
            kept.append(part)
    return kept


def _estimated_share(lots: Sequence[TermSet]) -> float:
    """About which share of papers holds one of the lots."""
    return sum(min(map(document_frequency, lot), default=1.0) for lot in lots)


def _rarest_first(word: str) -> tuple[float, str]:
    return document_frequency(word), word


def _is_serializable(lot: TermSet) -> bool:
    return bool(lot) and all(word.split() == [word] for word in lot)


class PaperTerms:
    """Papers by the words they hold, to be asked which of them trigger a topic."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.papers = papers
        self._all_papers = (1 << len(papers)) - 1
        # A number for each word, with a bit for each paper: to ask for several words at once is one operation.
        self._papers_by_term: dict[str, int] = {}
        for place, paper in enumerate(papers):
            for word in _terms_of(paper):
                self._papers_by_term[word] = self._papers_by_term.get(word, 0) | (1 << place)

    def triggered_by(self, stored_terms: str | None) -> list[Paper]:
        """The papers that hold what triggers the topic, in their order."""
        found = self._all_papers if stored_terms is None else self._holding_any_set(stored_terms)
        return [paper for place, paper in enumerate(self.papers) if found >> place & 1] if found else []

    def _holding_any_set(self, stored_terms: str) -> int:
        found = 0
        for lot in stored_terms.split("\n"):
            rarest, _, others = lot.partition(" ")
            holding = self._papers_by_term.get(rarest, 0)
            if holding and others:
                for word in others.split(" "):
                    holding &= self._papers_by_term.get(word, 0)
            found |= holding
        return found


def _terms_of(paper: Paper) -> Iterator[str]:
    read = tokenize_paper(paper)
    for text in (read.title, read.abstract):
        yield from text.indices_by_term
        yield from text.indices_by_merged_pair
