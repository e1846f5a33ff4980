"""A day's list, a week's, a month's: all of it, or its papers on a topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.http_caching import Freshness, entity_tag
from adapters.pages.linked_data import list_data
from adapters.pages.notices import empty_list, no_such_day, not_ready, unreadable_topic
from adapters.pages.page import (
    PageHead,
    PageLink,
    PageOptions,
    SubscribeOffer,
    feed_links,
    html_response,
    page_number,
    subscribe_offers,
    tabs,
)
from adapters.pages.renderer import address
from adapters.pages.spans import ListSpan, SpanKind, parse_span
from bot.commands.archive.list_reader import ListedPapers, ListReader
from bot.errors import InputError
from bot.matching.catalogue.catalogue import CatalogueTopic
from bot.papers import Paper
from bot.ports import ListVersion
from bot.topics import Topic
from bot.topics.formatter import format_short

PAGE_PAPERS: Final = 100
THEMES: Final = 12
OPEN_SECONDS: Final = 300
SETTLED_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class ListContent:
    """What stands on a list's page."""

    span: ListSpan
    summary: str
    settled: bool
    papers: Sequence[Paper]
    topics: Mapping[str, Sequence[CatalogueTopic]]
    themes: Sequence[CatalogueTopic]
    start: int
    pages: Sequence[PageLink]
    previous: PageLink | None
    next: PageLink | None


@dataclass(frozen=True, slots=True)
class _AskedList:
    """All that decides what a list's page says, before its papers are read."""

    span: ListSpan
    topic: Topic | None
    version: ListVersion
    settled: bool
    number: int
    offers: Sequence[SubscribeOffer]

    @property
    def words(self) -> str:
        """The topic as it is printed, '' for none."""
        return format_short(self.topic) if self.topic else ""


@dataclass(frozen=True, slots=True)
class ListPages:
    """The handlers of the lists."""

    reader: ListReader
    options: PageOptions

    async def newest(self, request: Request) -> Response:
        """Leads to the newest list."""
        day = await self.reader.newest_day()
        if day is None or not await self.reader.has_real_papers():
            return await not_ready(self.reader)
        path = address(f"/papers/{day}", topic=_asked_topic(request))
        return RedirectResponse(path, 302, {"Cache-Control": "no-cache"})

    async def day(self, request: Request) -> Response:
        """``/papers/2026-08-19``."""
        return await self._list(request, SpanKind.DAY, request.path_params["name"])

    async def week(self, request: Request) -> Response:
        """``/papers/week/2026-W34``."""
        return await self._list(request, SpanKind.WEEK, request.path_params["week"])

    async def month(self, request: Request) -> Response:
        """``/papers/month/2026-08``."""
        return await self._list(request, SpanKind.MONTH, request.path_params["month"])

    async def _list(self, request: Request, kind: SpanKind, written: str) -> Response:
        span = parse_span(kind, written)
        if span is None:
            return await no_such_day(self.reader, written)
        try:
            topic = self.reader.parse_topic(_asked_topic(request))
        except InputError as mistake:
            return await unreadable_topic(self.reader, mistake, span.path)
        version = await self.reader.version(span.first, span.last)
        if version.sample:
            return await not_ready(self.reader)
        if not version.paper_count:
            ready = await self.reader.has_real_papers()
            return await (empty_list(self.reader, span, version) if ready else not_ready(self.reader))
        return await self._answer(request, span, topic, version)

    async def _answer(self, request: Request, span: ListSpan, topic: Topic | None, version: ListVersion) -> Response:
        offers = subscribe_offers(self.options, format_short(topic) if topic else "")
        settled = await self.reader.is_settled(span.last, version)
        asked = _AskedList(span, topic, version, settled, page_number(request), offers)
        freshness = self._freshness(asked)
        if unchanged := freshness.not_modified(request):
            return unchanged
        content = await self._content(asked)
        head = await self._head(asked, content)
        headers = dict(freshness.headers) | ({"X-Robots-Tag": "noindex"} if topic else {})
        return html_response("list", head, headers=headers, list=content, thumbnails=self.options.thumbnails)

    def _freshness(self, asked: _AskedList) -> Freshness:
        """With a topic the page also says what the last week brought, and today decides which names count."""
        today, version = self.reader.today(), asked.version
        dated = (version.newest_revision, today) if asked.topic else today.isocalendar()[:2]
        etag = entity_tag(self.options.version, self.options.thumbnails, today.month, dated, asked)
        lasting = asked.settled and version.next_day is not None and asked.topic is None
        # Of a page with neighbours on both sides nothing but its papers changes.
        moment = version.changed_at if lasting else None
        return Freshness(etag, moment, SETTLED_SECONDS if lasting else OPEN_SECONDS)

    async def _content(self, asked: _AskedList) -> ListContent:
        span, version = asked.span, asked.version
        listed = await self.reader.listed(span.first, span.last, asked.topic)
        pages = max(1, -(-len(listed.papers) // PAGE_PAPERS))
        number = min(asked.number, pages)
        start = (number - 1) * PAGE_PAPERS
        shown = listed.papers[start : start + PAGE_PAPERS]
        topics = await self.reader.topics_of(shown)
        return ListContent(
            span=span,
            summary=_summary(listed, version, asked.words),
            settled=asked.settled,
            papers=shown,
            topics=topics,
            themes=_themes(topics),
            start=start + 1,
            pages=_leaves(span, asked.words, pages, number),
            previous=_neighbour(span, version.previous_day, asked.words),
            next=_neighbour(span, version.next_day, asked.words),
        )

    async def _head(self, asked: _AskedList, content: ListContent) -> PageHead:
        words, title = asked.words, f"Papers of {asked.span.title}"
        if words:
            title = f"{words} · {asked.span.title}"
        url = self.options.base_url + address(asked.span.path, topic=words)
        pictures = [paper.thumbnail_url for paper in content.papers if paper.thumbnail_url.startswith("https://")]
        return PageHead(
            title=title,
            description=f"{content.summary}: " + "; ".join(paper.title for paper in content.papers[:3]),
            url=url,
            canonical=url,
            image=pictures[0] if pictures and self.options.thumbnails else "",
            data=list_data(url, title, content.papers),
            topic=words,
            week_count=await self.reader.count_week(words) if words else None,
            offers=asked.offers,
            feeds=feed_links(self.options, words),
            tabs=tabs(self.reader, asked.span.path, words),
        )


def _asked_topic(request: Request) -> str:
    return request.query_params.get("topic", "").strip()


def _summary(listed: ListedPapers, version: ListVersion, topic: str) -> str:
    found = len(listed.papers)
    papers = "1 paper" if found == 1 else f"{found:,} papers"
    if not topic:
        return f"{papers}, most votes first"
    return f"{'at least ' if listed.partial else ''}{papers} of {version.paper_count:,} on {topic}"


def _themes(topics: Mapping[str, Sequence[CatalogueTopic]]) -> list[CatalogueTopic]:
    """What most papers are about."""
    counted = Counter(topic for found in topics.values() for topic in found)
    return [topic for topic, _ in counted.most_common(THEMES)]


def _leaves(span: ListSpan, topic: str, pages: int, number: int) -> list[PageLink]:
    return [
        PageLink(f"Page {each}", address(span.path, topic=topic, page=each if each > 1 else ""), each == number)
        for each in range(1, pages + 1)
    ]


def _neighbour(span: ListSpan, day: date | None, topic: str) -> PageLink | None:
    if day is None:
        return None
    other = span.of_same_kind(day)
    return PageLink(other.short_title, address(other.path, topic=topic))
