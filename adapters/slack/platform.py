"""Slack as one of Paperboy's platforms."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import logging
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from starlette.routing import Route

from adapters.proxies import DIRECT, ProxyRoutes
from adapters.slack.capabilities import CAPABILITIES, SLACK
from adapters.slack.client.connection import Connection
from adapters.slack.client.errors import add_scopes
from adapters.slack.client.tokens import BotToken, StaticToken
from adapters.slack.directory.workspace import BotIdentity
from adapters.slack.install.installations import InstallationRepository, OAuthConfig
from adapters.slack.install.oauth import INSTALL, OAuthFlow, oauth_routes
from adapters.slack.install.scopes import SCOPES
from adapters.slack.transport.bolt import build_bolt_app, event_routes
from adapters.slack.transport.receiver import EventReceiver
from adapters.slack.transport.socket_mode import SocketModeConnection
from adapters.slack.workspaces.registry import WorkspaceRegistry
from adapters.slack.workspaces.uninstall import UninstallHandler
from adapters.slack.workspaces.workspace_bot import WorkspaceBot
from bot.chats import Chat, ChatAddress, MessageRef
from bot.errors import DeliveryError, ErrorScope, NotAuthorised, OutcomeUnknown, RetryLater
from bot.ports import (
    ChatEvents,
    Clock,
    CommandHandler,
    LookupUnsupported,
    PlatformState,
    RateLimiter,
)
from bot.rate_limit import InMemoryRateLimiter
from bot.views import View

log = logging.getLogger(__name__)

CHECK_EVERY: Final = timedelta(seconds=60)
LONGEST_WAIT: Final = 60.0  # seconds

MEND_BOT: Final = (
    "Slack refuses SLACK_BOT_TOKEN ({reason}): take the Bot User OAuth Token, under OAuth & Permissions of your app, "
    "and install the app in the workspace"
)
NO_WAY_IN: Final = (
    "Slack has no way to reach this bot: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
)
NOT_INSTALLED: Final = (
    "Paperboy is not installed in this workspace any more. Whoever may add apps can add it again{where}."
)


class SlackPlatform:
    """Implements :class:`bot.ports.ChatPlatform`: sends for deliveries, and talks with people while it listens.

    ``bot_token`` is that of the workspace which the operator chose, '' for none; ``oauth`` lets any number of others
    install the app. With ``app_token`` Slack is reached by Socket Mode; without it Slack posts to :meth:`routes`, which
    check that it is Slack by ``signing_secret``. ``rate_limiter`` is what it shares with other processes. It can send
    without listening. :meth:`close` ends its connections, after :meth:`listen` was cancelled.
    """

    platform = SLACK
    capabilities = CAPABILITIES

    def __init__(
        self,
        bot_token: str,
        *,
        clock: Clock,
        state: PlatformState,
        chat_events: ChatEvents,
        app_token: str = "",
        signing_secret: str = "",
        api_url: str = "https://slack.com/api/",
        oauth: OAuthConfig | None = None,
        rate_limiter: RateLimiter | None = None,
        check_every: timedelta = CHECK_EVERY,
        ping_seconds: float = 10,
        proxies: ProxyRoutes = DIRECT,
    ) -> None:
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._clock = clock
        self._state = state
        self._chat_events = chat_events
        self._oauth = oauth
        self._rate_limiter = rate_limiter or InMemoryRateLimiter()
        self._check_every = check_every
        self._ping_seconds = ping_seconds
        self._connection = Connection(api_url, proxies)
        self._installations = InstallationRepository(oauth, self._connection, clock) if oauth else None
        static = self._make_bot(StaticToken(bot_token), _name(bot_token)) if bot_token else None
        self._registry = WorkspaceRegistry(self._make_bot, clock, static, self._installations)
        self._uninstalls = UninstallHandler(self._registry, self._installations, chat_events, clock)
        self._receiver = EventReceiver(self._registry, state, chat_events, self._uninstalls)
        self._app: AsyncApp | None = None
        self._flow: OAuthFlow | None = None

    def _make_bot(self, token: BotToken, name: str) -> WorkspaceBot:
        return WorkspaceBot(token, name, self._connection, self._state, self._clock, self._rate_limiter)

    # --- for deliveries

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        """Posts a view whose :meth:`wait_turn` has returned; what does not fit follows in the thread. Slack has no
        silent messages: whether one makes a sound is each reader's own setting."""
        try:
            return await (await self._registry.get(chat.address.workspace)).send(chat, view, key, reply_to)
        except NotAuthorised as problem:
            await self._uninstalls.on_auth_error(chat.address.workspace, problem)
            raise

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        """Shows the view where the message stands, as much of it as one message holds."""
        await (await self._registry.get(chat.address.workspace)).edit(chat, message_ref, view)

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> MessageRef | LookupUnsupported | None:
        """Looks through the channel's history for a message with that key. Besides the results it may raise
        RetryLater and NotAuthorised."""
        return await (await self._registry.get(chat.address.workspace)).find(chat, key, since, reply_to)

    async def wait_turn(self, chat: ChatAddress) -> None:
        """Waits for the next digest's turn in the workspace's rate limit; answers to people go first."""
        await (await self._registry.get(chat.workspace)).turn()

    # --- with people

    async def check_connection(self) -> str:
        """Whether Slack takes the bot token, asked once, and whether there is a way in."""
        if not (self._app_token or self._signing_secret):
            return NO_WAY_IN
        if self._registry.static is None:
            return ""
        try:
            bot = await self._registry.static.directory.bot_identity()
        except NotAuthorised as problem:
            return MEND_BOT.format(reason=problem.reason)
        except DeliveryError as problem:
            return f"Slack does not answer ({problem.reason})"
        return lacking_scopes(bot.scopes)

    def routes(self) -> list[Route]:
        """Where Slack sends events, for the web server, and where the app is installed from; in Socket Mode without
        OAuth there is nothing to mount."""
        events = (
            event_routes(lambda: self._app, self._signing_secret)
            if self._signing_secret and not self._app_token
            else []
        )
        return [*events, *(oauth_routes(self._oauth_flow) if self._oauth else [])]

    def _oauth_flow(self) -> OAuthFlow:
        if self._oauth is None or self._installations is None:
            raise AssertionError("without OAuth nothing is installed from here")
        if self._flow is None:
            self._flow = OAuthFlow(self._oauth, self._connection, self._installations, self._on_installed)
        return self._flow

    async def _on_installed(self, workspace: str, user: str, at: int) -> None:
        """Resumes what had stopped when the app was uninstalled, and greets whoever installed it."""
        self._registry.invalidate(workspace)
        await self._chat_events.on_available(ChatAddress(SLACK, workspace, ""))
        await self._receiver.receive_installation(workspace, user, at)

    async def listen(self, handler: CommandHandler) -> None:
        """Answers people until cancelled; raises NotAuthorised, in words for the operator, where a token is wrong."""
        if not (self._app_token or self._signing_secret):
            raise NotAuthorised(ErrorScope.BOT, NO_WAY_IN)
        try:
            if self._registry.static is not None:
                await self._announce(self._registry.static)
            self._app = self._new_app()
            await self._receiver.start(handler)
            await (self._serve_socket() if self._app_token else self._serve_http())
        finally:
            self._app = None
            await self._receiver.stop()

    async def close(self) -> None:
        """Ends all connections."""
        await self._connection.close()

    def _new_app(self) -> AsyncApp:
        public_url = self._oauth.public_url.rstrip("/") if self._oauth else ""
        not_installed = NOT_INSTALLED.format(where=f": {public_url}{INSTALL}" if public_url else "")
        receive, receive_uninstall = self._receiver.receive, self._receiver.receive_uninstall
        return build_bolt_app(
            self._signing_secret, self._connection, self._registry, receive, receive_uninstall, not_installed
        )

    async def _announce(self, bot: WorkspaceBot) -> None:
        try:
            identity = await self._wait_for_identity(bot)
        except NotAuthorised as problem:
            self._drop_static(problem)
            return
        log.info(
            "Slack is connected as @%(name)s in %(workspace)s; in a channel: /invite @%(name)s, then /papers subscribe",
            {"name": identity.bot_name, "workspace": identity.workspace},
        )
        if lacking := lacking_scopes(identity.scopes):
            log.warning("%s", lacking)
        await self._chat_events.on_available(ChatAddress(SLACK, identity.workspace, ""))

    async def _wait_for_identity(self, bot: WorkspaceBot) -> BotIdentity:
        """Who the bot is, a minute between tries at most."""
        for wait in _waits():
            try:
                return await bot.directory.bot_identity()
            except NotAuthorised as problem:
                raise NotAuthorised(ErrorScope.WORKSPACE, MEND_BOT.format(reason=problem.reason)) from None
            except DeliveryError as problem:
                log.warning("Slack does not answer (%s), next try in %d s", problem.reason, wait)
            await asyncio.sleep(wait)
        raise AssertionError("waits never end")

    async def _serve_http(self) -> None:
        while True:
            await self._check_static_token()

    async def _serve_socket(self) -> None:
        """One connection after the other; each is watched until it is dead."""
        waits = _waits()
        while True:
            socket = SocketModeConnection(
                self._new_app(), self._app_token, self._connection, self._clock, self._ping_seconds
            )
            try:
                await socket.open()
                waits = _waits()
                while await socket.alive():
                    await self._check_static_token()
                log.warning("the connection to Slack is dead and is made anew")
            except (RetryLater, OutcomeUnknown) as problem:
                wait = next(waits)
                log.warning("Socket Mode can't be reached (%s), next try in %d s", problem.reason, wait)
                await asyncio.sleep(wait)
            finally:
                await socket.close()

    async def _check_static_token(self) -> None:
        """Waits ``check_every``, then checks whether the operator's token still works."""
        await asyncio.sleep(self._check_every.total_seconds())
        if self._registry.static is None:
            return
        try:
            await self._registry.static.directory.fetch_bot_identity()
        except NotAuthorised as problem:
            self._drop_static(NotAuthorised(ErrorScope.WORKSPACE, MEND_BOT.format(reason=problem.reason)))
        except DeliveryError as problem:
            log.warning("Slack does not answer (%s)", problem.reason)

    def _drop_static(self, problem: NotAuthorised) -> None:
        """Goes on for the workspaces that installed the app; raises the problem where there can be none."""
        if self._oauth is None:
            raise problem
        log.error("%s. The workspaces that installed Paperboy are served all the same", problem.reason)
        self._registry.static = None


def lacking_scopes(scopes: Collection[str] | None) -> str:
    """What the operator reads of scopes that the token lacks; '' where it has all, or nobody knows."""
    missing = [scope for scope in SCOPES if scope not in scopes] if scopes is not None else []
    return f"Not everything works in Slack: {add_scopes(missing)}" if missing else ""


def _name(token: str) -> str:
    """Names the workspace's rate limit: the same in every process that has this token, and reveals no secret."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]


def _waits() -> Iterator[float]:
    """Seconds between tries, doubled up to a minute."""
    return itertools.chain((1.0, 2.0, 4.0, 8.0, 16.0, 32.0), itertools.repeat(LONGEST_WAIT))
