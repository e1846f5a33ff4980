"""The time as the machine tells it, or as a rehearsal wants it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class SystemClock:
    """UTC now; with ``start``, the process believes that it started at that moment (``CLOCK_START``)."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = start - datetime.now(UTC) if start else timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    async def sleep_until(self, moment: datetime) -> None:
        # A machine that was suspended wakes late and a clock may be set: look again at least once a minute.
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - nothing else could wake it
            await asyncio.sleep(min(left, 60))
