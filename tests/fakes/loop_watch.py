"""Knowing how long what a stand-in takes in may have waited, so that its own delay is not taken for the bot's haste."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

TICK_INTERVAL = 0.01
LATE_TICK = 0.05
"""Seconds from one tick to the next after which the loop was held up."""
LONGEST_STALL = 3.0
"""Seconds after which a late tick counts as one in time: being held up without end must not hide what is too much."""


class LoopWatch:
    """Ticks every few milliseconds in the loop that takes messages in. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._awake: float | None = None
        self._last_tick: float | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.tick()
            await asyncio.sleep(TICK_INTERVAL)

    def tick(self) -> None:
        """A tick in time says that nothing waits; one that comes late may come before what waited meanwhile."""
        now = self._clock()
        in_time = self._last_tick is None or now - self._last_tick <= LATE_TICK
        if in_time or self._awake is None or now - self._awake > LONGEST_STALL:
            self._awake = now
        self._last_tick = now

    def longest_wait(self) -> float:
        """Seconds that what is taken in now has waited at most; 0 where nothing ticks."""
        return 0.0 if self._awake is None else self._clock() - self._awake
