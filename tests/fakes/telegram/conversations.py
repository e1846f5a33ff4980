"""Chats as people live in them: saying things, pressing buttons, waiting for the bot."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable
from typing import Any, Self, TypeVar

from tests.fakes.telegram.chats import ANONYMOUS, AS_CHANNEL, Account, ChatState
from tests.fakes.telegram.ephemeral import goes_unseen
from tests.fakes.telegram.formatting import FormattedText
from tests.fakes.telegram.keyboards import request_of
from tests.fakes.telegram.messages import TelegramMessage
from tests.fakes.telegram.methods.inline import picked
from tests.fakes.telegram.state import CallbackAnswer, Query, TelegramState
from tests.fakes.telegram.users import TelegramUser

WAIT_SECONDS = 60.0
"""Seconds that a person waits for the bot."""
Result = TypeVar("Result")


class TelegramConversation:
    """One chat, or one topic of a forum, with a memory of what was already read.

    `reply()` gives the bot's messages and edits one by one; `say()`, `press()` and the like first skip what
    is still unread, so that the next reply is one to them.
    """

    def __init__(self, world: TelegramState, room: ChatState, speaker: TelegramUser | None = None) -> None:
        self.world = world
        self.room = room
        self.speaker = speaker
        """Who speaks when nobody is named."""
        self.eyes: Account | None = None
        """Whose screen this is; None shows what everybody here sees."""
        self._read = len(room.activity)

    def seen_by(self, person: TelegramUser) -> Self:
        """The chat on this person's screen, with what nobody else here sees. Their client knows ephemeral commands:
        those that the menu marks are typed unseen."""
        screen = copy.copy(self)
        screen.eyes, screen.speaker = person.account, person
        screen._skip_unread()
        return screen

    @property
    def id(self) -> int:
        return self.room.id

    @property
    def history(self) -> list[TelegramMessage]:
        """Everything that stands here now, whoever wrote it."""
        standing = [*self.room.messages.values(), *self.room.ephemeral.values()]
        return sorted(filter(self._shows, standing), key=lambda message: message.order)

    @property
    def messages(self) -> list[TelegramMessage]:
        """The bot's messages as they stand now."""
        return [message for message in self.history if message.by_bot]

    @property
    def last(self) -> TelegramMessage:
        """The bot's latest message; raises `LookupError` before the first."""
        if not self.messages:
            raise LookupError("the bot has written nothing here" + self.world.trouble())
        return self.messages[-1]

    async def say(
        self,
        text: str,
        *,
        by: TelegramUser | None = None,
        reply_to: TelegramMessage | None = None,
        anonymous: bool = False,
        as_chat: TelegramConversation | None = None,
    ) -> TelegramMessage:
        """A person writes. `anonymous`: an administrator in the group's name; `as_chat`: in a channel's."""
        voice = self._voice(by, self if anonymous else as_chat)
        answers_unseen = reply_to is not None and reply_to.receiver is not None
        if answers_unseen or (self.eyes is not None and goes_unseen(self.world, self.room, self.eyes, text)):
            voice, reply_to = voice | {"receiver": self.world.bot}, None
        return self._write(self.world.plain(text), reply_to, raw=text, **voice)

    async def ask(self, text: str, *, by: TelegramUser | None = None, timeout: float = WAIT_SECONDS) -> TelegramMessage:
        """Say something and wait for the answer."""
        await self.say(text, by=by)
        return await self.reply(timeout)

    async def send_photo(self, caption: str, *, by: TelegramUser | None = None) -> TelegramMessage:
        """A person sends a photo with a caption."""
        return self._write(self.world.plain(caption), None, raw=caption, photo=True, **self._voice(by, None))

    async def pick(self, result: dict[str, Any], *, by: TelegramUser | None = None) -> TelegramMessage:
        """A person picks one of the bot's inline results here."""
        content, markup = picked(result)
        via = {"via_bot": self.world.bot.as_json()}
        raw = result["input_message_content"]["message_text"]
        return self._write(content, None, raw=raw, reply_markup=markup, options=via, **self._voice(by, None))

    async def edit(self, message: TelegramMessage, text: str) -> TelegramMessage:
        """A person edits what they wrote."""
        assert not message.by_bot, "people can't edit the bot's messages"
        self._skip_unread()
        message.content, message.raw = self.world.plain(text), text
        message.edit_date, message.edits = int(self.world.now()), message.edits + 1
        self.world.deliver(message, edited=True)
        return message

    def dismiss(self, message: TelegramMessage) -> None:
        """The person takes away what only they saw; the bot is told nothing."""
        del self.room.ephemeral[message.ephemeral_id]

    async def press(
        self,
        label: str,
        *,
        by: TelegramUser | None = None,
        on: TelegramMessage | None = None,
        expired: bool = False,
        inaccessible: bool = False,
        timeout: float = WAIT_SECONDS,
    ) -> CallbackAnswer:
        """Press the button with this label (or part of it) on the latest message that has one.

        Returns what the bot answered. `expired`: the query is too old when the bot answers, so nothing is
        waited for. `inaccessible`: the message is so old that the bot is told no more than its id.
        """
        message = on or self._message_with(label)
        button = message.button(label)
        assert "callback_data" in button, f"{label!r} asks the bot nothing: {button}"
        self._skip_unread()
        account = self._speaker(by).account
        assert message.is_seen_by(account), f"{account.first_name} does not see this message"
        query_id, query = str(next(self.world.query_ids)), self._query(account, message.thread_id)
        if not expired:
            self.world.button_queries[query_id] = query
        shown = self._inaccessible(message) if inaccessible else message.as_json()
        payload = {"from": account.as_json(), "message": shown, "data": button["callback_data"]}
        payload |= {"id": query_id, "chat_instance": str(-self.id)}
        self.world.updates.add("callback_query", payload)
        if expired:
            return CallbackAnswer()
        return await self._patiently(query.answered, f"did not answer the button {label!r}", timeout)

    async def reply(self, timeout: float = WAIT_SECONDS) -> TelegramMessage:
        """The bot's next message or edit that was not yet read."""
        return await self._patiently(self._next_message(), "said nothing", timeout)

    async def _next_message(self) -> TelegramMessage:
        while True:
            await self.room.next_activity(self._read)
            activity = self.room.activity[self._read]
            self._read += 1
            if activity.what != "deleted" and self._shows(activity.message):
                return activity.message

    async def _patiently(self, awaited: Awaitable[Result], failure: str, timeout: float) -> Result:
        try:
            async with asyncio.timeout(timeout):
                return await awaited
        except TimeoutError:
            raise AssertionError(f"the bot {failure} within {timeout:g} s{self.world.trouble()}") from None

    def _query(self, by: Account, thread_id: int | None = None) -> Query[CallbackAnswer]:
        answered: asyncio.Future[CallbackAnswer] = asyncio.get_running_loop().create_future()
        return Query(answered, by=by, room=self.room, thread_id=thread_id, at=self.world.now())

    def _inaccessible(self, message: TelegramMessage) -> dict[str, Any]:
        return {"chat": self.room.as_json(), "message_id": message.id, "date": 0}

    def _message_with(self, label: str) -> TelegramMessage:
        for message in reversed(self.messages):
            if any(label in each for row in message.buttons for each in row):
                return message
        shown = [message.buttons for message in self.messages]
        raise LookupError(f"no button {label!r} here, only {shown}{self.world.trouble()}")

    def _write(self, content: FormattedText, reply_to: TelegramMessage | None, **details: Any) -> TelegramMessage:
        self._skip_unread()
        details |= self._placed(reply_to)
        message = self.world.post(self.room, content, **details)
        self.world.deliver(message)
        return message

    def _placed(self, reply_to: TelegramMessage | None) -> dict[str, Any]:
        """Replies in a supergroup form threads, which have an id but are no topics."""
        if reply_to is None:
            return {}
        threaded = self.room.kind == "supergroup"
        thread_id = (reply_to.thread_id or reply_to.id) if threaded else None
        return {"reply_to": reply_to, "thread_id": thread_id, "in_topic": reply_to.in_topic}

    def _voice(self, by: TelegramUser | None, as_chat: TelegramConversation | None) -> dict[str, Any]:
        if self.room.kind == "channel":
            return {"sender_chat": self.room}
        if as_chat is not None:
            in_own_name = as_chat.room is self.room
            return {"sender": ANONYMOUS if in_own_name else AS_CHANNEL, "sender_chat": as_chat.room}
        return {"sender": self._speaker(by).account}

    def _speaker(self, by: TelegramUser | None) -> TelegramUser:
        speaker = by or self.speaker
        assert speaker is not None, "nobody is here to speak"
        return speaker

    def _skip_unread(self) -> None:
        self._read = len(self.room.activity)

    def _shows(self, message: TelegramMessage) -> bool:
        return message.is_seen_by(self.eyes) and self._is_here(message)

    def _is_here(self, message: TelegramMessage) -> bool:
        return True


class PrivateChat(TelegramConversation):
    """A person and the bot."""

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels that stand in the place of the phone's own keyboard."""
        shown = next((each for each in reversed(self.messages) if self._changes_keyboard(each)), None)
        rows = (shown.reply_markup or {}).get("keyboard", []) if shown else []
        return [[button["text"] for button in row] for row in rows]

    async def choose_chat(self, label: str, chosen: TelegramConversation) -> TelegramMessage:
        """Pick a chat by the button of the keyboard with this label; which ones Telegram offers is left to the test."""
        markup = next(each.reply_markup for each in reversed(self.messages) if self._changes_keyboard(each))
        request = request_of(markup, label)
        assert request["chat_is_channel"] == (chosen.room.kind == "channel"), "not offered by this button"
        shared: dict[str, Any] = {"request_id": request["request_id"], "chat_id": chosen.id}
        shared |= {"title": chosen.room.title} if request.get("request_title") else {}
        return self._write(FormattedText(""), None, service={"chat_shared": shared}, **self._voice(None, None))

    def _changes_keyboard(self, message: TelegramMessage) -> bool:
        markup = message.reply_markup or {}
        return "keyboard" in markup or "remove_keyboard" in markup

    def _write(self, content: FormattedText, reply_to: TelegramMessage | None, **details: Any) -> TelegramMessage:
        assert not self.room.blocked, "who blocked the bot can't write to it"
        self.room.started = True
        return super()._write(content, reply_to, **details)
