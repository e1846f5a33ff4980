"""One chat's digests at a secret address: ``/feeds/chat/TOKEN.atom`` and ``.json``, and its topics as ``.opml``.

An answer never says more of an address that is not known than that; what is looked up is the hash of whatever was asked
for, in one query, so guesses cost the same however near they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.feeds import opml
from adapters.feeds.feed import Feed, FeedEntry, paper_entry, printable
from adapters.feeds.opml import OpmlOutline, render_opml
from adapters.feeds.routes import (
    FEED_ENTRIES,
    FEED_PERIOD,
    MAX_AGE_SECONDS,
    NOT_READY,
    FeedOptions,
    feed_response,
    for_readers,
)
from adapters.http_caching import Freshness, entity_tag
from bot.commands.archive.digest_reader import DigestReader, SentPaper
from bot.commands.archive.list_reader import ListReader
from bot.i18n import Translator
from bot.ports import ChatFeedState, FeedAddresses
from bot.topics import Topic
from bot.topics.formatter import format_short

FORMS: Final = ("atom", "json", "opml")
UNKNOWN: Final = "There is no such feed. /feed in the chat makes one."
ENDED: Final = "This feed has ended. /feed in the chat makes a new one."


def chat_feed_addresses(base_url: str, token: str) -> FeedAddresses:
    """Where the feed with that token is read."""
    atom, json, outline = (f"{base_url}/feeds/chat/{token}.{form}" for form in FORMS)
    return FeedAddresses(atom, json, outline)


def chat_feed_routes(digests: DigestReader, lists: ListReader, options: FeedOptions) -> list[BaseRoute]:
    """The routes of chats' feeds; they come before those of all feeds."""
    feeds = _ChatFeedHandlers(digests, lists, options)
    return [Route("/feeds/chat/{asked:path}", for_readers(feeds.feed, options))]


@dataclass(frozen=True, slots=True)
class _ChatFeedHandlers:
    digests: DigestReader
    lists: ListReader
    options: FeedOptions

    async def feed(self, request: Request) -> Response:
        """The feed of a token, and for nobody to keep who only passes it on, or to find."""
        response = await self._answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    async def _answer(self, request: Request) -> Response:
        token, _, form = request.path_params["asked"].rpartition(".")
        state = await self.digests.state(token, self._since())
        if state is None or form not in FORMS:
            return PlainTextResponse(UNKNOWN, 404)
        if state.revoked:
            return PlainTextResponse(ENDED, 410)
        if form == "opml":
            return await self._topics(request, state)
        return await self._digests(request, state, token, form)

    async def _digests(self, request: Request, state: ChatFeedState, token: str, form: str) -> Response:
        tag = entity_tag(self.options.version, form, state.version)
        freshness = Freshness(tag, None, MAX_AGE_SECONDS, private=True)
        if unchanged := freshness.not_modified(request):
            return unchanged
        if not await self.lists.has_real_papers():
            return PlainTextResponse(NOT_READY, 503, {"Retry-After": "60"})
        return feed_response(await self._feed(state, token, form), form, freshness, self.options)

    async def _feed(self, state: ChatFeedState, token: str, form: str) -> Feed:
        sent = await self.digests.sent_since(state.chat_id, self._since())
        authority = await self.options.authority()
        entries = await self._entries(sent.papers[:FEED_ENTRIES], authority)
        moments = [entry.updated for entry in entries]
        if sent.newest_at:
            moments.append(sent.newest_at.replace(microsecond=0))
        own = chat_feed_addresses(self.options.base_url, token)
        return Feed(
            id=f"tag:{authority}:chat:{state.chat_id}",
            title=printable(f"Daily Papers for {state.title}") if state.title else "Your Daily Papers",
            page_url=f"{self.options.base_url}/papers",
            self_url=own.json if form == "json" else own.atom,
            updated=max(moments, default=self._since()),
            entries=entries,
        )

    async def _entries(self, sent: Sequence[SentPaper], authority: str) -> list[FeedEntry]:
        changed_at = await self.lists.texts_changed_at([each.paper for each in sent])
        say = Translator().plain_text
        return [
            paper_entry(each.paper, authority, changed_at[each.paper.id], say(each.reasons))
            for each in sent
            if each.paper.id in changed_at
        ]

    async def _topics(self, request: Request, state: ChatFeedState) -> Response:
        topics = [self._outline(topic) for topic in await self.digests.topics(state.chat_id)]
        title = printable(f"Topics of {state.title}") if state.title else "Your topics"
        freshness = Freshness(entity_tag(self.options.version, title, topics), None, MAX_AGE_SECONDS, private=True)
        if unchanged := freshness.not_modified(request):
            return unchanged
        return Response(render_opml(title, topics), media_type=opml.MEDIA_TYPE, headers=dict(freshness.headers))

    def _outline(self, topic: Topic) -> OpmlOutline:
        words, base = format_short(topic), self.options.base_url
        return OpmlOutline(
            text=printable(words),
            feed_url=f"{base}/feeds/topic.atom?{urlencode({'topic': words})}",
            page_url=f"{base}/papers/search?{urlencode({'q': words})}",
        )

    def _since(self) -> datetime:
        """The beginning of the days shown, UTC."""
        return datetime.combine(self.lists.today() - FEED_PERIOD, time(), UTC)
