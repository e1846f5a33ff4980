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
    "sources": [{"name": "huggingface", "papers": 3, "last_success_at": "2026-08-18T07:00:00Z"}],
    "chats": {"active": 1, "paused": 2},
    "deliveries": {state.value: place for place, state in enumerate(DeliveryState)},
    "deliveries_by_platform": {"telegram": {state.value: place for place, state in enumerate(DeliveryState)}},
    "oldest_pending_seconds": 12.5,
    "index_behind_changes": 2,
    "next_digest_at": "2026-08-18T09:00:00Z",
    "meaning": "off",
}

RECORDED = """\
# TYPE paperboy_papers gauge
paperboy_papers 3
# TYPE paperboy_chats gauge
paperboy_chats{status="active"} 1
paperboy_chats{status="paused"} 2
# TYPE paperboy_deliveries gauge
paperboy_deliveries{platform="telegram",state="pending"} 0
paperboy_deliveries{platform="telegram",state="sending"} 1
paperboy_deliveries{platform="telegram",state="sent"} 2
paperboy_deliveries{platform="telegram",state="failed"} 3
paperboy_deliveries{platform="telegram",state="uncertain"} 4
paperboy_deliveries{platform="telegram",state="expired"} 5
# TYPE paperboy_source_last_success_timestamp_seconds gauge
paperboy_source_last_success_timestamp_seconds{source="huggingface"} 1.7870364e+09
# TYPE paperboy_next_digest_timestamp_seconds gauge
paperboy_next_digest_timestamp_seconds 1.7870436e+09
# TYPE paperboy_oldest_pending_seconds gauge
paperboy_oldest_pending_seconds 12.5
# TYPE paperboy_index_behind_changes gauge
paperboy_index_behind_changes 2
# TYPE paperboy_build_info gauge
paperboy_build_info{version="0.1.0",database="sqlite"} 1
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


async def test_names_types_labels_and_values_are_the_contract() -> None:
    response = await scrape(REPORT)
    assert metrics(response.text) == metrics(RECORDED)
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_numbers_are_read_at_each_scrape() -> None:
    before = await scrape(REPORT)
    after = await scrape({**REPORT, "papers": 4})
    assert [metrics(each.text)[0][2][0].value for each in (before, after)] == [3, 4]
