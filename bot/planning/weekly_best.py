"""Which papers were the best of a chat's week: decided at its end, when votes hardly change any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot.chats import ChatSettings
from bot.decisions.muting import muting_topic
from bot.papers import Paper

ROUNDUP_SIZE: Final = 5
ROUNDUP_PERIOD: Final = timedelta(days=6)  # and the last one


def best_of_the_week(settings: ChatSettings, matched: Iterable[Paper]) -> tuple[str, ...]:
    """The papers with most votes, best first, without those that a muted topic matches."""
    papers = {paper.id: paper for paper in matched if not paper.sample}
    ranked = sorted(papers.values(), key=lambda paper: (-paper.upvotes, paper.id))
    best: list[str] = []
    for paper in ranked:
        if len(best) < ROUNDUP_SIZE and muting_topic(settings, paper) is None:
            best.append(paper.id)
    return tuple(best)
