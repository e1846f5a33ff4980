"""The disk fills up while Paperboy runs: people hear of it, and with room everything goes on, nothing twice."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.deliveries import DeliveryState
from tests.journeys import three_days
from tests.journeys.digests import slack_digests, telegram_digests
from tests.journeys.house import House
from tests.journeys.readers import Readers
from tests.journeys.three_days import THURSDAY, hour


@pytest.fixture
async def house(tmp_path: Path, sqlite_url: str) -> AsyncIterator[House]:
    async with House.built(tmp_path, hour(THURSDAY, 5)) as house:
        three_days.lists_them(house.hub)
        yield house


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """The kernel lets no file of ours grow beyond the write-ahead log, which every commit would make longer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((folder / "paperboy.db-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_full_when_digests_are_due(house: House) -> None:
    """What can be read is answered, what can't be kept is said so, and the digests come when there is room."""
    readers = Readers.of(house)
    async with house.connected() as paperboy:
        await readers.sign_up(["clustering"], ["diffusion"])
        house.clock.move_to(hour(THURSDAY, 13))
        with full_disk(house.folder):
            refused = await readers.anna.ask("/subscribe robotics")
            assert "Nothing you follow was changed" in refused.text
            assert "diffusion: " in (await readers.anna.ask("/search diffusion")).text
            with pytest.raises(Exception, match="disk"):
                await paperboy.parts.rounds.beat(house.clock.now())
            assert telegram_digests(readers.anna.messages) == []
        assert "robotics" not in (await readers.anna.ask("/topics")).text
        await paperboy.polls_and_beats()
        assert len(telegram_digests(readers.anna.messages)) == 1
        assert len(slack_digests(readers.channel.posts)) == 1
    assert house.complaints() == []


async def test_full_while_digests_are_on_their_way(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """That it arrived is kept in mind until it can be written down."""
    readers = Readers.of(house)
    async with house.connected() as paperboy:
        await readers.sign_up(["clustering"], ["diffusion"])
        house.clock.move_to(hour(THURSDAY, 13))
        await paperboy.plans_only()
        held = house.telegram.hold_next("sendMessage")
        delivering = asyncio.create_task(paperboy.parts.courier.drain(timedelta(hours=1)))
        await held.arrived(10)
        with full_disk(house.folder):
            held.release()
            async with asyncio.timeout(10):
                while "could not be written" not in caplog.text:  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(0.01)
            house.clock.leap()
            await asyncio.sleep(0.1)
        while not (await asyncio.wait([delivering], timeout=0.1))[0]:
            house.clock.leap()
        assert delivering.result()
        async with paperboy.parts.storage.read() as work:
            assert {state for state, number in (await work.outbox.counts()).items() if number} == {DeliveryState.SENT}
        assert len(telegram_digests(readers.anna.messages)) == 1
        assert len(slack_digests(readers.channel.posts)) == 1
    assert house.complaints() == []
