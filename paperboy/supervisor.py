"""Keeps the parts running beside each other: what one of them meets does not stop the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.errors import NotAuthorised
from bot.ports import Clock

log = logging.getLogger("paperboy")

INITIAL_BACKOFF = timedelta(seconds=2)
MAX_BACKOFF = timedelta(minutes=5)


class Supervisor:
    """Runs a part for ever: after a failure again, later each time; ``problems`` says which parts are down, and why."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.failures: dict[str, str] = {}

    async def keep_running(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Until cancelled, or until ``run`` ends by itself."""
        pause = INITIAL_BACKOFF
        while True:
            started = self._clock.now()
            try:
                await run()
            except NotAuthorised as refusal:
                pause = MAX_BACKOFF
                self._record_failure(name, refusal.reason)
            except Exception as error:
                self._record_failure(name, f"{type(error).__name__}", error)
            else:
                self.failures.pop(name, None)
                return
            if self._clock.now() - started > MAX_BACKOFF:
                pause = INITIAL_BACKOFF
            await self._clock.sleep_until(self._clock.now() + pause)
            pause = min(pause * 2, MAX_BACKOFF)

    def _record_failure(self, name: str, problem: str, error: Exception | None = None) -> None:
        if self.failures.get(name) != problem:
            log.error("%s is down: %s. The others go on; it is tried again.", name, problem, exc_info=error)
        self.failures[name] = problem


async def cancel_and_wait(tasks: list[asyncio.Task[None]]) -> None:
    """Cancels the tasks and waits for them."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
