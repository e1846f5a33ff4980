"""Connections to public addresses only, decided on the very address that is dialled: a name may resolve otherwise a
moment later."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

import httpcore

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# What Python's tables of 3.11.7 call global, and what carries an IPv4 address inside.
_NOT_PUBLIC: Final = tuple(
    ip_network(each)
    for each in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "fec0::/10",
        "::/96",
        "192.0.0.0/24",
    )
)


class NotPublic(httpcore.ConnectError):
    """The host has an address that is not on the public internet."""


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet reaches."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return not any(ip.version == network.version and ip in network for network in _NOT_PUBLIC)


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """Every address of a host, as the system's resolver orders them. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PublicAddressBackend(httpcore.AsyncNetworkBackend):
    """Resolves once, refuses a host that has any address that is not ``allowed``, and dials what was looked at. The
    name stays the one of the URL for TLS."""

    def __init__(self, allowed: Callable[[str], bool] = is_public, resolve: Resolve = resolve_host) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to one of the host's addresses. Raises NotPublic, and ConnectError where none answers."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("the name does not resolve") from None
        if not all(map(self._allowed, addresses)):
            raise NotPublic("not a public address")
        problem: Exception = httpcore.ConnectError("the name has no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                problem = refused
        raise problem

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)
