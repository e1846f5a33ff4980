"""Talk in a private chat about another one: choosing it, asking about it, and the way back."""

from __future__ import annotations

from dataclasses import replace

from telegram import ReplyKeyboardRemove

from adapters.telegram.events.events import Asker, Picked, Place
from adapters.telegram.handlers.remote_picker import OFF, OWN, Refusal, Remote, about, chosen, ended, picker, refused
from adapters.telegram.rendering.outgoing_messages import letters
from adapters.telegram.replies.command_calls import Calls
from adapters.telegram.replies.sender import Bot, Sender, Target
from bot.calls import PLAIN_WORDS
from bot.chats import ChatKind, Receipt
from bot.ports import Answer, Managed, Records
from bot.views import View


class Managing:
    """Answers for chats that are managed from private ones."""

    def __init__(self, bot: Bot, sender: Sender, records: Records, remote: Remote, calls: Calls) -> None:
        self._bot = bot
        self._sender = sender
        self._records = records
        self._remote = remote
        self._calls = calls

    async def typed(self, place: Place, asker: Asker, name: str, argument: str, answer: Answer) -> View | None:
        """The answer for the chat that is managed from this private one; None where it is about the person's own."""
        if place.kind is not ChatKind.PRIVATE or name in OWN or (name == PLAIN_WORDS and not argument):
            return None
        managed = await self._records.managed(asker.address(self._bot.id))
        if managed is None:
            return None
        return await self.about(int(managed.chat), asker, name, argument, answer)

    async def about(
        self, chat_id: int, asker: Asker, name: str, argument: str, answer: Answer, pressed: Receipt | None = None
    ) -> View:
        """The answer for a chat that is named, shown in the private one."""
        there = await self._remote.place(chat_id, asker)
        if isinstance(there, Refusal):
            return replace(refused(there), language=asker.language)
        call = await self._calls.call(there, asker, name, argument, pressed=pressed, remote=True)
        return about(await answer(call), there)

    async def ended(self, asker: Asker) -> View:
        """The private chat is about the person's own topics again."""
        await self._records.manage(asker.address(self._bot.id), None)
        return View(tuple(ended()), in_place=True, language=asker.language)

    async def choose(self, place: Place, view: View) -> None:
        """Shows the picker under what ``view`` says."""
        (letter, *_) = await letters(replace(view, blocks=view.blocks[:1]), self._records.shelve)
        await self._sender.post(Target(place.chat_id), replace(letter, buttons=picker(view.language)))

    async def picked(self, event: Picked, answer: Answer) -> View:
        """From now on the private chat is about the chat that was picked, if both may manage it."""
        there = await self._remote.place(event.chat_id, event.asker)
        if isinstance(there, Refusal):
            return replace(refused(there), language=event.asker.language)
        managed = Managed(str(there.chat_id), there.kind, there.title)
        await self._records.manage(event.asker.address(self._bot.id), managed)
        await self._without_keyboard(event.place, replace(chosen(there), language=event.asker.language))
        return await self.about(there.chat_id, event.asker, "topics", "", answer)

    async def _without_keyboard(self, place: Place, view: View) -> None:
        """Says it and puts the phone's own keyboard back; a message can't do that and have buttons."""
        (letter,) = await letters(view, self._records.shelve)
        await self._sender.post(Target(place.chat_id), replace(letter, buttons=ReplyKeyboardRemove()))


def is_off(argument: str) -> bool:
    """Whether ``remote`` asks to end it."""
    return argument.casefold() in (OFF, "stop", "end")
