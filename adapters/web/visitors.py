"""Who asks: somebody at this machine, or anybody. What stands in a header is believed only where it costs the asker."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

#: Headers by which a proxy says that it asks for another. RFC 7239 and RFC 9110 section 7.6.3; the rest by custom.
_FORWARDING: Final = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"})
_FORWARDING_PREFIX: Final = "x-forwarded"
_ONE_VISITOR_V6: Final = 64  # bits of an address; a household has all the rest


def is_local_visitor(request: Request, public_url: str = "") -> bool:
    """Whether somebody at this machine asks, who needs no password.

    A proxy on this machine asks from loopback too, so nothing may hint at one: no forwarding header, no Host but
    loopback (a foreign page could also reach us through a name that resolves to 127.0.0.1), no HTTP/1.0, which nginx
    speaks unless it is told otherwise, and no ``public_url``, for then there is a proxy.
    """
    if public_url or is_forwarded(request) or request.scope.get("http_version") == "1.0":
        return False
    caller = request.client.host if request.client else ""
    return _is_loopback(caller) and _is_loopback(_host_asked_for(request))


def is_forwarded(request: Request) -> bool:
    """Whether a header says that somebody else asks through the caller."""
    return any(name in _FORWARDING or name.startswith(_FORWARDING_PREFIX) for name in request.headers)


def visitor_address(request: Request, trusted_proxies: Collection[str]) -> str:
    """The address that a limit counts, '' where nobody can say whose it is: behind a proxy that is not trusted.

    Of ``X-Forwarded-For`` the last address counts that no trusted proxy has; those before it anybody can write.
    """
    caller = request.client.host if request.client else ""
    if not is_forwarded(request):
        return _network(caller)
    if caller not in trusted_proxies:
        return ""
    told = [each.strip() for each in ",".join(request.headers.getlist("X-Forwarded-For")).split(",")]
    return next((_network(each) for each in reversed(told) if each not in trusted_proxies), "")


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _ONE_VISITOR_V6), strict=False))
    return str(parsed)


def _host_asked_for(request: Request) -> str:
    try:
        return urlsplit("//" + request.headers.get("Host", "")).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
