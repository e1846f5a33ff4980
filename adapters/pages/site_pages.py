"""What search engines ask for: which pages they may keep, and which there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.pages.notices import not_ready
from adapters.pages.page import PageOptions
from bot.commands.archive.list_reader import ListReader

MAX_DAYS: Final = 1_000
_ONE_HOUR: Final = {"Cache-Control": "public, max-age=3600"}
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class SitePages:
    """The handlers of ``/robots.txt`` and ``/sitemap.xml``."""

    reader: ListReader
    options: PageOptions

    async def robots(self, request: Request) -> Response:
        """Only lists and papers (RFC 9309: the longest rule that fits counts)."""
        lines = (
            "User-agent: *",
            "Disallow: /",
            "Allow: /$",
            "Allow: /papers",
            "Disallow: /papers/search",
            "Allow: /feeds/",
            "Disallow: /feeds/chat/",
            f"Sitemap: {self.options.base_url}/sitemap.xml",
        )
        return PlainTextResponse("\n".join(lines) + "\n", headers=_ONE_HOUR)

    async def sitemap(self, request: Request) -> Response:
        """Every list day; a paper's page belongs to where it is discussed."""
        if not await self.reader.has_real_papers():
            return await not_ready(self.reader)
        days = await self.reader.days(MAX_DAYS)
        pages = "".join(f"<url><loc>{escape(self.options.base_url)}/papers/{day}</loc></url>" for day in days)
        xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_NAMESPACE}">{pages}</urlset>\n'
        return Response(xml, media_type="application/xml", headers=_ONE_HOUR)
