"""What calls a topic up: the words a paper must hold before the rule is asked, in a form that can be kept.

A topic is called up by one of several lots of words, all of a lot in one paper. Written, each lot is a line with its
rarest word first: most papers hold none of the first words, and nothing else is looked at. No lot at all ('') is never
called up, None always. It is always a superset, like :func:`bot.matching.prefilter.required_terms.needs` that it is
made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from bot.matching.prefilter.required_terms import Every, Need, OneOf, Word, needs
from bot.matching.text.lexicon import share
from bot.matching.text.tokenizer import read_paper
from bot.papers import Paper
from bot.topics.ast import Topic

# Beyond so many lots a further condition is left to the rule: they multiply.
MOST_LOTS: Final = 64

Lot = frozenset[str]


def called_by(topic: Topic) -> str | None:
    """The lots of words that call the topic up, as they are kept."""
    need = needs(topic)
    lots = None if need is None else dict.fromkeys(_lots(need))
    if lots is None or not all(map(_writable, lots)):
        return None
    return "\n".join(" ".join(sorted(lot, key=_rarest_first)) for lot in lots)


def _lots(need: Need) -> list[Lot]:
    match need:
        case Word(word):
            return [frozenset((word,))]
        case OneOf(parts):
            return [lot for part in parts for lot in _lots(part)]
        case Every(parts):
            return [frozenset().union(*lots) for lots in product(*_affordable(list(map(_lots, parts))))]


def _affordable(parts: list[list[Lot]]) -> list[list[Lot]]:
    """The most telling of several conditions, and of the others as many as make no more than 64 lots together."""
    kept: list[list[Lot]] = []
    for part in sorted(parts, key=_papers):
        if not kept or prod(map(len, kept)) * len(part) <= MOST_LOTS:
            kept.append(part)
    return kept


def _papers(lots: Sequence[Lot]) -> float:
    """About which share of papers holds one of the lots."""
    return sum(min(map(share, lot), default=1.0) for lot in lots)


def _rarest_first(word: str) -> tuple[float, str]:
    return share(word), word


def _writable(lot: Lot) -> bool:
    return bool(lot) and all(word.split() == [word] for word in lot)


class PaperWords:
    """Papers by the words they hold, to be asked which of them call a topic up."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.papers = papers
        self._everyone = (1 << len(papers)) - 1
        # A number for each word, with a bit for each paper: to ask for several words at once is one operation.
        self._holding: dict[str, int] = {}
        for place, paper in enumerate(papers):
            for word in _words(paper):
                self._holding[word] = self._holding.get(word, 0) | (1 << place)

    def calling(self, called_by: str | None) -> list[Paper]:
        """The papers that hold what calls the topic up, in their order."""
        found = self._everyone if called_by is None else self._holding_any(called_by)
        return [paper for place, paper in enumerate(self.papers) if found >> place & 1] if found else []

    def _holding_any(self, called_by: str) -> int:
        found = 0
        for lot in called_by.split("\n"):
            rarest, _, others = lot.partition(" ")
            holding = self._holding.get(rarest, 0)
            if holding and others:
                for word in others.split(" "):
                    holding &= self._holding.get(word, 0)
            found |= holding
        return found


def _words(paper: Paper) -> Iterator[str]:
    read = read_paper(paper)
    for text in (read.title, read.abstract):
        yield from text.where
        yield from text.joined
