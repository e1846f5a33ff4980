"""The feeds' addresses: ``/feeds/all.atom`` and ``/feeds/topic.atom?topic=``, each as ``.json`` too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.feeds import atom, json_feed
from adapters.feeds.feed import Feed, newest_entries, printable
from adapters.feeds.visitor_limit import VisitorLimit
from adapters.http_caching import Freshness, entity_tag
from bot.commands.archive.list_reader import ListReader
from bot.errors import InputError
from bot.i18n import Translator
from bot.ports import ListVersion
from bot.topics import Topic
from bot.topics.changing_facts import may_change
from bot.topics.formatter import format_short, format_topic

FEED_PERIOD: Final = timedelta(days=14)
FEED_ENTRIES: Final = 50
MAX_AGE_SECONDS: Final = 900
TOO_MANY: Final = "That is often for a feed. Send the ETag of the last answer, or come back later."
NOT_READY: Final = "The first papers are still being fetched. Come back in a minute."
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """How the operator set the feeds up.

    ``base_url`` is where they and the pages are for everybody, without a slash at the end. ``admits`` tells who may
    read them. ``authority`` begins the id of every entry (RFC 4151), and stays when the address changes.
    ``visitor`` names whoever asks, '' for one who is not counted by ``limit``. ``version`` is Paperboy's.
    """

    base_url: str
    admits: Callable[[Request], bool]
    authority: Callable[[], Awaitable[str]]
    visitor: Callable[[Request], str]
    limit: VisitorLimit
    version: str = ""


def feed_routes(reader: ListReader, options: FeedOptions) -> list[BaseRoute]:
    """The routes of the feeds."""
    feeds = _FeedHandlers(reader, options)
    return [
        Route("/feeds/{name}.{form}", for_readers(feeds.feed, options)),
        Route("/feeds/{path:path}", for_readers(feeds.unknown, options)),
    ]


@dataclass(frozen=True, slots=True)
class _FeedHandlers:
    reader: ListReader
    options: FeedOptions

    async def unknown(self, request: Request) -> Response:
        """Any guess."""
        known = "/feeds/all.atom, /feeds/all.json, /feeds/topic.atom?topic=diffusion"
        return PlainTextResponse(f"There is no such feed. There are: {known}", 404)

    async def feed(self, request: Request) -> Response:
        """A feed of everything, or of a topic."""
        name, form = request.path_params["name"], request.path_params["form"]
        if name not in ("all", "topic") or form not in ("atom", "json"):
            return await self.unknown(request)
        try:
            topic = self._asked_topic(request) if name == "topic" else None
        except InputError as mistake:
            return PlainTextResponse(Translator().plain_text(mistake.message), 400)
        if name == "topic" and topic is None:
            return PlainTextResponse("Which topic? For example /feeds/topic.atom?topic=diffusion", 400)
        return await self._answer(request, topic, form)

    async def _answer(self, request: Request, topic: Topic | None, form: str) -> Response:
        today = self.reader.today()
        version = await self.reader.version(today - FEED_PERIOD, today)
        if version.sample or not (version.paper_count or await self.reader.has_real_papers()):
            return PlainTextResponse(NOT_READY, 503, {"Retry-After": "60"})
        freshness = self._freshness(topic, form, version)
        if unchanged := freshness.not_modified(request):
            return unchanged
        feed = await self._feed(topic, form)
        return feed_response(feed, form, freshness, self.options)

    def _freshness(self, topic: Topic | None, form: str, version: ListVersion) -> Freshness:
        """Votes tell two feeds apart only where the topic asks for them."""
        today = self.reader.today()
        facts: tuple[object, ...] = (version.text_changed_at, version.paper_count, topic and today)
        if topic and may_change(topic):
            facts = (*facts, version.revision)
        modified = version.text_changed_at if topic is None else None
        return Freshness(entity_tag(self.options.version, form, topic, facts), modified, MAX_AGE_SECONDS)

    async def _feed(self, topic: Topic | None, form: str) -> Feed:
        today, authority = self.reader.today(), await self.options.authority()
        listed = await self.reader.listed(today - FEED_PERIOD, today, topic)
        changed_at = await self.reader.texts_changed_at(listed.papers)
        entries = newest_entries(listed.papers, changed_at, authority, FEED_ENTRIES)
        begin = datetime.combine(today - FEED_PERIOD, time(), UTC)
        key, words = (format_topic(topic), format_short(topic)) if topic else ("", "")
        asked = f"?{urlencode({'topic': words})}" if topic else ""
        base = self.options.base_url
        return Feed(
            id=f"tag:{authority}:topic:{urlencode({'': key})[1:]}" if topic else f"tag:{authority}:all",
            title=printable(f"Papers on {words}") if topic else "Daily Papers",
            page_url=f"{base}/papers/search?{urlencode({'q': words})}" if topic else f"{base}/papers",
            self_url=f"{base}/feeds/{'topic' if topic else 'all'}.{form}{asked}",
            updated=max((entry.updated for entry in entries), default=begin),
            entries=entries,
        )

    def _asked_topic(self, request: Request) -> Topic | None:
        return self.reader.parse_topic(request.query_params.get("topic", "").strip())


def feed_response(feed: Feed, form: str, freshness: Freshness, options: FeedOptions) -> Response:
    """The whole feed in the form asked for, *atom* or *json*."""
    if form == "json":
        body, media_type = json_feed.render_json_feed(feed), json_feed.MEDIA_TYPE
    else:
        body, media_type = atom.render_atom(feed, options.version), atom.MEDIA_TYPE
    return Response(body, media_type=media_type, headers=dict(freshness.headers))


def for_readers(handler: Handler, options: FeedOptions) -> Handler:
    """The handler for those whom the operator admits, as often as one visitor may ask; nobody else learns that there is
    one."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        if not options.admits(request):
            return PlainTextResponse("Not Found", 404)
        visitor = options.visitor(request)
        if wait := options.limit.wait_seconds(visitor):
            return PlainTextResponse(TOO_MANY, 429, {"Retry-After": str(wait), "Cache-Control": "no-store"})
        response = await handler(request)
        if response.status_code != HTTPStatus.NOT_MODIFIED:
            options.limit.record_answer(visitor)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return guarded
