"""Killed ten times on each engine, with faults of every kind: nobody's digest is lost, and next to none comes twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.support.chaos import CALM_DAY, DIGEST_HOUR, FIRST_DAY, SECOND_DAY, ChaosRun
from tests.e2e.support.crash_points import NO_CRASH

pytestmark = [pytest.mark.long(120), pytest.mark.timeout(1800)]
PRIVATE, GROUPS, CHANNELS = 50, 6, 10
#: Where the process falls, and at which time it gets there; five on each day, in a small run two.
FALLS = (
    ("writing plans", 1),
    ("written claim", 1),
    ("accepted", 6),
    ("looked", 1),
    ("writing results", 4),
    ("written plans", 1),
    ("sending", 9),
    ("written expired leases", 1),
    ("writing claim", 2),
    ("written results", 3),
)


@pytest.fixture
async def chaos(tmp_path: Path, database_url: str, full: bool) -> AsyncIterator[ChaosRun]:
    async with ChaosRun.create(tmp_path, database_url, seed=7) as chaos:
        chaos.publish_papers()
        await chaos.add_subscribers(PRIVATE if full else PRIVATE // 2, GROUPS, CHANNELS)
        yield chaos


async def test_ten_kills(chaos: ChaosRun, full: bool) -> None:
    falls_of_days = (FALLS[:5], FALLS[5:]) if full else (FALLS[1:3], FALLS[5:7])
    for day, falls in zip((FIRST_DAY, SECOND_DAY), falls_of_days, strict=True):
        chaos.clock.advance_to(datetime.combine(day, DIGEST_HOUR, UTC) + timedelta(minutes=1))
        for step, number in falls:
            chaos.inject_faults()
            assert await chaos.run_until_crash(step, number), f"nobody fell at {step} {number}"
        chaos.clear_faults()
        assert not await chaos.run_until_crash(NO_CRASH, 0)
    # What was given up twice in doubt comes with the next digest.
    chaos.clock.advance_to(datetime.combine(CALM_DAY, DIGEST_HOUR, UTC) + timedelta(minutes=1))
    assert not await chaos.run_until_crash(NO_CRASH, 0)

    found = chaos.report()

    doubled = found.doubled_in_telegram
    print(f"\n{chaos.kills} kills, {chaos.in_flight} in flight, {chaos.answer_lost} answers lost: {doubled} doubled")
    assert chaos.kills == sum(map(len, falls_of_days))
    assert (found.missing, found.out_of_order, found.violations) == (0, 0, [])
    assert found.doubled_in_slack == 0, "Slack can be asked"
    assert doubled <= chaos.in_flight + chaos.answer_lost
    said = chaos.process_output()
    assert said
    assert [secret for secret in chaos.secrets() if secret in said] == []
