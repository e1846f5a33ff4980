"""Paperboy's pages as a browser or a feed reader finds them: the whole app over a small archive, without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx

from bot.papers import Author, Organization, Paper, PaperListing
from bot.ports import PollRecord
from paperboy.cli.run import web_app
from paperboy.container import App, open_app
from paperboy.settings import Settings
from tests.fakes.ports import FakeClock

PUBLIC = "https://papers.example.org"
WEDNESDAY = datetime(2026, 8, 19, 12, tzinfo=UTC)
TUESDAY, MONDAY, FRIDAY = date(2026, 8, 18), date(2026, 8, 17), date(2026, 8, 14)
TIMETABLES = Paper(
    id="2608.00001",
    title="Diffusion for School Timetables",
    abstract="Timetables are hard. We propose a diffusion model that draws a week of lessons. It runs on a laptop.",
    listed_on=WEDNESDAY.date(),
    authors=(Author("Mira Aldous"), Author("Tom Brandt"), Author("Nobody Else", hidden=True)),
    organization=Organization("harbour-lab", "The Harbour Lab"),
    upvotes=17,
    comments=4,
    code_url="https://github.com/paperboy-sample/timetables",
    code_stars=1200,
    project_url="https://timetables.example.org/?a=1&b=2",
    thumbnail_url="https://pictures.example.org/2608.00001.png",
    published_on=date(2026, 8, 17),
)
NASTY = Paper(
    id="2608.00002",
    title='</script><script>alert("x")</script> & <b>Robots</b>',
    abstract="We present robot learning <img src=x onerror=alert(1)> for robotics.",
    listed_on=WEDNESDAY.date(),
    upvotes=40,
    thumbnail_url="http://pictures.example.org/insecure.png",
)
SPEECH = Paper("2608.00003", "Speech in Noise", "We study speech recognition in trains.", TUESDAY, upvotes=3)
OLD = Paper("2608.00004", "Clustering of Ferries", "We introduce a clustering of ferries by delay.", FRIDAY, upvotes=9)
ARCHIVE = (TIMETABLES, NASTY, SPEECH, OLD)


@dataclass
class Site:
    """A running Paperboy, the visitor's client, and what the test lets happen."""

    app: App
    clock: FakeClock
    visitor: httpx.AsyncClient

    async def list_papers(self, *papers: Paper) -> None:
        async with self.app.storage.write() as work:
            listings = [PaperListing(each, "huggingface", each.listed_on) for each in papers]
            await work.papers.upsert(listings, self.clock.now())
            revision = await work.papers.latest_revision()
            await work.commit()
        await self.app.index.add(papers, revision)

    async def poll(self, day: date, rows: int = 1) -> None:
        async with self.app.storage.write() as work:
            await work.papers.record_polls([PollRecord("huggingface", day, self.clock.now(), rows=rows)])
            await work.commit()

    async def vote(self, paper: Paper, upvotes: int) -> None:
        await self.list_papers(replace(paper, upvotes=upvotes))

    async def get(self, path: str, status: int = 200, **headers: str) -> httpx.Response:
        answer = await self.visitor.get(path, headers={name.replace("_", "-"): each for name, each in headers.items()})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:300])
        assert "Set-Cookie" not in answer.headers
        return answer

    def pass_time(self, **span: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**span))


@asynccontextmanager
async def open_site(
    folder: Path, *papers: Paper, caller: str = "203.0.113.9", **settings: object
) -> AsyncIterator[Site]:
    """With a migrated ``paperboy.db`` in the folder."""
    clock = FakeClock(WEDNESDAY)
    values = {"database_url": f"sqlite:///{folder / 'paperboy.db'}", "data_dir": folder, "meaning": "off"}
    made = Settings.model_validate({**values, "public_url": PUBLIC, **settings})
    async with open_app(made, clock=clock, with_platforms=False) as app:
        transport = httpx.ASGITransport(web_app(app), client=(caller, 5000))
        base = made.public_url or "http://127.0.0.1:8080"
        async with httpx.AsyncClient(transport=transport, base_url=base) as visitor:
            site = Site(app, clock, visitor)
            if papers:
                await site.list_papers(*papers)
            yield site
