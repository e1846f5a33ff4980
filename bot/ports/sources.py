"""Where papers come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.papers import PaperListing


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read: which (an id or a position) and why."""

    row: str
    reason: str


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll brought. ``counts`` has every day that was read, with 0 for an empty list."""

    papers: tuple[PaperListing, ...]
    counts: Mapping[date, int]
    rejected: tuple[RejectedRow, ...] = ()


class PaperSource(Protocol):
    """An outside list of papers; ``has_archive``: its lists of past days can be read."""

    name: str
    has_archive: bool

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> PollResult:
        """All papers listed on ``days`` (UTC), every page; ``known`` are ids already stored (a source whose rows name
        no list day dates an unknown paper today). Raises :class:`bot.errors.SourceUnavailable`."""
        ...
