"""Planning many due chats on both engines, beside a tenth of them, and beside a transaction for each chat.

    python -m benchmarks.planning DATABASE_URL CHATS [one-by-one]

plans in a process of its own, so that its memory is its own, and prints what it took as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from adapters.search.fts_index import FtsIndex
from adapters.telegram.capabilities import TELEGRAM
from benchmarks.comparison import Comparison, Figure
from benchmarks.due_chats import MAX_TOPICS, TOPICS, filled_database
from benchmarks.harness import NOW, Harness
from benchmarks.memory import peak_mb
from benchmarks.postgres import postgres, server_cpu_seconds
from bot.planning.edition import DueChat, plan_edition
from bot.planning.planner import plan_due
from bot.planning.source_snapshot import load_snapshot
from bot.ports import PlatformCapabilities
from storage.database import Database

MANY_CHATS: Final = int(os.environ.get("PLANNING_CHATS", "10000"))
MANY_CHATS_ON_POSTGRES: Final = int(os.environ.get("PLANNING_CHATS_ON_POSTGRES", "10000"))
FEW_CHATS: Final = 1_000
ONE_BY_ONE = "one-by-one"


@dataclass(frozen=True, slots=True)
class PlanningFigures:
    """What planning took: chats, digests with papers among them, seconds of CPU, the database server's too, and on the
    clock, and the most memory (MB), before and after."""

    chats: int
    digests: int
    cpu: float
    server_cpu: float
    clock: float
    memory_before: float
    memory: float


def run(bench: Harness) -> Iterator[Comparison]:
    for engine, many in (("SQLite", MANY_CHATS), ("PostgreSQL", MANY_CHATS_ON_POSTGRES)):
        yield _growth(engine, _measure_planning(engine, many), _measure_planning(engine, many // 10))
    few, one_by_one = _measure_planning("SQLite", FEW_CHATS), _measure_planning("SQLite", FEW_CHATS, ONE_BY_ONE)
    figures = [
        Figure("CPU", few.cpu, one_by_one.cpu, "s"),
        Figure("clock", few.clock, one_by_one.clock, "s"),
    ]
    yield Comparison(f"planning: {FEW_CHATS:,} due chats, the same digests", "Paperboy", "one by one", figures)


def _growth(engine: str, many: PlanningFigures, few: PlanningFigures) -> Comparison:
    share = many.digests / many.chats
    figures = [
        Figure("CPU", many.cpu, few.cpu, "s"),
        *([Figure("CPU of the server", many.server_cpu, few.server_cpu, "s")] if few.server_cpu else []),
        Figure("clock", many.clock, few.clock, "s"),
        Figure("chats a second", many.chats / many.clock, few.chats / few.clock, "/s"),
        Figure("memory, peak", many.memory, few.memory, "MB"),
        Figure("memory, growth", many.memory - many.memory_before, few.memory - few.memory_before, "MB"),
    ]
    following = f"1 to {MAX_TOPICS} of {len(TOPICS)} topics each, {share:.0%} with papers"
    title = f"planning: due chats on {engine}, {following}"
    return Comparison(title, f"{many.chats:,} chats", f"{few.chats:,} chats", figures)


def _measure_planning(engine: str, chats: int, *how: str) -> PlanningFigures:
    with tempfile.TemporaryDirectory() as folder, _database(engine, Path(folder)) as url:
        command = [sys.executable, "-m", "benchmarks.planning", url, str(chats), *how]
        return PlanningFigures(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


def _database(engine: str, folder: Path) -> AbstractContextManager[str]:
    return nullcontext(f"sqlite:///{folder / 'due.db'}") if engine == "SQLite" else postgres(folder)


async def _plan(url: str, folder: Path, chats: int, *, one_by_one: bool) -> PlanningFigures:
    database, index = await filled_database(url, chats), FtsIndex(folder / "index.db")
    memory, cpu, server_cpu, clock = peak_mb(), time.process_time(), server_cpu_seconds(url), time.monotonic()
    if one_by_one:
        planned = await _plan_one_by_one(database)
    else:
        planned = await plan_due(database, index, NOW, {TELEGRAM: PlatformCapabilities()})
    clock, cpu, server_cpu = time.monotonic() - clock, time.process_time() - cpu, server_cpu_seconds(url) - server_cpu
    async with database.read() as work:
        digests = await work.outbox.claimable_count(TELEGRAM, NOW)
    await index.close()
    await database.close()
    return PlanningFigures(planned, digests, cpu, server_cpu, clock, memory, peak_mb())


async def _plan_one_by_one(database: Database) -> int:
    """The yardstick: a question and a transaction for each chat, as one writes it first."""
    today, planned = await load_snapshot(database, NOW), 0
    async with database.read() as work:
        due = await work.chats.due_chats(NOW, FEW_CHATS)
    for chat in due:
        async with database.write() as work:
            candidates = await work.subscriptions.candidates([chat.id], NOW.date())
            followed = await work.subscriptions.of_chat(chat.id)
            plan = plan_edition(DueChat(chat, tuple(followed), tuple(candidates[chat.id])), today)
            planned += len(await work.outbox.store_plans([plan]))
            await work.commit()
    return planned


def main(url: str, chats: str, *how: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        planned = asyncio.run(_plan(url, Path(folder), int(chats), one_by_one=ONE_BY_ONE in how))
    print(json.dumps(asdict(planned)))


if __name__ == "__main__":
    main(*sys.argv[1:])
