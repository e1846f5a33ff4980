"""One try of one delivery: composed and sent, and what follows from its end. What is written is written elsewhere."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.chats import Chat, ChatKind
from bot.deliveries import AttemptResult, Delivery
from bot.delivery import results
from bot.delivery.chat_lifecycle import pause_chat as pause_chat
from bot.delivery.paper_cache import PaperCache
from bot.due import in_quiet_hours
from bot.errors import (
    ChatIdChanged,
    ChatUnavailable,
    DeliveryError,
    ErrorScope,
    NotAuthorised,
    OutcomeUnknown,
    RetryLater,
)
from bot.ports import Clock, Messenger, PlatformCapabilities, Storage, UnitOfWork
from bot.rendering.digest import referenced_paper_ids, render_content
from bot.views import View

SEND_TIMEOUT_SECONDS: Final = 40.0
# A refused token is tried again now and then: somebody may have mended it.
UNAUTHORISED_SUSPENSION: Final = timedelta(minutes=10)

SideEffect = Callable[[UnitOfWork], Awaitable[None]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreparedDelivery:
    """A delivery with what it takes to send it."""

    delivery: Delivery
    chat: Chat
    view: View


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """How a try ended, and what goes with it."""

    result: AttemptResult
    side_effect: SideEffect | None = None


class AttemptRunner:
    """Tries claimed deliveries, each for ``timeout`` seconds at most, which is shorter than the lease."""

    def __init__(self, storage: Storage, clock: Clock, timeout: float = SEND_TIMEOUT_SECONDS) -> None:
        self._storage = storage
        self._clock = clock
        self._timeout = timeout
        self._papers = PaperCache(storage, clock)

    async def attempt(self, messenger: Messenger, delivery: Delivery, chat: Chat | None = None) -> AttemptOutcome:
        """One try; nothing that goes wrong with it is raised. ``chat``: as it was read just now."""
        ready = await self._prepare(messenger.capabilities, delivery, chat)
        if isinstance(ready, AttemptResult):
            return AttemptOutcome(ready)
        try:
            async with asyncio.timeout(self._timeout):
                receipt = await messenger.send(
                    ready.chat,
                    ready.view,
                    key=delivery.client_key,
                    silent=sends_silently(ready.chat, delivery, self._clock.now()),
                    reply_to=delivery.reply_to,
                )
        except TimeoutError:
            return AttemptOutcome(results.uncertain(delivery, self._clock.now(), "no answer in time"))
        except DeliveryError as problem:
            return outcome_of_error(problem, delivery, ready.chat, self._clock.now(), messenger.capabilities)
        except Exception as problem:
            log.error("delivery %s broke off: %s", delivery.id, error_location(problem))
            return AttemptOutcome(results.uncertain(delivery, self._clock.now(), type(problem).__name__))
        interval = messenger.capabilities.message_interval(ready.chat.kind)
        return AttemptOutcome(results.sent(delivery, receipt, self._clock.now(), interval))

    async def _prepare(
        self, capabilities: PlatformCapabilities, delivery: Delivery, chat: Chat | None
    ) -> PreparedDelivery | AttemptResult:
        try:
            chat = chat or await self._load_chat(delivery.chat_id)
            papers = await self._papers.get(referenced_paper_ids(delivery.content))
        except Exception as problem:
            log.error("delivery %s could not be read: %s", delivery.id, error_location(problem))
            now = self._clock.now()
            return results.retry_later(delivery, RetryLater(now, ErrorScope.CHAT, type(problem).__name__), now)
        if chat is None:
            return results.failed(delivery, self._clock.now(), "the chat is no longer known")
        try:
            view = render_content(delivery.content, papers, chat, delivery.id, capabilities=capabilities)
            return PreparedDelivery(delivery, chat, replace(view, possible_duplicate=delivery.possible_duplicate))
        except Exception as problem:
            log.error("delivery %s could not be composed: %s", delivery.id, error_location(problem))
            return results.failed(delivery, self._clock.now(), type(problem).__name__)

    async def _load_chat(self, chat_id: int) -> Chat | None:
        async with self._storage.read() as work:
            return await work.chats.get(chat_id)


def sends_silently(chat: Chat, delivery: Delivery, now: datetime) -> bool:
    """Sound in private chats only, never at night, and never for a part or a copy of what was heard before."""
    heard = delivery.part > 0 or delivery.possible_duplicate
    return heard or chat.kind is not ChatKind.PRIVATE or chat.settings.silent or in_quiet_hours(chat.settings, now)


def outcome_of_error(
    problem: DeliveryError, delivery: Delivery, chat: Chat, now: datetime, capabilities: PlatformCapabilities
) -> AttemptOutcome:
    """What the error's name says: what becomes of the delivery, and of its chat or bot in the same commit."""
    match problem:
        case ChatUnavailable():
            where = capabilities.log_text(chat.address)
            log.warning("%s can't be written to (%s): paused", where, problem.reason)
            pause = _pause_effect(chat, problem, now, capabilities)
            return AttemptOutcome(results.failed(delivery, now, problem.reason), pause)
        case ChatIdChanged():
            log.info("%s has a new id", capabilities.log_text(chat.address))
            return AttemptOutcome(results.retry_now(delivery, now, "moved"), _move_effect(chat, problem))
        case RetryLater():
            return AttemptOutcome(results.retry_later(delivery, problem, now), _suspension_if_wider(chat, problem, now))
        case NotAuthorised():
            log.error("%s refuses the bot: %s. Its digests wait.", chat.address.platform, problem.reason)
            hold = _suspension_effect(chat, problem.scope, now + UNAUTHORISED_SUSPENSION)
            return AttemptOutcome(results.on_hold(delivery, now, problem.reason), hold)
        case OutcomeUnknown():
            log.warning("delivery %s: outcome unknown (%s)", delivery.id, problem.reason)
            return AttemptOutcome(results.uncertain(delivery, now, problem.reason))
    log.error("delivery %s refused: %s", delivery.id, problem.reason)
    return AttemptOutcome(results.failed(delivery, now, problem.reason))


def _pause_effect(
    chat: Chat, problem: ChatUnavailable, now: datetime, capabilities: PlatformCapabilities
) -> SideEffect:
    async def pause(work: UnitOfWork) -> None:
        current = await work.chats.get(chat.id)
        if current is not None:
            await pause_chat(work, current, problem.cause, now, capabilities)

    return pause


def _move_effect(chat: Chat, problem: ChatIdChanged) -> SideEffect:
    async def move(work: UnitOfWork) -> None:
        await work.chats.move(chat.address, replace(chat.address, chat=problem.new_chat_id))

    return move


def _suspension_if_wider(chat: Chat, problem: RetryLater, now: datetime) -> SideEffect | None:
    if problem.scope is ErrorScope.CHAT or problem.at <= now:
        return None
    return _suspension_effect(chat, problem.scope, problem.at)


def _suspension_effect(chat: Chat, scope: ErrorScope, until: datetime) -> SideEffect:
    workspace = "" if scope is ErrorScope.BOT else chat.address.workspace

    async def hold(work: UnitOfWork) -> None:
        await work.outbox.suspend(chat.address.platform, workspace, until)

    return hold


def error_location(problem: Exception) -> str:
    """What broke and where, without the message: it may hold a title, an address or a token."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{place}"
