"""Token buckets and the queue for their turns: answers to people before digests, no faster than a platform allows."""

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

# Turns are reserved for this long ahead at most: a person's answer waits behind what other processes reserved.
_MAX_LOOKAHEAD_SECONDS: Final = 0.05
# A turn used this late would fall into somebody else's second, so it is reserved anew; after so many misses in a row it
# is used all the same, or a slow machine would never send.
_SLOT_TOLERANCE_SECONDS: Final = 0.04
_MAX_MISSED_SLOTS: Final = 3


@dataclass(slots=True)
class _Bucket:
    """A token bucket as the generic cell rate algorithm keeps it: ``free_at`` is the theoretical arrival time, when a
    message without a burst may go, in seconds of the clock."""

    free_at: float = 0.0
    throttle_factor: int = 1
    throttled_until: float = 0.0

    def interval(self, limit: RateLimit, now: float) -> float:
        return limit.interval * (self.throttle_factor if self.throttled_until > now else 1)


class InMemoryRateLimiter:
    """Implements :class:`bot.ports.RateLimiter` for a process that sends alone; it forgets all when that ends."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._cooldowns: dict[tuple[str, str], Cooldown] = {}

    async def reserve(self, limit: RateLimit, turns: int = 1) -> Reservation:
        now, bucket = self._clock(), self._bucket(limit)
        interval, first = bucket.interval(limit, now), max(bucket.free_at, now)
        bucket.free_at = first + turns * interval
        return Reservation(first - now, interval)

    async def try_acquire(self, limit: RateLimit) -> float:
        now, bucket = self._clock(), self._bucket(limit)
        interval = bucket.interval(limit, now)
        wait = bucket.free_at - (limit.burst - 1) * interval - now
        if wait > 0:
            return wait
        bucket.free_at = max(bucket.free_at, now) + interval
        return 0.0

    async def throttle(self, limit: RateLimit) -> None:
        now, bucket = self._clock(), self._bucket(limit)
        throttled = bucket.throttled_until > now
        bucket.throttle_factor = min(2 * bucket.throttle_factor, MAX_THROTTLE_FACTOR) if throttled else 2
        bucket.throttled_until = now + THROTTLE_DURATION.total_seconds()

    async def start_cooldown(self, bot: str, cooldown: Cooldown) -> None:
        self._cooldowns[bot, cooldown.chat] = cooldown

    async def cooldowns(self, bot: str, now: datetime) -> Sequence[Cooldown]:
        self._cooldowns = {
            key: one for key, one in self._cooldowns.items() if max(one.until, one.at + COOLDOWN_MEMORY) > now
        }
        return [cooldown for (of, _), cooldown in self._cooldowns.items() if of == bot]

    def _bucket(self, limit: RateLimit) -> _Bucket:
        # One whose times are past is as good as a new one.
        if len(self._buckets) > 10_000:
            now = self._clock()
            self._buckets = {
                name: bucket
                for name, bucket in self._buckets.items()
                if max(bucket.free_at, bucket.throttled_until) > now
            }
        return self._buckets.setdefault(limit.name, _Bucket())


class PriorityTurnQueue:
    """The queue in front of a rate limit: the urgent first, then in the order they came."""

    def __init__(self, limiter: RateLimiter, limit: RateLimit) -> None:
        self._limiter = limiter
        self._limit = limit
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._granting: asyncio.Task[None] | None = None
        self._shortest_round_trip = float("inf")
        self._missed_slots = 0

    async def wait_turn(self, *, urgent: bool = False) -> None:
        """Returns when it is this caller's turn. Raises what reserving turns raises."""
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
        turns = min(len(self._waiting), ceil(_MAX_LOOKAHEAD_SECONDS / self._limit.interval))
        requested_at = loop.time()
        wait, interval = await self._limiter.reserve(self._limit, turns)
        # ``wait`` counts from when the limiter answered, a round trip after the request at least; what this one took
        # beyond the shortest seen is time that the turn has already lost.
        self._shortest_round_trip = min(self._shortest_round_trip, loop.time() - requested_at)
        first = requested_at + self._shortest_round_trip + wait
        for number in range(turns):
            if (left := first + number * interval - loop.time()) > 0:
                await asyncio.sleep(left)
            if self._missed_slot(loop.time() - first - number * interval):
                return
            # The queue is asked now, not when the turn was reserved: whoever is urgent by now goes first.
            if turn := self._next_waiting():
                turn.set_result(None)

    def _missed_slot(self, late: float) -> bool:
        """Whether a turn is to be left unused, since this process was held up until it was over."""
        missed = late > _SLOT_TOLERANCE_SECONDS and self._missed_slots < _MAX_MISSED_SLOTS
        self._missed_slots = self._missed_slots + 1 if missed else 0
        return missed

    def _next_waiting(self) -> asyncio.Future[None] | None:
        """The most urgent of those who still wait; whoever was cancelled is dropped."""
        while self._waiting and self._waiting[0][-1].done():
            heappop(self._waiting)
        return self._waiting[0][-1] if self._waiting else None
