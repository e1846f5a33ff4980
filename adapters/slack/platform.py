"""Slack as one of Paperboy's platforms."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from aiolimiter import AsyncLimiter
from slack_bolt.app.async_app import AsyncApp
from starlette.routing import Route

from adapters.slack.answering import Answering
from adapters.slack.api import Posted, SlackApi
from adapters.slack.bolt import bolt_app, routes
from adapters.slack.buttons import with_short_values
from adapters.slack.drawing import draw
from adapters.slack.filling import Filling
from adapters.slack.fitting import Message, fitted
from adapters.slack.home import Homes
from adapters.slack.looking_back import find
from adapters.slack.membership import Memberships
from adapters.slack.receiving import Receiving
from adapters.slack.socket_mode import Socket
from adapters.slack.unfurling import Unfurling
from adapters.slack.workspace import Installation, Workspace
from bot.chats import Chat, ChatAddress, Platform, Receipt
from bot.errors import DeliveryError, NotAuthorised, OutcomeUnknown, Refused, Scope, TryLater
from bot.ports import Answer, CannotKnow, ChatNews, Clock, Records, Traits
from bot.views import View

log = logging.getLogger(__name__)

#: Digests a second in one workspace. Slack publishes one message a second in a channel and no number for a workspace:
#: https://docs.slack.dev/apis/web-api/rate-limits
TURNS_A_SECOND: Final = 2
BETWEEN_PARTS: Final = timedelta(seconds=1.1)
CHECK_EVERY: Final = timedelta(seconds=60)
LONGEST_WAIT: Final = 60.0  # seconds

MEND_BOT: Final = (
    "Slack refuses SLACK_BOT_TOKEN ({reason}): take the Bot User OAuth Token, under OAuth & Permissions of your app, "
    "and install the app in the workspace"
)
NO_WAY_IN: Final = (
    "Slack has no way to reach this bot: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
)


class SlackPlatform:
    """Implements :class:`bot.ports.ChatPlatform`: sends for deliveries, and talks with people while it listens.

    With ``app_token`` Slack is reached by Socket Mode; without it Slack posts to :meth:`routes`, which check that it is
    Slack by ``signing_secret``. It can send without listening. :meth:`close` ends its connections, after
    :meth:`listen` was cancelled.
    """

    platform = Platform.SLACK
    traits = Traits(threads=True, edits_quietly=True)

    def __init__(
        self,
        bot_token: str,
        *,
        clock: Clock,
        records: Records,
        news: ChatNews,
        app_token: str = "",
        signing_secret: str = "",
        api_url: str = "https://slack.com/api/",
        check_every: timedelta = CHECK_EVERY,
        ping_seconds: float = 10,
    ) -> None:
        self._bot_token = bot_token
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._clock = clock
        self._records = records
        self._news = news
        self._check_every = check_every
        self._ping_seconds = ping_seconds
        self._api = SlackApi(bot_token, api_url if api_url.endswith("/") else api_url + "/", clock)
        self._workspace = Workspace(self._api, clock)
        self._limiter = AsyncLimiter(1, 1 / TURNS_A_SECOND)
        members = Memberships(self._api, clock)
        filling = Filling(self._api, self._workspace, members, records)
        homes = Homes(self._api, self._workspace, members, records, clock)
        answering = Answering(self._api, self._workspace, members, filling, records, self._went_before, clock)
        unfurling = Unfurling(self._api, self._workspace, records)
        self._receiving = Receiving(self._workspace, members, records, news, answering, filling, homes, unfurling)
        self._app: AsyncApp | None = None

    # --- for deliveries

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: Receipt | None = None
    ) -> Receipt:
        """Posts a view whose :meth:`turn` was taken; what does not fit follows in the thread. Slack has no silent
        messages: whether one makes a sound is each reader's own setting."""
        await self._check_ours(chat.address)
        first, *others = await self._messages(chat, view)
        thread = _posted(reply_to).ts if reply_to else ""
        posted = await self._api.post(_channel(chat), first, key=key, thread_ts=thread)
        await self._continued(posted, thread or posted.ts, others)
        return Receipt(f"{posted.channel} {posted.ts}")

    async def _messages(self, chat: Chat, view: View) -> list[Message]:
        messages = fitted(draw(await with_short_values(view, self._records), alone=chat.kind.personal))
        if not messages:
            raise Refused("there is nothing to send")
        return messages

    async def _continued(self, posted: Posted, thread: str, others: list[Message]) -> None:
        """The rest of a long message. The first part stands there for good, so what fails here must not send it
        again."""
        for message in others:
            await self._clock.sleep_until(self._clock.now() + BETWEEN_PARTS)
            try:
                await self._api.post(posted.channel, message, thread_ts=thread)
            except DeliveryError as problem:
                log.error("the end of a long message in Slack is missing: %s", problem.reason)
                return

    async def edit(self, chat: Chat, receipt: Receipt, view: View) -> None:
        """Shows the view where the message stands, as much of it as one message holds."""
        await self._check_ours(chat.address)
        await self._api.update(_posted(receipt), (await self._messages(chat, view))[0])

    async def find(self, chat: Chat, key: str, since: datetime) -> Receipt | CannotKnow | None:
        """Looks through the channel's history for a message with that key. Besides the answers it may raise TryLater
        and NotAuthorised."""
        await self._check_ours(chat.address)
        if key in self._api.keyless:
            return CannotKnow.CANNOT_KNOW
        channel = _channel(chat)
        if channel[:1] in "UW":
            channel = await self._workspace.direct_channel(channel)
        bot = await self._workspace.installation()
        return await find(self._api, channel, bot.bot_user, key, since)

    async def turn(self, chat: ChatAddress) -> None:
        """Waits for the next digest's turn in the workspace's allowance; answers to people go before."""
        await self._limiter.acquire()

    async def _went_before(self) -> None:
        """An answer never waits, but takes a free turn from the digests."""
        if self._limiter.has_capacity():
            await self._limiter.acquire()

    async def _check_ours(self, address: ChatAddress) -> None:
        if address.workspace != (await self._workspace.installation()).workspace:
            raise NotAuthorised(Scope.WORKSPACE, "this chat is in another workspace than the one whose token is set")

    # --- with people

    async def check(self) -> str:
        """Whether Slack takes the bot token, asked once, and whether there is a way in."""
        if not (self._app_token or self._signing_secret):
            return NO_WAY_IN
        try:
            await self._workspace.installation()
        except NotAuthorised as problem:
            return MEND_BOT.format(reason=problem.reason)
        except DeliveryError as problem:
            return f"Slack does not answer ({problem.reason})"
        return ""

    def routes(self) -> list[Route]:
        """Where Slack sends events, for the web server; in Socket Mode there is nothing to mount."""
        return routes(lambda: self._app) if self._signing_secret and not self._app_token else []

    async def listen(self, answer: Answer) -> None:
        """Answers people until cancelled; raises NotAuthorised, in words for the operator, where a token is wrong."""
        if not (self._app_token or self._signing_secret):
            raise NotAuthorised(Scope.BOT, NO_WAY_IN)
        try:
            bot = await self._installed()
            log.info("Slack is connected as @%s in %s", bot.bot_name, bot.workspace)
            await self._news.back(ChatAddress(Platform.SLACK, bot.workspace, ""))
            self._app = self._new_app()
            await self._receiving.begin(answer)
            await (self._by_socket() if self._app_token else self._by_http())
        finally:
            self._app = None
            await self._receiving.stop()

    async def close(self) -> None:
        """Ends all connections."""
        await self._api.close()

    def _new_app(self) -> AsyncApp:
        return bolt_app(self._bot_token, self._signing_secret, self._api, self._workspace, self._receiving.take)

    async def _installed(self) -> Installation:
        """Who the bot is, asked until Slack answers, a minute between tries at most."""
        for wait in _waits():
            try:
                return await self._workspace.installation()
            except NotAuthorised as problem:
                raise NotAuthorised(Scope.WORKSPACE, MEND_BOT.format(reason=problem.reason)) from None
            except DeliveryError as problem:
                log.warning("Slack does not answer (%s), next try in %d s", problem.reason, wait)
            await asyncio.sleep(wait)
        raise AssertionError("waits never end")

    async def _by_http(self) -> None:
        while True:
            await self._checked()

    async def _by_socket(self) -> None:
        """One connection after the other; each is watched until it is dead."""
        waits = _waits()
        while True:
            socket = Socket(self._new_app(), self._app_token, self._api, self._clock, self._ping_seconds)
            try:
                await socket.open()
                waits = _waits()
                while await socket.alive():
                    await self._checked()
                log.warning("the connection to Slack is dead and is made anew")
            except (TryLater, OutcomeUnknown) as problem:
                wait = next(waits)
                log.warning("Socket Mode can't be reached (%s), next try in %d s", problem.reason, wait)
                await asyncio.sleep(wait)
            finally:
                await socket.close()

    async def _checked(self) -> None:
        """Waits a while, and sees whether the token still works then."""
        await asyncio.sleep(self._check_every.total_seconds())
        try:
            await self._workspace.checked()
        except NotAuthorised as problem:
            raise NotAuthorised(Scope.WORKSPACE, MEND_BOT.format(reason=problem.reason)) from None
        except DeliveryError as problem:
            log.warning("Slack does not answer (%s)", problem.reason)


def _waits() -> Iterator[float]:
    """Seconds between tries, doubled up to a minute."""
    return itertools.chain((1.0, 2.0, 4.0, 8.0, 16.0, 32.0), itertools.repeat(LONGEST_WAIT))


def _channel(chat: Chat) -> str:
    """Where to post: a person's id stands for the direct conversation with them."""
    return chat.dm_channel or chat.address.chat


def _posted(receipt: Receipt) -> Posted:
    channel, _, ts = receipt.message.partition(" ")
    return Posted(channel, ts)
