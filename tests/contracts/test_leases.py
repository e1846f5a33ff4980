"""What only one process may do: taken, prolonged, given back, and taken over from who died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from paperboy.leader_election import LeaderElection
from storage.database import Database

LONG, OVER = timedelta(hours=1), timedelta(0)
MOMENT = timedelta(milliseconds=1)


@pytest.fixture
async def one(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


@pytest.fixture
async def other(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


async def test_a_lease_is_one_owners_until_it_is_over(one: Database, other: Database) -> None:
    assert await one.leases.acquire("schedule", "one", LONG)
    assert await one.leases.acquire("schedule", "one", LONG), "its owner prolongs it"
    assert not await other.leases.acquire("schedule", "other", LONG)
    assert await other.leases.acquire("receive telegram 7", "other", LONG), "each name is a lease of its own"
    assert await one.leases.acquire("schedule", "one", OVER)
    assert await other.leases.acquire("schedule", "other", LONG)
    assert not await one.leases.acquire("schedule", "one", LONG)


async def test_only_its_owner_gives_it_back(one: Database, other: Database) -> None:
    assert await one.leases.acquire("schedule", "one", LONG)
    await other.leases.release("schedule", "other")
    assert not await other.leases.acquire("schedule", "other", LONG)
    await one.leases.release("schedule", "one")
    assert await other.leases.acquire("schedule", "other", LONG)


async def test_many_who_ask_at_once_get_it_once(one: Database, other: Database) -> None:
    taken = await asyncio.gather(
        *(database.leases.acquire("schedule", str(n), LONG) for n, database in enumerate([one, other] * 5))
    )
    assert sum(taken) == 1


async def test_on_sqlite_whoever_holds_the_sender_lock_is_alone(sqlite_storage: Database) -> None:
    assert await sqlite_storage.leases.acquire("schedule", "one", LONG)
    await sqlite_storage.leases.release("schedule", "one")


class CountedJob:
    """Something that runs until it is cancelled, in two processes."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self.begun = asyncio.Semaphore(0)

    async def __call__(self) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        self.begun.release()
        try:
            await asyncio.Event().wait()
        finally:
            self.running -= 1


def candidate(database: Database, owner: str, lease: timedelta = LONG) -> LeaderElection:
    return LeaderElection(database.leases, owner, lease_duration=lease, renew_every=MOMENT, retry_every=5 * MOMENT)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def test_one_works_and_the_other_stands_by_until_that_one_ends(one: Database, other: Database) -> None:
    work = CountedJob()
    first, second = candidate(one, "one"), candidate(other, "other")
    holder = asyncio.create_task(first.run_while_leader("schedule", work))
    await work.begun.acquire()
    follower = asyncio.create_task(second.run_while_leader("schedule", work))
    assert not await other.leases.acquire("schedule", "a third", LONG)
    assert work.running == 1
    await ended(holder)
    async with asyncio.timeout(120):
        await work.begun.acquire()
    assert work.most == 1
    await ended(follower)


async def test_who_lost_the_lease_stops_at_once(one: Database, other: Database) -> None:
    """As after a machine was suspended for longer than its lease."""
    work = CountedJob()
    holder = asyncio.create_task(candidate(one, "one").run_while_leader("schedule", work))
    await work.begun.acquire()
    assert other._coordination_engine is not None
    async with other._coordination_engine.connect() as connection:
        await connection.execute(text("UPDATE lease SET owner = 'other'"))
    async with asyncio.timeout(120):
        while work.running:  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.005)
    await ended(holder)
    assert not await one.leases.acquire("schedule", "one", LONG), "it did not give back what was another's"


async def test_who_can_not_renew_stops_before_another_begins(one: Database) -> None:
    class Down:
        def __init__(self) -> None:
            self.asked = 0

        async def acquire(self, name: str, owner: str, duration: timedelta) -> bool:
            self.asked += 1
            if self.asked > 1:
                raise OSError("the database is gone")
            return True

        async def release(self, name: str, owner: str) -> None:
            raise OSError("the database is gone")

    work = CountedJob()
    lonely = LeaderElection(
        Down(), "one", lease_duration=50 * MOMENT, renew_every=MOMENT, retry_every=timedelta(hours=1)
    )
    holder = asyncio.create_task(lonely.run_while_leader("schedule", work))
    await work.begun.acquire()
    async with asyncio.timeout(120):
        while work.running:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.005)
    await ended(holder)


async def test_what_fails_gives_the_lease_back_and_is_told(one: Database, other: Database) -> None:
    async def broken() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await candidate(one, "one").run_while_leader("schedule", broken)
    assert await other.leases.acquire("schedule", "other", LONG)
