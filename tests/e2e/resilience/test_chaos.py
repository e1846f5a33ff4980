"""Killed ten times on each engine, with faults of every kind: nobody's digest is lost, and next to none comes twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.support.chaos import CALM_DAY, FIRST_DAY, HOUR, SECOND_DAY, Chaos
from tests.e2e.support.crash_points import NEVER

pytestmark = [pytest.mark.long(120), pytest.mark.timeout(1800)]
PRIVATE, GROUPS, CHANNELS = 50, 6, 10
#: Where the process falls, and at which time it gets there; five on each day, in a small run two.
FALLS = (
    ("writing plan", 1),
    ("written claim", 1),
    ("accepted", 6),
    ("looked", 1),
    ("writing settle", 4),
    ("written plan", 1),
    ("sending", 9),
    ("written overdue", 1),
    ("writing claim", 2),
    ("written settle", 3),
)


@pytest.fixture
async def chaos(tmp_path: Path, database_url: str, full: bool) -> AsyncIterator[Chaos]:
    async with Chaos.built(tmp_path, database_url, seed=7) as chaos:
        chaos.lists()
        await chaos.readers(PRIVATE if full else PRIVATE // 2, GROUPS, CHANNELS)
        yield chaos


async def test_ten_kills(chaos: Chaos, full: bool) -> None:
    falls_of_days = (FALLS[:5], FALLS[5:]) if full else (FALLS[1:3], FALLS[5:7])
    for day, falls in zip((FIRST_DAY, SECOND_DAY), falls_of_days, strict=True):
        chaos.clock.put_forward(datetime.combine(day, HOUR, UTC) + timedelta(minutes=1))
        for step, number in falls:
            chaos.torment()
            assert await chaos.killed(step, number), f"nobody fell at {step} {number}"
        chaos.calm()
        assert not await chaos.killed(NEVER, 0)
    # What was given up twice in doubt comes with the next digest.
    chaos.clock.put_forward(datetime.combine(CALM_DAY, HOUR, UTC) + timedelta(minutes=1))
    assert not await chaos.killed(NEVER, 0)

    found = chaos.count()

    doubled = found.doubled_in_telegram
    print(f"\n{chaos.kills} kills, {chaos.in_flight} in flight, {chaos.ambiguous} answers lost: {doubled} doubled")
    assert chaos.kills == sum(map(len, falls_of_days))
    assert (found.missing, found.out_of_order, found.violations) == (0, 0, [])
    assert found.doubled_in_slack == 0, "Slack can be asked"
    assert doubled <= chaos.in_flight + chaos.ambiguous
    said = chaos.said()
    assert said
    assert [secret for secret in chaos.secrets() if secret in said] == []
