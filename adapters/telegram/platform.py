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
from telegram.helpers import create_deep_linked_url

from adapters.proxies import DIRECT, ProxyRoutes
from adapters.telegram.capabilities import CAPABILITIES, TELEGRAM
from adapters.telegram.client.application import IN_FLIGHT, PollingRequest, build_application, build_sending_request
from adapters.telegram.client.errors import retry_seconds, safe_cause
from adapters.telegram.client.rate_limiter import A_SECOND, TelegramRateLimiter
from adapters.telegram.events.update_parser import parse_update
from adapters.telegram.handlers.command_menu import publish_menus
from adapters.telegram.handlers.dispatcher import UpdateDispatcher
from adapters.telegram.rendering.keyboard import NO_DEEP_LINKS, DeepLinkPolicy, command_payload
from adapters.telegram.rendering.outgoing_messages import outgoing_messages
from adapters.telegram.rendering.renderer import MessageText
from adapters.telegram.replies.ephemeral_support import EphemeralSupport
from adapters.telegram.replies.multipart import MultipartSender
from adapters.telegram.replies.sender import MessageSender, Target, TelegramMessageRef
from adapters.telegram.transport.chat_queue import PerChatProcessor
from adapters.telegram.transport.inbox import UpdateInbox
from adapters.telegram.transport.polling import SILENCE, STOPPING, UpdatePoller
from adapters.telegram.transport.webhook import set_webhook, telegram_routes
from bot.chats import Chat, ChatAddress, MessageRef
from bot.commands.core.command import Command
from bot.errors import ErrorScope, MessageRejected, NotAuthorised
from bot.ports import ChatEvents, Clock, CommandHandler, LookupUnsupported, PlatformState
from bot.ports import RateLimiter as SharedPace
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
    without listening. ``rate_limiter`` is what it shares with other processes. ``paid_rate``: digests a second, each
    above the free rate paid with the bot's Stars (0: none is). :meth:`close` ends its connections, after :meth:`listen`
    was cancelled.
    """

    platform = TELEGRAM
    capabilities = CAPABILITIES

    def __init__(
        self,
        token: str,
        *,
        clock: Clock,
        state: PlatformState,
        chat_events: ChatEvents,
        commands: Sequence[Command],
        api_url: str = "https://api.telegram.org",
        public_url: str = "",
        silence: timedelta = SILENCE,
        rate_limiter: SharedPace | None = None,
        paid_rate: int = 0,
        proxies: ProxyRoutes = DIRECT,
    ) -> None:
        self._token = token
        self._clock = clock
        self._state = state
        self._commands = tuple(commands)
        self._public_url = public_url
        self._handler: CommandHandler | None = None
        self._username: str | None = None
        self._paid = paid_rate > A_SECOND
        a_second = paid_rate if self._paid else A_SECOND
        self.capabilities = replace(CAPABILITIES, max_in_flight=_in_flight(a_second))
        self._rate_limiter = TelegramRateLimiter(clock, a_second, shared=rate_limiter, bot=token.partition(":")[0])
        self._send_request = build_sending_request(self.capabilities.max_in_flight, proxies)
        self._poll_request = None if public_url else PollingRequest(proxies)
        update_processor = PerChatProcessor(self._done, self._confirm_duplicate)
        self._application = build_application(
            token, api_url, self._send_request, self._poll_request, self._rate_limiter, update_processor
        )
        self._application.add_handler(TypeHandler(Update, self._on_update))
        self._bot = self._application.bot
        self._poller = self._build_poller(silence)
        self._inbox = UpdateInbox(state, self._bot, self._application.update_queue)
        self._sender = MessageSender(self._bot, self._rate_limiter, clock)
        self._multipart = MultipartSender(self._sender, self._rate_limiter)
        self._ephemeral_support = EphemeralSupport(self._bot, state)
        self._dispatcher = UpdateDispatcher(
            self._bot, self._sender, self._ephemeral_support, state, chat_events, self._commands, clock
        )

    def _build_poller(self, silence: timedelta) -> UpdatePoller | None:
        updater = self._application.updater
        if updater is None or self._poll_request is None:
            return None
        return UpdatePoller(updater, self._poll_request, silence)

    # --- for deliveries

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        """Sends a view whose turn was waited for; the reference is that of the message with the buttons. Raises
        MessageRejected for an empty view, and what :class:`bot.ports.Messenger` names."""
        self._check_ours(chat.address)
        parts = await outgoing_messages(view, self._state.store_callback, await self._deep_links(chat))
        if not parts:
            raise MessageRejected("there is nothing to send")
        target = replace(_target(chat.address, silent=silent, reply_to=reply_to), paid=self._paid)
        return MessageRef(str(await self._multipart.post(key, target, parts)))

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        """Shows the view in the message: of a long one the last part, which has the buttons."""
        self._check_ours(chat.address)
        parts = await outgoing_messages(view, self._state.store_callback, await self._deep_links(chat))
        texts = [part for part in parts if isinstance(part.content, MessageText)]
        if texts:
            await self._sender.edit(TelegramMessageRef(int(chat.address.chat), int(message_ref.id)), texts[-1])

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> LookupUnsupported:
        """Bots can't read a chat's history."""
        return LookupUnsupported.UNSUPPORTED

    async def wait_turn(self, chat: ChatAddress) -> None:
        """Waits for the next digest's turn in the bot's rate limit; answers to people go first."""
        await self._rate_limiter.turn()

    def _check_ours(self, address: ChatAddress) -> None:
        if address.workspace != self._token.partition(":")[0]:
            raise NotAuthorised(
                ErrorScope.WORKSPACE, "this chat talks with another bot than the one whose token is set"
            )

    async def _deep_links(self, chat: Chat) -> DeepLinkPolicy:
        if chat.kind.personal:
            return NO_DEEP_LINKS
        if self._username is None:
            try:
                self._username = (await self._bot.get_me()).username or ""
            except TelegramError:
                return NO_DEEP_LINKS  # the buttons then answer in the chat itself
        return DeepLinkPolicy(self._username, in_own_chat=True)

    # --- with people

    async def check_connection(self) -> str:
        """Whether Telegram takes the token, asked once."""
        try:
            await self._bot.get_me()
        except InvalidToken:
            return UNKNOWN_BOT
        except TelegramError as error:
            return f"Telegram can't be reached ({safe_cause(error)})"
        return ""

    def invitation_link(self, topic: str) -> str:
        """A link by which anybody opens a chat with the bot and sees what ``topic`` ('' for none) brings; '' while
        the bot's name is not known yet. A topic that no link has room for is left out."""
        try:
            username = self._bot.username
        except RuntimeError:  # it has not been connected so far
            return ""
        payload = command_payload(f"preview {topic}") if topic else ""
        return create_deep_linked_url(username, payload or None)

    def routes(self) -> list[Route]:
        """The webhook, for the web server; without a public address there is none."""
        return telegram_routes(self._token, self._inbox.receive) if self._public_url else []

    async def listen(self, handler: CommandHandler) -> None:
        """Answers people until cancelled; raises NotAuthorised, in words for the operator, where the token is wrong."""
        self._handler = handler
        self._inbox.listening = True
        try:
            await self._inbox.refill()
            while True:
                await self._connect()
                await self._receive_until_silent()
        finally:
            self._inbox.listening = False
            await self._stop()

    async def close(self) -> None:
        """Ends all connections."""
        await self._application.shutdown()
        for request in filter(None, (self._send_request, self._poll_request)):
            await request.shutdown()

    async def _connect(self) -> None:
        """Tries until Telegram answers, a minute between tries at most."""
        wait = FIRST_WAIT
        while True:
            try:
                return await self._connect_once()
            except InvalidToken:
                raise NotAuthorised(ErrorScope.BOT, UNKNOWN_BOT) from None
            except TelegramError as error:
                pause = timedelta(seconds=retry_seconds(error)) if isinstance(error, RetryAfter) else wait
                log.warning(
                    "Telegram can't be reached (%s), next try in %d s", safe_cause(error), pause.total_seconds()
                )
            await self._clock.sleep_until(self._clock.now() + pause)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _connect_once(self) -> None:
        await self._application.initialize()
        if not self._application.running:
            await publish_menus(self._bot, self._commands, self._ephemeral_support)
            await self._application.start()
        if self._poller:
            await self._poller.start()
        else:
            await set_webhook(self._bot, self._public_url, self._token)
        log.info("Telegram is connected as @%s", self._bot.username)

    async def _receive_until_silent(self) -> None:
        while self._poller is None:  # another process may have been called, which does not listen
            await asyncio.sleep(REFILL_EVERY)
            await self._inbox.refill()
        await self._poller.watch()
        await self._poller.renew()

    async def _stop(self) -> None:
        """Ends receiving; answers that were begun have some seconds to end."""
        if self._poller:
            await self._poller.stop()
        if self._application.running:
            try:
                async with asyncio.timeout(STOPPING):
                    await self._application.stop()
            except TimeoutError:
                log.warning("some answers in Telegram were not finished; they are taken up at the next start")

    async def _on_update(self, update: Update, _context: Any) -> None:
        if not await self._start_work(update):
            return
        await self._answer_update(update)
        try:
            await self._done(update)
        except Exception:
            log.exception("an update of Telegram's could not be marked as done")

    async def _start_work(self, update: Update) -> bool:
        """Whether to work on it. One that can't be stored is answered all the same: Telegram sends it only once, and
        whoever asked shall at least hear that something is wrong."""
        try:
            return await self._inbox.start(update)
        except Exception:
            log.exception("an update of Telegram's could not be recorded")
            return True

    async def _answer_update(self, update: Update) -> None:
        try:
            event = parse_update(update, self._bot.bot)
            if event is not None and self._handler is not None:
                await self._dispatcher.handle(event, self._handler)
        except Exception:
            log.exception("an update of Telegram's could not be answered")

    async def _confirm_duplicate(self, update: Update) -> None:
        """A duplicate press gets an empty answer, so that its button stops spinning."""
        try:
            if update.callback_query is not None:
                await self._bot.answer_callback_query(update.callback_query.id)
            await self._done(update)
        except Exception as problem:
            log.info("a second press could not be confirmed: %s", type(problem).__name__)

    async def _done(self, update: Update) -> None:
        await self._inbox.done(update)


def _in_flight(a_second: float) -> int:
    """Enough for answers that take a quarter of a second; eight as long as that is slow enough for the library."""
    return min(max(IN_FLIGHT, round(a_second * SLOW_ANSWER)), MOST_IN_FLIGHT)


def _target(address: ChatAddress, *, silent: bool, reply_to: MessageRef | None) -> Target:
    return Target(
        int(address.chat),
        int(address.thread) if address.thread else None,
        silent,
        int(reply_to.id) if reply_to else 0,
    )
