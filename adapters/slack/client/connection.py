"""The connection to Slack's servers: one pool of connections for all workspaces.

The SDK's own retries are off: its default handler posts again after a connection that broke, so a message that had
been accepted would be posted twice.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.proxies import DIRECT, ProxyRoutes, routed_request_class
from adapters.slack.client.log_filter import library_log

REQUEST_TIMEOUT_SECONDS: Final = 30  # seconds, for one whole call
CONNECTING: Final = 10


class Connection:
    """Makes the SDK's clients; ``api_url`` is the Web API's address, ``proxies`` the way to it."""

    def __init__(self, api_url: str, proxies: ProxyRoutes = DIRECT) -> None:
        self.api_url = api_url if api_url.endswith("/") else api_url + "/"
        self._proxies = proxies
        self._session: aiohttp.ClientSession | None = None

    @property
    def authorize_url(self) -> str:
        """Where a browser asks for leave to install the app, at the same Slack (GovSlack has its own)."""
        return urljoin(self.api_url, "/oauth/v2/authorize")

    def client(self, token: str = "") -> AsyncWebClient:
        """The SDK's client over the shared session; must be called inside the event loop."""
        return AsyncWebClient(
            token=token or None,
            base_url=self.api_url,
            timeout=REQUEST_TIMEOUT_SECONDS,
            session=self._open_session(),
            logger=library_log(),
            retry_handlers=[],
        )

    def responder(self, response_url: str) -> AsyncWebhookClient:
        """The client for an interaction's own address."""
        return AsyncWebhookClient(
            response_url,
            session=self._open_session(),
            retry_handlers=[],
            logger=library_log(),
            timeout=REQUEST_TIMEOUT_SECONDS,
        )

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_SECONDS, connect=CONNECTING)
            self._session = aiohttp.ClientSession(timeout=timeout, request_class=routed_request_class(self._proxies))
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
