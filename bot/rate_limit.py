"""Waiting for a turn to send: answers to people before digests, and no faster than the platform takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from math import ceil
from time import monotonic
from typing import Final

from bot.ports import Booking, Lane, Pace, Pause

SLOW_FOR: Final = timedelta(minutes=10)
SLOWEST: Final = 8
REMEMBERED: Final = timedelta(minutes=1)

# Turns are booked for this long ahead at most: a person's answer waits behind what other processes booked.
_AHEAD: Final = 0.05
# Who comes this late to a turn would go in somebody else's second; so often it is booked anew before it is used anyway.
_OVERSLEPT: Final = 0.04
_ANEW: Final = 3


@dataclass(slots=True)
class _Lane:
    """``free_at`` is when a message without a burst may go, in seconds of the clock."""

    free_at: float = 0.0
    slowness: int = 1
    slow_until: float = 0.0

    def gap(self, lane: Lane, now: float) -> float:
        return lane.gap * (self.slowness if self.slow_until > now else 1)


class OneProcessPace:
    """Implements :class:`bot.ports.Pace` for a process that is alone; it forgets everything when that ends."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}
        self._pauses: dict[tuple[str, str], Pause] = {}

    async def reserve(self, lane: Lane, turns: int = 1) -> Booking:
        now, kept = self._clock(), self._lane(lane)
        gap, first = kept.gap(lane, now), max(kept.free_at, now)
        kept.free_at = first + turns * gap
        return Booking(first - now, gap)

    async def enter(self, lane: Lane) -> float:
        now, kept = self._clock(), self._lane(lane)
        gap = kept.gap(lane, now)
        wait = kept.free_at - (lane.burst - 1) * gap - now
        if wait > 0:
            return wait
        kept.free_at = max(kept.free_at, now) + gap
        return 0.0

    async def slow_down(self, lane: Lane) -> None:
        now, kept = self._clock(), self._lane(lane)
        slow = kept.slow_until > now
        kept.slowness = min(2 * kept.slowness, SLOWEST) if slow else 2
        kept.slow_until = now + SLOW_FOR.total_seconds()

    async def pause(self, bot: str, pause: Pause) -> None:
        self._pauses[bot, pause.chat] = pause

    async def pauses(self, bot: str, now: datetime) -> Sequence[Pause]:
        self._pauses = {key: one for key, one in self._pauses.items() if max(one.until, one.at + REMEMBERED) > now}
        return [pause for (of, _), pause in self._pauses.items() if of == bot]

    def _lane(self, lane: Lane) -> _Lane:
        if len(self._lanes) > 10_000:
            now = self._clock()
            self._lanes = {name: kept for name, kept in self._lanes.items() if max(kept.free_at, kept.slow_until) > now}
        return self._lanes.setdefault(lane.name, _Lane())


class Turns:
    """The queue in front of a lane: the urgent first, then in the order they came."""

    def __init__(self, pace: Pace, lane: Lane) -> None:
        self._pace = pace
        self._lane = lane
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._handing_out: asyncio.Task[None] | None = None
        self._nearest = float("inf")
        self._missed = 0

    async def take(self, *, urgent: bool = False) -> None:
        """Returns when it is this caller's turn. Raises what asking for turns raises."""
        if not self._lane.gap:
            return
        turn = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (not urgent, next(self._numbers), turn))
        if self._handing_out is None or self._handing_out.done():
            self._handing_out = asyncio.create_task(self._hand_out())
        await turn

    async def _hand_out(self) -> None:
        try:
            while self._next_waiting():
                await self._hand_out_some()
        except Exception as problem:
            while turn := self._next_waiting():
                turn.set_exception(problem)

    async def _hand_out_some(self) -> None:
        loop = asyncio.get_running_loop()
        booked = min(len(self._waiting), ceil(_AHEAD / self._lane.gap))
        asked = loop.time()
        wait, gap = await self._pace.reserve(self._lane, booked)
        # A booking is always so far away; what it took longer this time is time that the turn has lost.
        self._nearest = min(self._nearest, loop.time() - asked)
        first = asked + self._nearest + wait
        for place in range(booked):
            if (left := first + place * gap - loop.time()) > 0:
                await asyncio.sleep(left)
            if self._overslept(loop.time() - first - place * gap):
                return
            if turn := self._next_waiting():
                turn.set_result(None)

    def _overslept(self, late: float) -> bool:
        """Whether a turn is to be left unused, since this process was held up until it was over."""
        missed = late > _OVERSLEPT and self._missed < _ANEW
        self._missed = self._missed + 1 if missed else 0
        return missed

    def _next_waiting(self) -> asyncio.Future[None] | None:
        """The most urgent of those who still wait; who gave up is forgotten."""
        while self._waiting and self._waiting[0][-1].done():
            heappop(self._waiting)
        return self._waiting[0][-1] if self._waiting else None
