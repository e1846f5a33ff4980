"""Answers of Slack's, cached for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from bot.ports import Clock

V = TypeVar("V")

TTL: Final = timedelta(hours=1)
MAX_ENTRIES: Final = 5000


class TtlCache(Generic[V]):
    """Values by id, evicted after :data:`TTL`, the oldest first."""

    def __init__(self, fetch: Callable[[str], Awaitable[V]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._entries: dict[str, tuple[datetime, V]] = {}

    async def get(self, key: str) -> V:
        """The cached value, else a fetched one; raises what fetching raises."""
        known = self._entries.get(key)
        if known is not None and self._clock.now() < known[0]:
            return known[1]
        value = await self._fetch(key)
        self._entries.pop(key, None)
        self._entries[key] = (self._clock.now() + TTL, value)
        while self._is_evictable(oldest := next(iter(self._entries))):
            del self._entries[oldest]
        return value

    def _is_evictable(self, key: str) -> bool:
        return len(self._entries) > MAX_ENTRIES or self._clock.now() >= self._entries[key][0]

    def forget(self, key: str) -> None:
        self._entries.pop(key, None)
