"""Whether work may be given to this process: its database answers, and keeps what it is given."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final

from storage.database import Database

# A look writes to the disk, and anybody may ask.
GOOD_FOR: Final = 5.0

log = logging.getLogger(__name__)


class Readiness:
    """Asked as often as one likes; the database is looked at once in :data:`GOOD_FOR` seconds while all is well."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._good_until = float("-inf")

    async def __call__(self) -> bool:
        async with self._turn:
            if time.monotonic() >= self._good_until and await self._well():
                self._good_until = time.monotonic() + GOOD_FOR
            return time.monotonic() < self._good_until

    async def _well(self) -> bool:
        try:
            await self._database.try_writing()
        except Exception:
            log.exception("the database does not answer, or keeps nothing")
            return False
        return True
