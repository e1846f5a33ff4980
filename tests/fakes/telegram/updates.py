"""Updates on their way to the bot: a queue that a poll or a webhook empties."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable
from itertools import count
from typing import Any

from tests.fakes.telegram.parameters import UPDATE_KINDS
from tests.fakes.telegram.refusals import TelegramRefusal, terminated_by_other_poll

Update = dict[str, Any]
ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}


class UpdateQueue:
    """The queue, in the order of `update_id`. `log` keeps every update that was ever created."""

    def __init__(self) -> None:
        self.log: list[Update] = []
        self.allowed: frozenset[str] = UPDATE_KINDS - ONLY_ON_REQUEST
        self.allowed_names: list[str] = []
        self._pending: list[Update] = []
        self._ids = count(100_001)
        self._poll: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()

    @property
    def pending(self) -> tuple[Update, ...]:
        return tuple(self._pending)

    def allow(self, names: Iterable[str] | None) -> None:
        """None keeps the setting, an empty list means the default."""
        if names is None:
            return
        self.allowed_names = [name for name in names if name in UPDATE_KINDS]
        self.allowed = frozenset(self.allowed_names) or UPDATE_KINDS - ONLY_ON_REQUEST

    def add(self, kind: str, payload: dict[str, Any]) -> Update | None:
        """A new update; None if the bot did not ask for its kind."""
        if kind not in self.allowed:
            return None
        update = {"update_id": next(self._ids), kind: copy.deepcopy(payload)}
        self.log.append(update)
        self._deliver(update)
        return update

    def repeat(self, update: Update) -> None:
        """Deliver an update once more, under its old id, as a webhook may do after a lost answer."""
        self._deliver(dict(update))

    def _deliver(self, update: Update) -> None:
        self._pending.append(update)
        self._emptied.clear()
        self._arrived.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def forget(self) -> None:
        self._confirm(list(self._pending))

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Update]:
        """What getUpdates answers; a later poll ends an earlier one with 409."""
        self.end_poll(terminated_by_other_poll())
        self._confirm_before(offset)
        if not self._pending and timeout > 0:
            await self._wait(timeout)
        return self._pending[: limit if 0 < limit <= 100 else 100]

    async def _wait(self, timeout: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout):
                await poll
        except TimeoutError:
            pass
        finally:
            self._poll = None if self._poll is poll else self._poll

    def end_poll(self, reason: TelegramRefusal | None) -> None:
        """End the waiting poll, with a refusal or, for None, with an empty answer."""
        if self._poll is None or self._poll.done():
            return
        if reason is None:
            self._poll.set_result(None)
        else:
            self._poll.set_exception(reason)

    async def first(self) -> Update:
        """The oldest update, when there is one; it stays in the queue until `confirm`."""
        while not self._pending:
            self._arrived.clear()
            await self._arrived.wait()
        return self._pending[0]

    def confirm(self, update: Update) -> None:
        self._confirm([update])

    async def wait_until_taken(self) -> None:
        """Wait until the bot has confirmed every update."""
        await self._emptied.wait()

    def _confirm_before(self, offset: int) -> None:
        if offset < 0:
            self._confirm(self._pending[:offset])
        elif offset:
            self._confirm([update for update in self._pending if update["update_id"] < offset])

    def _confirm(self, taken: list[Update]) -> None:
        gone = {id(update) for update in taken}
        self._pending = [update for update in self._pending if id(update) not in gone]
        if not self._pending:
            self._emptied.set()
