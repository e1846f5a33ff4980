"""Where papers come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.papers import PaperListing
from bot.sources import SourceCapabilities


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read: which (an id or a position) and why."""

    row: str
    reason: str


@dataclass(frozen=True, slots=True)
class PollFailure:
    """A part of a source that could not be read while others were: ``part`` is its name (a category, a list day, the
    setting of a refused token), ``day`` the list day if it is one."""

    part: str
    reason: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll brought. ``counts`` has every day that was read to its end, with 0 for an empty list.

    ``papers`` may hold some of a day that failed. ``retry_at`` (UTC): the whole source asks to wait until then.
    """

    papers: tuple[PaperListing, ...]
    counts: Mapping[date, int]
    rejected: tuple[RejectedRow, ...] = ()
    failures: tuple[PollFailure, ...] = ()
    retry_at: datetime | None = None


class PaperSource(Protocol):
    """An outside list of papers."""

    @property
    def capabilities(self) -> SourceCapabilities:
        """In what it differs from others; the same for as long as it runs."""
        ...

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> PollResult:
        """All papers listed on ``days`` (UTC), every page; ``known`` are ids already stored (a source whose rows name
        no list day dates an unknown paper today). A part that fails is named in the result and costs the others
        nothing; :class:`bot.errors.SourceUnavailable` is raised where nothing at all could be read."""
        ...
