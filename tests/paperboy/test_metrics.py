"""What /metrics says: names, types and labels are a contract with whoever reads them."""

from __future__ import annotations

from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bot.deliveries import DeliveryState
from paperboy.server import make_web_app

REPORT: dict[str, Any] = {
    "version": "0.1.0",
    "database": "sqlite",
    "papers": 3,
    "sources": [{"name": "huggingface", "papers": 3}],
    "chats": {"active": 1, "paused": 2},
    "deliveries": {state.value: place for place, state in enumerate(DeliveryState)},
    "next_digest_at": None,
    "meaning": "off",
}

# As version 0.1 wrote it.
RECORDED = """\
# TYPE paperboy_papers gauge
paperboy_papers 3
# TYPE paperboy_chats gauge
paperboy_chats{status="active"} 1
paperboy_chats{status="paused"} 2
# TYPE paperboy_deliveries gauge
paperboy_deliveries{state="pending"} 0
paperboy_deliveries{state="sending"} 1
paperboy_deliveries{state="sent"} 2
paperboy_deliveries{state="failed"} 3
paperboy_deliveries{state="uncertain"} 4
paperboy_deliveries{state="expired"} 5
"""


async def scrape(report: dict[str, Any]) -> httpx.Response:
    async def ready() -> bool:
        return True

    async def current() -> dict[str, object]:
        return report

    transport = httpx.ASGITransport(make_web_app([], ready, current))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get("/metrics")


def metrics(text: str) -> list[tuple[str, str, list[Any]]]:
    """(name, type, samples) of each family, in order."""
    families = text_string_to_metric_families(text)
    return [(family.name, family.type, family.samples) for family in families]


async def test_names_types_labels_and_values_are_those_of_the_first_version() -> None:
    response = await scrape(REPORT)
    assert metrics(response.text) == metrics(RECORDED)
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_numbers_are_read_at_each_scrape() -> None:
    before = await scrape(REPORT)
    after = await scrape({**REPORT, "papers": 4})
    assert [metrics(each.text)[0][2][0].value for each in (before, after)] == [3, 4]
