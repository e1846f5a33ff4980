"""All of Telegram that one bot can see: people, chats, updates, queries, its own settings."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from itertools import count
from typing import Any, Generic, TypeVar

from tests.fakes.telegram.chats import MEMBER_STATUSES, Account, ChatState, Kind
from tests.fakes.telegram.formatting import FormattedText, found_entities
from tests.fakes.telegram.messages import TelegramMessage
from tests.fakes.telegram.parameters import BotApiCall
from tests.fakes.telegram.rate_monitor import RateMonitor
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.updates import UpdateQueue
from tests.fakes.telegram.webhook import Webhook

Answer = TypeVar("Answer")


@dataclasses.dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a person sees after pressing a button: nothing, a short note, or an alert."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What a person sees while typing `@bot words` in some chat."""

    results: list[dict[str, Any]]
    next_offset: str = ""
    personal: bool = False
    cache_time: int = 300
    button: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def titles(self) -> list[str]:
        return [result["title"] for result in self.results]


@dataclasses.dataclass(slots=True)
class Query(Generic[Answer]):
    """A pressed button or an inline query that waits for the bot; of a press also who pressed where, and when."""

    answered: asyncio.Future[Answer]
    answers: list[Answer] = dataclasses.field(default_factory=list)
    by: Account | None = None
    room: ChatState | None = None
    thread_id: int | None = None
    at: float = 0

    def answer(self, answer: Answer) -> None:
        self.answers.append(answer)
        if not self.answered.done():
            self.answered.set_result(answer)


@dataclasses.dataclass(slots=True)
class BotSettings:
    """What the bot told about itself, by scope (as JSON) and language."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = dataclasses.field(default_factory=dict)
    descriptions: dict[str, str] = dataclasses.field(default_factory=dict)
    short_descriptions: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class BotApiRequest:
    """One request of the bot: what it asked, when (Unix seconds), and what became of it."""

    method: str
    params: dict[str, Any]
    at: float
    status: int = 0
    """0 while it is being answered."""
    answer: dict[str, Any] = dataclasses.field(default_factory=dict)
    """What was decided; with a scripted fault the bot may never have seen it."""
    unknown: tuple[str, ...] = ()
    """Parameters that the method does not have."""

    @property
    def refused(self) -> str:
        """Why it was refused, or nothing."""
        return str(self.answer.get("description", ""))


class TelegramState:
    """State and its rules; the methods of the Bot API act on it, and so do people."""

    def __init__(self, bot: Account, now: Callable[[], float], clock: Callable[[], float]) -> None:
        self.bot = bot
        self.now = now
        self.privacy = True
        """Groups: the bot only sees commands, mentions and replies, unless it is an administrator."""
        self.bot_api = (10, 4)
        """The version that the server speaks; an older one ignores parameters that it does not know."""
        self.shows_everybody = False
        """Whether it posts for everybody what is for one alone, against what it says."""
        self.updates = UpdateQueue()
        self.webhook = Webhook(self.updates, now)
        self.rate_monitor = RateMonitor(clock)
        self.settings = BotSettings()
        self.accounts: dict[int, Account] = {bot.id: bot}
        self.chats: dict[int, ChatState] = {}
        self.requests: list[BotApiRequest] = []
        self._requested = asyncio.Event()
        self.button_queries: dict[str, Query[CallbackAnswer]] = {}
        self.inline_queries: dict[str, Query[InlineAnswer]] = {}
        self._account_ids = count(501)
        self._room_ids = count(1)
        self.query_ids = count(7_000_001)

    def add_account(self, name: str, username: str | None, language: str | None) -> Account:
        account = Account(next(self._account_ids), name, username=username, language=language)
        self.accounts[account.id] = account
        return account

    def add_chat(self, kind: Kind, **details: Any) -> ChatState:
        number = next(self._room_ids)
        room_id = -4_000_000 - number if kind == "group" else -1_001_000_000_000 - number
        return self.keep(ChatState(room_id, kind, **details))

    def keep(self, room: ChatState) -> ChatState:
        self.chats[room.id] = room
        return room

    def chat_of(self, call: BotApiCall) -> ChatState:
        """The chat that `chat_id` names; raises `chat not found` as for any chat never met."""
        given = call.value("chat_id")
        if given in (None, ""):
            raise bad_request("chat_id is empty")
        room = self._named(str(given)) if str(given).startswith("@") else self._numbered(str(given))
        if room is None or not self._met(room):
            raise bad_request("chat not found")
        return room

    def reachable(self, call: BotApiCall) -> ChatState:
        room = self.chat_of(call)
        room.check_access(self.bot)
        return room

    def _named(self, name: str) -> ChatState | None:
        wanted = name[1:].lower()
        public = [room for room in self.chats.values() if room.username and room.kind != "private"]
        return next((room for room in public if (room.username or "").lower() == wanted), None)

    def _numbered(self, number: str) -> ChatState | None:
        return self.chats.get(int(number)) if number.lstrip("-").isdigit() else None

    def _met(self, room: ChatState) -> bool:
        """A person who never wrote is known only from a group that the bot is in, too."""
        person = room.person
        if person is None or room.started:
            return True
        return any(
            other.status_of(person.id) in MEMBER_STATUSES and other.status_of(self.bot.id) in MEMBER_STATUSES
            for other in self.chats.values()
        )

    def post(
        self, room: ChatState, content: FormattedText, *, receiver: Account | None = None, **details: Any
    ) -> TelegramMessage:
        """Put a message into a chat, whoever wrote it; with a `receiver` an ephemeral one."""
        if receiver is not None:
            details |= {"receiver": receiver, "ephemeral_id": next(room.ephemeral_ids)}
        number = next(room.message_ids) if receiver is None else 0
        message = TelegramMessage(room, number, int(self.now()), content, **details)
        if receiver is None:
            room.messages[message.id] = message
        else:
            room.ephemeral[message.ephemeral_id] = message
        return message

    def plain(self, text: str) -> FormattedText:
        """What a person typed, with what Telegram finds in it."""
        return FormattedText(text, tuple(found_entities(text)))

    def deliver(self, message: TelegramMessage, *, edited: bool = False) -> None:
        """Tell the bot about a message, if it may see it."""
        if not self.bot_sees(message):
            return
        post = "channel_post" if message.room.kind == "channel" else "message"
        self.updates.add(f"edited_{post}" if edited else post, message.as_json())

    def bot_sees(self, message: TelegramMessage) -> bool:
        room, status = message.room, message.room.status_of(self.bot.id)
        if message.receiver is not None:
            return message.receiver is self.bot
        if room.kind == "private":
            return not room.blocked
        if status not in MEMBER_STATUSES:
            return False
        if room.kind == "channel" or status == "administrator" or not self.privacy or message.service:
            return True
        return self._meant_for_bot(message)

    def _meant_for_bot(self, message: TelegramMessage) -> bool:
        """Privacy mode: replies to the bot, mentions of it, and commands not addressed to another bot."""
        if message.reply_to is not None and message.reply_to.by_bot:
            return True
        own = f"@{self.bot.username}".lower()
        if any(mention.lower() == own for mention in message.words("mention")):
            return True
        addressees = [command.partition("@")[2].lower() for command in message.words("bot_command")]
        return any(not addressee or f"@{addressee}" == own for addressee in addressees)

    def note(self, request: BotApiRequest) -> None:
        self.requests.append(request)
        requested, self._requested = self._requested, asyncio.Event()
        requested.set()

    async def wait_for_requests(self, method: str, times: int = 1, timeout: float = 60) -> BotApiRequest:
        """Wait until the bot has sent this many requests of a method; returns the last of them."""
        async with asyncio.timeout(timeout):
            while len(found := [each for each in self.requests if each.method == method]) < times:
                await self._requested.wait()
        return found[times - 1]

    def trouble(self) -> str:
        """For a failing test: what the bot asked for last and what it was refused."""
        asked = [each for each in self.requests if each.method != "getUpdates"][-5:]
        lines = [f"{each.method} {each.params}: {each.refused or each.status or 'unanswered'}" for each in asked]
        return "; the bot's last requests: " + ("; ".join(lines) or "none")

    def status_changed(self, room: ChatState, actor: Account, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Tell the bot that its own standing in a chat changed."""
        change = {
            "chat": room.as_json(),
            "from": actor.as_json(),
            "date": int(self.now()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self.updates.add("my_chat_member", change)
