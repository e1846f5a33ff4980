"""A flood: a whole Paperboy with 100,000 digests due, beside one with 1,000; both at Telegram's pace, for a while.

What must not grow with the flood is memory, and what a person waits who asks something meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import httpx

from adapters.clock import SystemClock
from benchmarks.bot_api_sink import running_sink
from benchmarks.comparison import Comparison, Figure
from benchmarks.fill_outbox import TOKEN, fill_outbox
from benchmarks.harness import Harness
from benchmarks.memory import peak_mb
from benchmarks.start import read_address, send_command
from storage.database import Database

MANY_DIGESTS: Final = int(os.environ.get("FLOOD_DIGESTS", "100000"))
FEW_DIGESTS: Final = 1_000
SECONDS: Final = 30
PROBE_INTERVAL: Final = 1.0  # seconds
PROBE_COMMAND: Final = ("/topics", "/search diffusion", "/settings")


@dataclass(frozen=True, slots=True)
class BacklogFigures:
    """Digests a second, the most memory (MB), and how long each answer took (seconds)."""

    rate: float
    memory: float
    answers: list[float]


def run(bench: Harness) -> Iterator[Comparison]:
    few, many = (
        asyncio.run(_measure_backlog(_empty_outbox(bench.folder / f"flood-{number}"), number))
        for number in (FEW_DIGESTS, MANY_DIGESTS)
    )
    figures = [
        Figure("digests a second", many.rate, few.rate, "/s"),
        Figure("memory, peak", many.memory, few.memory, "MB"),
        Figure("an answer meanwhile, median", 1000 * median(many.answers), 1000 * median(few.answers), "ms"),
        Figure("the slowest answer", 1000 * max(many.answers), 1000 * max(few.answers), "ms"),
    ]
    title = f"flood: what is due at once, for {SECONDS} seconds of `paperboy run`"
    yield Comparison(title, f"{MANY_DIGESTS:,} digests", f"{FEW_DIGESTS:,} digests", figures)


def _empty_outbox(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _measure_backlog(folder: Path, number: int) -> BacklogFigures:
    url = f"sqlite:///{folder / 'paperboy.db'}"
    database = Database(url)
    await database.start(migrate=True)
    await fill_outbox(database, number, SystemClock().now())
    await database.close()
    with running_sink() as service:
        memory, answers = await _run(folder, {"DATABASE_URL": url, "TELEGRAM_API_URL": service.url})
    return BacklogFigures(service.messages / service.seconds, memory, answers)


async def _run(folder: Path, settings: dict[str, str]) -> tuple[float, list[float]]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "LC_ALL": "C.UTF-8",
        "DATA_DIR": str(folder),
        "PORT": "0",
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "LOG_LEVEL": "error",
        **settings,
    }
    words = [sys.executable, "-m", "paperboy", "run"]
    process = await asyncio.create_subprocess_exec(*words, env=environment, cwd=folder, stdout=asyncio.subprocess.PIPE)
    answers: list[float] = []
    try:
        async with httpx.AsyncClient(base_url=await read_address(process), timeout=60, trust_env=False) as client:
            for command in PROBE_COMMAND:
                await send_command(client, command)
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                began = time.monotonic()
                await send_command(client, PROBE_COMMAND[len(answers) % len(PROBE_COMMAND)])
                answers.append(time.monotonic() - began)
                await asyncio.sleep(PROBE_INTERVAL)
        return peak_mb(process.pid), answers
    finally:
        process.terminate()
        await process.communicate()
