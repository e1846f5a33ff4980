"""Decisions of one topic, computed when asked for: previews and search, by the same rule as the stored ones."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.matching import Decision
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.ports import PaperIndex, Storage
from bot.topics import Topic

# Up to here deciding on every listed paper is cheaper than loading all candidates of the archive.
_SHORT_RANGE: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that a topic's subscriber would get, and why."""

    paper: Paper
    decision: Decision


async def find_matches(storage: Storage, index: PaperIndex, topic: Topic, first: date, last: date) -> list[Match]:
    """The papers first listed from ``first`` to ``last`` that a subscriber of ``topic`` would get: newest list day
    first, then most votes."""
    candidates = await _load_candidates(storage, index, topic, first, last)
    papers = [paper for paper in candidates if first <= paper.listed_on <= last]
    found = await asyncio.to_thread(_decide_papers, topic, papers)
    return sorted(found, key=lambda match: (-match.paper.listed_on.toordinal(), -match.paper.upvotes, match.paper.id))


async def _load_candidates(storage: Storage, index: PaperIndex, topic: Topic, first: date, last: date) -> list[Paper]:
    candidates = None if last - first <= _SHORT_RANGE else await index.candidates(topic)
    async with storage.read() as work:
        if candidates is None:
            return await work.papers.listed_between(first, last)
        return await work.papers.get(candidates)


def _decide_papers(topic: Topic, papers: Sequence[Paper]) -> list[Match]:
    """An index of terms pays for many topics; a single one is decided directly, and where a title matches the abstract
    need not be tokenized."""
    return [Match(paper, decision) for paper in papers if (decision := decide(topic, paper)).is_match]
