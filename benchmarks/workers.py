"""One, two and four workers on PostgreSQL: how fast a full outbox leaves at Telegram's pace and by paid broadcast, and
how late its digests are by then."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.clock import SystemClock
from benchmarks.bot_api_sink import running_sink
from benchmarks.comparison import Comparison, Figure
from benchmarks.fill_outbox import TOKEN, fill_outbox
from benchmarks.harness import Harness
from benchmarks.postgres import postgres
from bot.deliveries import DeliveryState
from storage.database import Database

PACED: Final = int(os.environ.get("WORKERS_DIGESTS", "600"))
PAID: Final = 5 * PACED
PAID_RATE: Final = 1000
LATENCY: Final = 0.1  # seconds
PATIENCE: Final = 600.0  # seconds
WORKER_COUNTS: Final = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class ThroughputFigures:
    """Messages a second as Telegram saw them, the most in any second, and the median lateness in seconds."""

    rate: float
    most: int
    late: float


def run(bench: Harness) -> Iterator[Comparison]:
    for title, digests, settings in (
        (f"{PACED:,} digests at Telegram's pace", PACED, {}),
        (f"{PAID:,} digests by paid broadcast, answered after 100 ms", PAID, {"TELEGRAM_PAID_RATE": str(PAID_RATE)}),
    ):
        crews = {number: asyncio.run(_measure_throughput(number, digests, settings)) for number in WORKER_COUNTS}
        for number in WORKER_COUNTS[1:]:
            yield Comparison(f"workers: {title}", f"{number} workers", "one", _figures(crews[number], crews[1]))


def _figures(many: ThroughputFigures, one: ThroughputFigures) -> list[Figure]:
    return [
        Figure("messages a second", many.rate, one.rate, "/s"),
        Figure("most in any second", many.most, one.most),
        Figure("lateness, median", many.late, one.late, "s"),
    ]


async def _measure_throughput(workers: int, digests: int, settings: Mapping[str, str]) -> ThroughputFigures:
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as url, running_sink(LATENCY) as service:
        database = Database(url)
        await database.start(migrate=True)
        due = SystemClock().now()
        await fill_outbox(database, digests, due)
        wanted = {"DATABASE_URL": url, "TELEGRAM_API_URL": service.url, "TELEGRAM_BOT_TOKEN": TOKEN, **settings}
        workers_started = [await _worker(wanted, folder) for _ in range(workers)]
        await _until_sent(database, digests)
        for process in workers_started:
            process.terminate()
            await process.communicate()
        await database.close()
    late = service.median_at - due.timestamp()
    return ThroughputFigures(service.messages / service.seconds, service.most, late)


async def _worker(settings: Mapping[str, str], folder: str) -> asyncio.subprocess.Process:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1]), "LOG_LEVEL": "error"}
    words = [sys.executable, "-m", "paperboy", "worker"]
    return await asyncio.create_subprocess_exec(
        *words, env={**environment, **settings}, cwd=folder, stdout=asyncio.subprocess.DEVNULL
    )


async def _until_sent(database: Database, digests: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        async with database.read() as work:
            if (await work.outbox.count_by_state())[DeliveryState.SENT] == digests:
                return
        await asyncio.sleep(0.5)
    raise RuntimeError(f"not everything was sent within {PATIENCE:.0f} seconds")
