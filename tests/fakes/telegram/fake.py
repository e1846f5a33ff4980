"""The fake as a test uses it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from tests.fakes.telegram.chats import Account
from tests.fakes.telegram.conversations import PrivateChat
from tests.fakes.telegram.faults import HeldAnswer, TelegramFault, TelegramFaults
from tests.fakes.telegram.groups import TelegramChannel, TelegramGroup, fill_chat
from tests.fakes.telegram.refusals import TelegramRefusal, logged_out, unauthorized
from tests.fakes.telegram.server import BotApiServer
from tests.fakes.telegram.state import BotApiRequest, TelegramState
from tests.fakes.telegram.users import TelegramUser


class FakeTelegram(TelegramState):
    """Telegram's Bot API for one bot, on 127.0.0.1, in the event loop of the test.

    ::

        async with FakeTelegram() as telegram:
            bot = Bot(telegram.token, base_url=telegram.base_url)
            chat = telegram.private(telegram.person("Anna"))

    `now` gives Unix seconds for the dates of messages, `clock` the seconds by which the pace is counted.
    """

    def __init__(
        self,
        *,
        token: str = "123456:TEST",
        username: str = "PaperboyBot",
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        bot_id = int(token.partition(":")[0])
        super().__init__(Account(bot_id, "Paperboy", is_bot=True, username=username), now, clock)
        self.token = token
        self.faults = TelegramFaults()
        self.server = BotApiServer(self, self.faults, token)

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.webhook.stop()
        await self.server.stop()
        if self.server.crashes and error is None:
            raise ExceptionGroup("the stand-in made mistakes", self.server.crashes)

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls `base_url`."""
        return f"http://127.0.0.1:{self.server.port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/file/bot"

    # People and chats.

    def person(self, name: str, *, language: str | None = None, username: str | None = None) -> TelegramUser:
        return TelegramUser(self, self.add_account(name, username, language))

    def private(self, person: TelegramUser, *, started: bool = True) -> PrivateChat:
        """The chat of a person with the bot; not `started`, the bot may not write first."""
        person.room.started = started or person.room.started
        return PrivateChat(self, person.room, person)

    def group(
        self,
        title: str,
        *,
        members: Sequence[TelegramUser] = (),
        admins: Sequence[TelegramUser] = (),
        with_bot: bool = True,
    ) -> TelegramGroup:
        """A basic group."""
        return self._group(title, "group", members, admins, with_bot=with_bot)

    def supergroup(
        self,
        title: str,
        *,
        members: Sequence[TelegramUser] = (),
        admins: Sequence[TelegramUser] = (),
        with_bot: bool = True,
        forum: bool = False,
        username: str | None = None,
    ) -> TelegramGroup:
        details = {"forum": forum, "username": username}
        return self._group(title, "supergroup", members, admins, with_bot=with_bot, **details)

    def channel(
        self,
        title: str,
        *,
        admins: Sequence[TelegramUser] = (),
        members: Sequence[TelegramUser] = (),
        with_bot: bool = True,
        username: str | None = None,
    ) -> TelegramChannel:
        """A channel; the bot, when in it, is an administrator who may post."""
        room = self.add_chat("channel", title=title, username=username)
        made = fill_chat(self, room, members, admins, "administrator" if with_bot else "left")
        made.speaker = next(iter(admins), made.speaker)
        assert isinstance(made, TelegramChannel), "made from a channel"
        return made

    def _group(
        self,
        title: str,
        kind: Any,
        members: Sequence[TelegramUser],
        admins: Sequence[TelegramUser],
        *,
        with_bot: bool,
        **details: Any,
    ) -> TelegramGroup:
        room = self.add_chat(kind, title=title, **details)
        made = fill_chat(self, room, members, admins, "member" if with_bot else "left")
        assert isinstance(made, TelegramGroup), "made from a group"
        return made

    # What the bot asked.

    def calls(self, method: str) -> list[BotApiRequest]:
        """The requests of one method, oldest first."""
        return [request for request in self.requests if request.method == method]

    def commands(self, scope: str = '{"type": "default"}', language: str = "") -> dict[str, str]:
        """The command menu: names and descriptions."""
        menu = self.settings.commands.get((scope, language), [])
        return {entry["command"]: entry["description"] for entry in menu}

    def unseen_commands(self, scope: str) -> list[str]:
        """The commands of this menu that are typed unseen."""
        menu = self.settings.commands.get((f'{{"type": "{scope}"}}', ""), [])
        return [entry["command"] for entry in menu if entry.get("is_ephemeral")]

    # What goes wrong.

    def flood(self, chat_id: int | None = None, *, retry_after: int = 5, times: int | None = 1) -> None:
        """The next messages to a chat (None: to any) get 429; `times=None`: until `pace.calm()`."""
        self.rate_monitor.flood(chat_id, retry_after, times)

    def fail_next(
        self, method: str, status: int = 500, *, times: int = 1, accepted: bool = False, chat_id: int | None = None
    ) -> None:
        """The next requests are answered with a server error; `accepted`: they took effect all the same."""
        self.faults.add(TelegramFault(method, "status", times, accepted, chat_id, status))

    def garbage_next(
        self, method: str, status: int = 502, *, times: int = 1, accepted: bool = False, chat_id: int | None = None
    ) -> None:
        """The next requests are answered with a proxy's HTML page."""
        self.faults.add(TelegramFault(method, "garbage", times, accepted, chat_id, status))

    def cut_next(self, method: str, *, times: int = 1, chat_id: int | None = None) -> None:
        """The next answers lose their end on the way; the requests took effect."""
        self.faults.add(TelegramFault(method, "cut", times, accepted=True, chat_id=chat_id))

    def drop_next(self, method: str, *, times: int = 1, accepted: bool, chat_id: int | None = None) -> None:
        """The connection breaks before (not `accepted`) or after the request took effect."""
        self.faults.add(TelegramFault(method, "drop", times, accepted, chat_id))

    def refuse_next(self, method: str, refusal: TelegramRefusal, *, times: int = 1, chat_id: int | None = None) -> None:
        """Any other refusal: `refuse_next("sendMessage", bad_request("CHAT_RESTRICTED"))`."""
        self.faults.add(TelegramFault(method, "refuse", times, chat_id=chat_id, refusal=refusal))

    def hold_next(self, method: str, *, accepted: bool = True, chat_id: int | None = None) -> HeldAnswer:
        """The next answer waits until the test says `release()`."""
        return self.faults.add(TelegramFault(method, "hold", 1, accepted, chat_id)).hold

    def slow_next(
        self, method: str, seconds: float, *, times: int = 1, accepted: bool = True, chat_id: int | None = None
    ) -> None:
        """The next answers come late."""
        self.faults.add(TelegramFault(method, "hold", times, accepted, chat_id, seconds=seconds))

    def revoke_token(self) -> None:
        self.server.closed = unauthorized()

    def log_out(self) -> None:
        self.server.closed = logged_out()

    async def go_offline(self) -> None:
        """Nothing listens any more; connections are closed."""
        await self.server.stop()

    async def come_back(self) -> None:
        """Listen again on the same port."""
        await self.server.start()
