"""Whether work may be given to this process: its database can be read, and keeps what it is given."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final

from storage.database import Database
from storage.engine.errors import DatabaseError

# A look writes to the disk, and anybody may ask.
CACHE_SECONDS: Final = 5.0

log = logging.getLogger(__name__)


class Readiness:
    """Asked as often as one likes; the database is looked at once in :data:`CACHE_SECONDS` while all is well."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._valid_until = float("-inf")

    async def __call__(self) -> bool:
        async with self._lock:
            if time.monotonic() >= self._valid_until and await self._is_healthy():
                self._valid_until = time.monotonic() + CACHE_SECONDS
            return time.monotonic() < self._valid_until

    async def _is_healthy(self) -> bool:
        try:
            await self._database.check_readable()
            await self._database.check_writable()
        except DatabaseError as problem:
            log.error("%s %s", problem.reason, problem.remedy)
            return False
        except Exception:
            log.exception("the database does not answer, or keeps nothing")
            return False
        return True
