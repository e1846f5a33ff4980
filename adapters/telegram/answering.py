"""From what somebody did to what they see: the call, the answer, and the answer in its place."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar, assert_never

from telegram.error import TelegramError

from adapters.telegram.calling import Calls
from adapters.telegram.drawing import texts, translator
from adapters.telegram.errors import cause_of
from adapters.telegram.events import Asker, Event, Looked, Migrated, Picked, Place, Pressed, Standing, Typed
from adapters.telegram.inline import Inline
from adapters.telegram.keyboard import Links, deep_command, pressed_command
from adapters.telegram.letters import Letter, letters
from adapters.telegram.managing import Managing, is_off
from adapters.telegram.remote import REMOTE, Remote, addressed
from adapters.telegram.rights import Rights
from adapters.telegram.sending import Bot, Sender, Target, TooLong, shorter
from adapters.telegram.working import working
from bot.calls import split_command
from bot.chats import ChatAddress, ChatKind, Receipt
from bot.commands.command import Command
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
        self._records = records
        self._news = news
        self._clock = clock
        self._calls = Calls(bot, rights, commands)
        self._managing = Managing(bot, sender, records, Remote(bot, clock), self._calls)
        self._inline = Inline(bot, records)
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
            case Picked():
                await self._say(event.place, await self._managing.picked(event, answer))
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
            await self._delivered(event.place, lambda here: self._managing.choose(here, view))
        else:
            await self._say(event.place, view, reply_to=0 if event.place.kind.personal else event.message_id)

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
        if event.place is not None and not _is_notice(view, event.place):
            # Where others read it, one line is changed by every press instead of many that are added.
            in_place = view.in_place or (view.private and self._calls.is_settings(event))
            await self._show(event.place, event.message_id, replace(view, in_place=in_place))

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
        await self._delivered(place, lambda here: self._managing.choose(here, view))
        return View(())

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
        return await self._patiently(lambda: self._sender.rewrite(place.chat_id, message_id, letter))

    async def _post_all(self, place: Place, view: View, reply_to: int) -> None:
        await self._post(place, await self._letters(place, view), reply_to)

    async def _letters(self, place: Place, view: View) -> list[Letter]:
        links = Links(self._bot.username, for_oneself=not place.kind.personal)
        return await letters(view, self._records.shelve, links)

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
            await self._say(event.place, await answer(await self._calls.call(event.place, event.asker, "start", "")))


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


def _gone_address(place: Place, reason: GoneReason, bot_id: int) -> ChatAddress:
    """The topic alone where it was closed, else the whole chat."""
    return (place if reason is GoneReason.THREAD_CLOSED else replace(place, thread=None)).address(bot_id)
