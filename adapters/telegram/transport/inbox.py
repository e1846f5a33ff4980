"""Updates are stored before they are worked on and done with afterwards, so that a restart loses and repeats none."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Final

from telegram import Bot, Update

from bot.ports import PlatformState

INLINE: Final = "inline_query"

log = logging.getLogger(__name__)


class UpdateInbox:
    """Between Telegram and the queue of updates; an update that comes twice is worked on once.

    While it is not ``listening`` what comes is only stored: whichever process listens finds it there.
    """

    def __init__(self, state: PlatformState, bot: Bot, queue: asyncio.Queue[object]) -> None:
        self._state = state
        self._bot = bot
        self._queue = queue
        self._in_progress: set[str] = set()
        self.listening = False

    async def receive(self, update: dict[str, Any]) -> None:
        """Stores what came to the webhook and queues it."""
        event_id = str(update["update_id"])
        if INLINE in update:
            await self._enqueue_inline_query(event_id, update)
        elif not self.listening:
            await self._state.record_if_new(event_id, json.dumps(update))
        elif event_id not in self._in_progress:
            await self._store_and_enqueue(event_id, update)

    async def _enqueue_inline_query(self, event_id: str, update: dict[str, Any]) -> None:
        """What is asked while somebody types is worth an answer now or never, so it is not stored."""
        if self.listening and event_id not in self._in_progress:
            await self._enqueue(event_id, update)

    async def _store_and_enqueue(self, event_id: str, update: dict[str, Any]) -> None:
        """In hand before it is stored, so that nobody finds it there and queues it as well."""
        self._in_progress.add(event_id)
        try:
            first = await self._state.record_if_new(event_id, json.dumps(update))
        except BaseException:
            self._in_progress.discard(event_id)
            raise
        if first:
            await self._enqueue(event_id, update)
        else:
            self._in_progress.discard(event_id)

    async def refill(self) -> None:
        """Queues what was stored and not finished, by an earlier run or another process."""
        for event_id, body in await self._state.unprocessed_events():
            if event_id not in self._in_progress:
                await self._enqueue(event_id, json.loads(body))

    async def start(self, update: Update) -> bool:
        """Whether the update is to be worked on; one that was polled for is stored here."""
        event_id = str(update.update_id)
        if event_id in self._in_progress or update.inline_query:
            return True
        first = await self._state.record_if_new(event_id, update.to_json())
        if first:
            self._in_progress.add(event_id)
        return first

    async def done(self, update: Update) -> None:
        """The update needs nothing more; one that was never stored neither."""
        event_id = str(update.update_id)
        if event_id in self._in_progress:
            if not update.inline_query:
                await self._state.mark_processed(event_id)
            self._in_progress.discard(event_id)

    async def _enqueue(self, event_id: str, update: dict[str, Any]) -> None:
        try:
            read = Update.de_json(update, self._bot)
        except Exception:
            # Whatever is wrong with it will still be wrong at the next try.
            log.exception("an update of Telegram's could not be read and is left out")
            await self._state.mark_processed(event_id)
            self._in_progress.discard(event_id)
            return
        self._in_progress.add(event_id)
        await self._queue.put(read)
