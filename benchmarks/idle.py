"""Doing nothing: Paperboy with 10,000 papers, beside an echo bot of the same libraries."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.bot_api_sink import running_sink
from benchmarks.comparison import Comparison, Figure
from benchmarks.fill_outbox import TOKEN
from benchmarks.harness import Harness, SampleArchive
from benchmarks.memory import cpu_seconds, memory_mb
from benchmarks.start import read_address

MINUTES: Final = float(os.environ.get("IDLE_MINUTES", "10"))
SETTLE_SECONDS: Final = 20.0  # seconds after which a process has done what it does at its start


@dataclass(frozen=True, slots=True)
class IdleFigures:
    """Seconds of CPU that were used, and the memory (MB) at the end."""

    cpu: float
    memory: float


def run(bench: Harness) -> Iterator[Comparison]:
    paperboy, echo = asyncio.run(_side_by_side(bench.archive))
    hours = MINUTES / 60
    figures = [
        Figure("CPU an hour", paperboy.cpu / hours, echo.cpu / hours, "s"),
        Figure("memory", paperboy.memory, echo.memory, "MB"),
    ]
    yield Comparison(f"idle: {MINUTES:.0f} minutes without a word, polling Telegram", "Paperboy", "echo bot", figures)


async def _side_by_side(archive: SampleArchive) -> tuple[IdleFigures, IdleFigures]:
    with running_sink() as service:
        telegram = {"TELEGRAM_API_URL": service.url, "TELEGRAM_BOT_TOKEN": TOKEN}
        ours = {
            "DATABASE_URL": archive.database_url,
            "DATA_DIR": str(archive.folder),
            "PORT": "0",
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "LOG_LEVEL": "error",
            **telegram,
        }
        both = _measure_idle(["paperboy", "run"], ours), _measure_idle(["benchmarks.echo_baseline"], telegram)
        paperboy, echo = await asyncio.gather(*both)
        return paperboy, echo


async def _measure_idle(module: Sequence[str], settings: Mapping[str, str]) -> IdleFigures:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1]), "LC_ALL": "C.UTF-8"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *module, env={**environment, **settings}, stdout=asyncio.subprocess.PIPE
    )
    try:
        await read_address(process)
        await asyncio.sleep(SETTLE_SECONDS)
        before = cpu_seconds(process.pid)
        await asyncio.sleep(60 * MINUTES)
        return IdleFigures(cpu_seconds(process.pid) - before, memory_mb(process.pid))
    finally:
        process.terminate()
        await process.communicate()
