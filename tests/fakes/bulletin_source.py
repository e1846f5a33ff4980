"""A lab's bulletin with numbers of its own: the smallest source there can be, to see what one needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import httpx

from bot.papers import Paper, PaperListing
from bot.ports import Clock, PollResult, SourceState
from bot.sources import PaperNumbers, SourceCapabilities
from paperboy.settings import Settings
from paperboy.sources import SourceEntry

CAPABILITIES = SourceCapabilities(
    "bulletin",
    "The Bulletin",
    "https://bulletin.example/report/{id}",
    list_title="the Bulletin’s reports",
    aliases=("reports",),
    list_url="https://bulletin.example/",
    day_url="https://bulletin.example/{day:%Y/%m/%d}",
    link_patterns=(r"bulletin\.example/report/",),
    numbers=PaperNumbers(r"B-\d{3}", r"B-\d{3}", ("bulletin:",), r"10\.5555/bulletin\."),
)


class BulletinSource:
    """Implements :class:`bot.ports.PaperSource`; ``reports`` are number and title of those of today."""

    capabilities = CAPABILITIES

    def __init__(self) -> None:
        self.reports: dict[str, str] = {}

    async def poll(self, days: Sequence[date], known: frozenset[str]) -> PollResult:
        day = max(days)
        name = self.capabilities.name
        papers = [
            Paper(number, title, f"We report on {title.lower()}.", day, sources=frozenset({name}))
            for number, title in self.reports.items()
        ]
        return PollResult(tuple(PaperListing(paper, name, day) for paper in papers), {day: len(papers)})


def bulletin_entry(source: BulletinSource) -> SourceEntry:
    """The source's place in the table of sources."""

    def make(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> BulletinSource:
        return source

    def remedy(state: SourceState) -> str:
        return ""

    return SourceEntry(CAPABILITIES, make, remedy)
