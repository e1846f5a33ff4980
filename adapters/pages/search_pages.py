"""Searching the whole archive: the same answers as ``/search`` in a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from adapters.pages.notices import not_ready, unreadable_topic
from adapters.pages.page import (
    NOT_KEPT,
    SEARCH_PATH,
    PageHead,
    PageLink,
    PageOptions,
    feed_links,
    html_response,
    page_number,
    subscribe_offers,
    tabs,
)
from adapters.pages.renderer import address, plain_sentence, render_sentence
from bot.commands.archive.list_reader import FoundPapers, ListReader
from bot.commands.search.search import SEARCH_EXAMPLES
from bot.errors import InputError
from bot.matching.catalogue.catalogue import CatalogueTopic
from bot.papers import Paper
from bot.topics.formatter import format_short, format_topic

PAGE_PAPERS: Final = 25


@dataclass(frozen=True, slots=True)
class FoundSection:
    """Papers under one heading ('' for those about what was asked), numbered from ``start``."""

    heading: str
    start: int
    papers: Sequence[Paper]


@dataclass(frozen=True, slots=True)
class SearchContent:
    """What stands on the page of a search."""

    query: str
    headline: Markup | str = ""
    sections: Sequence[FoundSection] = ()
    topics: Mapping[str, Sequence[CatalogueTopic]] | None = None
    suggestions: Sequence[PageLink] = ()
    pages: Sequence[PageLink] = ()


@dataclass(frozen=True, slots=True)
class SearchPages:
    """The handler of ``/papers/search``."""

    reader: ListReader
    options: PageOptions

    async def search(self, request: Request) -> Response:
        """What the archive holds on ``q``: papers about it, then those that mention it or are near."""
        query = request.query_params.get("q", "").strip()
        if not await self.reader.has_real_papers():
            return await not_ready(self.reader)
        if not query:
            examples = [PageLink(each, address(SEARCH_PATH, q=each)) for each in SEARCH_EXAMPLES]
            return self._page(SearchContent("", "What are you looking for?", suggestions=examples), "", None)
        try:
            number = page_number(request)
            found = await self.reader.search(query, number * PAGE_PAPERS)
        except InputError as mistake:
            return await unreadable_topic(self.reader, mistake, SEARCH_PATH, "q")
        topic = format_short(found.results.topic)
        return self._page(await self._content(query, found, number), topic, await self.reader.count_week(topic))

    async def _content(self, query: str, found: FoundPapers, number: int) -> SearchContent:
        total = len(found.about) + len(found.mentioning) + len(found.near)
        pages = max(1, -(-total // PAGE_PAPERS))
        start = (min(number, pages) - 1) * PAGE_PAPERS
        sections = _sections(found, start, start + PAGE_PAPERS)
        return SearchContent(
            query,
            render_sentence(found.headline),
            sections,
            await self.reader.topics_of([paper for section in sections for paper in section.papers]),
            _suggestions(found),
            [PageLink(f"Page {n}", address(SEARCH_PATH, q=query, page=n), n == number) for n in range(1, pages + 1)],
        )

    def _page(self, content: SearchContent, topic: str, week_count: int | None) -> Response:
        head = PageHead(
            title=f"{content.query} · Search" if content.query else "Search",
            description="Papers from the lists that are kept here.",
            topic=topic,
            week_count=week_count,
            offers=subscribe_offers(self.options, topic),
            feeds=feed_links(self.options, topic),
            tabs=tabs(self.reader, SEARCH_PATH, topic),
        )
        return html_response("search", head, headers=dict(NOT_KEPT), found=content, thumbnails=self.options.thumbnails)


def _suggestions(found: FoundPapers) -> list[PageLink]:
    """What was perhaps meant: other letters, two subjects, or somebody who goes by these words."""
    split = found.results.split_suggestion
    topics = [format_topic(split.split_topic)] if split else []
    queries = {f"Search {each}": each for each in (found.did_you_mean, *topics) if each}
    queries |= {plain_sentence(each.label): format_topic(each.topic) for each in found.results.name_variants}
    return [PageLink(name, address(SEARCH_PATH, q=query)) for name, query in queries.items()]


def _sections(found: FoundPapers, begin: int, end: int) -> list[FoundSection]:
    """The papers from ``begin`` to ``end`` of all that were found."""
    sections, before = [], 0
    for heading, papers in (("", found.about), ("These mention it", found.mentioning), ("Near it", found.near)):
        first = max(begin - before, 0)
        shown = papers[first : max(end - before, 0)]
        if shown:
            sections.append(FoundSection(heading, before + first + 1, shown))
        before += len(papers)
    return sections
