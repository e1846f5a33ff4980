"""Socket Mode: a connection that Slack talks through, watched.

The SDK connects anew by itself when Slack asks it to and when pings stay unanswered. What it can't get over is a
one-time link that failed (it tries the same one for ever), so a connection that stays away is thrown away whole.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from adapters.slack.client.connection import Connection
from adapters.slack.client.errors import error_code, to_delivery_error
from adapters.slack.client.log_filter import library_log
from bot.errors import ErrorScope, NotAuthorised
from bot.ports import Clock

PING: Final = 10  # seconds
TRIES: Final = 4  # connecting takes at most as many pings' time

MEND_APP: Final = (
    "Slack refuses SLACK_APP_TOKEN ({name}): take an app-level token with connections:write, under Basic Information "
    "of your app"
)
log = logging.getLogger(__name__)


class SocketModeConnection:
    """One Socket Mode connection at a time."""

    def __init__(
        self, app: AsyncApp, app_token: str, connection: Connection, clock: Clock, ping_seconds: float = PING
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._connection = connection
        self._clock = clock
        self._ping_seconds = ping_seconds
        self._handler: AsyncSocketModeHandler | None = None

    async def open(self) -> None:
        """Connects. Raises NotAuthorised for a wrong app-level token, else RetryLater or OutcomeUnknown."""
        handler = AsyncSocketModeHandler(
            self._app,
            self._app_token,
            library_log(),
            self._connection.client(),
            ping_interval=self._ping_seconds,
        )
        self._handler = handler
        try:
            async with asyncio.timeout(TRIES * self._ping_seconds):
                handler.client.wss_uri = await handler.client.issue_new_wss_url()
                await handler.client.connect()  # type: ignore[no-untyped-call]  # slack-sdk has no types here
        except SlackApiError as problem:
            meaning = to_delivery_error(problem, self._clock.now())
            if isinstance(meaning, NotAuthorised):
                raise NotAuthorised(ErrorScope.BOT, MEND_APP.format(name=error_code(problem))) from None
            raise meaning from None
        except Exception as problem:
            raise to_delivery_error(problem, self._clock.now()) from None

    async def alive(self) -> bool:
        """Whether Slack answered our pings lately."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def close(self) -> None:
        handler, self._handler = self._handler, None
        if handler is None:
            return
        try:
            if handler.client.current_session is not None:
                await handler.client.close()  # type: ignore[no-untyped-call]  # likewise
            else:
                handler.client.closed = True
                await handler.client.aiohttp_client_session.close()
        except Exception as problem:
            log.warning("closing the connection to Slack failed (%s)", type(problem).__name__)
