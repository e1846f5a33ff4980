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
from benchmarks.bot_api_sink import standing
from benchmarks.comparison import Comparison, Figure
from benchmarks.fill_outbox import TOKEN, fill
from benchmarks.harness import Workbench
from benchmarks.memory import peak_mb
from benchmarks.start import address, ask
from storage.database import Database

MANY: Final = int(os.environ.get("FLOOD_DIGESTS", "100000"))
FEW: Final = 1_000
SECONDS: Final = 30
ASK_EVERY: Final = 1.0  # seconds
ASKED: Final = ("/topics", "/search diffusion", "/settings")


@dataclass(frozen=True, slots=True)
class Flooded:
    """Digests a second, the most memory (MB), and how long each answer took (seconds)."""

    rate: float
    memory: float
    answers: list[float]


def run(bench: Workbench) -> Iterator[Comparison]:
    few, many = (asyncio.run(_flooded(_empty(bench.folder / f"flood-{number}"), number)) for number in (FEW, MANY))
    figures = [
        Figure("digests a second", many.rate, few.rate, "/s"),
        Figure("memory, peak", many.memory, few.memory, "MB"),
        Figure("an answer meanwhile, median", 1000 * median(many.answers), 1000 * median(few.answers), "ms"),
        Figure("the slowest answer", 1000 * max(many.answers), 1000 * max(few.answers), "ms"),
    ]
    title = f"flood: what is due at once, for {SECONDS} seconds of `paperboy run`"
    yield Comparison(title, f"{MANY:,} digests", f"{FEW:,} digests", figures)


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _flooded(folder: Path, number: int) -> Flooded:
    url = f"sqlite:///{folder / 'paperboy.db'}"
    database = Database(url)
    await database.start(migrate=True)
    await fill(database, number, SystemClock().now())
    await database.close()
    with standing() as service:
        memory, answers = await _run(folder, {"DATABASE_URL": url, "TELEGRAM_API_URL": service.url})
    return Flooded(service.messages / service.seconds, memory, answers)


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
        async with httpx.AsyncClient(base_url=await address(process), timeout=60, trust_env=False) as client:
            for command in ASKED:
                await ask(client, command)
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                began = time.monotonic()
                await ask(client, ASKED[len(answers) % len(ASKED)])
                answers.append(time.monotonic() - began)
                await asyncio.sleep(ASK_EVERY)
        return peak_mb(process.pid), answers
    finally:
        process.terminate()
        await process.communicate()
