"""The disk is full or read-only while Paperboy runs: people hear of it, nothing leaves that can't be marked first, and
when the database can be written to again everything goes on, nothing twice."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from bot.deliveries import DeliveryState
from paperboy.cli.run import web_app
from paperboy.container import App
from tests.e2e.support import sample_days
from tests.e2e.support.assertions import slack_digests, telegram_digests
from tests.e2e.support.environment import Environment
from tests.e2e.support.sample_days import THURSDAY, hour
from tests.e2e.support.subscribers import Subscribers

WriteBlocker = Callable[[App], AbstractContextManager[None]]


@pytest.fixture
async def environment(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Environment]:
    async with Environment.create(tmp_path, hour(THURSDAY, 5)) as environment:
        sample_days.publish_lists(environment.hub)
        yield environment


@contextmanager
def fill_disk(parts: App) -> Iterator[None]:
    """The kernel lets no file of ours grow beyond the write-ahead log, which every commit would make longer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = parts.settings.data_dir / "paperboy.db-wal"
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only_file_system(parts: App) -> Iterator[None]:
    """As when the kernel mounts a failing disk read-only under open files: no descriptor of ours takes anything.

    SQLite then says "disk I/O error", as it does on an ext4 that was remounted because of an error.
    """
    folder = parts.settings.data_dir
    files = [folder / "paperboy.db", folder / "paperboy.db-wal"]
    before = [file.read_bytes() for file in files]
    kept = {number: os.dup(number) for number in _descriptors(folder)}
    for number in kept:
        reading = os.open(f"/proc/self/fd/{number}", os.O_RDONLY)
        os.dup2(reading, number)
        os.close(reading)
    try:
        yield
        assert [file.read_bytes() for file in files] == before
    finally:
        for number, writable in kept.items():
            os.dup2(writable, number)
            os.close(writable)


def _descriptors(folder: Path) -> list[int]:
    """Those of databases; their shared memory is mapped and no longer written through its descriptor."""
    opened = {int(entry.name): os.path.realpath(entry) for entry in Path("/proc/self/fd").iterdir()}
    ours = f"{folder.resolve()}/"
    return [number for number, name in opened.items() if name.startswith(ours) and name.endswith((".db", ".db-wal"))]


@contextmanager
def read_only_file(parts: App) -> Iterator[None]:
    """As when SQLite itself knows that the file is read-only, as it does where it opened it after that happened."""
    refusing = True

    def take_over(connection, *_: object) -> None:
        connection.cursor().execute(f"PRAGMA query_only={refusing:d}")

    event.listen(parts.storage._writer.sync_engine, "checkout", take_over)
    try:
        yield
    finally:
        refusing = False


UNWRITABLE = pytest.mark.parametrize("unwritable", [fill_disk, read_only_file_system, read_only_file])


async def connected_app(parts: App) -> int:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web_app(parts)), base_url="http://paperboy") as monitor:
        return (await monitor.get("/readyz")).status_code


async def states(parts: App) -> set[DeliveryState]:
    async with parts.storage.read() as work:
        return {state for state, number in (await work.outbox.count_by_state()).items() if number}


@UNWRITABLE
async def test_nothing_is_taken_when_digests_are_due(environment: Environment, unwritable: WriteBlocker) -> None:
    """What can be read is answered, what can't be kept is said so, and the digests come when it can be."""
    readers = Subscribers.of(environment)
    async with environment.run_connected() as paperboy:
        await readers.sign_up(["clustering"], ["diffusion"])
        environment.clock.move_to(hour(THURSDAY, 13))
        await paperboy.app.storage.check_writable()  # as monitors make it do every few seconds
        with unwritable(paperboy.app):
            assert await connected_app(paperboy.app) == 503
            refused = await readers.anna.ask("/subscribe robotics")
            assert "Nothing you follow was changed" in refused.text
            assert "diffusion: " in (await readers.anna.ask("/search diffusion")).text
            with pytest.raises(Exception, match=r"disk I/O|is full|readonly"):
                await paperboy.app.jobs.plan_due(environment.clock.now())
            assert telegram_digests(readers.anna.messages) == []
        assert await connected_app(paperboy.app) == 200
        assert "robotics" not in (await readers.anna.ask("/topics")).text
        await paperboy.poll_and_plan()
        assert len(telegram_digests(readers.anna.messages)) == 1
        assert len(slack_digests(readers.channel)) == 1
    assert environment.violations() == []


@UNWRITABLE
async def test_nothing_is_taken_when_digests_are_planned(
    environment: Environment, unwritable: WriteBlocker, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing leaves that can't be marked as being sent first."""
    readers = Subscribers.of(environment)
    async with environment.run_connected() as paperboy:
        await readers.sign_up(["clustering"], ["diffusion"])
        environment.clock.move_to(hour(THURSDAY, 13))
        await paperboy.only_plan()
        with unwritable(paperboy.app):
            delivering = asyncio.create_task(paperboy.app.outbox_dispatcher.drain(timedelta(hours=1)))
            async with asyncio.timeout(120):
                while caplog.text.count("nothing could be taken from the outbox") < 4:
                    environment.clock.advance_to_next_sleeper()
                    await asyncio.sleep(0.01)
            assert await states(paperboy.app) == {DeliveryState.PENDING}
            assert telegram_digests(readers.anna.messages) == []
            assert slack_digests(readers.channel) == []
        assert await paperboy.ends(delivering)
        assert await states(paperboy.app) == {DeliveryState.SENT}
        assert len(telegram_digests(readers.anna.messages)) == 1
        assert len(slack_digests(readers.channel)) == 1
    assert environment.violations() == []


@UNWRITABLE
async def test_nothing_is_taken_while_digests_are_on_their_way(
    environment: Environment, unwritable: WriteBlocker, caplog: pytest.LogCaptureFixture
) -> None:
    """That it arrived is kept in mind until it can be written down."""
    readers = Subscribers.of(environment)
    async with environment.run_connected() as paperboy:
        await readers.sign_up(["clustering"], ["diffusion"])
        environment.clock.move_to(hour(THURSDAY, 13))
        await paperboy.only_plan()
        held = environment.telegram.hold_next("sendMessage")
        delivering = asyncio.create_task(paperboy.app.outbox_dispatcher.drain(timedelta(hours=1)))
        await held.arrived()
        with unwritable(paperboy.app):
            held.release()
            async with asyncio.timeout(120):
                while "could not be written" not in caplog.text:  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(0.01)
            environment.clock.advance_to_next_sleeper()
            await asyncio.sleep(0.1)
        assert await paperboy.ends(delivering)
        assert await states(paperboy.app) == {DeliveryState.SENT}
        assert len(telegram_digests(readers.anna.messages)) == 1
        assert len(slack_digests(readers.channel)) == 1
    assert environment.violations() == []
