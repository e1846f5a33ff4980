"""Planning many due chats on SQLite, beside a tenth of them, and beside a transaction for each chat.

    python -m benchmarks.planning CHATS [one-by-one]

plans in a process of its own, so that its memory is its own, and prints what it took as JSON.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from adapters.search.fts import FtsIndex
from benchmarks.comparison import Comparison, Figure
from benchmarks.due_chats import MOST_TOPICS, TOPICS, opened
from benchmarks.memory import peak_mb
from benchmarks.workbench import NOW, Workbench
from bot.chats import Platform
from bot.digests.editions import DueChat, plan_edition
from bot.digests.plan import plan_due
from bot.digests.today import look_at_today
from bot.ports import Traits
from storage.engine import Database

MANY, FEW = 10_000, 1_000
ONE_BY_ONE = "one-by-one"


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning took: chats, digests with papers among them, seconds of CPU and on the clock, and the most memory
    (MB), before and after."""

    chats: int
    digests: int
    cpu: float
    clock: float
    memory_before: float
    memory: float


def run(bench: Workbench) -> Iterator[Comparison]:
    few, one_by_one, many = _planned(FEW), _planned(FEW, ONE_BY_ONE), _planned(MANY)
    share = many.digests / many.chats
    figures = [
        Figure("CPU", many.cpu, few.cpu, "s"),
        Figure("clock", many.clock, few.clock, "s"),
        Figure("chats a second", many.chats / many.clock, few.chats / few.clock, "/s"),
        Figure("memory, peak", many.memory, few.memory, "MB"),
        Figure("memory, growth", many.memory - many.memory_before, few.memory - few.memory_before, "MB"),
    ]
    following = f"1 to {MOST_TOPICS} of {len(TOPICS)} topics each, {share:.0%} with papers"
    yield Comparison(f"planning: due chats on SQLite, {following}", f"{MANY:,} chats", f"{FEW:,} chats", figures)
    figures = [
        Figure("CPU", few.cpu, one_by_one.cpu, "s"),
        Figure("clock", few.clock, one_by_one.clock, "s"),
    ]
    yield Comparison(f"planning: {FEW:,} due chats, the same digests", "Paperboy", "one by one", figures)


def _planned(chats: int, *how: str) -> Planned:
    command = [sys.executable, "-m", "benchmarks.planning", str(chats), *how]
    return Planned(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


async def _plan(folder: Path, chats: int, *, one_by_one: bool) -> Planned:
    database, index = await opened(folder, chats), FtsIndex(folder / "index.db")
    memory, cpu, clock = peak_mb(), time.process_time(), time.monotonic()
    if one_by_one:
        planned = await _plan_one_by_one(database)
    else:
        planned = await plan_due(database, index, NOW, {Platform.TELEGRAM: Traits()})
    cpu, clock = time.process_time() - cpu, time.monotonic() - clock
    async with database.read() as work:
        digests = await work.outbox.waiting(Platform.TELEGRAM, NOW)
    await index.close()
    await database.close()
    return Planned(planned, digests, cpu, clock, memory, peak_mb())


async def _plan_one_by_one(database: Database) -> int:
    """The yardstick: a question and a transaction for each chat, as one writes it first."""
    today, planned = await look_at_today(database, NOW), 0
    async with database.read() as work:
        due = await work.chats.due(NOW, MANY)
    for chat in due:
        async with database.write() as work:
            candidates = await work.topics.candidates([chat.id], NOW.date())
            followed = await work.topics.of_chat(chat.id)
            plan = plan_edition(DueChat(chat, tuple(followed), tuple(candidates[chat.id])), today)
            planned += len(await work.outbox.plan([plan]))
            await work.commit()
    return planned


def main(chats: str, *how: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        planned = asyncio.run(_plan(Path(folder), int(chats), one_by_one=ONE_BY_ONE in how))
    print(json.dumps(asdict(planned)))


if __name__ == "__main__":
    main(*sys.argv[1:])
