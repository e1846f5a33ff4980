"""Who may read /metrics."""

from __future__ import annotations

import httpx
import pytest

from paperboy.server import make_web_app, metrics_access
from tests.paperboy.test_metrics import REPORT

TOKEN = "a-token-of-the-operators"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def status(public_url: str, token: str, headers: dict[str, str], caller: str = "127.0.0.1") -> int:
    async def ready() -> bool:
        return True

    async def current() -> dict[str, object]:
        return REPORT

    app = make_web_app([], ready, current, may_read_metrics=metrics_access(public_url, token))
    transport = httpx.ASGITransport(app, client=(caller, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return (await client.get("/metrics", headers=headers)).status_code


@pytest.mark.parametrize(
    ("public_url", "token", "headers", "caller", "wanted"),
    [
        ("", "", {}, "127.0.0.1", 200),
        ("", "", {}, "192.0.2.7", 401),
        ("", "", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 401),
        ("", "", {"Authorization": "Bearer "}, "192.0.2.7", 401),
        ("https://paperboy.example.org", "", {}, "127.0.0.1", 401),
        ("https://paperboy.example.org", TOKEN, BEARER, "127.0.0.1", 200),
        ("", TOKEN, BEARER, "192.0.2.7", 200),
        ("", TOKEN, {"Authorization": "Bearer wrong"}, "192.0.2.7", 401),
        ("", TOKEN, {"Authorization": f"Basic {TOKEN}"}, "192.0.2.7", 401),
    ],
)
async def test_this_machine_reads_it_and_whoever_has_the_token(
    public_url: str, token: str, headers: dict[str, str], caller: str, wanted: int
) -> None:
    assert await status(public_url, token, headers, caller) == wanted
