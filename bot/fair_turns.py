"""Turns that nobody takes from others by asking more often."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class FairTurns:
    """One at a time. Whoever waits is served in turn with the others, and what is one's own in the order it came, so
    that nobody waits for more than one turn of anybody else, however many that one has waiting."""

    def __init__(self) -> None:
        self._taken = False
        #: Those who wait, the next one first.
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn_of(self, who: Hashable) -> AsyncIterator[None]:
        """Waits for a turn, which lasts as long as the block."""
        await self._acquire(who)
        try:
            yield
        finally:
            self._release(who)

    async def _acquire(self, who: Hashable) -> None:
        if not self._taken:
            self._taken = True
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():  # it was given just then
                self._release(who)
            raise

    def _release(self, who: Hashable) -> None:
        """Whoever was just served comes after all others."""
        if who in self._waiting:
            self._waiting[who] = self._waiting.pop(who)
        while self._waiting:
            following = next(iter(self._waiting))
            queue = self._waiting[following]
            given = queue.popleft()
            if not queue:
                del self._waiting[following]
            if not given.done():
                given.set_result(None)
                return
        self._taken = False
