"""From what somebody did to what they see: the call, the answer, and the answer in its place."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar, assert_never

from telegram.error import TelegramError

from adapters.telegram.drawing import Text, texts, translator
from adapters.telegram.errors import cause_of
from adapters.telegram.events import Asker, Event, Migrated, Place, Pressed, Standing, Typed
from adapters.telegram.keyboard import deep_command, pressed_command
from adapters.telegram.letters import Letter, letters
from adapters.telegram.rights import Rights
from adapters.telegram.sending import Bot, Sender, Target, TooLong, shorter
from bot.calls import CommandCall, split_command
from bot.chats import ChatAddress, ChatKind, Receipt
from bot.commands.command import Command, named
from bot.errors import ChatGone, ChatMoved, DeliveryError, GoneReason, OutcomeUnknown, TryLater
from bot.ports import Answer, ChatNews, Clock, Records
from bot.sentences import say
from bot.views import Line, Mistake, SmallPrint, View

log = logging.getLogger(__name__)

# Five seconds of Telegram's and the one that is added to them: longer, and nobody waits for the answer any more.
PATIENCE: Final = timedelta(seconds=6)
NOTICE_LENGTH: Final = 200  # of answerCallbackQuery

TOO_OLD: Final = View((), toast=say("This button is too old. Please ask again."))
FAILED: Final = View((), toast=say("Something went wrong here. Please try once more."))

Done = TypeVar("Done")


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
        self._sender = sender
        self._rights = rights
        self._records = records
        self._news = news
        self._commands = tuple(commands)
        self._clock = clock
        self._heirs: set[int] = set()

    async def take(self, event: Event, answer: Answer) -> None:
        """Answers what was asked, or passes on what happened to the chat."""
        match event:
            case Typed():
                await self._typed(event, answer)
            case Pressed():
                await self._pressed(event, answer)
            case Migrated():
                await self._moved(event.old, event.new)
            case Standing():
                await self._standing(event, answer)
            case _:
                assert_never(event)

    # --- typed

    async def _typed(self, event: Typed, answer: Answer) -> None:
        if not event.to_us and named(self._commands, event.name) is None:
            return  # another bot's command
        name, argument = _unwrapped(event.name, event.argument)
        view = await answer(await self._call(event.place, event.asker, name, argument))
        await self._say(event.place, view, reply_to=0 if event.place.kind.personal else event.message_id)

    async def _call(
        self, place: Place, asker: Asker, name: str, argument: str, pressed: Receipt | None = None
    ) -> CommandCall:
        command = named(self._commands, name)
        changes = command is not None and command.changes_chat(argument)
        return CommandCall(
            name=name,
            argument=argument,
            chat=place.address(self._bot.id),
            kind=place.kind,
            person=asker.address(self._bot.id),
            may_change=await self._rights.may_change(place, asker) if changes else True,
            person_name=asker.name,
            chat_title=place.title,
            language=asker.language,
            pressed=pressed,
        )

    # --- pressed

    async def _pressed(self, event: Pressed, answer: Answer) -> None:
        view = FAILED
        try:
            view = await self._pressed_view(event, answer)
        finally:  # an unanswered press turns its wheel for a minute
            await self._notify(event, view)
        if event.place is not None and not _is_notice(view, event.place):
            await self._show(event.place, event.message_id, view)

    async def _pressed_view(self, event: Pressed, answer: Answer) -> View:
        command = await pressed_command(event.data, self._records.unshelve)
        if command is None or event.place is None:
            return TOO_OLD
        name, argument = split_command(command)
        receipt = Receipt(str(event.message_id))
        return await answer(await self._call(event.place, event.asker, name, argument, receipt))

    async def _notify(self, event: Pressed, view: View) -> None:
        alert = event.place is not None and not view.toast and _is_notice(view, event.place)
        text = _words(view) if alert else translator(view.language).text(view.toast) if view.toast else ""
        try:
            await self._bot.answer_callback_query(event.query_id, text[:NOTICE_LENGTH] or None, show_alert=alert)
        except TelegramError as error:
            log.info("a press could not be confirmed: %s", cause_of(error))

    # --- shown

    async def _say(self, place: Place, view: View, *, reply_to: int = 0) -> None:
        """The answer as new messages; a mere toast is said in words."""
        if view.toast and not view.blocks:
            view = replace(view, blocks=(Line(view.toast),))
        await self._delivered(place, lambda here: self._post_all(here, view, reply_to))

    async def _show(self, place: Place, message_id: int, view: View) -> None:
        """The answer to a press: in the place of the message that was pressed, or below it."""
        if view.blocks:
            await self._delivered(place, lambda here: self._replace_or_post(here, message_id, view))

    async def _replace_or_post(self, place: Place, message_id: int, view: View) -> None:
        parts = await self._letters(place, view)
        if view.in_place and parts and await self._replaced(place, message_id, parts[0]):
            parts = parts[1:]
        await self._post(place, parts, 0 if place.kind.personal else message_id)

    async def _replaced(self, place: Place, message_id: int, letter: Letter) -> bool:
        text = letter.content
        if not isinstance(text, Text):
            return False
        return await self._patiently(lambda: self._sender.rewrite(place.chat_id, message_id, text, letter.buttons))

    async def _post_all(self, place: Place, view: View, reply_to: int) -> None:
        await self._post(place, await self._letters(place, view), reply_to)

    async def _letters(self, place: Place, view: View) -> list[Letter]:
        return await letters(view, self._records.shelve, "" if place.kind.personal else self._bot.username)

    async def _post(self, place: Place, parts: Sequence[Letter], reply_to: int) -> None:
        target = Target(place.chat_id, place.thread, silent=not place.kind.personal, reply_to=reply_to)
        left = list(parts)
        while left:
            try:
                await self._patiently(partial(self._sender.post, target, left[0]))
            except TooLong:
                left[:1] = shorter(left[0])
            else:
                del left[0]

    async def _patiently(self, request: Callable[[], Awaitable[Done]]) -> Done:
        """Once more after a short pause; a long one is told to nobody, it is logged. Where nobody knows whether it
        arrived, an answer too many does less harm than none."""
        try:
            return await request()
        except OutcomeUnknown:
            return await request()
        except TryLater as later:
            if later.at - self._clock.now() > PATIENCE:
                raise
            await self._clock.sleep_until(later.at)
            return await request()

    async def _delivered(self, place: Place, deliver: Callable[[Place], Awaitable[None]]) -> None:
        try:
            await deliver(place)
        except ChatMoved as moved:
            await self._moved(place.chat_id, int(moved.new_chat))
            await self._delivered(replace(place, chat_id=int(moved.new_chat)), deliver)
        except ChatGone as error:
            log.info("an answer found its chat gone: %s", error.reason)
            await self._news.gone(_gone_address(place, error.gone, self._bot.id), error.gone)
        except DeliveryError as error:
            log.warning("an answer was left out (%s): %s", type(error).__name__, error.reason)

    # --- chats

    async def _moved(self, old: int, new: int) -> None:
        self._heirs.add(new)
        await self._news.moved(*(Place(each, ChatKind.GROUP).address(self._bot.id) for each in (old, new)))

    async def _standing(self, event: Standing, answer: Answer) -> None:
        address = event.place.address(self._bot.id)
        if event.gone is not None:
            await self._news.gone(address, event.gone)
            return
        await self._news.back(address)
        if event.arrived and event.place.chat_id not in self._heirs:
            await self._say(event.place, await answer(await self._call(event.place, event.asker, "start", "")))


def _unwrapped(name: str, argument: str) -> tuple[str, str]:
    """The command that a deep link carries, in the place of the ``start`` it came with."""
    command = deep_command(argument) if name == "start" else None
    return split_command(command) if command else (name, argument)


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


def _gone_address(place: Place, reason: GoneReason, bot_id: int) -> ChatAddress:
    """The topic alone where it was closed, else the whole chat."""
    return (place if reason is GoneReason.THREAD_CLOSED else replace(place, thread=None)).address(bot_id)
