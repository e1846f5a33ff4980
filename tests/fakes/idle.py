"""Whether everything in a loop waits for nothing but time, so that a test's clock may leap, on a busy machine too.

A loop that sleeps and is woken by nobody has nothing ready and nothing under way on this machine: what one side of a
connection sends, the other can read at once. What threads do for it is counted: transactions, and the default executor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, ClassVar, Self
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.pool import Pool


class Threads(ThreadPoolExecutor):
    """A default executor that knows how much is under way in it."""

    under_way = 0

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.under_way += 1
        future = super().submit(call, *args, **kwargs)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, _: Future[Any]) -> None:
        self.under_way -= 1


class Idle:
    """Watches the running loop."""

    _of: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, Idle]] = WeakKeyDictionary()

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._woken = 0
        self._slept = 0
        self._threads = Threads()
        loop.set_default_executor(self._threads)
        selector = loop._selector  # type: ignore[attr-defined]  # nothing public tells when a loop that runs sleeps
        select = selector.select

        def watched(timeout: float | None = None) -> Any:
            found = select(timeout)
            if found:
                self._woken += 1
            elif timeout is None or timeout > 0:
                self._slept += 1
            return found

        selector.select = watched

    @classmethod
    def of_this_loop(cls) -> Self:
        loop = asyncio.get_running_loop()
        if loop not in cls._of:
            cls._of[loop] = cls(loop)
        found = cls._of[loop]
        assert isinstance(found, cls)
        return found

    async def for_a_while(self, seconds: float) -> bool:
        """Waits so long; whether nothing happened meanwhile and nothing is under way."""
        woken, slept = self._woken, self._slept
        await asyncio.sleep(seconds)
        under_way = self._threads.under_way or _checked_out.get(asyncio.get_running_loop())
        return self._woken == woken and self._slept > slept and not under_way


# The connections that are out of their pool, by the loop that took them: what another test left behind, in a loop that
# has ended, holds up no clock of this one.
_checked_out: WeakKeyDictionary[asyncio.AbstractEventLoop, set[int]] = WeakKeyDictionary()


def _on_checkout(_: object, record: object, __: object) -> None:
    with suppress(RuntimeError):  # taken outside of any loop
        _checked_out.setdefault(asyncio.get_running_loop(), set()).add(id(record))


def _on_checkin(_: object, record: object) -> None:
    for records in _checked_out.values():
        records.discard(id(record))


event.listen(Pool, "checkout", _on_checkout)
event.listen(Pool, "checkin", _on_checkin)
