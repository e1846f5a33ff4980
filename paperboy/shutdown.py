"""How a process is told to stop: SIGTERM or Ctrl-C, and once more by whoever does not want to wait."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

from bot.delivery.dispatcher import Courier
from paperboy.supervisor import stop

HURRIED: Final = 3.0  # seconds


class StopSignals:
    """``asked`` is set by the first signal, ``hurried`` by the second; must be made inside the event loop."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.hurried = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, self._told)

    def _told(self) -> None:
        (self.hurried if self.asked.is_set() else self.asked).set()

    async def end(self, tasks: list[asyncio.Task[None]], courier: Courier) -> None:
        """Ends the tasks, which finish what is on its way; after a second signal within three seconds."""
        ending = asyncio.create_task(stop(tasks))
        hurried = asyncio.create_task(self.hurried.wait())
        await asyncio.wait({ending, hurried}, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if not ending.done():
            courier.hurry()
            await asyncio.wait({ending}, timeout=HURRIED)
