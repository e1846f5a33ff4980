"""One chat's updates one after the other, its people in turn; chats side by side, and none may take all the slots."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from telegram import Message, Update
from telegram.ext import BaseUpdateProcessor

from adapters.telegram.events.ephemeral import ephemeral_id
from bot.fair_turns import FairTurns

log = logging.getLogger(__name__)

WAITING: Final = 1000
AT_ONCE: Final = 16
FROM_ONE_PERSON: Final = 50  # in one chat


Press = tuple[int, int, int, str]  # the message by its number, ephemeral or not, who pressed, and the button's data


@dataclass(slots=True)
class _ChatQueue:
    """The updates of one chat that are worked on or wait: how many of each person, and their turns."""

    turns: FairTurns = field(default_factory=FairTurns)
    waiting: Counter[int] = field(default_factory=Counter)
    presses: set[Press] = field(default_factory=set)


class PerChatProcessor(BaseUpdateProcessor):
    """Keeps a lock for each chat that has updates; an update that waits takes none of the slots.

    Who sends more than ``from_one_person`` to a chat before anything is answered is flooding it: what comes then from
    the same person is given to ``on_overflow``. A button that is pressed again while its first press is being answered
    is a double press: it is given to ``on_duplicate``, and nothing is done a second time.
    """

    def __init__(
        self,
        on_overflow: Callable[[Update], Awaitable[None]],
        on_duplicate: Callable[[Update], Awaitable[None]],
        *,
        at_once: int = AT_ONCE,
        from_one_person: int = FROM_ONE_PERSON,
    ) -> None:
        super().__init__(WAITING)
        self._on_overflow = on_overflow
        self._on_duplicate = on_duplicate
        self._slots = asyncio.Semaphore(at_once)
        self._from_one_person = from_one_person
        self._queues: dict[int, _ChatQueue] = {}

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat, person = _chat_of(update), _person_of(update)
        queue, press = self._queues.setdefault(chat, _ChatQueue()), _press_of(update)
        if queue.waiting[person] >= self._from_one_person:
            await self._drop(update, coroutine)
            return
        if press in queue.presses and isinstance(update, Update):
            _close(coroutine)
            await self._on_duplicate(update)
            return
        queue.waiting[person] += 1
        if press is not None:
            queue.presses.add(press)
        try:
            async with queue.turns.turn_of(person), self._slots:
                await coroutine
        finally:
            _close(coroutine)
            if press is not None:
                queue.presses.discard(press)
            queue.waiting[person] -= 1
            if not queue.waiting.total():
                del self._queues[chat]

    async def _drop(self, update: object, coroutine: Awaitable[Any]) -> None:
        log.warning("somebody sends faster than it can be answered: a message was left out")
        _close(coroutine)
        if isinstance(update, Update):
            await self._on_overflow(update)


def _chat_of(update: object) -> int:
    """A private chat has its person's id, so what somebody looks up elsewhere stands in line with that."""
    if not isinstance(update, Update):
        return 0
    where = update.effective_chat or update.effective_user
    return where.id if where else 0


def _person_of(update: object) -> int:
    who = update.effective_user if isinstance(update, Update) else None
    return who.id if who else 0


def _press_of(update: object) -> Press | None:
    query = update.callback_query if isinstance(update, Update) else None
    if query is None or query.message is None or not query.data:
        return None
    unseen = ephemeral_id(query.message) if isinstance(query.message, Message) else 0
    return query.message.message_id, unseen, query.from_user.id, query.data


def _close(coroutine: Awaitable[Any]) -> None:
    """Ends one that was never begun; one that is done doesn't mind."""
    if asyncio.iscoroutine(coroutine):
        coroutine.close()
