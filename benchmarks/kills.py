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
from benchmarks.harness import Harness
from benchmarks.postgres import postgres
from storage.database import Database

CRASHES: Final = int(os.environ.get("KILLS", "50"))
#: Steps that come again and again while a day's digests leave.
MAX_SECONDS: Final = ("accepted", "writing claim", "sending", "written results", "written claim", "writing results")
CHATS: Final = int(os.environ.get("KILLS_CHATS", "1000"))


def run(bench: Harness) -> Iterator[Comparison]:
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
    from tests.e2e.support.chaos import DIGEST_HOUR, LIST_DAYS, ChaosRun
    from tests.e2e.support.crash_points import CRASH_STEPS, NO_CRASH

    database = Database(url)
    await database.start(migrate=True)
    await database.close()
    async with ChaosRun.create(folder, url, seed=CRASHES) as chaos:
        chaos.publish_papers()
        await chaos.add_subscribers(CHATS * 8 // 10, CHATS // 10, CHATS // 10)
        for day in LIST_DAYS[:2]:
            chaos.clock.advance_to(datetime.combine(day, DIGEST_HOUR, UTC) + timedelta(minutes=1))
            until = chaos.kills + CRASHES // 2
            for turn in count():
                if chaos.kills >= until:
                    break
                chaos.inject_faults()
                # A day is planned only once, so of planning nobody falls twice: those processes just end in time.
                step = (
                    CRASH_STEPS[turn % len(CRASH_STEPS)]
                    if turn < len(CRASH_STEPS)
                    else MAX_SECONDS[turn % len(MAX_SECONDS)]
                )
                await chaos.run_until_crash(step, 1 + turn % 7 if step in MAX_SECONDS else 1, within=300)
            chaos.clear_faults()
            await chaos.run_until_crash(NO_CRASH, 0, within=600)
        chaos.clock.advance_to(datetime.combine(LIST_DAYS[2], DIGEST_HOUR, UTC) + timedelta(minutes=1))
        await chaos.run_until_crash(NO_CRASH, 0, within=600)
        found = chaos.report()
        bound = chaos.in_flight + chaos.answer_lost
        figures = [
            Figure("papers that never came", found.missing, 0),
            Figure("digests twice in Telegram, beside those in doubt", found.doubled_in_telegram, bound),
            Figure("posts twice in Slack", found.doubled_in_slack, 0),
            Figure("chats out of order", found.out_of_order, 0),
            Figure("limits broken", len(found.violations), 0),
        ]
        title = f"kills: {chaos.kills} of them on {engine}, {CHATS:,} chats, {chaos.in_flight} messages on their way"
        return Comparison(title, "counted", "the bound", figures)
