"""From nothing to the first answer: Paperboy with 10,000 papers, beside an echo bot made of the same libraries."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from benchmarks.comparison import Comparison, Figure
from benchmarks.harness import NOW, PAPERS, Harness, SampleArchive
from benchmarks.memory import peak_mb

RUNS = 3
ASKED, SEARCHED = "/topics", "/search diffusion"

_ROOT = Path(__file__).parents[1]
_ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")
_UNREACHABLE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class StartFigures:
    """One start: seconds from the start of the process to its first answer and to that of a search after it, and the
    most memory (MB) that it had taken by then."""

    answered: float
    searched: float
    memory_answered: float
    memory_searched: float


def run(bench: Harness) -> Iterator[Comparison]:
    paperboy, echo = asyncio.run(_interleaved_starts(bench.archive))
    figures = [
        Figure(f"first answer ({ASKED})", _median(paperboy, "answered"), _median(echo, "answered"), "s"),
        Figure("first search answered", _median(paperboy, "searched"), _median(echo, "searched"), "s"),
        Figure(
            "memory at the first answer", _median(paperboy, "memory_answered"), _median(echo, "memory_answered"), "MB"
        ),
        Figure("memory after a search", _median(paperboy, "memory_searched"), _median(echo, "memory_searched"), "MB"),
    ]
    title = f"start: from the process to the answer, {PAPERS:,} papers in the archive (median of {RUNS}, wall time)"
    yield Comparison(title, "Paperboy", "echo bot", figures)


async def _interleaved_starts(archive: SampleArchive) -> tuple[list[StartFigures], list[StartFigures]]:
    """Both bots, one after the other, once more than is counted: the first round fills the file cache."""
    paperboy, echo = [], []
    for _ in range(RUNS + 1):
        paperboy.append(await _start(["paperboy", "run"], _settings(archive)))
        echo.append(await _start(["benchmarks.echo_baseline"], {}))
    return paperboy[1:], echo[1:]


def _settings(archive: SampleArchive) -> dict[str, str]:
    """A Paperboy with the archive whose source can't be reached, so that nothing but the start is measured."""
    return {
        "DATABASE_URL": archive.database_url,
        "DATA_DIR": str(archive.folder),
        "PORT": "0",
        "HF_ENDPOINT": _UNREACHABLE,
        "CLOCK_START": NOW.isoformat(),
        "LOG_LEVEL": "error",
    }


async def _start(module: Sequence[str], settings: Mapping[str, str]) -> StartFigures:
    """Starts ``python -m MODULE`` with nothing of our environment but the way to Python."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", **settings}
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *module, env=environment, cwd=settings.get("DATA_DIR"), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with httpx.AsyncClient(base_url=await read_address(process), timeout=60, trust_env=False) as client:
            await send_command(client, ASKED)
            answered, memory = time.monotonic() - began, peak_mb(process.pid)
            await send_command(client, SEARCHED)
            return StartFigures(answered, time.monotonic() - began, memory, peak_mb(process.pid))
    finally:
        process.terminate()
        await process.communicate()


async def read_address(process: asyncio.subprocess.Process) -> str:
    """Where the bot says that it listens."""
    assert process.stdout, "it is a pipe"
    async for line in process.stdout:
        if found := _ADDRESS.search(line):
            return found[0].decode()
    raise RuntimeError("the bot ended without an address")


async def send_command(client: httpx.AsyncClient, command: str) -> None:
    """Says one line, and reads the conversation as its page would."""
    said = await client.post("/say", data={"text": command}, headers={"X-Fetch": "1"})
    read = await client.get("/messages")
    if said.status_code != 204 or command not in read.text:
        raise RuntimeError(f"no answer to {command}: {said.status_code}, {read.status_code}")


def _median(starts: Sequence[StartFigures], name: str) -> float:
    return median(getattr(one, name) for one in starts)
