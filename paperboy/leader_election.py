"""What only one process may do: whoever holds the lease does it, the others stand by and take over.

A holder that ends gives its lease back; one that dies keeps it until it runs out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from bot.ports import Leases

LEASE_DURATION: Final = timedelta(seconds=30)
RENEW_EVERY: Final = timedelta(seconds=10)
RETRY_EVERY: Final = timedelta(seconds=5)
_RELEASE_TIMEOUT_SECONDS: Final = 5.0  # seconds

log = logging.getLogger("paperboy")


class LeaderElection:
    """The leases of one process, which is known as ``owner``; after a death another takes over within 35 seconds."""

    def __init__(
        self,
        leases: Leases,
        owner: str,
        *,
        lease_duration: timedelta = LEASE_DURATION,
        renew_every: timedelta = RENEW_EVERY,
        retry_every: timedelta = RETRY_EVERY,
    ) -> None:
        self._leases = leases
        self._owner = owner
        self._lease_duration = lease_duration
        self._renew_seconds = renew_every.total_seconds()
        self._retry_seconds = retry_every.total_seconds()

    async def run_while_leader(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Runs ``run`` whenever the lease of that name is to be had and while it lasts; ends, or raises, as ``run``
        does. To be cancelled."""
        waiting = False
        while True:
            if await self._leases.acquire(name, self._owner, self._lease_duration):
                if await self._run_until_lost(name, run):
                    return
            elif not waiting:
                waiting = True
                log.info("%s: another process does it; this one stands by", name)
            await asyncio.sleep(self._retry_seconds)

    async def _run_until_lost(self, name: str, run: Callable[[], Awaitable[None]]) -> bool:
        """Whether ``run`` ended by itself; False where the lease was lost."""
        running = asyncio.ensure_future(run())
        try:
            while not running.done():
                if not await self._renew_in_time(name, running):
                    return False
            await running
            return True
        finally:
            running.cancel()
            await asyncio.wait([running])
            await self._release(name)

    async def _renew_in_time(self, name: str, running: asyncio.Future[None]) -> bool:
        """Whether it is still ours when it is time to renew it, or ``running`` has ended."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._lease_duration.total_seconds()
        while loop.time() < until:
            await asyncio.wait([running], timeout=min(self._renew_seconds, until - loop.time()))
            if running.done():
                return True
            try:
                async with asyncio.timeout(max(until - loop.time(), 0)):
                    if await self._leases.acquire(name, self._owner, self._lease_duration):
                        return True
                log.warning("%s: another process has taken over", name)
                return False
            except Exception as problem:
                log.warning("%s: the lease can't be renewed now (%s)", name, type(problem).__name__)
        log.error("%s: stopped, since the lease could not be renewed in time; another process may do it now", name)
        return False

    async def _release(self, name: str) -> None:
        try:
            async with asyncio.timeout(_RELEASE_TIMEOUT_SECONDS):
                await self._leases.release(name, self._owner)
        except Exception as problem:
            log.warning("%s: the lease could not be given back (%s); it runs out", name, type(problem).__name__)
