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

LEASE: Final = timedelta(seconds=30)
RENEW_EVERY: Final = timedelta(seconds=10)
ASK_EVERY: Final = timedelta(seconds=5)
_GIVE_BACK_WITHIN: Final = 5.0  # seconds

log = logging.getLogger("paperboy")


class StandingBy:
    """The leases of one process, which is known as ``owner``; after a death another takes over within 35 seconds."""

    def __init__(
        self,
        leases: Leases,
        owner: str,
        *,
        lease: timedelta = LEASE,
        renew_every: timedelta = RENEW_EVERY,
        ask_every: timedelta = ASK_EVERY,
    ) -> None:
        self._leases = leases
        self._owner = owner
        self._lease = lease
        self._renew_every = renew_every.total_seconds()
        self._ask_every = ask_every.total_seconds()
        self._held: set[str] = set()

    def holds(self, name: str) -> bool:
        return name in self._held

    async def keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Runs ``run`` whenever the lease of that name is to be had and while it lasts; ends, or raises, as ``run``
        does. To be cancelled."""
        waiting = False
        while True:
            if await self._leases.take(name, self._owner, self._lease):
                if await self._run(name, run):
                    return
            elif not waiting:
                waiting = True
                log.info("%s: another process does it; this one stands by", name)
            await asyncio.sleep(self._ask_every)

    async def _run(self, name: str, run: Callable[[], Awaitable[None]]) -> bool:
        """Whether ``run`` ended by itself; False where the lease was lost."""
        self._held.add(name)
        running = asyncio.ensure_future(run())
        try:
            while not running.done():
                if not await self._renewed(name, running):
                    return False
            await running
            return True
        finally:
            running.cancel()
            await asyncio.wait([running])
            self._held.discard(name)
            await self._give_back(name)

    async def _renewed(self, name: str, running: asyncio.Future[None]) -> bool:
        """Whether it is still ours when it is time to renew it, or ``running`` has ended."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._lease.total_seconds()
        while loop.time() < until:
            await asyncio.wait([running], timeout=min(self._renew_every, until - loop.time()))
            if running.done():
                return True
            try:
                async with asyncio.timeout(max(until - loop.time(), 0)):
                    if await self._leases.take(name, self._owner, self._lease):
                        return True
                log.warning("%s: another process has taken over", name)
                return False
            except Exception as problem:
                log.warning("%s: the lease can't be renewed now (%s)", name, type(problem).__name__)
        log.error("%s: stopped, since the lease could not be renewed in time; another process may do it now", name)
        return False

    async def _give_back(self, name: str) -> None:
        try:
            async with asyncio.timeout(_GIVE_BACK_WITHIN):
                await self._leases.give_back(name, self._owner)
        except Exception as problem:
            log.warning("%s: the lease could not be given back (%s); it runs out", name, type(problem).__name__)
