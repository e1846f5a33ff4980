"""Which proxy a request goes through, decided in one place for every client library.

The libraries read the environment each in its own way: slack-sdk knows no NO_PROXY, httpx stops at an entry such as
``fd00::/8``. So none of them reads it; they get what is decided here.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import httpx
from aiohttp import ClientRequest

HTTP_SCHEMES: Final = ("http", "https")
SOCKS_SCHEMES: Final = ("socks5", "socks5h")
_DEFAULT_PORTS: Final = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_NO_ENTRY_PORT: Final = -1
_HOST_AND_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>\d+))?")

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class BypassRule:
    """One entry of NO_PROXY: a network, or a host name with everything below it; ``port`` None means every port."""

    host: str = ""
    network: Network | None = None
    port: int | None = None

    def covers(self, host: str, port: int | None) -> bool:
        if self.port is not None and self.port != port:
            return False
        if self.network is None:
            return self.host == "*" or host == self.host or host.endswith(f".{self.host}")
        try:
            return ip_address(host) in self.network
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class ProxyRoutes:
    """The proxies for plain and for encrypted requests ('' = none) and what goes without."""

    http: str = ""
    https: str = ""
    bypass: tuple[BypassRule, ...] = ()

    @property
    def proxies(self) -> tuple[str, ...]:
        """Every proxy in use, each once."""
        return tuple(dict.fromkeys(filter(None, (self.https, self.http))))

    @property
    def has_socks(self) -> bool:
        return any(proxy.startswith(SOCKS_SCHEMES) for proxy in self.proxies)

    def needs_socks(self, url: str) -> bool:
        """Whether the way to ``url`` is a SOCKS proxy."""
        return self.proxy_for(url).startswith(SOCKS_SCHEMES)

    def proxy_for(self, url: str) -> str:
        """The proxy that a request to ``url`` goes through, '' for none."""
        asked = urlsplit(url)
        proxy = self.https if asked.scheme in ("https", "wss") else self.http
        host = (asked.hostname or "").rstrip(".")
        port = asked.port or _DEFAULT_PORTS.get(asked.scheme)
        return "" if any(rule.covers(host, port) for rule in self.bypass) else proxy


DIRECT: Final = ProxyRoutes()


def parse_bypass(no_proxy: str) -> tuple[BypassRule, ...]:
    """The rules of NO_PROXY: ``*``, hosts and domains (``.lan`` and ``*.lan`` mean ``lan``), addresses, networks, each
    with a port if wanted. What is none of these covers nothing, as other programs have entries of their own there."""
    return tuple(map(_parse_rule, filter(None, re.split(r"[,\s]+", no_proxy.lower()))))


def _parse_rule(entry: str) -> BypassRule:
    entry = entry.partition("://")[2] or entry
    if network := _network(entry.strip("[]")):
        return BypassRule(network=network)
    found = _HOST_AND_PORT.fullmatch(entry)
    if found is None:
        return BypassRule(port=_NO_ENTRY_PORT)
    port = int(found["port"]) if found["port"] else None
    host = found["host"].strip("[]")
    if network := _network(host):
        return BypassRule(network=network, port=port)
    return BypassRule("*" if host == "*" else host.removeprefix("*").strip("."), port=port)


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def parse_proxy(address: str) -> str:
    """The proxy's address with its scheme, ``http://`` where none is given; '' for ''. Raises ValueError with the rest
    of a sentence that begins with the variable's name."""
    if not address:
        return ""
    address = address if "://" in address else f"http://{address}"
    scheme, rest = address.lower().partition("://")[0], address.partition("://")[2]
    if scheme not in (*HTTP_SCHEMES, *SOCKS_SCHEMES):
        raise ValueError(f"names a proxy by {scheme}://; http://, https://, socks5:// and socks5h:// work")
    before_host, has_user, host = rest.rpartition("@")
    if slip := re.search(r"[#?/@\s]", before_host):
        sign = slip[0]
        raise ValueError(f"has {sign!r} in the user or password; write it as %{ord(sign):02X}")
    if not has_user and "#" in rest:
        raise ValueError("has '#' in it; in a password write it as %23")
    try:
        split = urlsplit(f"//{host}")
        well = bool(split.hostname) and (split.port is None or split.port > 0)
        httpx.Proxy(f"{scheme}://{rest}")
    except (ValueError, httpx.InvalidURL):
        well = False
    if not well:
        raise ValueError(
            "is no address of a proxy; write it like http://127.0.0.1:3128 or http://user:password@host:3128"
        )
    return f"{scheme}://{rest}"


def shown_proxy(address: str) -> str:
    """A proxy without its user and password."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].rstrip('/')}"


class SocksUnsupported(aiohttp.ClientConnectionError):
    """A request that would go through SOCKS, which aiohttp does not know; nothing was sent."""


@cache
def _tls_context() -> ssl.SSLContext:
    """What httpx would make for each transport, made once: reading all certificates takes 40 ms each time."""
    return httpx.create_ssl_context()


class RoutedTransport(httpx.AsyncBaseTransport):
    """httpx's transport that takes for each request the way that ``routes`` name."""

    def __init__(self, routes: ProxyRoutes, limits: httpx.Limits | None = None) -> None:
        limits = limits or httpx.Limits(max_connections=100, max_keepalive_connections=20)
        self._routes = routes
        self._transports = {
            proxy: httpx.AsyncHTTPTransport(verify=_tls_context(), limits=limits, proxy=proxy or None)
            for proxy in ("", *routes.proxies)
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transports[self._routes.proxy_for(str(request.url))].handle_async_request(request)

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()


def routed_request_class(routes: ProxyRoutes) -> type[ClientRequest]:
    """aiohttp's request, which takes the way that ``routes`` name, whatever its caller says.

    Raises SocksUnsupported where that is a SOCKS proxy.
    """

    class RoutedRequest(ClientRequest):
        def update_proxy(self, proxy: object, proxy_auth: object, proxy_headers: object) -> None:
            url = str(self.url)
            if routes.needs_socks(url):
                raise SocksUnsupported("a SOCKS proxy can't be used here")
            address = routes.proxy_for(url)
            super().update_proxy(type(self.url)(address) if address else None, None, None)

    return RoutedRequest
