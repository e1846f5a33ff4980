"""The pages' addresses: ``/papers`` and what is under it, ``/robots.txt`` and ``/sitemap.xml``.

They are another module than the local chat's, without its guard: here no cookie is read, and nothing but papers is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.pages.list_pages import ListPages
from adapters.pages.page import PageOptions, SubscribeOffer
from adapters.pages.paper_pages import PaperPages
from adapters.pages.search_pages import SearchPages
from adapters.pages.site_pages import SitePages
from adapters.pages.spans import is_day_written
from bot.commands.archive.list_reader import ListReader

__all__ = ["PageOptions", "SubscribeOffer", "page_routes"]

Handler = Callable[[Request], Awaitable[Response]]
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src {pictures}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def page_routes(reader: ListReader, options: PageOptions) -> list[BaseRoute]:
    """The routes of the pages."""
    lists = ListPages(reader, options)

    papers, search, site = PaperPages(reader, options), SearchPages(reader, options), SitePages(reader, options)

    async def named(request: Request) -> Response:
        return await (lists.day if is_day_written(request.path_params["name"]) else papers.paper)(request)

    static = StaticFiles(directory=Path(__file__).with_name("static"))
    handlers = {
        "/papers": lists.newest,
        "/papers/search": search.search,
        "/papers/week/{week}": lists.week,
        "/papers/month/{month}": lists.month,
        "/papers/{name:path}": named,
        "/robots.txt": site.robots,
        "/sitemap.xml": site.sitemap,
    }
    return [
        Mount("/papers/static", static),
        *(Route(path, _for_readers(handler, options)) for path, handler in handlers.items()),
    ]


def _for_readers(handler: Handler, options: PageOptions) -> Handler:
    """Answers whom the operator lets read, with headers that keep a page to itself."""
    pictures = "'self' https:" if options.thumbnails else "'self'"
    headers = {
        "Content-Security-Policy": _POLICY.format(pictures=pictures),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        if not options.admits(request):
            return PlainTextResponse("Not Found", 404)
        response = await handler(request)
        response.headers.update(headers)
        return response

    return guarded
