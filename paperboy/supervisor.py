"""Keeps the parts running beside each other: what one of them meets does not stop the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.errors import NotAuthorised
from bot.ports import Clock

log = logging.getLogger("paperboy")

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)


class Supervisor:
    """Runs a part for ever: after a failure again, later each time; ``problems`` says which parts are down, and why."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.problems: dict[str, str] = {}

    async def keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Until cancelled, or until ``run`` ends by itself."""
        pause = FIRST_PAUSE
        while True:
            started = self._clock.now()
            try:
                await run()
            except NotAuthorised as refusal:
                pause = LONGEST_PAUSE
                self._tell(name, refusal.reason)
            except Exception as error:
                self._tell(name, f"{type(error).__name__}", error)
            else:
                self.problems.pop(name, None)
                return
            if self._clock.now() - started > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            await self._clock.sleep_until(self._clock.now() + pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def working(self, name: str) -> None:
        """A part that reports itself healthy again."""
        self.problems.pop(name, None)

    def _tell(self, name: str, problem: str, error: Exception | None = None) -> None:
        if self.problems.get(name) != problem:
            log.error("%s is down: %s. The others go on; it is tried again.", name, problem, exc_info=error)
        self.problems[name] = problem


async def stop(tasks: list[asyncio.Task[None]]) -> None:
    """Cancels the tasks and waits for them."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
