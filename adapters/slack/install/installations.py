"""The workspaces that installed the app by OAuth, in slack-sdk's own stores.

A workspace is known by the id that its chats have: its team's, or its organisation's where the whole organisation
installed the app. So an installation is stored under one of the two ids, never under both.
https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.slack.client.connection import Connection
from bot.errors import ErrorScope, NotAuthorised, RetryLater
from bot.ports import Clock, Leases

FRESH: Final = timedelta(minutes=1)
AGAIN: Final = timedelta(seconds=30)
# Of the three seconds in which Slack wants to be answered: how long looking at it again may take, and when it is tried
# once more.
LOOK_SECONDS: Final = 0.3
LOOK_AGAIN: Final = timedelta(seconds=5)
#: A token lasts twelve hours, https://docs.slack.dev/authentication/using-token-rotation
BEFORE_IT_EXPIRES: Final = 120  # minutes
ROTATING: Final = timedelta(seconds=60)
ASK_EVERY: Final = 0.2  # seconds
WAIT_FOR_OTHERS: Final = 20.0  # seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OAuthConfig:
    """What installing needs. ``public_url`` is where browsers reach this process, '' where that is not known;
    ``leases`` make a token be exchanged once whichever process needs it."""

    client_id: str
    client_secret: str
    installations: AsyncInstallationStore
    states: AsyncOAuthStateStore
    leases: Leases
    public_url: str = ""


class InstallationRepository:
    """Finds, keeps and erases them; an expiring token is exchanged in time, by one process alone."""

    def __init__(self, oauth: OAuthConfig, connection: Connection, clock: Clock) -> None:
        self._oauth = oauth
        self._connection = connection
        self._clock = clock
        self._owner = token_hex(8)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def bot(self, workspace: str) -> Bot | None:
        """The bot there with a token that works for a while; None where the app is not installed.

        Raises NotAuthorised where Slack does not exchange an expired token, RetryLater where that has to wait.
        """
        found = await self._find(workspace)
        if found is None or not self._expires(found, minutes=BEFORE_IT_EXPIRES):
            return found
        async with self._rotation_lock(workspace):
            found = await self._find(workspace)  # another process may have exchanged it meanwhile
            return await self._rotated(found) if found is not None else None

    async def save(self, installation: Installation) -> str:
        """Keeps it, and returns the workspace it is of."""
        if not installation.is_enterprise_install:
            installation.enterprise_id = None
        installation.installed_at = self._clock.now().timestamp()
        await self._oauth.installations.async_save(installation)
        return installation.team_id or installation.enterprise_id or ""

    async def erase(self, workspace: str, before: datetime) -> bool:
        """Deletes its tokens, unless it was installed after ``before`` (known to the second); whether it did."""
        found = await self._find(workspace)
        if found is not None and int(found.installed_at) > before.timestamp():
            return False
        await self._oauth.installations.async_delete_all(**_ids(workspace))
        return True

    async def _find(self, workspace: str) -> Bot | None:
        whole_organisation = _ids(workspace)["enterprise_id"] is not None
        return await self._oauth.installations.async_find_bot(
            **_ids(workspace), is_enterprise_install=whole_organisation
        )

    async def _rotated(self, bot: Bot) -> Bot:
        rotator = AsyncTokenRotator(
            client_id=self._oauth.client_id,
            client_secret=self._oauth.client_secret,
            client=self._connection.client(),
        )
        try:
            rotated = await rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=BEFORE_IT_EXPIRES)
        except Exception as problem:
            return self._as_long_as_it_lasts(bot, problem)
        if rotated is None:
            return bot
        await self._oauth.installations.async_save_bot(rotated)
        return rotated

    def _as_long_as_it_lasts(self, bot: Bot, problem: Exception) -> Bot:
        if not self._expires(bot, minutes=0):
            log.warning("a token of Slack's could not be renewed; it still works for a while")
            return bot
        if isinstance(problem, SlackTokenRotationError):
            raise NotAuthorised(
                ErrorScope.WORKSPACE, "Slack does not renew the token: the app has to be installed again"
            )
        raise RetryLater(self._clock.now() + AGAIN, ErrorScope.WORKSPACE, "Slack does not answer")

    def _expires(self, bot: Bot, *, minutes: int) -> bool:
        soon = self._clock.now() + timedelta(minutes=minutes)
        return bot.bot_token_expires_at is not None and bot.bot_token_expires_at <= soon.timestamp()

    @asynccontextmanager
    async def _rotation_lock(self, workspace: str) -> AsyncIterator[None]:
        """While no other task or process exchanges that workspace's token: a refresh token can be used once."""
        name, leases = f"renew slack {workspace}", self._oauth.leases
        async with self._turns.setdefault(workspace, asyncio.Lock()):
            try:
                async with asyncio.timeout(WAIT_FOR_OTHERS):
                    while not await leases.acquire(name, self._owner, ROTATING):  # noqa: ASYNC110 - another process has it
                        await asyncio.sleep(ASK_EVERY)
            except TimeoutError:
                later = self._clock.now() + AGAIN
                raise RetryLater(later, ErrorScope.WORKSPACE, "another process renews the token") from None
            try:
                yield
            finally:
                await leases.release(name, self._owner)


class InstallationToken:
    """Implements :class:`adapters.slack.client.tokens.Token`: what the stores say, looked at again after a minute.

    While they do not say it, what is known goes on being used: if it is not so any more, Slack refuses it.
    """

    def __init__(self, installations: InstallationRepository, workspace: str, clock: Clock) -> None:
        self._installations = installations
        self._workspace = workspace
        self._clock = clock
        self._known: tuple[datetime, str] | None = None
        self._reading: asyncio.Task[str] | None = None

    async def get(self) -> str:
        known = self._known
        if known is not None and self._clock.now() < known[0]:
            return known[1]
        # A task of its own: whoever does not wait for it to its end must not interrupt the exchange of a token.
        reading = self._reading = self._reading or asyncio.create_task(self._read())
        await asyncio.wait({reading}, timeout=None if known is None else LOOK_SECONDS)
        if reading.done() and self._reading is reading:
            self._reading = None
        if known is not None and (not reading.done() or isinstance(reading.exception(), RetryLater)):
            self._known = (self._clock.now() + LOOK_AGAIN, known[1])
            return known[1]
        token = await reading
        self._known = (self._clock.now() + FRESH, token)
        return token

    async def refreshed_from(self, refused: str) -> str:
        self._known = None
        token = await self.get()
        return token if token != refused else ""

    async def _read(self) -> str:
        try:
            bot = await self._installations.bot(self._workspace)
        except (NotAuthorised, RetryLater):
            raise
        except Exception as problem:
            log.error("the installation in a workspace could not be read (%s)", type(problem).__name__)
            raise RetryLater(
                self._clock.now() + AGAIN, ErrorScope.WORKSPACE, "the installation can't be read"
            ) from None
        if bot is None or not bot.bot_token:
            raise NotAuthorised(ErrorScope.WORKSPACE, "the app is not installed in this workspace any more")
        return str(bot.bot_token)


def _ids(workspace: str) -> dict[str, str | None]:
    """The ids that the stores have; a team's begins with T, an organisation's with E."""
    if workspace.startswith("E"):
        return {"enterprise_id": workspace, "team_id": None}
    return {"enterprise_id": None, "team_id": workspace}
