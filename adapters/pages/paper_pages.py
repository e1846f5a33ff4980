"""The page of one paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.http_caching import Freshness, entity_tag
from adapters.pages.linked_data import paper_data
from adapters.pages.notices import not_found, not_ready
from adapters.pages.page import PageHead, PageOptions, SubscribeOffer, html_response, subscribe_offers, tabs
from bot.commands.archive.list_reader import ListReader
from bot.papers import Paper, parse_paper_id
from bot.tldr import tldr

MAX_AGE_SECONDS: Final = 3_600


@dataclass(frozen=True, slots=True)
class PaperPages:
    """The handler of ``/papers/2608.17271``."""

    reader: ListReader
    options: PageOptions

    async def paper(self, request: Request) -> Response:
        """The paper; by another way to write its id the visitor is led to it."""
        written = request.path_params["name"]
        paper = await self.reader.paper(written)
        if paper is None:
            return await self._elsewhere(written)
        if paper.sample:
            return await not_ready(self.reader)
        offers = subscribe_offers(self.options, "")
        today = self.reader.today()
        etag = entity_tag(
            self.options.version, self.options.thumbnails, paper, offers, today.month, today.isocalendar()[:2]
        )
        freshness = Freshness(etag, None, MAX_AGE_SECONDS)
        return freshness.not_modified(request) or await self._page(paper, offers, freshness)

    async def _elsewhere(self, written: str) -> Response:
        paper_id = parse_paper_id(written)
        if paper_id and paper_id != written and await self.reader.paper(paper_id):
            return RedirectResponse(f"/papers/{paper_id}", 301)
        if not await self.reader.has_real_papers():
            return await not_ready(self.reader)
        if paper_id:
            return await not_found(self.reader, f"The paper {paper_id} was on none of the lists that are kept here.")
        return await not_found(self.reader, "There is no such page.")

    async def _page(self, paper: Paper, offers: Sequence[SubscribeOffer], freshness: Freshness) -> Response:
        topics = await self.reader.topics_of([paper])
        shows_picture = self.options.thumbnails and paper.thumbnail_url.startswith("https://")
        head = PageHead(
            title=paper.title,
            description=tldr(paper),
            url=f"{self.options.base_url}/papers/{paper.id}",
            canonical=paper.url,
            og_type="article",
            image=paper.thumbnail_url if shows_picture else "",
            data=paper_data(paper),
            offers=offers,
            tabs=tabs(self.reader),
        )
        headers = dict(freshness.headers)
        return html_response(
            "paper", head, headers=headers, paper=paper, topics=topics[paper.id], picture=shows_picture
        )
