"""Answers of Slack's, cached for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from cachetools import TTLCache

from bot.ports import Clock

V = TypeVar("V")

TTL: Final = timedelta(hours=1)
MAX_ENTRIES: Final = 5000


class TtlCache(Generic[V]):
    """Answers by id, forgotten after an hour; where there are too many, those that were not asked for longest."""

    def __init__(self, ask: Callable[[str], Awaitable[V]], clock: Clock) -> None:
        self._ask = ask
        self._known: TTLCache[str, V, datetime] = TTLCache(MAX_ENTRIES, TTL, timer=clock.now)

    async def get(self, key: str) -> V:
        """What is known, else what Slack says now; raises what asking raises."""
        try:
            return self._known[key]
        except KeyError:
            value = self._known[key] = await self._ask(key)
            return value

    def forget(self, key: str) -> None:
        """The next :meth:`get` asks."""
        self._known.pop(key, None)
