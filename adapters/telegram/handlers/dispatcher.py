"""From what somebody did to what they see: the call, the answer, and whether a notice or a message shows it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from telegram.error import TelegramError

from adapters.telegram.client.errors import safe_cause
from adapters.telegram.events.ephemeral import offers_more, reply_context_of
from adapters.telegram.events.events import (
    Actor,
    ButtonPressed,
    ChatPicked,
    ChatRef,
    Event,
    GroupMigrated,
    InlineQueried,
    MembershipChanged,
    MessageReceived,
)
from adapters.telegram.handlers.inline_mode import InlineModeHandler
from adapters.telegram.handlers.remote_chat import RemoteChatHandler, is_off
from adapters.telegram.handlers.remote_picker import REMOTE, RemoteAccess, parse_remote_command
from adapters.telegram.rendering.keyboard import resolve_deep_link, resolve_pressed
from adapters.telegram.rendering.renderer import render_texts, translator_for
from adapters.telegram.replies.chat_migration import ChatMigrations
from adapters.telegram.replies.command_calls import CommandCallFactory
from adapters.telegram.replies.permissions import PermissionChecker
from adapters.telegram.replies.replies import TelegramReplySender
from adapters.telegram.replies.sender import Bot, MessageSender
from adapters.telegram.replies.typing_indicator import typing_indicator
from bot.calls import split_command
from bot.chats import ChatKind, MessageRef
from bot.commands.core.command import Command
from bot.i18n import t
from bot.ports import ChatEvents, Clock, CommandHandler, PlatformState
from bot.views import Footer, InputErrorBlock, TextBlock, View

log = logging.getLogger(__name__)

NOTICE_LENGTH: Final = 200  # of answerCallbackQuery

TOO_OLD: Final = View((), toast=t("This button is too old. Please ask again."))
FAILED: Final = View((), toast=t("Something went wrong here. Please try once more."))


class UpdateDispatcher:
    """Answers one event at a time; whatever goes wrong with an answer is logged, never raised."""

    def __init__(
        self,
        bot: Bot,
        sender: MessageSender,
        rights: PermissionChecker,
        records: PlatformState,
        news: ChatEvents,
        commands: Sequence[Command],
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._records = records
        self._news = news
        self._calls = CommandCallFactory(bot, rights, commands)
        self._managing = RemoteChatHandler(bot, sender, records, RemoteAccess(bot, clock), self._calls)
        self._inline = InlineModeHandler(bot, records)
        self._moves = ChatMigrations(bot, news)
        self._showing = TelegramReplySender(bot, sender, rights, records, news, self._moves, clock)

    async def handle(self, event: Event, answer: CommandHandler) -> None:
        """Answers what was asked, or passes on what happened to the chat."""
        match event:
            case MessageReceived():
                await self._typed(event, answer)
            case ButtonPressed():
                await self._pressed(event, answer)
            case GroupMigrated():
                await self._moves.record(event.old, event.new)
            case ChatPicked():
                await self._showing.send(event.place, await self._managing.picked(event, answer))
            case InlineQueried():
                await self._inline.handle(event, answer)
            case MembershipChanged():
                await self._standing(event, answer)
            case _:
                assert_never(event)

    # --- typed

    async def _typed(self, event: MessageReceived, answer: CommandHandler) -> None:
        if not event.to_us and not self._calls.is_command(event.name):
            return  # another bot's command
        name, argument = await self._unwrapped(event.name, event.argument)
        view = await self._typed_view(event, name, argument, answer)
        if _asks_for_picker(event.place, name, argument):
            await self._showing.with_migration(event.place, lambda here: self._managing.choose(here, view))
        else:
            await self._showing.send(event.place, view, reply_context_of(event))

    async def _typed_view(self, event: MessageReceived, name: str, argument: str, answer: CommandHandler) -> View:
        place, asker = event.place, event.asker
        if name == REMOTE and is_off(argument) and place.kind.personal:
            return await self._managing.ended(asker)
        async with typing_indicator(self._bot, place):
            about_another = await self._managing.typed(place, asker, name, argument, answer)
            return about_another or await answer(await self._calls.build(place, asker, name, argument))

    async def _unwrapped(self, name: str, argument: str) -> tuple[str, str]:
        """The command that a deep link carries, in the place of the ``start`` it came with."""
        command = await resolve_deep_link(argument, self._records.resolve_callback) if name == "start" else None
        return split_command(command) if command else (name, argument)

    # --- pressed

    async def _pressed(self, event: ButtonPressed, answer: CommandHandler) -> None:
        view = FAILED
        try:
            view = await self._pressed_view(event, answer)
        finally:  # an unanswered press turns its wheel for a minute
            await self._notify(event, view)
        if event.place is None:
            return
        if not _is_notice(view, event.place):
            # Where others read it, one line is changed by every press instead of many that are added.
            in_place = view.replaces_message or (view.private and self._calls.is_settings(event))
            await self._showing.answer_press(
                event.place, replace(view, replaces_message=in_place), reply_context_of(event)
            )
        elif offers_more(view):
            await self._showing.send_ephemeral(event.place, view, reply_context_of(event))

    async def _pressed_view(self, event: ButtonPressed, answer: CommandHandler) -> View:
        command = await resolve_pressed(event.data, self._records.resolve_callback)
        if command is None or event.place is None:
            return TOO_OLD
        receipt, asker = MessageRef(str(event.message_id)), event.asker
        async with typing_indicator(self._bot, event.place):
            about_another = parse_remote_command(command) if event.place.kind.personal else None
            if about_another is not None:
                chat, inner = about_another
                return await self._managing.about(chat, asker, *split_command(inner), answer, receipt)
            return await self._pressed_here(event.place, asker, command, receipt, answer)

    async def _pressed_here(
        self, place: ChatRef, asker: Actor, command: str, pressed: MessageRef, answer: CommandHandler
    ) -> View:
        name, argument = split_command(command)
        if name == REMOTE and is_off(argument) and place.kind.personal:
            return await self._managing.ended(asker)
        view = await answer(await self._calls.build(place, asker, name, argument, pressed=pressed))
        if not _asks_for_picker(place, name, argument):
            return view
        await self._showing.with_migration(place, lambda here: self._managing.choose(here, view))
        return View(())

    async def _notify(self, event: ButtonPressed, view: View) -> None:
        alert = event.place is not None and not view.toast and _is_notice(view, event.place)
        text = _words(view) if alert else translator_for(view.language).plain_text(view.toast) if view.toast else ""
        try:
            await self._bot.answer_callback_query(event.query_id, text[:NOTICE_LENGTH] or None, show_alert=alert)
        except TelegramError as error:
            log.info("a press could not be confirmed: %s", safe_cause(error))

    # --- chats

    async def _standing(self, event: MembershipChanged, answer: CommandHandler) -> None:
        address = event.place.address(self._bot.id)
        if event.gone is not None:
            await self._news.on_unavailable(address, event.gone)
            return
        await self._news.on_available(address)
        if event.arrived and not self._moves.is_migrated(event.place.chat_id):
            call = await self._calls.build(event.place, event.asker, "start", "")
            await self._showing.send(event.place, await answer(call))


def _asks_for_picker(place: ChatRef, name: str, argument: str) -> bool:
    return name == REMOTE and place.kind is ChatKind.PRIVATE and not is_off(argument)


def _is_notice(view: View, place: ChatRef) -> bool:
    """Whether a private answer in a group can be shown to one person alone: its toast, or a few words to read."""
    if not view.private or place.kind.personal or view.replaces_message:
        return False
    if view.toast:
        return True
    return all(isinstance(block, TextBlock | Footer | InputErrorBlock) for block in view.blocks) and len(
        _words(view)
    ) <= (NOTICE_LENGTH)


def _words(view: View) -> str:
    return "\n\n".join(text.plain for text in render_texts(view))
