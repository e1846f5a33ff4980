"""What every page has: its address and title, what a link to it shows elsewhere, and the ways to subscribe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from adapters.pages.renderer import address, render_page
from adapters.pages.spans import SpanKind, span_around
from bot.commands.archive.list_reader import ListReader

SEARCH_PATH: Final = "/papers/search"
_MAX_PAGE_DIGITS: Final = 3
NOT_KEPT: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True)
class SubscribeOffer:
    """A way to have papers brought, and where it begins."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class PageOptions:
    """How the operator set the pages up.

    ``base_url`` is where they are for everybody, without a slash at the end: no request says so. ``admits`` tells who
    may read them. ``offers`` names the ways to subscribe to a topic ('' for no certain one). ``feeds``: there are feeds
    of the lists. ``version`` tells one edition of Paperboy from another.
    """

    base_url: str
    admits: Callable[[Request], bool]
    offers: Callable[[str], Sequence[SubscribeOffer]]
    thumbnails: bool = True
    feeds: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link by its words; ``current``: it leads to the page itself."""

    name: str
    path: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that belongs to a page."""

    title: str
    path: str
    media_type: str


@dataclass(frozen=True, slots=True)
class PageHead:
    """The frame around a page's content. ``canonical`` is '' where no search engine should keep the page."""

    title: str
    description: str = ""
    url: str = ""
    canonical: str = ""
    og_type: str = "website"
    image: str = ""
    data: Markup | str = ""
    topic: str = ""
    week_count: int | None = None
    offers: Sequence[SubscribeOffer] = ()
    feeds: Sequence[FeedLink] = ()
    tabs: Sequence[PageLink] = field(default_factory=tuple)


def feed_links(options: PageOptions, topic: str) -> list[FeedLink]:
    """The feeds of everything, or of the page's topic."""
    if not options.feeds:
        return []
    stem, name = ("topic", f"Papers on {topic}") if topic else ("all", "Daily Papers")
    return [
        FeedLink(name, address(f"/feeds/{stem}.atom", topic=topic), "application/atom+xml"),
        FeedLink(name, address(f"/feeds/{stem}.json", topic=topic), "application/feed+json"),
    ]


def subscribe_offers(options: PageOptions, topic: str) -> list[SubscribeOffer]:
    """Every way to subscribe to a topic, the feed last."""
    feeds = [SubscribeOffer("Feed", feed.path) for feed in feed_links(options, topic)[:1]]
    return [*options.offers(topic), *feeds]


def tabs(reader: ListReader, current: str = "", topic: str = "") -> list[PageLink]:
    """The lists of today as the pages' navigation; ``current`` is the path of the page itself."""
    today = reader.today()
    week, month = (span_around(kind, today).path for kind in (SpanKind.WEEK, SpanKind.MONTH))
    lists = [("Newest", "/papers"), ("This week", week), ("This month", month)]
    links = [PageLink(name, address(path, topic=topic), path == current) for name, path in lists]
    return [*links, PageLink("Search", address(SEARCH_PATH, q=topic), current == SEARCH_PATH)]


def html_response(
    template: str, head: PageHead, *, status: int = 200, headers: dict[str, str], **values: object
) -> HTMLResponse:
    """The page as an answer."""
    return HTMLResponse(render_page(template, page=head, **values), status, headers)


def page_number(request: Request) -> int:
    """The page of a long list that is asked for, from 1; what is no such number is the first page."""
    given = request.query_params.get("page", "1")
    return max(1, int(given)) if given.isascii() and given.isdecimal() and len(given) <= _MAX_PAGE_DIGITS else 1
