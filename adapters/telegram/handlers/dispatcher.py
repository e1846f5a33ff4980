"""From what somebody did to what they see: the call, the answer, and whether a notice or a message shows it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from telegram.error import TelegramError

from adapters.telegram.client.errors import cause_of
from adapters.telegram.events.ephemeral import offers_more, question_of
from adapters.telegram.events.events import Asker, Event, Looked, Migrated, Picked, Place, Pressed, Standing, Typed
from adapters.telegram.handlers.inline_mode import Inline
from adapters.telegram.handlers.remote_chat import Managing, is_off
from adapters.telegram.handlers.remote_picker import REMOTE, Remote, addressed
from adapters.telegram.rendering.keyboard import deep_command, pressed_command
from adapters.telegram.rendering.renderer import texts, translator
from adapters.telegram.replies.chat_migration import Moves
from adapters.telegram.replies.command_calls import Calls
from adapters.telegram.replies.permissions import Rights
from adapters.telegram.replies.replies import Showing
from adapters.telegram.replies.sender import Bot, Sender
from adapters.telegram.replies.typing_indicator import working
from bot.calls import split_command
from bot.chats import ChatKind, Receipt
from bot.commands.core.command import Command
from bot.i18n import say
from bot.ports import Answer, ChatNews, Clock, Records
from bot.views import Line, Mistake, SmallPrint, View

log = logging.getLogger(__name__)

NOTICE_LENGTH: Final = 200  # of answerCallbackQuery

TOO_OLD: Final = View((), toast=say("This button is too old. Please ask again."))
FAILED: Final = View((), toast=say("Something went wrong here. Please try once more."))


class Answering:
    """Answers one event at a time; whatever goes wrong with an answer is logged, never raised."""

    def __init__(
        self,
        bot: Bot,
        sender: Sender,
        rights: Rights,
        records: Records,
        news: ChatNews,
        commands: Sequence[Command],
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._records = records
        self._news = news
        self._calls = Calls(bot, rights, commands)
        self._managing = Managing(bot, sender, records, Remote(bot, clock), self._calls)
        self._inline = Inline(bot, records)
        self._moves = Moves(bot, news)
        self._showing = Showing(bot, sender, rights, records, news, self._moves, clock)

    async def take(self, event: Event, answer: Answer) -> None:
        """Answers what was asked, or passes on what happened to the chat."""
        match event:
            case Typed():
                await self._typed(event, answer)
            case Pressed():
                await self._pressed(event, answer)
            case Migrated():
                await self._moves.moved(event.old, event.new)
            case Picked():
                await self._showing.say(event.place, await self._managing.picked(event, answer))
            case Looked():
                await self._inline.take(event, answer)
            case Standing():
                await self._standing(event, answer)
            case _:
                assert_never(event)

    # --- typed

    async def _typed(self, event: Typed, answer: Answer) -> None:
        if not event.to_us and not self._calls.known(event.name):
            return  # another bot's command
        name, argument = await self._unwrapped(event.name, event.argument)
        view = await self._typed_view(event, name, argument, answer)
        if _asks_for_picker(event.place, name, argument):
            await self._showing.delivered(event.place, lambda here: self._managing.choose(here, view))
        else:
            await self._showing.say(event.place, view, question_of(event))

    async def _typed_view(self, event: Typed, name: str, argument: str, answer: Answer) -> View:
        place, asker = event.place, event.asker
        if name == REMOTE and is_off(argument) and place.kind.personal:
            return await self._managing.ended(asker)
        async with working(self._bot, place):
            about_another = await self._managing.typed(place, asker, name, argument, answer)
            return about_another or await answer(await self._calls.call(place, asker, name, argument))

    async def _unwrapped(self, name: str, argument: str) -> tuple[str, str]:
        """The command that a deep link carries, in the place of the ``start`` it came with."""
        command = await deep_command(argument, self._records.unshelve) if name == "start" else None
        return split_command(command) if command else (name, argument)

    # --- pressed

    async def _pressed(self, event: Pressed, answer: Answer) -> None:
        view = FAILED
        try:
            view = await self._pressed_view(event, answer)
        finally:  # an unanswered press turns its wheel for a minute
            await self._notify(event, view)
        if event.place is None:
            return
        if not _is_notice(view, event.place):
            # Where others read it, one line is changed by every press instead of many that are added.
            in_place = view.in_place or (view.private and self._calls.is_settings(event))
            await self._showing.answer_press(event.place, replace(view, in_place=in_place), question_of(event))
        elif offers_more(view):
            await self._showing.tell_one(event.place, view, question_of(event))

    async def _pressed_view(self, event: Pressed, answer: Answer) -> View:
        command = await pressed_command(event.data, self._records.unshelve)
        if command is None or event.place is None:
            return TOO_OLD
        receipt, asker = Receipt(str(event.message_id)), event.asker
        async with working(self._bot, event.place):
            about_another = addressed(command) if event.place.kind.personal else None
            if about_another is not None:
                chat, inner = about_another
                return await self._managing.about(chat, asker, *split_command(inner), answer, receipt)
            return await self._pressed_here(event.place, asker, command, receipt, answer)

    async def _pressed_here(self, place: Place, asker: Asker, command: str, pressed: Receipt, answer: Answer) -> View:
        name, argument = split_command(command)
        if name == REMOTE and is_off(argument) and place.kind.personal:
            return await self._managing.ended(asker)
        view = await answer(await self._calls.call(place, asker, name, argument, pressed=pressed))
        if not _asks_for_picker(place, name, argument):
            return view
        await self._showing.delivered(place, lambda here: self._managing.choose(here, view))
        return View(())

    async def _notify(self, event: Pressed, view: View) -> None:
        alert = event.place is not None and not view.toast and _is_notice(view, event.place)
        text = _words(view) if alert else translator(view.language).text(view.toast) if view.toast else ""
        try:
            await self._bot.answer_callback_query(event.query_id, text[:NOTICE_LENGTH] or None, show_alert=alert)
        except TelegramError as error:
            log.info("a press could not be confirmed: %s", cause_of(error))

    # --- chats

    async def _standing(self, event: Standing, answer: Answer) -> None:
        address = event.place.address(self._bot.id)
        if event.gone is not None:
            await self._news.gone(address, event.gone)
            return
        await self._news.back(address)
        if event.arrived and not self._moves.is_heir(event.place.chat_id):
            call = await self._calls.call(event.place, event.asker, "start", "")
            await self._showing.say(event.place, await answer(call))


def _asks_for_picker(place: Place, name: str, argument: str) -> bool:
    return name == REMOTE and place.kind is ChatKind.PRIVATE and not is_off(argument)


def _is_notice(view: View, place: Place) -> bool:
    """Whether a private answer in a group can be shown to one person alone: its toast, or a few words to read."""
    if not view.private or place.kind.personal or view.in_place:
        return False
    if view.toast:
        return True
    return all(isinstance(block, Line | SmallPrint | Mistake) for block in view.blocks) and len(_words(view)) <= (
        NOTICE_LENGTH
    )


def _words(view: View) -> str:
    return "\n\n".join(text.plain for text in texts(view))
