"""One Paperboy and four workers on the same PostgreSQL, each of which falls at a step of its own and is replaced."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from bot.deliveries import DeliveryState
from storage.tables import delivery
from tests.e2e.support.chaos import PATIENCE, ChaosRun
from tests.e2e.support.crash_points import NO_CRASH

CrashSpec = tuple[str, int]


@dataclass
class WorkerFleet:
    """Processes that are kept up whatever befalls them; ``falls`` says where the next ones will die."""

    chaos: ChaosRun
    crashes: list[CrashSpec]
    exits: dict[int, asyncio.Task[int]] = field(default_factory=dict)

    async def start_process(self, *words: str, fall: CrashSpec | None = None) -> None:
        step, number = fall or (self.crashes.pop(0) if self.crashes else (NO_CRASH, 0))
        pid = await self.chaos.start(*words, step=step, number=number, log=words[0])
        self.exits[pid] = asyncio.create_task(self._replace_on_crash(pid, words))

    async def _replace_on_crash(self, pid: int, words: Sequence[str]) -> int:
        """Waits for its end. Whoever fell has somebody in its place, and what it had on its way is counted."""
        code = (await self.chaos.fork_server.wait_for_exit(pid)).code
        if code == -signal.SIGKILL:
            self.chaos.kills += 1
            self.chaos.in_flight += await self._count_sending_of(pid)
            self.chaos.inject_faults()
            await self.start_process(*words)
        return code

    async def _count_sending_of(self, pid: int) -> int:
        theirs = delivery.c.owner.contains(f":{pid}:")
        wanted = select(func.count()).where(delivery.c.state == DeliveryState.SENDING, theirs)
        async with self.chaos.storage._reader.connect() as connection:
            return int(await connection.scalar(wanted) or 0)

    async def wait_for_crashes(self, kills: int, within: float = PATIENCE) -> None:
        async with asyncio.timeout(within):
            while self.chaos.kills < kills:
                await asyncio.sleep(0.05)
                for ending in filter(asyncio.Task.done, self.exits.values()):
                    assert ending.result() == -signal.SIGKILL, "somebody left by himself"

    async def stop_all(self) -> list[int]:
        """Everybody who is left ends when told; their exit codes."""
        left = [pid for pid, ending in self.exits.items() if not ending.done()]
        for pid in left:
            os.kill(pid, signal.SIGTERM)
        return [await asyncio.wait_for(self.exits[pid], PATIENCE) for pid in left]
