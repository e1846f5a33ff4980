"""The pages and feeds for everybody, put together: who may read them, and what they offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from ipaddress import ip_address
from typing import Final, Protocol, runtime_checkable
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.routing import BaseRoute

from adapters.feeds import FeedOptions, VisitorLimit, chat_feed_addresses, chat_feed_routes, feed_routes
from adapters.pages import PageOptions, SubscribeOffer, page_routes
from adapters.web import is_local_visitor, visitor_address
from bot.chats import Platform
from bot.commands.archive.digest_reader import DigestReader
from bot.commands.archive.list_reader import ListReader
from bot.commands.core.services import Services
from bot.ports import ChatPlatform, FeedAddresses
from paperboy.settings import Settings
from paperboy.version import VERSION

STRANGERS_TO: Final = "/papers"  # whoever finds nothing at the local chat's address
EMAIL: Final = Platform("email")
FEEDS: Final = Platform("feeds")  # under which their one setting is kept
TAG_AUTHORITY: Final = "tag authority"
LOCALHOST: Final = "localhost"


def public_routes(
    settings: Settings, services: Services, platforms: Mapping[Platform, ChatPlatform]
) -> list[BaseRoute]:
    """The pages' routes, none where they are off. ``platforms`` may still grow."""
    if settings.public_pages == "off":
        return []
    options = PageOptions(
        base_url=public_address(settings),
        admits=page_access(settings.public_url),
        offers=_offers(settings, platforms),
        thumbnails=settings.thumbnails == "on",
        feeds=True,
        version=VERSION,
    )
    reader = ListReader(services)
    feeds = FeedOptions(
        options.base_url,
        options.admits,
        TagAuthority(settings.public_url, services),
        visitor=feed_visitor(settings),
        limit=VisitorLimit(services.clock.now),
        version=VERSION,
    )
    chat_feeds = chat_feed_routes(DigestReader(services), reader, feeds)
    return [*chat_feeds, *feed_routes(reader, feeds), *page_routes(reader, options)]


def feed_addresses(settings: Settings) -> Callable[[str], FeedAddresses] | None:
    """Where the feed with a token is read, None where no feeds are served."""
    if settings.public_pages == "off":
        return None
    return partial(chat_feed_addresses, public_address(settings))


class TagAuthority:
    """What the ids of feed entries begin with (RFC 4151): the domain and the year in which feeds were first public.

    It is kept, since after a move to another address every reader would show every entry anew.
    """

    def __init__(self, public_url: str, services: Services) -> None:
        self._host = urlsplit(public_url).hostname or ""
        self._services = services
        self._known = ""

    async def __call__(self) -> str:
        """*papers.example.org,2026*; without a public address nothing is kept, for nobody else reads the feeds."""
        fresh = f"{self._host or LOCALHOST},{self._services.clock.now().year}"
        if not self._host:
            return fresh
        self._known = self._known or await self._keep(fresh)
        return self._known

    async def _keep(self, fresh: str) -> str:
        async with self._services.storage.write() as work:
            known = await work.workspace_settings.get_setting(FEEDS, "", TAG_AUTHORITY)
            if not known:
                await work.workspace_settings.set_setting(FEEDS, "", TAG_AUTHORITY, fresh)
                await work.commit()
        return known or fresh


def public_address(settings: Settings) -> str:
    """Where the pages are for those who read them, without a slash at the end; no request has a say in it."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = "127.0.0.1" if is_wildcard_host(settings.host) else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def page_access(public_url: str) -> Callable[[Request], bool]:
    """With a public address everybody may read the pages, without one who sits at this machine."""
    return lambda request: bool(public_url) or is_local_visitor(request)


def feed_visitor(settings: Settings) -> Callable[[Request], str]:
    """Whose answers are counted; nobody's where only this machine reads."""
    return lambda request: visitor_address(request, settings.trusted_proxies) if settings.public_url else ""


def is_wildcard_host(host: str) -> bool:
    """Whether it means every address of this machine, which no browser can be sent to."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


@runtime_checkable
class _InvitesByLink(Protocol):
    """Telegram, without importing it where it does not run."""

    def invitation_link(self, topic: str) -> str:
        """The link that opens a chat with the bot and follows ``topic`` there; '' while the bot is not known."""
        ...


def _offers(
    settings: Settings, platforms: Mapping[Platform, ChatPlatform]
) -> Callable[[str], Sequence[SubscribeOffer]]:
    installs = settings.public_url and settings.slack_client_id and settings.slack_client_secret.get_secret_value()

    def offers(topic: str) -> list[SubscribeOffer]:
        found = []
        if EMAIL in platforms:
            asked = f"?{urlencode({'topic': topic})}" if topic else ""
            found.append(SubscribeOffer("E-mail", f"/subscribe{asked}"))
        for platform in platforms.values():
            if isinstance(platform, _InvitesByLink) and (link := platform.invitation_link(topic)):
                found.append(SubscribeOffer("Telegram", link))
        if installs:
            found.append(SubscribeOffer("Slack", "/slack/install"))
        return found

    return offers
