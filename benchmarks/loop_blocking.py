"""How long something keeps the event loop from everything else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

_TICK = 0.002


async def longest_block(work: Awaitable[T]) -> tuple[T, float]:
    """What ``work`` returns, and the longest that the loop was late for somebody else meanwhile (seconds)."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            due = time.monotonic() + _TICK
            await asyncio.sleep(_TICK)
            longest = max(longest, time.monotonic() - due)

    ticking = asyncio.create_task(tick())
    try:
        done = await work
        return done, longest
    finally:
        ticking.cancel()
