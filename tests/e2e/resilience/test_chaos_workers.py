"""Four workers (a small run: two) beside one Paperboy, killed by turns, the database thrown out: nothing is lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import PostgresServer, migrate_database
from tests.e2e.support.chaos import CALM_DAY, DIGEST_HOUR, FIRST_DAY, SECOND_DAY, ChaosRun
from tests.e2e.support.worker_fleet import CrashSpec, WorkerFleet

pytestmark = [pytest.mark.long(90), pytest.mark.timeout(1800)]
GROUPS, CHANNELS = 6, 10
#: Where they fall, in the order in which they are hired; the first is the Paperboy that plans.
FALLS = (
    ("written plans", 1),
    ("accepted", 3),
    ("written claim", 2),
    ("sending", 2),
    ("writing results", 3),
    # The second day: it has no fall of a planning process, but one of the database.
    ("accepted", 12),
    ("writing claim", 2),
    ("accepted", 5),
    ("written results", 1),
)


@dataclass(frozen=True)
class Size:
    """How many read in private, how many workers there are, and the falls of each of the days."""

    private: int
    workers: int
    falls: tuple[Sequence[CrashSpec], ...]


FULL = Size(110, 4, (FALLS[:5], FALLS[5:], ()))
SMALL = Size(50, 2, (FALLS[:3], FALLS[5:7], ()))


@pytest.fixture
def size(full: bool) -> Size:
    return FULL if full else SMALL


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server that may fall without taking other tests with it."""
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="paperboy-postgres-")))
    yield server
    server.close()


@pytest.fixture
async def chaos(tmp_path: Path, own_postgres: PostgresServer, size: Size) -> AsyncIterator[ChaosRun]:
    url = own_postgres.url(own_postgres.create_database())
    migrate_database(url)
    async with ChaosRun.create(tmp_path, url, seed=11) as chaos:
        chaos.publish_papers()
        await chaos.add_subscribers(size.private, GROUPS, CHANNELS)
        yield chaos


async def test_workers_that_fall_and_a_database_that_does(
    chaos: ChaosRun, own_postgres: PostgresServer, size: Size
) -> None:
    interrupted = 0
    for day, falls in zip((FIRST_DAY, SECOND_DAY, CALM_DAY), size.falls, strict=True):
        chaos.clock.advance_to(datetime.combine(day, DIGEST_HOUR, UTC) + timedelta(minutes=1))
        fleet, fallen = WorkerFleet(chaos, list(falls)), chaos.kills
        for words in ["run"] + ["worker"] * size.workers:
            await fleet.start_process(words)
        await fleet.wait_for_crashes(fallen + len(falls))
        if day == SECOND_DAY:
            interrupted = await chaos.count_sending()
            await asyncio.to_thread(own_postgres.crash_and_start)
        chaos.clear_faults()
        await chaos.wait_until_done()
        assert set(await fleet.stop_all()) == {0}

    found = chaos.report()

    bound = chaos.in_flight + interrupted + chaos.answer_lost
    print(f"\n{chaos.kills} kills, {chaos.in_flight} in flight, {interrupted} at the database's fall, {found}")
    assert (found.missing, found.out_of_order, found.violations) == (0, 0, [])
    assert found.doubled_in_slack == 0, "Slack can be asked"
    assert found.doubled_in_telegram <= bound
    said = chaos.process_output()
    assert [secret for secret in chaos.secrets() if secret in said] == []
