"""Invariant: a chat has at most one unsent digest. The next one supersedes it and brings its papers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.deliveries import Delivery, DigestContent, SelectedPaper
from bot.papers import Paper
from bot.ports import Candidate, UnitOfWork


async def papers_of_unsent(work: UnitOfWork, unsent: Sequence[Delivery]) -> Mapping[str, Paper]:
    """The papers of unsent digests, by id."""
    ids = dict.fromkeys(one.paper_id for old in unsent for one in _selected(old))
    return {paper.id: paper for paper in await work.papers.get(list(ids))} if ids else {}


def candidates_of_superseded(old: Delivery, papers: Mapping[str, Paper], topics: Collection[str]) -> list[Candidate]:
    """The papers of an unsent digest as candidates of the next one, with those of their topics still followed."""
    found = []
    for one in _selected(old):
        still = tuple((topic.topic, topic.reasons) for topic in one.topics if topic.topic in topics)
        if still and one.paper_id in papers:
            found.append(Candidate(papers[one.paper_id], still, one.late_match))
    return found


def _selected(old: Delivery) -> tuple[SelectedPaper, ...]:
    return old.content.selected if isinstance(old.content, DigestContent) else ()
