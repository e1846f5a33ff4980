"""Where an answer is shown: in the message that was pressed, to the one who asked alone, or below for everybody."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from telegram import Message
from telegram.error import TelegramError

from adapters.telegram.client.errors import safe_cause
from adapters.telegram.events.ephemeral import (
    EphemeralTarget,
    ReplyContext,
    ephemeral_id,
    is_private,
    replaces_pressed,
    routes,
)
from adapters.telegram.events.events import ChatRef
from adapters.telegram.rendering.keyboard import DeepLinkPolicy
from adapters.telegram.rendering.outgoing_messages import OutgoingMessage, outgoing_messages
from adapters.telegram.replies.chat_migration import ChatMigrations
from adapters.telegram.replies.ephemeral_support import EphemeralSupport
from adapters.telegram.replies.permissions import PermissionChecker
from adapters.telegram.replies.sender import (
    Bot,
    EphemeralRejected,
    MessageSender,
    MessageTooLong,
    Target,
    TelegramMessageRef,
    split_shorter,
)
from bot.chats import ChatAddress
from bot.errors import ChatIdChanged, ChatUnavailable, DeliveryError, OutcomeUnknown, RetryLater, UnavailableReason
from bot.i18n import t
from bot.ports import ChatEvents, Clock, PlatformState
from bot.views import TextBlock, View

log = logging.getLogger(__name__)

# Five seconds of Telegram's and the one that is added to them: longer, and nobody waits for the answer any more.
PATIENCE: Final = timedelta(seconds=6)

# It stands where everybody reads, so it names no topic and no paper.
NOT_SHOWN: Final = View(
    (
        TextBlock(
            t(
                "I have an answer for one person alone, and Telegram can’t show it so here. Say <code>/remote</code> "
                "in a private chat with me to manage this group from there."
            )
        ),
    )
)

Done = TypeVar("Done")


class TelegramReplySender:
    """Shows one answer at a time; what can't be shown is logged, never raised."""

    def __init__(
        self,
        bot: Bot,
        sender: MessageSender,
        ephemeral_support: EphemeralSupport,
        rights: PermissionChecker,
        state: PlatformState,
        chat_events: ChatEvents,
        migrations: ChatMigrations,
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._sender = sender
        self._ephemeral_support = ephemeral_support
        self._rights = rights
        self._state = state
        self._chat_events = chat_events
        self._migrations = migrations
        self._clock = clock

    async def send(self, chat: ChatRef, view: View, context: ReplyContext | None = None) -> None:
        """The answer as new messages; a mere toast is said in words."""
        if view.toast and not view.blocks:
            view = replace(view, blocks=(TextBlock(view.toast),))
        await self.with_migration(chat, lambda here: self._post_all(here, view, context))

    async def answer_press(self, chat: ChatRef, view: View, context: ReplyContext) -> None:
        """The answer to a press: in the message that was pressed, or below it."""
        if view.blocks:
            await self.with_migration(chat, lambda here: self._replace_or_post(here, view, context))

    async def send_ephemeral(self, chat: ChatRef, view: View, context: ReplyContext) -> None:
        """To the one who asked alone, or not at all."""
        await self.with_migration(chat, lambda here: self._send_ephemeral(here, view, context))

    async def with_migration(self, chat: ChatRef, deliver: Callable[[ChatRef], Awaitable[object]]) -> None:
        """Calls ``deliver``, once more where the chat has migrated; every other failure is logged."""
        try:
            await deliver(chat)
        except ChatIdChanged as moved:
            await self._migrations.record(chat.chat_id, int(moved.new_chat_id))
            await self.with_migration(replace(chat, chat_id=int(moved.new_chat_id)), deliver)
        except ChatUnavailable as error:
            log.info("an answer found its chat gone: %s", error.reason)
            await self._chat_events.on_unavailable(_gone_address(chat, error.cause, self._bot.id), error.cause)
        except DeliveryError as error:
            log.warning("an answer was left out (%s): %s", type(error).__name__, error.reason)

    # --- in place

    async def _replace_or_post(self, chat: ChatRef, view: View, context: ReplyContext) -> None:
        parts = await self._outgoing(chat, view)
        if (
            parts
            and (view.replaces_message or replaces_pressed(view, context))
            and await self._try_replace(chat, context, parts[0])
        ):
            parts = parts[1:]
        await self._post(chat, parts, view, context)

    async def _try_replace(self, chat: ChatRef, context: ReplyContext, outgoing: OutgoingMessage) -> bool:
        posted = TelegramMessageRef(chat.chat_id, context.message_id, context.actor.id, context.ephemeral_id)
        return await self._with_retry(lambda: self._sender.edit(posted, outgoing))

    # --- as new messages

    async def _post_all(self, chat: ChatRef, view: View, context: ReplyContext | None) -> None:
        await self._post(chat, await self._outgoing(chat, view), view, context)

    async def _send_ephemeral(self, chat: ChatRef, view: View, context: ReplyContext) -> None:
        if routes_found := await self._routes(chat, view, context):
            await self._send_for_one(self._target(chat, context), await self._outgoing(chat, view), routes_found)

    async def _outgoing(self, chat: ChatRef, view: View) -> list[OutgoingMessage]:
        links = DeepLinkPolicy(self._bot.username, in_own_chat=not chat.kind.personal)
        return await outgoing_messages(view, self._state.store_callback, links)

    async def _post(
        self, chat: ChatRef, parts: Sequence[OutgoingMessage], view: View, context: ReplyContext | None
    ) -> None:
        routes_found = await self._routes(chat, view, context)
        if not parts or not _must_stay_private(chat, view, context, routes_found):
            await self._post_for_all(chat, parts, context)
        elif not await self._send_for_one(self._target(chat, context), parts, routes_found):
            await self._post_for_all(chat, await self._outgoing(chat, NOT_SHOWN), context)

    async def _post_for_all(
        self, chat: ChatRef, parts: Sequence[OutgoingMessage], context: ReplyContext | None
    ) -> None:
        target, left = self._target(chat, context), list(parts)
        while left:
            try:
                await self._with_retry(partial(self._sender.post, target, left[0]))
            except MessageTooLong:
                left[:1] = split_shorter(left[0])
            else:
                del left[0]

    def _target(self, chat: ChatRef, context: ReplyContext | None) -> Target:
        reply_to = context.message_id if context and not chat.kind.personal else 0
        return Target(chat.chat_id, chat.thread, silent=not chat.kind.personal, reply_to=reply_to)

    # --- to one person alone

    async def _routes(self, chat: ChatRef, view: View, context: ReplyContext | None) -> Sequence[EphemeralTarget]:
        if context is None or not is_private(view, chat, context) or not await self._is_proven():
            return ()
        return routes(context, bot_is_admin=await self._rights.is_admin(chat.chat_id, self._bot.id))

    async def _is_proven(self) -> bool:
        try:
            return await self._ephemeral_support.is_proven()
        except TelegramError as error:
            log.info("whether answers can be shown to one person alone is not known: %s", safe_cause(error))
            return False

    async def _send_for_one(
        self, target: Target, parts: Sequence[OutgoingMessage], routes_found: Sequence[EphemeralTarget]
    ) -> bool:
        for outgoing in parts:
            if not await self._try_ephemeral(target, outgoing, routes_found):
                return False
        return True

    async def _try_ephemeral(
        self, target: Target, outgoing: OutgoingMessage, routes_found: Sequence[EphemeralTarget]
    ) -> bool:
        """Whether it was sent by one of these routes. What was posted for everybody instead is taken back at once, and
        no other route is tried."""
        for route in routes_found:
            try:
                message = await self._send_pieces(replace(target, ephemeral=route), outgoing)
            except EphemeralRejected as refusal:
                log.info("an answer can't be shown to one person alone: %s", refusal.reason)
                continue
            if ephemeral_id(message):
                return True
            await self._take_back(message)
            return False
        return False

    async def _send_pieces(self, target: Target, outgoing: OutgoingMessage) -> Message:
        """The last piece that was sent, or the first that everybody sees."""
        left = [outgoing]
        while True:
            try:
                message = await self._with_retry(partial(self._sender.post, target, left[0]))
            except MessageTooLong:
                left[:1] = split_shorter(left[0])
                continue
            del left[0]
            if not left or not ephemeral_id(message):
                return message

    async def _take_back(self, message: Message) -> None:
        log.error(
            "this Bot API server showed everybody what was for one person alone: it is deleted, and nothing is sent "
            "so any more"
        )
        try:
            await self._with_retry(partial(self._sender.take_back, message))
        finally:
            await self._ephemeral_support.record_seen_by_all()

    async def _with_retry(self, request: Callable[[], Awaitable[Done]]) -> Done:
        """Repeats the request once after a short wait; a long one is raised. Where it is unknown whether it
        arrived, a duplicate answer does less harm than none."""
        try:
            return await request()
        except OutcomeUnknown:
            return await request()
        except RetryLater as later:
            if later.at - self._clock.now() > PATIENCE:
                raise
            await self._clock.sleep_until(later.at)
            return await request()


def _must_stay_private(
    chat: ChatRef, view: View, context: ReplyContext | None, routes_found: Sequence[EphemeralTarget]
) -> bool:
    """Whether the answer is never said aloud: one person alone is meant, who asked unseen or can be answered so. What
    was asked aloud where nobody can be answered alone is answered aloud."""
    unseen = context is not None and bool(context.ephemeral_id)
    return is_private(view, chat, context) and (unseen or bool(routes_found))


def _gone_address(chat: ChatRef, reason: UnavailableReason, bot_id: int) -> ChatAddress:
    """The topic alone where it was closed, else the whole chat."""
    return (chat if reason is UnavailableReason.THREAD_CLOSED else replace(chat, thread=None)).address(bot_id)
