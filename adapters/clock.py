"""The time as the machine tells it, or as a rehearsal wants it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Final

MAX_SLEEP_SECONDS: Final = 60.0  # seconds


class SystemClock:
    """UTC now; with ``start``, the process believes that it started at that moment (``CLOCK_START``)."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = start - datetime.now(UTC) if start else timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    async def sleep_until(self, moment: datetime) -> None:
        # A machine that was suspended wakes late, and a clock may be set forward: it is looked at again now and then.
        # One that is set back makes nobody wait longer than it was to be.
        longest = time.monotonic() + (moment - self.now()).total_seconds()
        while (left := min((moment - self.now()).total_seconds(), longest - time.monotonic())) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, MAX_SLEEP_SECONDS))
