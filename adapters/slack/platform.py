"""Slack as one of Paperboy's platforms."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from starlette.routing import Route

from adapters.slack.client.connection import Connection
from adapters.slack.client.tokens import GivenToken, Token
from adapters.slack.directory.workspace import Installation
from adapters.slack.install.installations import Installations, OAuth
from adapters.slack.install.oauth import INSTALL, Installing, oauth_routes
from adapters.slack.transport.bolt import bolt_app, routes
from adapters.slack.transport.receiver import Receiving
from adapters.slack.transport.socket_mode import Socket
from adapters.slack.workspaces.registry import Teams
from adapters.slack.workspaces.uninstall import Endings
from adapters.slack.workspaces.workspace_bot import Team
from bot.chats import Chat, ChatAddress, Platform, Receipt
from bot.errors import DeliveryError, NotAuthorised, OutcomeUnknown, Scope, TryLater
from bot.ports import Answer, CannotKnow, ChatNews, Clock, Pace, Records, Traits
from bot.rate_limit import OneProcessPace
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
    check that it is Slack by ``signing_secret``. ``pace`` is what it shares with other processes. It can send without
    listening. :meth:`close` ends its connections, after :meth:`listen` was cancelled.
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
        oauth: OAuth | None = None,
        pace: Pace | None = None,
        check_every: timedelta = CHECK_EVERY,
        ping_seconds: float = 10,
    ) -> None:
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._clock = clock
        self._records = records
        self._news = news
        self._oauth = oauth
        self._pace = pace or OneProcessPace()
        self._check_every = check_every
        self._ping_seconds = ping_seconds
        self._connection = Connection(api_url)
        self._installations = Installations(oauth, self._connection, clock) if oauth else None
        given = self._team(GivenToken(bot_token), _name(bot_token)) if bot_token else None
        self._teams = Teams(self._team, clock, given, self._installations)
        self._endings = Endings(self._teams, self._installations, news, clock)
        self._receiving = Receiving(self._teams, records, news, self._endings)
        self._app: AsyncApp | None = None
        self._installing: Installing | None = None

    def _team(self, token: Token, name: str) -> Team:
        return Team(token, name, self._connection, self._records, self._clock, self._pace)

    # --- for deliveries

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: Receipt | None = None
    ) -> Receipt:
        """Posts a view whose :meth:`turn` was taken; what does not fit follows in the thread. Slack has no silent
        messages: whether one makes a sound is each reader's own setting."""
        try:
            return await (await self._teams.of(chat.address.workspace)).send(chat, view, key, reply_to)
        except NotAuthorised as problem:
            await self._endings.refused(chat.address.workspace, problem)
            raise

    async def edit(self, chat: Chat, receipt: Receipt, view: View) -> None:
        """Shows the view where the message stands, as much of it as one message holds."""
        await (await self._teams.of(chat.address.workspace)).edit(chat, receipt, view)

    async def find(
        self, chat: Chat, key: str, since: datetime, reply_to: Receipt | None = None
    ) -> Receipt | CannotKnow | None:
        """Looks through the channel's history for a message with that key. Besides the answers it may raise TryLater
        and NotAuthorised."""
        return await (await self._teams.of(chat.address.workspace)).find(chat, key, since, reply_to)

    async def turn(self, chat: ChatAddress) -> None:
        """Waits for the next digest's turn in the workspace's allowance; answers to people go before."""
        await (await self._teams.of(chat.workspace)).turn()

    # --- with people

    async def check(self) -> str:
        """Whether Slack takes the bot token, asked once, and whether there is a way in."""
        if not (self._app_token or self._signing_secret):
            return NO_WAY_IN
        if self._teams.given is None:
            return ""
        try:
            await self._teams.given.workspace.installation()
        except NotAuthorised as problem:
            return MEND_BOT.format(reason=problem.reason)
        except DeliveryError as problem:
            return f"Slack does not answer ({problem.reason})"
        return ""

    def routes(self) -> list[Route]:
        """Where Slack sends events, for the web server, and where the app is installed from; in Socket Mode without
        OAuth there is nothing to mount."""
        events = routes(lambda: self._app, self._signing_secret) if self._signing_secret and not self._app_token else []
        return [*events, *(oauth_routes(self._flow) if self._oauth else [])]

    def _flow(self) -> Installing:
        if self._oauth is None or self._installations is None:
            raise AssertionError("without OAuth nothing is installed from here")
        if self._installing is None:
            self._installing = Installing(self._oauth, self._connection, self._installations, self._installed)
        return self._installing

    async def _installed(self, workspace: str, user: str, at: int) -> None:
        """What had stopped when the app was taken away goes on, and whoever installed it is greeted."""
        self._teams.changed(workspace)
        await self._news.back(ChatAddress(Platform.SLACK, workspace, ""))
        await self._receiving.installed(workspace, user, at)

    async def listen(self, answer: Answer) -> None:
        """Answers people until cancelled; raises NotAuthorised, in words for the operator, where a token is wrong."""
        if not (self._app_token or self._signing_secret):
            raise NotAuthorised(Scope.BOT, NO_WAY_IN)
        try:
            if self._teams.given is not None:
                await self._begin_in(self._teams.given)
            self._app = self._new_app()
            await self._receiving.begin(answer)
            await (self._by_socket() if self._app_token else self._by_http())
        finally:
            self._app = None
            await self._receiving.stop()

    async def close(self) -> None:
        """Ends all connections."""
        await self._connection.close()

    def _new_app(self) -> AsyncApp:
        public_url = self._oauth.public_url.rstrip("/") if self._oauth else ""
        not_installed = NOT_INSTALLED.format(where=f": {public_url}{INSTALL}" if public_url else "")
        take, end = self._receiving.take, self._receiving.end
        return bolt_app(self._signing_secret, self._connection, self._teams, take, end, not_installed)

    async def _begin_in(self, team: Team) -> None:
        try:
            bot = await self._asked_until_told(team)
        except NotAuthorised as problem:
            self._without_given(problem)
            return
        log.info(
            "Slack is connected as @%(name)s in %(workspace)s; in a channel: /invite @%(name)s, then /papers subscribe",
            {"name": bot.bot_name, "workspace": bot.workspace},
        )
        await self._news.back(ChatAddress(Platform.SLACK, bot.workspace, ""))

    async def _asked_until_told(self, team: Team) -> Installation:
        """Who the bot is, a minute between tries at most."""
        for wait in _waits():
            try:
                return await team.workspace.installation()
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
            socket = Socket(self._new_app(), self._app_token, self._connection, self._clock, self._ping_seconds)
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
        """Waits a while, and sees whether the operator's token still works then."""
        await asyncio.sleep(self._check_every.total_seconds())
        if self._teams.given is None:
            return
        try:
            await self._teams.given.workspace.checked()
        except NotAuthorised as problem:
            self._without_given(NotAuthorised(Scope.WORKSPACE, MEND_BOT.format(reason=problem.reason)))
        except DeliveryError as problem:
            log.warning("Slack does not answer (%s)", problem.reason)

    def _without_given(self, problem: NotAuthorised) -> None:
        """Goes on for the workspaces that installed the app; raises the problem where there can be none."""
        if self._oauth is None:
            raise problem
        log.error("%s. The workspaces that installed Paperboy are served all the same", problem.reason)
        self._teams.given = None


def _name(token: str) -> str:
    """Tells the workspace's allowance from others in every process that has this token, and tells no secret."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]


def _waits() -> Iterator[float]:
    """Seconds between tries, doubled up to a minute."""
    return itertools.chain((1.0, 2.0, 4.0, 8.0, 16.0, 32.0), itertools.repeat(LONGEST_WAIT))
