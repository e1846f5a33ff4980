"""Where an answer is shown: in the place of what was pressed, to the one who asked alone, or below for everybody."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

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
from bot.ports import ChatEvents, Clock, PlatformState
from bot.views import TextBlock, View

log = logging.getLogger(__name__)

# Five seconds of Telegram's and the one that is added to them: longer, and nobody waits for the answer any more.
PATIENCE: Final = timedelta(seconds=6)

Done = TypeVar("Done")


class TelegramReplySender:
    """Shows one answer at a time; what can't be shown is logged, never raised."""

    def __init__(
        self,
        bot: Bot,
        sender: MessageSender,
        rights: PermissionChecker,
        records: PlatformState,
        news: ChatEvents,
        moves: ChatMigrations,
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._sender = sender
        self._rights = rights
        self._records = records
        self._news = news
        self._moves = moves
        self._clock = clock
        self._server_knows_ephemeral = True

    async def send(self, place: ChatRef, view: View, question: ReplyContext | None = None) -> None:
        """The answer as new messages; a mere toast is said in words."""
        if view.toast and not view.blocks:
            view = replace(view, blocks=(TextBlock(view.toast),))
        await self.with_migration(place, lambda here: self._post_all(here, view, question))

    async def answer_press(self, place: ChatRef, view: View, question: ReplyContext) -> None:
        """The answer to a press: in the place of the message that was pressed, or below it."""
        if view.blocks:
            await self.with_migration(place, lambda here: self._replace_or_post(here, view, question))

    async def send_ephemeral(self, place: ChatRef, view: View, question: ReplyContext) -> None:
        """To the one who asked alone, or not at all."""
        await self.with_migration(place, lambda here: self._tell_one(here, view, question))

    async def with_migration(self, place: ChatRef, deliver: Callable[[ChatRef], Awaitable[object]]) -> None:
        """Does it, once more where the chat has moved; whatever else is in the way is noted."""
        try:
            await deliver(place)
        except ChatIdChanged as moved:
            await self._moves.record(place.chat_id, int(moved.new_chat_id))
            await self.with_migration(replace(place, chat_id=int(moved.new_chat_id)), deliver)
        except ChatUnavailable as error:
            log.info("an answer found its chat gone: %s", error.reason)
            await self._news.on_unavailable(_gone_address(place, error.cause, self._bot.id), error.cause)
        except DeliveryError as error:
            log.warning("an answer was left out (%s): %s", type(error).__name__, error.reason)

    # --- in place

    async def _replace_or_post(self, place: ChatRef, view: View, question: ReplyContext) -> None:
        parts = await self._letters(place, view)
        if (
            parts
            and (view.replaces_message or replaces_pressed(view, question))
            and await self._replaced(place, question, parts[0])
        ):
            parts = parts[1:]
        await self._post(place, parts, question, await self._ways(place, view, question))

    async def _replaced(self, place: ChatRef, question: ReplyContext, letter: OutgoingMessage) -> bool:
        posted = TelegramMessageRef(place.chat_id, question.message_id, question.asker.id, question.ephemeral_id)
        return await self._patiently(lambda: self._sender.edit(posted, letter))

    # --- as new messages

    async def _post_all(self, place: ChatRef, view: View, question: ReplyContext | None) -> None:
        await self._post(place, await self._letters(place, view), question, await self._ways(place, view, question))

    async def _tell_one(self, place: ChatRef, view: View, question: ReplyContext) -> None:
        if found := await self._ways(place, view, question):
            target = self._target(place, question)
            for letter in await self._letters(place, view):
                await self._posted_for_one(target, letter, found)

    async def _letters(self, place: ChatRef, view: View) -> list[OutgoingMessage]:
        links = DeepLinkPolicy(self._bot.username, in_own_chat=not place.kind.personal)
        return await outgoing_messages(view, self._records.store_callback, links)

    async def _post(
        self,
        place: ChatRef,
        parts: Sequence[OutgoingMessage],
        question: ReplyContext | None,
        found: Sequence[EphemeralTarget],
    ) -> None:
        target, left = self._target(place, question), list(parts)
        while left:
            try:
                if not await self._posted_for_one(target, left[0], found):
                    await self._patiently(partial(self._sender.post, target, left[0]))
            except MessageTooLong:
                left[:1] = split_shorter(left[0])
            else:
                del left[0]

    def _target(self, place: ChatRef, question: ReplyContext | None) -> Target:
        reply_to = question.message_id if question and not place.kind.personal else 0
        return Target(place.chat_id, place.thread, silent=not place.kind.personal, reply_to=reply_to)

    # --- to one person alone

    async def _ways(self, place: ChatRef, view: View, question: ReplyContext | None) -> Sequence[EphemeralTarget]:
        if question is None or not self._server_knows_ephemeral or not is_private(view, place, question):
            return ()
        return routes(question, bot_is_admin=await self._rights.is_admin(place.chat_id, self._bot.id))

    async def _posted_for_one(self, target: Target, letter: OutgoingMessage, found: Sequence[EphemeralTarget]) -> bool:
        """Whether it stands there by one of these ways, or because the server, which knows none of them, has posted it
        for everybody; such a server is not asked again."""
        for way in found if self._server_knows_ephemeral else ():
            try:
                message = await self._patiently(partial(self._sender.post, replace(target, ephemeral=way), letter))
            except EphemeralRejected as refusal:
                log.info("an answer can't be shown to one person alone: %s", refusal.reason)
                continue
            if not ephemeral_id(message):
                log.info("this Bot API server knows no ephemeral messages: answers are seen by everybody in the group")
                self._server_knows_ephemeral = False
            return True
        return False

    async def _patiently(self, request: Callable[[], Awaitable[Done]]) -> Done:
        """Once more after a short pause; a long one is told to nobody, it is logged. Where nobody knows whether it
        arrived, an answer too many does less harm than none."""
        try:
            return await request()
        except OutcomeUnknown:
            return await request()
        except RetryLater as later:
            if later.at - self._clock.now() > PATIENCE:
                raise
            await self._clock.sleep_until(later.at)
            return await request()


def _gone_address(place: ChatRef, reason: UnavailableReason, bot_id: int) -> ChatAddress:
    """The topic alone where it was closed, else the whole chat."""
    return (place if reason is UnavailableReason.THREAD_CLOSED else replace(place, thread=None)).address(bot_id)
