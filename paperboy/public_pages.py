"""The pages for everybody, put together: who may read them, and what they offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.routing import BaseRoute

from adapters.pages import PageOptions, SubscribeOffer, page_routes
from adapters.telegram import TelegramPlatform
from adapters.web import is_local_visitor
from bot.chats import Platform
from bot.commands.archive.list_reader import ListReader
from bot.commands.core.services import Services
from bot.ports import ChatPlatform
from paperboy.settings import Settings
from paperboy.version import VERSION

STRANGERS_TO: Final = "/papers"  # whoever finds nothing at the local chat's address
EMAIL: Final = Platform("email")


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
        version=VERSION,
    )
    return page_routes(ListReader(services), options)


def public_address(settings: Settings) -> str:
    """Where the pages are for those who read them, without a slash at the end; no request has a say in it."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = "127.0.0.1" if is_wildcard_host(settings.host) else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def page_access(public_url: str) -> Callable[[Request], bool]:
    """With a public address everybody may read the pages, without one who sits at this machine."""
    return lambda request: bool(public_url) or is_local_visitor(request)


def is_wildcard_host(host: str) -> bool:
    """Whether it means every address of this machine, which no browser can be sent to."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


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
            if isinstance(platform, TelegramPlatform) and (link := platform.invitation_link(topic)):
                found.append(SubscribeOffer("Telegram", link))
        if installs:
            found.append(SubscribeOffer("Slack", "/slack/install"))
        return found

    return offers
