"""What Slack told us a while ago."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from bot.ports import Clock

V = TypeVar("V")

TTL: Final = timedelta(hours=1)
MAX_ENTRIES: Final = 5000


class TtlCache(Generic[V]):
    """Answers by id, forgotten after an hour; the oldest first."""

    def __init__(self, ask: Callable[[str], Awaitable[V]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._known: dict[str, tuple[datetime, V]] = {}

    async def get(self, key: str) -> V:
        """What is known, else what Slack says now; raises what asking raises."""
        known = self._known.get(key)
        if known is not None and self._clock.now() < known[0]:
            return known[1]
        value = await self._ask(key)
        self._known.pop(key, None)
        self._known[key] = (self._clock.now() + TTL, value)
        while self._is_too_much(oldest := next(iter(self._known))):
            del self._known[oldest]
        return value

    def _is_too_much(self, key: str) -> bool:
        return len(self._known) > MAX_ENTRIES or self._clock.now() >= self._known[key][0]

    def forget(self, key: str) -> None:
        self._known.pop(key, None)
