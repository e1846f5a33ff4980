"""Long polling, watched: a poll that hangs silently is begun anew."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from time import monotonic
from typing import Final

from telegram.error import Conflict, TelegramError
from telegram.ext import Updater

from adapters.telegram.client.application import PollingRequest
from adapters.telegram.client.errors import safe_cause
from adapters.telegram.events.update_parser import ALLOWED_UPDATES

log = logging.getLogger(__name__)

POLL: Final = timedelta(seconds=30)
SILENCE: Final = timedelta(seconds=120)
STOPPING: Final = 10.0
CONFLICT: Final = (
    "somebody else is receiving this bot's messages: only one program at a time may do that. Stop the other one, or "
    "give this one a bot of its own (TELEGRAM_BOT_TOKEN). Digests still go out"
)


class UpdatePoller:
    """Keeps python-telegram-bot's updater running; ``silence`` is how long no poll may be answered.

    That is counted by the machine's own time, which neither a rehearsal nor a suspended machine makes jump.
    """

    def __init__(self, updater: Updater, request: PollingRequest, silence: timedelta = SILENCE) -> None:
        self._updater = updater
        self._request = request
        self._silence = silence.total_seconds()
        self._last_logged = ""

    async def start(self) -> None:
        """Begins to poll; an old webhook is removed. Raises TelegramError while that can't be done."""
        self._request.answered_at = monotonic()
        await self._updater.start_polling(
            timeout=POLL, allowed_updates=ALLOWED_UPDATES, error_callback=self._explain, drop_pending_updates=False
        )

    async def watch(self) -> None:
        """Returns when no poll was answered for too long, so that polling has to be begun anew."""
        while (left := self._request.answered_at + self._silence - monotonic()) > 0:  # noqa: ASYNC110 - answers only move the end
            await asyncio.sleep(left)
        log.warning("Telegram has not answered a poll for %d s: starting to poll anew", self._silence)

    async def stop(self) -> None:
        """Ends polling, within seconds even if the connection hangs."""
        if not self._updater.running:
            return
        try:
            async with asyncio.timeout(STOPPING):
                await self._updater.stop()
        except (TimeoutError, TelegramError) as error:
            log.warning("polling did not end well: %s", type(error).__name__)

    async def renew(self) -> None:
        """Ends polling and its connections, one of which may hang."""
        await self.stop()
        await self._request.shutdown()
        await self._request.initialize()

    def _explain(self, error: TelegramError) -> None:
        """Logs each kind of problem once, until there is another."""
        message = CONFLICT if isinstance(error, Conflict) else f"polling goes on after an error: {safe_cause(error)}"
        if message != self._last_logged:
            (log.error if isinstance(error, Conflict) else log.warning)(message)
            self._last_logged = message
