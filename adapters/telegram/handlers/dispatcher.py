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
from adapters.telegram.replies.ephemeral_support import EphemeralSupport
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
        ephemeral_support: EphemeralSupport,
        state: PlatformState,
        chat_events: ChatEvents,
        commands: Sequence[Command],
        clock: Clock,
    ) -> None:
        self._bot = bot
        rights = PermissionChecker(bot, clock)
        self._state = state
        self._chat_events = chat_events
        self._call_factory = CommandCallFactory(bot, rights, commands)
        self._remote_chats = RemoteChatHandler(bot, sender, state, RemoteAccess(bot, clock), self._call_factory)
        self._inline_mode = InlineModeHandler(bot, state)
        self._migrations = ChatMigrations(bot, chat_events)
        self._replies = TelegramReplySender(
            bot, sender, ephemeral_support, rights, state, chat_events, self._migrations, clock
        )

    async def handle(self, event: Event, answer: CommandHandler) -> None:
        """Answers what was asked, or passes on what happened to the chat."""
        match event:
            case MessageReceived():
                await self._on_message(event, answer)
            case ButtonPressed():
                await self._on_press(event, answer)
            case GroupMigrated():
                await self._migrations.record(event.old, event.new)
            case ChatPicked():
                await self._replies.send(event.chat, await self._remote_chats.on_picked(event, answer))
            case InlineQueried():
                await self._inline_mode.handle(event, answer)
            case MembershipChanged():
                await self._on_membership(event, answer)
            case _:
                assert_never(event)

    # --- typed

    async def _on_message(self, event: MessageReceived, answer: CommandHandler) -> None:
        if not event.to_us and not self._call_factory.is_command(event.name):
            return  # another bot's command
        name, argument = await self._resolve_start(event.name, event.argument)
        view = await self._message_view(event, name, argument, answer)
        if _asks_for_picker(event.chat, name, argument):
            await self._replies.with_migration(event.chat, lambda here: self._remote_chats.show_picker(here, view))
        else:
            await self._replies.send(event.chat, view, reply_context_of(event))

    async def _message_view(self, event: MessageReceived, name: str, argument: str, answer: CommandHandler) -> View:
        chat, actor = event.chat, event.actor
        if name == REMOTE and is_off(argument) and chat.kind.personal:
            return await self._remote_chats.end(actor)
        async with typing_indicator(self._bot, chat):
            remote = await self._remote_chats.message_view(chat, actor, name, argument, answer)
            return remote or await answer(await self._call_factory.build(chat, actor, name, argument))

    async def _resolve_start(self, name: str, argument: str) -> tuple[str, str]:
        """The command that a deep link carries, instead of the ``start`` it came with."""
        command = await resolve_deep_link(argument, self._state.resolve_callback) if name == "start" else None
        return split_command(command) if command else (name, argument)

    # --- pressed

    async def _on_press(self, event: ButtonPressed, answer: CommandHandler) -> None:
        view = FAILED
        try:
            view = await self._press_view(event, answer)
        finally:  # an unanswered press turns its wheel for a minute
            await self._answer_query(event, view)
        if event.chat is None:
            return
        if not _is_notice(view, event.chat):
            # Where others read it, one line is changed by every press instead of many that are added.
            in_place = view.replaces_message or (view.private and self._call_factory.is_settings(event))
            await self._replies.answer_press(
                event.chat, replace(view, replaces_message=in_place), reply_context_of(event)
            )
        elif offers_more(view):
            await self._replies.send_ephemeral(event.chat, view, reply_context_of(event))

    async def _press_view(self, event: ButtonPressed, answer: CommandHandler) -> View:
        command = await resolve_pressed(event.data, self._state.resolve_callback)
        if command is None or event.chat is None:
            return TOO_OLD
        pressed, actor = MessageRef(str(event.message_id)), event.actor
        async with typing_indicator(self._bot, event.chat):
            remote = parse_remote_command(command) if event.chat.kind.personal else None
            if remote is not None:
                chat, inner = remote
                return await self._remote_chats.view_in(chat, actor, *split_command(inner), answer, pressed)
            return await self._press_view_here(event.chat, actor, command, pressed, answer)

    async def _press_view_here(
        self, chat: ChatRef, actor: Actor, command: str, pressed: MessageRef, answer: CommandHandler
    ) -> View:
        name, argument = split_command(command)
        if name == REMOTE and is_off(argument) and chat.kind.personal:
            return await self._remote_chats.end(actor)
        view = await answer(await self._call_factory.build(chat, actor, name, argument, pressed=pressed))
        if not _asks_for_picker(chat, name, argument):
            return view
        await self._replies.with_migration(chat, lambda here: self._remote_chats.show_picker(here, view))
        return View(())

    async def _answer_query(self, event: ButtonPressed, view: View) -> None:
        alert = event.chat is not None and not view.toast and _is_notice(view, event.chat)
        text = (
            _plain_text(view) if alert else translator_for(view.language).plain_text(view.toast) if view.toast else ""
        )
        try:
            await self._bot.answer_callback_query(event.query_id, text[:NOTICE_LENGTH] or None, show_alert=alert)
        except TelegramError as error:
            log.info("a press could not be confirmed: %s", safe_cause(error))

    # --- chats

    async def _on_membership(self, event: MembershipChanged, answer: CommandHandler) -> None:
        address = event.chat.address(self._bot.id)
        if event.gone is not None:
            await self._chat_events.on_unavailable(address, event.gone)
            return
        await self._chat_events.on_available(address)
        if event.arrived and not self._migrations.is_migrated(event.chat.chat_id):
            call = await self._call_factory.build(event.chat, event.actor, "start", "")
            await self._replies.send(event.chat, await answer(call))


def _asks_for_picker(chat: ChatRef, name: str, argument: str) -> bool:
    return name == REMOTE and chat.kind is ChatKind.PRIVATE and not is_off(argument)


def _is_notice(view: View, chat: ChatRef) -> bool:
    """Whether a private answer in a group can be shown to one person alone: its toast, or a few words to read."""
    if not view.private or chat.kind.personal or view.replaces_message:
        return False
    if view.toast:
        return True
    return all(isinstance(block, TextBlock | Footer | InputErrorBlock) for block in view.blocks) and len(
        _plain_text(view)
    ) <= (NOTICE_LENGTH)


def _plain_text(view: View) -> str:
    return "\n\n".join(text.plain for text in render_texts(view))
