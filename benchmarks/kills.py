"""Fifty kills: two days of accidents for 1,000 chats on both platforms, then a calm one, on each of the two engines.

The same run as in the tests (:mod:`tests.e2e.support.chaos`), larger: processes die at steps of their own while faults
of every kind befall both services. What came of it stands beside its bound.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.comparison import Comparison, Figure
from benchmarks.harness import Workbench
from benchmarks.postgres import postgres
from storage.database import Database

KILLS: Final = int(os.environ.get("KILLS", "50"))
#: Steps that come again and again while a day's digests leave.
LASTING: Final = ("accepted", "writing claim", "sending", "written settle", "written claim", "writing settle")
CHATS: Final = int(os.environ.get("KILLS_CHATS", "1000"))


def run(bench: Workbench) -> Iterator[Comparison]:
    logging.getLogger("aiohttp.server").disabled = True  # whoever is killed hangs up
    with tempfile.TemporaryDirectory() as folder:
        yield asyncio.run(_chaos("SQLite", Path(folder), f"sqlite:///{folder}/paperboy.db"))
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as server,
        postgres(Path(server)) as url,
    ):
        yield asyncio.run(_chaos("PostgreSQL", Path(folder), url))


async def _chaos(engine: str, folder: Path, url: str) -> Comparison:
    # The tests' libraries are not there in every place where the other benchmarks run.
    from tests.e2e.support.chaos import DAYS, HOUR, Chaos
    from tests.e2e.support.crash_points import NEVER, STEPS

    database = Database(url)
    await database.start(migrate=True)
    await database.close()
    async with Chaos.built(folder, url, seed=KILLS) as chaos:
        chaos.lists()
        await chaos.readers(CHATS * 8 // 10, CHATS // 10, CHATS // 10)
        for day in DAYS[:2]:
            chaos.clock.put_forward(datetime.combine(day, HOUR, UTC) + timedelta(minutes=1))
            until = chaos.kills + KILLS // 2
            for turn in count():
                if chaos.kills >= until:
                    break
                chaos.torment()
                # A day is planned only once, so of planning nobody falls twice: those processes just end in time.
                step = STEPS[turn % len(STEPS)] if turn < len(STEPS) else LASTING[turn % len(LASTING)]
                await chaos.killed(step, 1 + turn % 7 if step in LASTING else 1, within=300)
            chaos.calm()
            await chaos.killed(NEVER, 0, within=600)
        chaos.clock.put_forward(datetime.combine(DAYS[2], HOUR, UTC) + timedelta(minutes=1))
        await chaos.killed(NEVER, 0, within=600)
        found = chaos.count()
        bound = chaos.in_flight + chaos.ambiguous
        figures = [
            Figure("papers that never came", found.missing, 0),
            Figure("digests twice in Telegram, beside those in doubt", found.doubled_in_telegram, bound),
            Figure("posts twice in Slack", found.doubled_in_slack, 0),
            Figure("chats out of order", found.out_of_order, 0),
            Figure("limits broken", len(found.violations), 0),
        ]
        title = f"kills: {chaos.kills} of them on {engine}, {CHATS:,} chats, {chaos.in_flight} messages on their way"
        return Comparison(title, "counted", "the bound", figures)
