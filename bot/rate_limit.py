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

from bot.ports import Cooldown, RateLimit, RateLimiter, Reservation

THROTTLE_DURATION: Final = timedelta(minutes=10)
MAX_THROTTLE_FACTOR: Final = 8
COOLDOWN_MEMORY: Final = timedelta(minutes=1)

# Turns are booked for this long ahead at most: a person's answer waits behind what other processes booked.
_MAX_LOOKAHEAD_SECONDS: Final = 0.05
# Who comes this late to a turn would go in somebody else's second; so often it is booked anew before it is used anyway.
_SLOT_TOLERANCE_SECONDS: Final = 0.04
_MAX_MISSED_SLOTS: Final = 3


@dataclass(slots=True)
class _Bucket:
    """``free_at`` is when a message without a burst may go, in seconds of the clock."""

    free_at: float = 0.0
    throttle_factor: int = 1
    throttled_until: float = 0.0

    def interval(self, limit: RateLimit, now: float) -> float:
        return limit.interval * (self.throttle_factor if self.throttled_until > now else 1)


class InMemoryRateLimiter:
    """Implements :class:`bot.ports.Pace` for a process that is alone; it forgets everything when that ends."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._cooldowns: dict[tuple[str, str], Cooldown] = {}

    async def reserve(self, limit: RateLimit, turns: int = 1) -> Reservation:
        now, kept = self._clock(), self._bucket(limit)
        gap, first = kept.interval(limit, now), max(kept.free_at, now)
        kept.free_at = first + turns * gap
        return Reservation(first - now, gap)

    async def try_acquire(self, limit: RateLimit) -> float:
        now, kept = self._clock(), self._bucket(limit)
        gap = kept.interval(limit, now)
        wait = kept.free_at - (limit.burst - 1) * gap - now
        if wait > 0:
            return wait
        kept.free_at = max(kept.free_at, now) + gap
        return 0.0

    async def throttle(self, limit: RateLimit) -> None:
        now, kept = self._clock(), self._bucket(limit)
        slow = kept.throttled_until > now
        kept.throttle_factor = min(2 * kept.throttle_factor, MAX_THROTTLE_FACTOR) if slow else 2
        kept.throttled_until = now + THROTTLE_DURATION.total_seconds()

    async def start_cooldown(self, bot: str, cooldown: Cooldown) -> None:
        self._cooldowns[bot, cooldown.chat] = cooldown

    async def cooldowns(self, bot: str, now: datetime) -> Sequence[Cooldown]:
        self._cooldowns = {
            key: one for key, one in self._cooldowns.items() if max(one.until, one.at + COOLDOWN_MEMORY) > now
        }
        return [pause for (of, _), pause in self._cooldowns.items() if of == bot]

    def _bucket(self, limit: RateLimit) -> _Bucket:
        if len(self._buckets) > 10_000:
            now = self._clock()
            self._buckets = {
                name: kept for name, kept in self._buckets.items() if max(kept.free_at, kept.throttled_until) > now
            }
        return self._buckets.setdefault(limit.name, _Bucket())


class PriorityTurnQueue:
    """The queue in front of a lane: the urgent first, then in the order they came."""

    def __init__(self, limiter: RateLimiter, limit: RateLimit) -> None:
        self._limiter = limiter
        self._limit = limit
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._granting: asyncio.Task[None] | None = None
        self._shortest_round_trip = float("inf")
        self._missed_slots = 0

    async def wait_turn(self, *, urgent: bool = False) -> None:
        """Returns when it is this caller's turn. Raises what asking for turns raises."""
        if not self._limit.interval:
            return
        turn = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (not urgent, next(self._numbers), turn))
        if self._granting is None or self._granting.done():
            self._granting = asyncio.create_task(self._grant_turns())
        await turn

    async def _grant_turns(self) -> None:
        try:
            while self._next_waiting():
                await self._grant_reserved()
        except Exception as problem:
            while turn := self._next_waiting():
                turn.set_exception(problem)

    async def _grant_reserved(self) -> None:
        loop = asyncio.get_running_loop()
        booked = min(len(self._waiting), ceil(_MAX_LOOKAHEAD_SECONDS / self._limit.interval))
        asked = loop.time()
        wait, gap = await self._limiter.reserve(self._limit, booked)
        # A booking is always so far away; what it took longer this time is time that the turn has lost.
        self._shortest_round_trip = min(self._shortest_round_trip, loop.time() - asked)
        first = asked + self._shortest_round_trip + wait
        for place in range(booked):
            if (left := first + place * gap - loop.time()) > 0:
                await asyncio.sleep(left)
            if self._missed_slot(loop.time() - first - place * gap):
                return
            if turn := self._next_waiting():
                turn.set_result(None)

    def _missed_slot(self, late: float) -> bool:
        """Whether a turn is to be left unused, since this process was held up until it was over."""
        missed = late > _SLOT_TOLERANCE_SECONDS and self._missed_slots < _MAX_MISSED_SLOTS
        self._missed_slots = self._missed_slots + 1 if missed else 0
        return missed

    def _next_waiting(self) -> asyncio.Future[None] | None:
        """The most urgent of those who still wait; who gave up is forgotten."""
        while self._waiting and self._waiting[0][-1].done():
            heappop(self._waiting)
        return self._waiting[0][-1] if self._waiting else None
