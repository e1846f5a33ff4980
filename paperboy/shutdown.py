"""How a process is told to stop: SIGTERM or Ctrl-C, and once more by whoever does not want to wait."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

from bot.delivery.dispatcher import OutboxDispatcher
from paperboy.supervisor import cancel_and_wait

FORCED_SHUTDOWN_SECONDS: Final = 3.0  # seconds


class StopSignals:
    """``asked`` is set by the first signal, ``hurried`` by the second; must be made inside the event loop."""

    def __init__(self) -> None:
        self.requested = asyncio.Event()
        self.forced = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, self._on_signal)

    def _on_signal(self) -> None:
        (self.forced if self.requested.is_set() else self.requested).set()

    async def shut_down(self, tasks: list[asyncio.Task[None]], dispatcher: OutboxDispatcher) -> None:
        """Ends the tasks, which finish what is on its way; after a second signal within three seconds."""
        ending = asyncio.create_task(cancel_and_wait(tasks))
        hurried = asyncio.create_task(self.forced.wait())
        await asyncio.wait({ending, hurried}, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if not ending.done():
            dispatcher.shorten_shutdown()
            await asyncio.wait({ending}, timeout=FORCED_SHUTDOWN_SECONDS)
