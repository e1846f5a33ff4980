"""Installing the app from a browser: slack-bolt's own flow, with our stores and pages, and what follows.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.slack.client.connection import Connection
from adapters.slack.client.log_filter import library_log
from adapters.slack.install.installations import InstallationRepository, OAuthConfig
from adapters.slack.install.pages import InstallPages, install_page
from adapters.slack.install.scopes import SCOPES

INSTALL: Final = "/slack/install"
REDIRECT: Final = "/slack/oauth_redirect"

#: What follows an installation: in this workspace, by this person, at that moment (seconds since 1970 UTC).
OnInstalled = Callable[[str, str, int], Awaitable[None]]
log = logging.getLogger(__name__)
#: slack-sdk writes it into Slack's address as it is.
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{1,30}")


class OAuthFlow(AsyncOAuthFlow):
    """The flow; an installation is stored where :class:`InstallationRepository` looks for it. Made inside the event
    loop.
    """

    def __init__(
        self,
        oauth: OAuthConfig,
        connection: Connection,
        installations: InstallationRepository,
        on_installed: OnInstalled,
    ) -> None:
        self._installations = installations
        self._on_installed = on_installed
        settings = AsyncOAuthSettings(
            client_id=oauth.client_id,
            client_secret=oauth.client_secret,
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=f"{oauth.public_url.rstrip('/')}{REDIRECT}" if oauth.public_url else None,
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            authorization_url=connection.authorize_url,
            installation_store=oauth.installations,
            state_store=oauth.states,
            logger=library_log(),
        )
        settings.redirect_uri_page_renderer = InstallPages(install_path=INSTALL, redirect_uri_path=REDIRECT)
        super().__init__(client=connection.client(), logger=library_log(), settings=settings)

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        team = (request.query.get("team") or [""])[0]
        return str(self.settings.authorize_url_generator.generate(state, team if _TEAM.fullmatch(team) else None))

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        return install_page(url)

    async def run_installation(self, code: str) -> Installation | None:
        """What Slack gives for the code; None where it gives no token or does not answer."""
        try:
            installation = await super().run_installation(code)
        except Exception as problem:
            log.warning("Slack does not answer an installation (%s)", type(problem).__name__)
            return None
        return installation if installation is not None and installation.bot_token else None

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Stores it and calls ``on_installed``. Raises BoltError, which becomes a page that says so."""
        try:
            workspace = await self._installations.save(installation)
            await self._on_installed(workspace, installation.user_id, int(installation.installed_at))
        except Exception as problem:
            log.error("an installation in Slack could not be kept (%s)", type(problem).__name__)
            raise BoltError("storage") from None
        log.info("Slack: Paperboy was installed in %s", workspace)


def oauth_routes(flow: Callable[[], OAuthFlow]) -> list[Route]:
    """The page that leads to Slack, and the one that Slack leads back to."""

    async def install(request: Request) -> Response:
        return await _respond(request, flow().handle_installation)

    async def redirect(request: Request) -> Response:
        return await _respond(request, flow().handle_callback)

    return [Route(INSTALL, install, methods=["GET"]), Route(REDIRECT, redirect, methods=["GET"])]


async def _respond(request: Request, handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Response:
    try:
        return to_starlette_response(await handle(to_async_bolt_request(request, b"")))
    except Exception as problem:
        log.error("an installation page of Slack's could not be shown (%s)", type(problem).__name__)
        page = InstallPages(install_path=INSTALL, redirect_uri_path=REDIRECT).render_failure_page("unavailable")
        return Response(page, 503, media_type="text/html")
