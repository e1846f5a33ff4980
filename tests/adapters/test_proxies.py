"""One rule says which requests go through a proxy, whichever library makes them."""

from __future__ import annotations

import re

import aiohttp
import httpx
import pytest

from adapters.proxies import (
    ProxyRoutes,
    RoutedTransport,
    SocksUnsupported,
    parse_bypass,
    parse_proxy,
    routed_request_class,
    shown_proxy,
)
from adapters.slack.client.connection import Connection
from adapters.telegram.client.application import PollingRequest, build_sending_request
from tests.fakes.proxy import FakeProxy

PROXY = "http://proxy.lan:3128"


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("", "http://hub.example/", False),
        ("localhost,fd00::/8", "http://localhost:8000/", True),
        ("localhost,fd00::/8", "http://[fd12::1]:8000/", True),
        ("localhost,fd00::/8", "https://huggingface.co/", False),
        ("10.0.0.0/8", "http://10.20.30.40/", True),
        ("10.0.0.0/8", "http://11.0.0.1/", False),
        ("10.0.0.0/8", "http://10.example.com/", False),
        ("127.0.0.1", "wss://127.0.0.1:9/", True),
        ("::1", "http://[::1]:8/", True),
        ("[::1]", "http://[::1]:8/", True),
        ("[::1]:8", "http://[::1]:8/", True),
        ("[::1]:8", "http://[::1]:9/", False),
        ("*.slack.com", "https://wss-primary.slack.com/", True),
        (".slack.com", "https://slack.com/api/", True),
        ("slack.com", "https://wss.slack.com", True),
        ("slack.com", "https://notslack.com", False),
        ("SLACK.com", "https://Slack.COM./", True),
        ("hub.example:8443", "https://hub.example:8443/", True),
        ("hub.example:8443", "https://hub.example/", False),
        ("hub.example:443", "https://hub.example/", True),
        ("10.0.0.0/8:80", "http://10.1.1.1/", True),
        ("https://hub.example", "https://hub.example/", True),
        ("*", "https://anything.example/", True),
        ("a b\tslack.com", "https://slack.com/", True),
        ("a:b:c,,:,slack.com", "https://slack.com/", True),
        ("a:b:c", "https://hub.example/", False),
    ],
)
def test_what_goes_without_a_proxy(no_proxy: str, url: str, direct: bool) -> None:
    routes = ProxyRoutes(PROXY, PROXY, parse_bypass(no_proxy))
    assert routes.proxy_for(url) == ("" if direct else PROXY)


def test_each_scheme_has_its_proxy() -> None:
    routes = ProxyRoutes("http://a:1", "http://b:2")
    assert [routes.proxy_for(f"{scheme}://x") for scheme in ("http", "ws", "https", "wss")] == [
        "http://a:1",
        "http://a:1",
        "http://b:2",
        "http://b:2",
    ]


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("", ""),
        ("127.0.0.1:3128", "http://127.0.0.1:3128"),
        ("HTTP://u:p%23@proxy.lan:3128/", "http://u:p%23@proxy.lan:3128/"),
        ("socks5h://[::1]:1080", "socks5h://[::1]:1080"),
    ],
)
def test_addresses_of_proxies(address: str, meant: str) -> None:
    assert parse_proxy(address) == meant


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://user:pa#ss@127.0.0.1:3128", "%23"),
        ("http://user:pa/ss@127.0.0.1:3128", "%2F"),
        ("http://user:pa?ss@127.0.0.1:3128", "%3F"),
        ("http://user:p@ss@127.0.0.1:3128", "%40"),
        ("ftp://127.0.0.1", "ftp://"),
        ("http://", "is no address of a proxy"),
        ("http://proxy:port", "is no address of a proxy"),
        ("http://proxy:99999", "is no address of a proxy"),
        ("http://[::1", "is no address of a proxy"),
    ],
)
def test_what_is_wrong_with_a_proxy_is_said_without_its_password(address: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as raised:
        parse_proxy(address)
    assert "pa" not in str(raised.value).replace("password", "")


def test_a_proxy_is_shown_without_its_password() -> None:
    assert shown_proxy("http://user:secret@proxy.lan:3128/") == "http://proxy.lan:3128"


async def ask_everywhere(routes: ProxyRoutes, url: str) -> None:
    """By every library that Paperboy uses."""
    async with httpx.AsyncClient(transport=RoutedTransport(routes)) as client:
        await client.get(f"{url}/httpx")
    async with aiohttp.ClientSession(request_class=routed_request_class(routes)) as session:
        await session.get(f"{url}/aiohttp")
    for request in (build_sending_request(2, routes), build_sending_request(99, routes), PollingRequest(routes)):
        await request.initialize()
        await request.do_request(f"{url}/telegram", "POST")
        await request.shutdown()
    connection = Connection(f"{url}/slack", routes)
    await connection.responder(f"{url}/slack").send_dict({})
    await connection.close()


async def test_every_library_takes_the_proxy_with_its_password() -> None:
    async with FakeProxy() as proxy:
        address = f"http://user:pa%23ss@{proxy.address}"
        await ask_everywhere(ProxyRoutes(address, address), "http://hub.example")
    assert len(proxy.requests) == 6
    assert all(" http://hub.example/" in line for line in proxy.requests)
    assert set(proxy.credentials) == {"Basic dXNlcjpwYSNzcw=="}
    assert len(proxy.credentials) == 6


async def test_every_library_heeds_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeProxy() as proxy, FakeProxy() as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):  # which slack-sdk would read
            monkeypatch.setenv(name, f"http://{proxy.address}")
        address = f"http://{proxy.address}"
        await ask_everywhere(ProxyRoutes(address, address, parse_bypass("127.0.0.1")), f"http://{server.address}")
    assert proxy.requests == []
    assert len(server.requests) == 6


async def test_aiohttp_says_that_it_knows_no_socks() -> None:
    routes = ProxyRoutes("socks5h://127.0.0.1:1", "socks5h://127.0.0.1:1")
    async with aiohttp.ClientSession(request_class=routed_request_class(routes)) as session:
        with pytest.raises(SocksUnsupported):
            await session.get("http://hub.example")
