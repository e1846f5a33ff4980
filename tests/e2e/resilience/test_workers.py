"""``paperboy worker``: several processes send for one bot, die, are stopped, and nothing is lost or twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.clock import SystemClock
from adapters.local.capabilities import LOCAL
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import Chat, ChatAddress
from bot.deliveries import DeliveryState
from bot.delivery.dispatcher import SEND_LEASE, OutboxDispatcher
from storage.database import Database
from storage.tables import delivery
from tests.contracts.factories import make_paper, make_plan, store_chat, store_papers, write_plans
from tests.e2e.cli.test_command_line import CommandLine, forked
from tests.e2e.support.forked import Forked
from tests.fakes.papers_api import FakePapersApi
from tests.fakes.ports import FakeChatPlatform, FakeClock
from tests.fakes.telegram import FakeTelegram, PrivateChat

__all__ = ["forked"]

pytestmark = pytest.mark.long(30)

# As `python -m paperboy`, but what is in flight when it is stopped has an hour to end.
PATIENT = """
import bot.delivery.dispatcher
assert bot.delivery.dispatcher.SHUTDOWN_GRACE_SECONDS < 3600.0
bot.delivery.dispatcher.SHUTDOWN_GRACE_SECONDS = 3600.0
from paperboy.__main__ import main
main()
"""
SENT, PENDING, UNCERTAIN = DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.UNCERTAIN
CHATS = 12


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def shell(tmp_path: Path, telegram: FakeTelegram, postgres_url: str, forked: Forked) -> CommandLine:
    """On PostgreSQL with one bot; nothing reads papers here."""
    shell = CommandLine(tmp_path, "http://127.0.0.1:1", forked)
    shell.settings |= {
        "DATABASE_URL": postgres_url,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
    }
    del shell.settings["CLOCK_START"]
    return shell


@pytest.fixture
async def storage(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


async def a_digest_each(storage: Database, rooms: list[PrivateChat]) -> list[Chat]:
    """Planned just now for each of the people."""
    now = datetime.now(UTC)
    await store_papers(storage, make_paper("1", listed_on=now.date()))
    addresses = [ChatAddress(TELEGRAM, "123456", str(room.id)) for room in rooms]
    chats = [await store_chat(storage, address, at=now) for address in addresses]
    await write_plans(storage, *(make_plan(chat, ["1"], day=now.date(), planned_at=now) for chat in chats))
    return chats


async def counts(storage: Database) -> dict[DeliveryState, int]:
    async with storage.read() as work:
        return {state: number for state, number in (await work.outbox.count_by_state()).items() if number}


async def until(storage: Database, state: DeliveryState, number: int) -> None:
    async with asyncio.timeout(120):
        while (await counts(storage)).get(state, 0) < number:  # noqa: ASYNC110 - it is other processes' work
            await asyncio.sleep(0.02)


@asynccontextmanager
async def workers(shell: CommandLine, number: int = 1) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Ready to send; gone at the end, however it goes."""
    started = [await shell.start("worker") for _ in range(number)]
    try:
        for process in started:
            assert process.stdout is not None
            async with asyncio.timeout(120):
                assert b"Sending for telegram" in await process.stdout.readline()
        yield started
    finally:
        for process in started:
            if process.returncode is None:
                process.kill()
            await process.communicate()


def people(telegram: FakeTelegram, number: int = CHATS) -> list[PrivateChat]:
    return [telegram.private(telegram.person(f"Person {place}")) for place in range(number)]


async def test_on_sqlite_it_is_refused_in_one_sentence(shell: CommandLine) -> None:
    ended = await shell.run("worker", DATABASE_URL="sqlite:///paperboy.db")
    assert (ended.code, ended.out) == (2, "")
    assert "`paperboy worker` needs PostgreSQL" in ended.err
    assert ended.err.count("\n") == 1
    assert list(shell.folder.iterdir()) == []


async def test_without_a_token_it_has_nothing_to_do(shell: CommandLine) -> None:
    ended = await shell.run("worker", TELEGRAM_BOT_TOKEN="")
    assert ended.code == 2
    assert "nobody to send for" in ended.err


async def test_two_workers_send_everything_once_and_end_when_told(
    shell: CommandLine, telegram: FakeTelegram, storage: Database
) -> None:
    rooms = people(telegram)
    async with workers(shell, 2) as both:
        await a_digest_each(storage, rooms)
        await until(storage, SENT, CHATS)
        for process in both:
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 120) == 0
    assert [len(room.messages) for room in rooms] == [1] * CHATS
    assert telegram.rate_monitor.violations == []
    assert telegram.calls("getUpdates") == [], "a worker receives nothing"


async def test_a_worker_killed_in_mid_send_leaves_its_message_to_the_others(
    shell: CommandLine, telegram: FakeTelegram, storage: Database
) -> None:
    """It may have arrived: it is sent once more, silently, when the dead one's lease and five seconds are over."""
    [room] = people(telegram, 1)
    held = telegram.hold_next("sendMessage", accepted=True)
    await a_digest_each(storage, [room])
    async with workers(shell) as [killed]:
        await held.arrived()
        killed.kill()
        await killed.wait()
    assert await counts(storage) == {DeliveryState.SENDING: 1}
    held.release()
    messenger = FakeChatPlatform(TELEGRAM, FakeClock(datetime.now(UTC) + SEND_LEASE - timedelta(seconds=30)))
    left = OutboxDispatcher(storage, {TELEGRAM: messenger}, messenger.clock, "another", sole_sender=False)
    taking_up = asyncio.create_task(left.drain(timedelta(hours=1)))
    while not taking_up.done():
        assert messenger.clock.now() < datetime.now(UTC) + SEND_LEASE + timedelta(seconds=35)
        messenger.clock.move_to(messenger.clock.now() + timedelta(seconds=1))
        await asyncio.sleep(0.03)
    assert [sent.silent for sent in messenger.sent] == [True]
    assert await counts(storage) == {SENT: 1}


async def test_a_second_signal_holds_nobody_up_for_a_send_that_hangs(
    shell: CommandLine, telegram: FakeTelegram, storage: Database
) -> None:
    """What is broken off is written down as in doubt, so that the others need not wait for a lease to end."""
    shell.python = ("-c", PATIENT)
    [room] = people(telegram, 1)
    held = telegram.hold_next("sendMessage")
    await a_digest_each(storage, [room])
    async with workers(shell) as [stopped]:
        await held.arrived()
        stopped.send_signal(signal.SIGTERM)
        assert stopped.stdout is not None
        assert b"Stopping" in await asyncio.wait_for(stopped.stdout.readline(), 120)
        stopped.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(stopped.wait(), 120) == 0
        assert stopped.stderr is not None
        said = await stopped.stdout.read() + await stopped.stderr.read()
        assert b"1 sends were broken off" in said, "it ended by itself"
    assert await counts(storage) == {UNCERTAIN: 1}
    held.release()


async def test_the_order_within_a_chat_is_kept_whoever_sends(postgres_url: str) -> None:
    """Twenty chats with four parts each, sent by three processes at once."""
    databases = [Database(postgres_url) for _ in range(3)]
    clock = SystemClock()
    now = clock.now()
    await store_papers(databases[0], make_paper("1", listed_on=now.date()))
    chats = [await store_chat(databases[0], ChatAddress(LOCAL, "", str(n)), at=now) for n in range(20)]
    await write_plans(databases[0], *(make_plan(chat, ["1"], message_count=4, planned_at=now) for chat in chats))
    messenger = FakeChatPlatform(LOCAL, clock)  # type: ignore[arg-type]  # real time
    dispatchers = [
        OutboxDispatcher(database, {LOCAL: messenger}, clock, f"worker {n}", sole_sender=False)
        for n, database in enumerate(databases)
    ]
    assert all(await asyncio.gather(*(dispatcher.drain() for dispatcher in dispatchers)))
    async with databases[0]._reader.connect() as connection:
        rows = (await connection.execute(select(delivery.c.client_key, delivery.c.part))).all()
    parts = {row.client_key: row.part for row in rows}
    order = {chat.id: [parts[sent.key] for sent in messenger.sent if sent.chat.id == chat.id] for chat in chats}
    assert order == {chat.id: [0, 1, 2, 3] for chat in chats}
    for database in databases:
        await database.close()


async def test_of_two_that_run_one_receives_and_gathers_and_the_other_takes_over(
    shell: CommandLine, telegram: FakeTelegram
) -> None:
    """Two pollers of one token would throw each other out, and every list would be asked for twice."""
    async with FakePapersApi() as hub, FakePapersApi() as seconds_hub:
        hub.serve_fixtures()
        shell.settings |= {"CLOCK_START": "2026-03-04T12:00:00Z"}
        [room] = people(telegram, 1)
        first = await shell.start("run", DATA_DIR=str(folder(shell, "first")), HF_ENDPOINT=hub.url)
        second = None
        try:
            await telegram.wait_for_requests("getUpdates", 1)
            second = await shell.start("run", DATA_DIR=str(folder(shell, "second")), HF_ENDPOINT=seconds_hub.url)
            assert second.stdout is not None
            while b"Connecting to" not in await asyncio.wait_for(second.stdout.readline(), 120):
                pass
            assert (await room.ask("/topics")).text
            assert hub.requests_for()
            assert not seconds_hub.requests_for()
            assert not any(poll.refused for poll in telegram.calls("getUpdates"))
            first.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(first.wait(), 120) == 0
            assert (await room.ask("/help")).text
            async with asyncio.timeout(120):
                while not seconds_hub.requests_for():  # noqa: ASYNC110 - it is another process's work
                    await asyncio.sleep(0.02)
        finally:
            for process in filter(None, (first, second)):
                if process.returncode is None:
                    process.kill()
                await process.communicate()


def folder(shell: CommandLine, name: str) -> Path:
    made = shell.folder / name
    made.mkdir()
    return made
