"""The numbers an operator decides by, as a scrape shows them, and the rules that ask for them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from adapters.search.fts_index import FtsIndex
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import ChatStatus
from bot.deliveries import AttemptResult, DeliveryState
from bot.ports import Storage
from paperboy.metrics import render_metrics
from paperboy.process_metrics import SETTLED_AFTER, ErrorCounter, ProcessMetrics
from paperboy.status import operating_report, status_report
from storage.database import Database
from tests.contracts.factories import LEASE, NOW, make_paper, make_plan, store_chat, store_papers

ROOT = Path(__file__).parents[2]
PLATFORMS = ("local", "telegram")
FORBIDDEN_LABELS = {"chat", "person", "user", "topic", "paper", "workspace"}


async def scrape(storage: Storage, index: FtsIndex, process: ProcessMetrics, now: datetime) -> dict[str, Any]:
    """Every sample by its name and labels, as ``name{label="value"}``."""
    await process.count_digests(storage, now)
    report = await status_report(storage, "sqlite", now) | await operating_report(storage, index, PLATFORMS, now)
    text = render_metrics(report, process).decode()
    return {
        name_of(sample.name, sample.labels): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def name_of(name: str, labels: Mapping[str, str]) -> str:
    return name + "{" + ",".join(f'{label}="{value}"' for label, value in sorted(labels.items())) + "}"


@pytest.fixture
def index(tmp_path: Path) -> FtsIndex:
    return FtsIndex(tmp_path / "index.db")


async def send_one(storage: Database, due_at: datetime, at: datetime) -> None:
    """A digest that was due at ``due_at`` leaves at ``at``."""
    paper = make_paper()
    await store_papers(storage, paper)
    chat = await store_chat(storage)
    async with storage.write() as work:
        await work.outbox.store_plans([make_plan(chat, [paper.id], due_at=due_at, planned_at=due_at)])
        (claimed,) = await work.outbox.claim(TELEGRAM, owner="me", now=at, lease_until=LEASE + timedelta(days=1))
        sent = AttemptResult(claimed.id, DeliveryState.SENT, at, attempt_started_at=claimed.sending_at)
        await work.outbox.record_results([sent], "me")
        await work.commit()


async def test_lateness_is_counted_once_settled_and_once(storage: Database, index: FtsIndex) -> None:
    process = ProcessMetrics(NOW - timedelta(hours=1), PLATFORMS)
    await send_one(storage, NOW, NOW + timedelta(seconds=45))
    count = 'paperboy_delivery_lateness_seconds_count{platform="telegram"}'
    assert (await scrape(storage, index, process, NOW + timedelta(seconds=50)))[count] == 0
    settled = NOW + timedelta(seconds=45) + SETTLED_AFTER
    seen, again = [await scrape(storage, index, process, settled + timedelta(seconds=later)) for later in (0, 15)]
    assert seen[count] == again[count] == 1
    assert seen['paperboy_delivery_lateness_seconds_sum{platform="telegram"}'] == 45
    assert seen['paperboy_delivery_lateness_seconds_bucket{le="30.0",platform="telegram"}'] == 0
    assert seen['paperboy_delivery_lateness_seconds_bucket{le="60.0",platform="telegram"}'] == 1
    assert seen['paperboy_deliveries{platform="telegram",state="sent"}'] == 1
    assert seen['paperboy_deliveries{platform="local",state="sent"}'] == 0


async def test_the_longest_waiting_message_is_seen_unless_its_chat_is_paused(
    storage: Database, index: FtsIndex
) -> None:
    process = ProcessMetrics(NOW, PLATFORMS)
    assert (await scrape(storage, index, process, NOW))["paperboy_oldest_pending_seconds{}"] == 0
    paper = make_paper()
    await store_papers(storage, paper)
    chat = await store_chat(storage)
    async with storage.write() as work:
        await work.outbox.store_plans([make_plan(chat, [paper.id], due_at=NOW)])
        await work.commit()
    seen = await scrape(storage, index, process, NOW + timedelta(minutes=20))
    assert seen["paperboy_oldest_pending_seconds{}"] == 1200
    assert seen["paperboy_index_behind_changes{}"] == 1
    await store_chat(storage, status=ChatStatus.PAUSED)
    assert (await scrape(storage, index, process, NOW))["paperboy_oldest_pending_seconds{}"] == 0


async def test_errors_are_counted_by_their_part(sqlite_storage: Database, index: FtsIndex) -> None:
    process = ProcessMetrics(NOW, PLATFORMS)
    counter = ErrorCounter(process)
    for name in ("bot.delivery.attempt", "some.library", "adapters.telegram.polling.x"):
        counter.handle(logging.LogRecord(name, logging.ERROR, "", 0, "it broke", (), None))
    seen = await scrape(sqlite_storage, index, process, NOW)
    for kind in ("bot.delivery", "library", "adapters.telegram"):
        assert seen[f'paperboy_errors_total{{kind="{kind}"}}'] == 1
    assert seen['paperboy_errors_total{kind="adapters.slack"}'] == 0


async def test_no_label_names_anybody_and_a_scrape_stays_small(sqlite_storage: Database, index: FtsIndex) -> None:
    await send_one(sqlite_storage, NOW, NOW)
    seen = await scrape(sqlite_storage, index, ProcessMetrics(NOW, PLATFORMS), NOW + timedelta(hours=1))
    assert {label for name in seen for label in re.findall(r'[{,](\w+)="', name)} & FORBIDDEN_LABELS == set()
    assert len(seen) < 400


async def test_alert_rules_ask_for_what_there_is(sqlite_storage: Database, index: FtsIndex) -> None:
    async with sqlite_storage.write() as work:
        await work.commit()
    await store_chat(sqlite_storage, next_digest_at=NOW)
    seen = await scrape(sqlite_storage, index, ProcessMetrics(NOW, PLATFORMS), NOW)
    names = {name.partition("{")[0] for name in seen} | {"paperboy_source_last_success_timestamp_seconds"}
    rules = [
        rule for group in yaml.safe_load((ROOT / "docs/alerts.yaml").read_text())["groups"] for rule in group["rules"]
    ]
    asked = {rule["alert"]: set(re.findall(r"\bpaperboy_\w+", rule["expr"])) for rule in rules}
    assert all(asked.values())
    assert {alert: wanted - names for alert, wanted in asked.items() if wanted - names} == {}
    assert all(set(rule["annotations"]) == {"summary", "todo"} for rule in rules)
    page = (ROOT / "docs/operating.md").read_text()
    assert [name for wanted in asked.values() for name in wanted if base_name(name) not in page] == []


def base_name(name: str) -> str:
    return name.removesuffix("_bucket").removesuffix("_total")
