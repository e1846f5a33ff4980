"""Two days of accidents and a calm one: both platforms with faults, processes killed at our own steps, then the count.

The services are fakes on one clock that can be put forward; the processes are real ones
(:mod:`tests.e2e.support.crash_points`). What was in flight is read from the database after each kill.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Self

from sqlalchemy import func, select

from adapters.slack.capabilities import SLACK
from adapters.slack.install.manifest import manifest
from adapters.telegram.capabilities import TELEGRAM
from bot.chats import ChatAddress, ChatKind
from bot.deliveries import DeliveryState
from storage.database import Database
from storage.tables import delivery, edition
from tests.contracts.factories import follow_topics, store_chat
from tests.e2e.support.crash_points import NO_CRASH
from tests.fakes.papers_api import FakePapersApi
from tests.fakes.slack import FakeSlack, SlackChannel, dropped, http, refused, slow, too_many
from tests.fakes.telegram import FakeTelegram, TelegramConversation
from tests.fakes.telegram.refusals import bad_request

FIRST_DAY, SECOND_DAY, CALM_DAY = LIST_DAYS = (
    date(2026, 9, 10),
    date(2026, 9, 11),
    date(2026, 9, 14),
)  # Thursday to Monday
DIGEST_HOUR = time(14, 0)
#: Seconds after which something hangs, however busy the machine is.
PATIENCE = 600.0
INHERITED_VARIABLES = ("PATH", "HOME", "LANG")
UNFINISHED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
SECRET_TITLE, FERRIES = "How Herons Sort Their Letters", "Ferries That Come When They Like"


class OffsetClock:
    """Real time, somewhere else; it can be put forward."""

    def __init__(self, start: datetime) -> None:
        self._shift = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def advance_to(self, to: datetime) -> None:
        self._shift += to - self.now()


@dataclass(frozen=True, slots=True)
class ProcessExit:
    """How a process ended: its exit code, negative for a signal."""

    pid: int
    code: int


class ForkServer:
    """Gives birth to processes (:mod:`tests.e2e.support.crash_points`), and knows when they end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        kept = {name: value for name, value in os.environ.items() if name in INHERITED_VARIABLES}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.e2e.support.crash_points",
            cwd=Path(__file__).parents[3],
            env=kept | {"PYTHONPATH": str(Path(__file__).parents[3])},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        fork_server = cls(process)
        try:
            yield fork_server
        finally:
            for pid, ended in fork_server._ended.items():
                if not ended.done():
                    os.kill(pid, signal.SIGKILL)
            process.kill()
            await process.wait()
            await fork_server._listening

    async def start(self, order: Mapping[str, Any]) -> int:
        """Starts a process; its id."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return await self._started.get()

    def is_alive(self, pid: int) -> bool:
        return not self._ended[pid].done()

    async def wait_for_exit(self, pid: int) -> ProcessExit:
        return ProcessExit(pid, await asyncio.shield(self._ended[pid]))

    async def _listen(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            told = json.loads(line)
            if "began" in told:
                self._ended[told["began"]] = asyncio.get_running_loop().create_future()
                self._started.put_nowait(told["began"])
            else:
                self._ended[told["ended"]].set_result(told["code"])


@dataclass
class ChaosReport:
    """What it came to."""

    #: Papers that a chat follows and never saw.
    missing: int = 0
    doubled_in_telegram: int = 0
    doubled_in_slack: int = 0
    out_of_order: int = 0
    violations: list[str] = field(default_factory=list)


@dataclass
class ChaosRun:
    """The services, the chats, and a database that outlives every process."""

    folder: Path
    database_url: str
    clock: OffsetClock
    hub: FakePapersApi
    telegram: FakeTelegram
    slack: FakeSlack
    fork_server: ForkServer
    storage: Database
    random: Random
    rooms: list[TelegramConversation] = field(default_factory=list)
    channels: list[SlackChannel] = field(default_factory=list)
    in_flight: int = 0
    answer_lost: int = 0
    kills: int = 0

    @classmethod
    @asynccontextmanager
    async def create(cls, folder: Path, database_url: str, seed: int) -> AsyncIterator[Self]:
        """Around a migrated, empty database."""
        clock = OffsetClock(datetime.combine(FIRST_DAY, DIGEST_HOUR, UTC) - timedelta(hours=2))
        async with AsyncExitStack() as stack:
            hub = await stack.enter_async_context(FakePapersApi(clock.now))
            telegram = await stack.enter_async_context(FakeTelegram(now=lambda: clock.now().timestamp()))
            slack = await stack.enter_async_context(FakeSlack(now=lambda: clock.now().timestamp(), runs=True))
            slack.use_manifest(manifest())
            fork_server = await stack.enter_async_context(ForkServer.open())
            storage = Database(database_url)
            stack.push_async_callback(storage.close)
            yield cls(folder, database_url, clock, hub, telegram, slack, fork_server, storage, Random(seed))

    # --- who reads

    async def add_subscribers(self, private: int, groups: int, channels: int) -> None:
        """Chats that follow what every day brings; the last channel follows so much that it comes in a thread."""
        boss = self.telegram.person("Boss")
        self.rooms = [self.telegram.private(self.telegram.person(f"P{n}")) for n in range(private)]
        self.rooms += [self.telegram.group(f"G{n}", admins=[boss]) for n in range(groups)]
        self.channels = [self.slack.workspace("T1").channel(f"c{n}", bot=True) for n in range(channels)]
        bot = self.telegram.token.partition(":")[0]
        for room in self.rooms:
            kind = ChatKind.PRIVATE if room.id > 0 else ChatKind.GROUP
            await self._follows(ChatAddress(TELEGRAM, bot, str(room.id)), kind, "herons")
        for channel in self.channels:
            topic = "herons OR ferries" if channel is self.channels[-1] else "herons"
            await self._follows(ChatAddress(SLACK, "T1", channel.id), ChatKind.CHANNEL, topic)

    async def _follows(self, address: ChatAddress, kind: ChatKind, topic: str) -> None:
        now = self.clock.now()
        chat = await store_chat(self.storage, address, kind=kind, at=now)
        settings = replace(chat.settings, hour=DIGEST_HOUR, zone="UTC")
        due = datetime.combine(FIRST_DAY, DIGEST_HOUR, UTC)
        await follow_topics(self.storage, chat, topic, day=FIRST_DAY)
        async with self.storage.write() as work:
            await work.chats.save(replace(chat, settings=settings, next_digest_at=due))
            await work.commit()

    def publish_papers(self) -> None:
        """On each of three list days three papers on herons and twenty on ferries."""
        for day in LIST_DAYS:
            herons = [_row(day, n, SECRET_TITLE) for n in range(3)]
            self.hub.add_day(day, herons + [_row(day, n, FERRIES) for n in range(3, 23)])

    # --- what happens

    async def start(self, *words: str, step: str = NO_CRASH, number: int = 0, log: str = "run", **settings: str) -> int:
        environment = self.environment() | settings
        order = {"step": step, "number": number, "words": words, "environment": environment}
        return await self.fork_server.start(
            order | {"log": str(self.folder / f"{log}.log"), "folder": str(self.folder)}
        )

    def environment(self) -> dict[str, str]:
        team = self.slack.workspace("T1")
        return {
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "HF_ENDPOINT": self.hub.url,
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.base_url.removesuffix("/bot"),
            "SLACK_BOT_TOKEN": team.bot_token,
            "SLACK_APP_TOKEN": team.app_token,
            "SLACK_API_URL": self.slack.url,
            "CLOCK_START": self.clock.now().isoformat(),
            "PORT": "0",
            "MEANING": "off",
            "LOG_LEVEL": "debug",
        }

    async def run_until_crash(self, step: str, number: int, within: float = PATIENCE) -> bool:
        """A process that falls at this step of its own; False where it had nothing more to do before it got there."""
        pid = await self.start("run", step=step, number=number)
        ending = asyncio.create_task(self.fork_server.wait_for_exit(pid))
        async with asyncio.timeout(within):
            while not ending.done() and not await self.is_done():
                await asyncio.wait([ending], timeout=0.2)
        if not ending.done():
            os.kill(pid, signal.SIGTERM)
        code = (await asyncio.wait_for(ending, PATIENCE)).code
        fell = code == -signal.SIGKILL
        assert fell or code == 0, self.process_output()[-2000:]
        if fell:
            await self.count_in_flight()
        return fell

    async def count_in_flight(self) -> None:
        self.kills += 1
        self.in_flight += await self.count_sending()

    async def count_sending(self) -> int:
        """How many messages are marked as being sent."""
        async with self.storage.read() as work:
            return (await work.outbox.count_by_state())[DeliveryState.SENDING]

    def inject_faults(self, times: int = 1) -> None:
        """Faults of every kind for the next messages; those after which nobody can know are counted."""
        for _ in range(times):
            telegram, room = self.telegram, self.random.choice(self.rooms)
            telegram.flood(room.id, retry_after=1)
            telegram.fail_next("sendMessage", self.random.choice((500, 502, 503)), accepted=True)
            telegram.fail_next("sendMessage", 500)
            telegram.drop_next("sendMessage", accepted=True)
            telegram.drop_next("sendMessage", accepted=False)
            telegram.garbage_next("sendMessage", accepted=True)
            telegram.slow_next("sendMessage", 2.5)
            telegram.refuse_next("sendMessage", bad_request("can't parse entities: Unexpected end tag"))
            self.answer_lost += 6
            post = "chat.postMessage"
            for fault in (http(500, accepted=True), dropped(), dropped(accepted=False), slow(2.5)):
                self.slack.fail(post, fault)
            self.slack.fail(post, refused("fatal_error", accepted=True))
            self.slack.fail("conversations.history", http(500))
        self.slack.fail("chat.postMessage", too_many(1))

    def clear_faults(self) -> None:
        """No more faults."""
        self.telegram.faults.clear()
        self.slack.faults.clear()

    async def is_done(self) -> bool:
        """Whether everybody's digest of today has been sent, and nothing is left."""
        today = self.clock.now().date()
        async with self.storage._reader.connect() as connection:
            left = await connection.scalar(select(func.count()).where(delivery.c.state.in_(UNFINISHED)))
            written = await connection.scalar(select(func.count()).where(edition.c.local_day == today))
        return not left and written == len(self.rooms) + len(self.channels)

    async def wait_until_done(self, within: float = PATIENCE) -> None:
        async with asyncio.timeout(within):
            while not await self.is_done():  # noqa: ASYNC110 - it is another process's work
                await asyncio.sleep(0.1)

    # --- what it came to

    def report(self) -> ChaosReport:
        """Of what stands in the chats."""
        found = ChaosReport()
        for room in self.rooms:
            self._count_room(found, [message.text for message in room.messages])
        for channel in self.channels:
            self._count_channel(found, channel)
        found.violations = [
            *(f"Telegram: {each}" for each in self.telegram.rate_monitor.violations),
            *(f"Slack: {each}" for each in self.slack.rate_monitor.violations),
        ]
        return found

    def _count_room(self, found: ChaosReport, came: Sequence[str]) -> None:
        days = [_digest_day(text) for text in came]
        found.missing += _missing("\n".join(came), HERONS)
        found.doubled_in_telegram += len(days) - len(set(days))
        found.out_of_order += list(dict.fromkeys(days)) != sorted(set(days))

    def _count_channel(self, found: ChaosReport, channel: SlackChannel) -> None:
        posts = [message for message in channel.messages if message.metadata]
        keys = Counter(str(message.metadata["event_payload"]["k"]) for message in posts if message.metadata)
        found.doubled_in_slack += sum(keys.values()) - len(keys)
        days = list(dict.fromkeys(_digest_day(message.shown) for message in channel.posts))
        every_paper = HERONS | FERRY_NUMBERS if channel is self.channels[-1] else HERONS
        found.missing += _missing("\n".join(message.shown for message in posts), every_paper)
        found.out_of_order += days != sorted(days)

    def process_output(self) -> str:
        """Everything that the processes printed."""
        return "\n".join(path.read_text() for path in self.folder.glob("*.log"))

    def secrets(self) -> list[str]:
        team = self.slack.workspace("T1")
        return [self.telegram.token, team.bot_token, team.app_token, SECRET_TITLE, "herons sort"]


def _row(day: date, number: int, title: str) -> dict[str, Any]:
    paper = {
        "id": f"{day:%y%m}.{day.day:02}{number:03}",
        "title": f"{title} ({_number(day, number)})",
        "summary": f"We show that herons sort what they find. Number {number} of {day}."
        if title == SECRET_TITLE
        else "We present ferries that come when they like.",
        "upvotes": 40 - number,
        "publishedAt": f"{day - timedelta(days=1)}T00:00:00.000Z",
        "authors": [{"name": "Mira Aldous", "hidden": False}],
    }
    return {"paper": paper, "title": paper["title"], "summary": paper["summary"], "numComments": 0}


def _number(day: date, number: int) -> str:
    return f"{day.day}.{number:02}"


HERONS = {_number(day, n) for day in LIST_DAYS for n in range(3)}
FERRY_NUMBERS = {_number(day, n) for day in LIST_DAYS for n in range(3, 23)}


def _missing(text: str, numbers: Set[str]) -> int:
    return len(numbers - set(re.findall(r"\((\d+\.\d\d)\)", text)))


_DAY = re.compile(r"(\d{1,2}) Sep")


def _digest_day(text: str) -> int:
    """Which day's digest a message is."""
    found = _DAY.search(text)
    assert found, f"no digest: {text[:80]}"
    return int(found[1])
