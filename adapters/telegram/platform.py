"""Telegram as one of Paperboy's platforms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.routing import Route
from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import TypeHandler

from adapters.telegram.client.application import IN_FLIGHT, PollRequests, build, sending_requests
from adapters.telegram.client.errors import cause_of, seconds
from adapters.telegram.client.rate_limiter import A_SECOND, Pace
from adapters.telegram.events.update_parser import read
from adapters.telegram.handlers.command_menu import introduce
from adapters.telegram.handlers.dispatcher import Answering
from adapters.telegram.rendering.keyboard import NO_LINKS, Links
from adapters.telegram.rendering.outgoing_messages import letters
from adapters.telegram.rendering.renderer import Text
from adapters.telegram.replies.multipart import Series
from adapters.telegram.replies.permissions import Rights
from adapters.telegram.replies.sender import Posted, Sender, Target
from adapters.telegram.transport.chat_queue import ChatOrder
from adapters.telegram.transport.inbox import Intake
from adapters.telegram.transport.polling import SILENCE, STOPPING, Polling
from adapters.telegram.transport.webhook import set_webhook, telegram_routes
from bot.chats import Chat, ChatAddress, Platform, Receipt
from bot.commands.core.command import Command
from bot.errors import NotAuthorised, Refused, Scope
from bot.ports import Answer, CannotKnow, ChatNews, Clock, Records, Traits
from bot.ports import Pace as SharedPace
from bot.views import View

log = logging.getLogger(__name__)

FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(seconds=60)
REFILL_EVERY: Final = 5.0  # seconds
SLOW_ANSWER: Final = 0.25  # seconds
MOST_IN_FLIGHT: Final = 128
UNKNOWN_BOT: Final = (
    "Telegram does not know this bot: check TELEGRAM_BOT_TOKEN (@BotFather tells it), and TELEGRAM_API_URL if it is set"
)


class TelegramPlatform:
    """Implements :class:`bot.ports.ChatPlatform`: sends for deliveries, and talks with people while it listens.

    With ``public_url`` updates come to the webhook (mount :meth:`routes`), without it they are polled for. It can send
    without listening. ``pace`` is what it shares with other processes. ``paid_rate``: digests a second, each above
    the free pace paid with the bot's Stars (0: none is). :meth:`close` ends its connections, after :meth:`listen` was
    cancelled.
    """

    platform = Platform.TELEGRAM
    traits = Traits()

    def __init__(
        self,
        token: str,
        *,
        clock: Clock,
        records: Records,
        news: ChatNews,
        commands: Sequence[Command],
        api_url: str = "https://api.telegram.org",
        public_url: str = "",
        silence: timedelta = SILENCE,
        pace: SharedPace | None = None,
        paid_rate: int = 0,
    ) -> None:
        self._token = token
        self._clock = clock
        self._records = records
        self._commands = tuple(commands)
        self._public_url = public_url
        self._answer: Answer | None = None
        self._username: str | None = None
        self._paid = paid_rate > A_SECOND
        a_second = paid_rate if self._paid else A_SECOND
        self.traits = Traits(in_flight=_in_flight(a_second))
        self._pace = Pace(clock, a_second, shared=pace, bot=token.partition(":")[0])
        self._sending_requests = sending_requests(self.traits.in_flight)
        self._poll_requests = None if public_url else PollRequests()
        order = ChatOrder(self._done, self._confirm)
        self._telegram = build(token, api_url, self._sending_requests, self._poll_requests, self._pace, order)
        self._telegram.add_handler(TypeHandler(Update, self._on_update))
        self._bot = self._telegram.bot
        self._polling = self._watched_polling(silence)
        self._intake = Intake(records, self._bot, self._telegram.update_queue)
        self._sender = Sender(self._bot, self._pace, clock)
        self._series = Series(self._sender, self._pace)
        rights = Rights(self._bot, clock)
        self._answering = Answering(self._bot, self._sender, rights, records, news, self._commands, clock)

    def _watched_polling(self, silence: timedelta) -> Polling | None:
        updater = self._telegram.updater
        if updater is None or self._poll_requests is None:
            return None
        return Polling(updater, self._poll_requests, silence)

    # --- for deliveries

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: Receipt | None = None
    ) -> Receipt:
        """Sends a view whose :meth:`turn` was taken; the receipt is that of the message with the buttons."""
        self._check_ours(chat.address)
        parts = await letters(view, self._records.shelve, await self._links(chat))
        if not parts:
            raise Refused("there is nothing to send")
        target = replace(_target(chat.address, silent=silent, reply_to=reply_to), paid=self._paid)
        return Receipt(str(await self._series.post(key, target, parts)))

    async def edit(self, chat: Chat, receipt: Receipt, view: View) -> None:
        """Shows the view in the message of the receipt: of a long one the last part, which has the buttons."""
        self._check_ours(chat.address)
        parts = await letters(view, self._records.shelve, await self._links(chat))
        texts = [part for part in parts if isinstance(part.content, Text)]
        if texts:
            await self._sender.rewrite(Posted(int(chat.address.chat), int(receipt.message)), texts[-1])

    async def find(self, chat: Chat, key: str, since: datetime, reply_to: Receipt | None = None) -> CannotKnow:
        """Bots can't read a chat's history."""
        return CannotKnow.CANNOT_KNOW

    async def turn(self, chat: ChatAddress) -> None:
        """Waits for the next digest's turn in the bot's allowance; answers to people go before."""
        await self._pace.turn()

    def _check_ours(self, address: ChatAddress) -> None:
        if address.workspace != self._token.partition(":")[0]:
            raise NotAuthorised(Scope.WORKSPACE, "this chat talks with another bot than the one whose token is set")

    async def _links(self, chat: Chat) -> Links:
        if chat.kind.personal:
            return NO_LINKS
        if self._username is None:
            try:
                self._username = (await self._bot.get_me()).username or ""
            except TelegramError:
                return NO_LINKS  # the buttons then answer in the chat itself
        return Links(self._username, for_oneself=True)

    # --- with people

    async def check(self) -> str:
        """Whether Telegram takes the token, asked once."""
        try:
            await self._bot.get_me()
        except InvalidToken:
            return UNKNOWN_BOT
        except TelegramError as error:
            return f"Telegram can't be reached ({cause_of(error)})"
        return ""

    def routes(self) -> list[Route]:
        """The webhook, for the web server; without a public address there is none."""
        return telegram_routes(self._token, self._intake.take) if self._public_url else []

    async def listen(self, answer: Answer) -> None:
        """Answers people until cancelled; raises NotAuthorised, in words for the operator, where the token is wrong."""
        self._answer = answer
        self._intake.listening = True
        try:
            await self._intake.refill()
            while True:
                await self._connected()
                await self._until_silent()
        finally:
            self._intake.listening = False
            await self._stop()

    async def close(self) -> None:
        """Ends all connections."""
        await self._telegram.shutdown()
        for requests in filter(None, (self._sending_requests, self._poll_requests)):
            await requests.shutdown()

    async def _connected(self) -> None:
        """Tries until Telegram answers, a minute between tries at most."""
        wait = FIRST_WAIT
        while True:
            try:
                return await self._begin()
            except InvalidToken:
                raise NotAuthorised(Scope.BOT, UNKNOWN_BOT) from None
            except TelegramError as error:
                pause = timedelta(seconds=seconds(error)) if isinstance(error, RetryAfter) else wait
                log.warning("Telegram can't be reached (%s), next try in %d s", cause_of(error), pause.total_seconds())
            await self._clock.sleep_until(self._clock.now() + pause)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _begin(self) -> None:
        await self._telegram.initialize()
        if not self._telegram.running:
            await introduce(self._bot, self._commands)
            await self._telegram.start()
        if self._polling:
            await self._polling.start()
        else:
            await set_webhook(self._bot, self._public_url, self._token)
        log.info("Telegram is connected as @%s", self._bot.username)

    async def _until_silent(self) -> None:
        while self._polling is None:  # another process may have been called, which does not listen
            await asyncio.sleep(REFILL_EVERY)
            await self._intake.refill()
        await self._polling.watch()
        await self._polling.renew()

    async def _stop(self) -> None:
        """Ends receiving; answers that were begun have some seconds to end."""
        if self._polling:
            await self._polling.stop()
        if self._telegram.running:
            try:
                async with asyncio.timeout(STOPPING):
                    await self._telegram.stop()
            except TimeoutError:
                log.warning("some answers in Telegram were not finished; they are taken up at the next start")

    async def _on_update(self, update: Update, _context: Any) -> None:
        if not await self._begun(update):
            return
        await self._work_on(update)
        try:
            await self._done(update)
        except Exception:
            log.exception("an update of Telegram's could not be marked as done")

    async def _begun(self, update: Update) -> bool:
        """Whether to work on it. One that can't be stored is answered all the same: Telegram tells it only once, and
        whoever asked shall at least hear that something is wrong."""
        try:
            return await self._intake.begin(update)
        except Exception:
            log.exception("an update of Telegram's could not be recorded")
            return True

    async def _work_on(self, update: Update) -> None:
        try:
            event = read(update, self._bot.bot)
            if event is not None and self._answer is not None:
                await self._answering.take(event, self._answer)
        except Exception:
            log.exception("an update of Telegram's could not be answered")

    async def _confirm(self, update: Update) -> None:
        """A second press by one wish gets its answer, which says nothing."""
        try:
            if update.callback_query is not None:
                await self._bot.answer_callback_query(update.callback_query.id)
            await self._done(update)
        except Exception as problem:
            log.info("a second press could not be confirmed: %s", type(problem).__name__)

    async def _done(self, update: Update) -> None:
        await self._intake.done(update)


def _in_flight(a_second: float) -> int:
    """Enough for answers that take a quarter of a second; eight as long as that is slow enough for the library."""
    return min(max(IN_FLIGHT, round(a_second * SLOW_ANSWER)), MOST_IN_FLIGHT)


def _target(address: ChatAddress, *, silent: bool, reply_to: Receipt | None) -> Target:
    return Target(
        int(address.chat),
        int(address.thread) if address.thread else None,
        silent,
        int(reply_to.message) if reply_to else 0,
    )
