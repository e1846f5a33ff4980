"""One try of one delivery: composed, sent, and its end written, whatever that end is."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.chats import Chat, ChatKind
from bot.deliveries import Delivery, Result
from bot.delivery import results
from bot.delivery.chat_lifecycle import pause as pause_chat
from bot.delivery.outbox_batcher import Books
from bot.delivery.paper_cache import PapersAtHand
from bot.due import quiet
from bot.errors import ChatGone, ChatMoved, DeliveryError, NotAuthorised, OutcomeUnknown, Scope, TryLater
from bot.ports import Clock, Messenger, Storage, UnitOfWork
from bot.rendering.digest import compose, paper_ids
from bot.views import View

SEND_WITHIN: Final = 40.0
# A refused token is tried again now and then: somebody may have mended it.
AUTHORISATION_HOLD: Final = timedelta(minutes=10)

_WRITE_AGAIN_AFTER: Final = (1, 2, 5, 10, 10)

Also = Callable[[UnitOfWork], Awaitable[None]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery with what it takes to send it."""

    delivery: Delivery
    chat: Chat
    view: View


@dataclass(frozen=True, slots=True)
class Ended:
    """How a try ended, and what goes with it."""

    result: Result
    also: Also | None = None


class Sender:
    """Sends claimed deliveries of one process; ``owner`` is the name under which they were claimed."""

    def __init__(
        self, storage: Storage, clock: Clock, owner: str, within: float = SEND_WITHIN, *, books: Books | None = None
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._within = within
        self._books = books or Books(storage, clock, owner)
        self._papers = PapersAtHand(storage, clock)

    async def send(self, messenger: Messenger, delivery: Delivery, chat: Chat | None = None) -> None:
        """One try, and its end written. Nothing that goes wrong with it gets out."""
        ended = await self.attempt(messenger, delivery, chat)
        await self.settle(ended.result, ended.also)

    async def attempt(self, messenger: Messenger, delivery: Delivery, chat: Chat | None = None) -> Ended:
        """One try, at most 40 seconds, shorter than the lease; how it ended is to be written by :meth:`settle`.
        ``chat``: as it was read just now."""
        ready = await self._prepared(delivery, chat)
        if isinstance(ready, Result):
            return Ended(ready)
        try:
            async with asyncio.timeout(self._within):
                receipt = await messenger.send(
                    ready.chat,
                    ready.view,
                    key=delivery.client_key,
                    silent=silent(ready.chat, delivery, self._clock.now()),
                    reply_to=delivery.reply_to,
                )
        except TimeoutError:
            return Ended(results.uncertain(delivery, self._clock.now(), "no answer in time"))
        except DeliveryError as problem:
            return self._ended_by(problem, delivery, ready.chat)
        except Exception as problem:
            log.error("delivery %s broke off: %s", delivery.id, _where(problem))
            return Ended(results.uncertain(delivery, self._clock.now(), type(problem).__name__))
        return Ended(results.sent(delivery, ready.chat, receipt, self._clock.now()))

    async def fail(self, delivery: Delivery, chat: Chat, problem: DeliveryError) -> None:
        """Does what the error's name says, in one commit with the row's end."""
        ended = self._ended_by(problem, delivery, chat)
        await self.settle(ended.result, ended.also)

    def _ended_by(self, problem: DeliveryError, delivery: Delivery, chat: Chat) -> Ended:
        now = self._clock.now()
        match problem:
            case ChatGone():
                log.warning("%s can't be written to (%s): paused", chat.address, problem.reason)
                return Ended(results.failed(delivery, now, problem.reason), _pausing(chat, problem, now))
            case ChatMoved():
                log.info("%s has a new id", chat.address)
                return Ended(results.at_once(delivery, now, "moved"), _moving(chat, problem))
            case TryLater():
                return Ended(results.later(delivery, problem, now), _waiting(chat, problem, now))
            case NotAuthorised():
                log.error("%s refuses the bot: %s. Its digests wait.", chat.address.platform, problem.reason)
                hold = _holding(chat, problem.scope, now + AUTHORISATION_HOLD)
                return Ended(results.held(delivery, now, problem.reason), hold)
            case OutcomeUnknown():
                log.warning("delivery %s: outcome unknown (%s)", delivery.id, problem.reason)
                return Ended(results.uncertain(delivery, now, problem.reason))
        log.error("delivery %s refused: %s", delivery.id, problem.reason)
        return Ended(results.failed(delivery, now, problem.reason))

    async def settle(self, result: Result, also: Also | None = None) -> None:
        """Writes how a try ended, and what goes with it, in one commit. A database that is down is asked again while
        the lease lasts: the answer is in hand, and forgetting it would mean sending twice."""
        if also is None and await self._written_with_others(result):
            return
        for wait in (*_WRITE_AGAIN_AFTER, None):
            try:
                await self._write(result, also)
            except Exception as problem:
                log.error("the end of delivery %s could not be written: %s", result.delivery_id, _where(problem))
                if wait is not None:
                    await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))
            else:
                return

    async def _written_with_others(self, result: Result) -> bool:
        """What fails for many may be the fault of one, so each is then tried by itself."""
        try:
            await self._books.write(result)
        except Exception as problem:
            log.warning("some deliveries' ends could not be written together: %s", _where(problem))
            return False
        return True

    async def _write(self, result: Result, also: Also | None) -> None:
        async with self._storage.write() as work:
            await work.outbox.settle([result], self._owner)
            if also is not None:
                await also(work)
            await work.commit()

    async def _prepared(self, delivery: Delivery, chat: Chat | None) -> Ready | Result:
        try:
            chat = chat or await self._chat(delivery.chat_id)
            papers = await self._papers.get(paper_ids(delivery.content))
        except Exception as problem:
            log.error("delivery %s could not be read: %s", delivery.id, _where(problem))
            now = self._clock.now()
            return results.later(delivery, TryLater(now, Scope.CHAT, type(problem).__name__), now)
        if chat is None:
            return results.failed(delivery, self._clock.now(), "the chat is no longer known")
        try:
            return Ready(delivery, chat, compose(delivery.content, papers, chat, delivery.id))
        except Exception as problem:
            log.error("delivery %s could not be composed: %s", delivery.id, _where(problem))
            return results.failed(delivery, self._clock.now(), type(problem).__name__)

    async def _chat(self, chat_id: int) -> Chat | None:
        async with self._storage.read() as work:
            return await work.chats.get(chat_id)


def silent(chat: Chat, delivery: Delivery, now: datetime) -> bool:
    """Sound in private chats only, never at night, and never for a part or a copy of what was heard before."""
    heard = delivery.part > 0 or delivery.maybe_repeated
    return heard or chat.kind is not ChatKind.PRIVATE or chat.settings.silent or quiet(chat.settings, now)


def _pausing(chat: Chat, problem: ChatGone, now: datetime) -> Also:
    async def pause(work: UnitOfWork) -> None:
        current = await work.chats.get(chat.id)
        if current is not None:
            await pause_chat(work, current, problem.gone, now)

    return pause


def _moving(chat: Chat, problem: ChatMoved) -> Also:
    async def move(work: UnitOfWork) -> None:
        await work.chats.move(chat.address, replace(chat.address, chat=problem.new_chat))

    return move


def _waiting(chat: Chat, problem: TryLater, now: datetime) -> Also | None:
    if problem.scope is Scope.CHAT or problem.at <= now:
        return None
    return _holding(chat, problem.scope, problem.at)


def _holding(chat: Chat, scope: Scope, until: datetime) -> Also:
    workspace = "" if scope is Scope.BOT else chat.address.workspace

    async def hold(work: UnitOfWork) -> None:
        await work.outbox.hold_back(chat.address.platform, workspace, until)

    return hold


def _where(problem: Exception) -> str:
    """What broke and where, without the message: it may hold a title, an address or a token."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{place}"
