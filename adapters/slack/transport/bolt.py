"""slack-bolt as it is used here: it checks signatures, knows our own messages, and hands over what is left."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, cast

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.slack.client.connection import Connection
from adapters.slack.client.log_filter import library_log
from adapters.slack.workspaces.registry import WorkspaceRegistry
from adapters.slack.workspaces.workspace_bot import WorkspaceBot

PATH: Final = "/slack/events"
LARGEST_BODY: Final = 1_000_000  # bytes

Receive = Callable[[Mapping[str, Any], WorkspaceBot], Awaitable[BoltResponse]]
ReceiveUninstall = Callable[[Mapping[str, Any], str], Awaitable[BoltResponse]]
log = logging.getLogger(__name__)


def build_bolt_app(
    signing_secret: str,
    connection: Connection,
    registry: WorkspaceRegistry,
    receive: Receive,
    receive_uninstall: ReceiveUninstall,
    not_installed: str,
) -> AsyncApp:
    """The app, ready for Socket Mode and HTTP; must be made inside the event loop. ``receive`` takes each payload,
    ``receive_uninstall`` what comes of a workspace that took the app away; ``not_installed`` is what people see there.

    It is given a function to authorise with, since it would else read tokens and client ids from the environment.
    """

    async def authorize(context: AsyncBoltContext, **_: Any) -> AuthorizeResult | None:
        bot = await registry.bot_for(context)
        if bot is None:
            return None
        identity = await bot.directory.bot_identity()
        return AuthorizeResult(
            enterprise_id=identity.enterprise_id or None,
            team_id=identity.team_id,
            bot_user_id=identity.bot_user,
            bot_id=identity.bot_id,
            bot_token=await bot.api.token(),
        )

    async def middleware(body: Mapping[str, Any], context: AsyncBoltContext) -> BoltResponse:
        bot = await registry.bot_for(context)
        return (
            await receive(body, bot)
            if bot is not None
            else await receive_uninstall(body, registry.workspace_id(context))
        )

    app = AsyncApp(
        name="paperboy",
        logger=library_log(),
        signing_secret=signing_secret,
        client=connection.client(),
        # bolt takes None for "not installed", though its type does not say so.
        authorize=cast("Callable[..., Awaitable[AuthorizeResult]]", authorize),
        user_facing_authorize_error_message=not_installed,
    )
    app.middleware(middleware)
    return app


def event_routes(app: Callable[[], AsyncApp | None], signing_secret: str) -> list[Route]:
    """Where Slack sends events, commands and presses in HTTP mode.

    Anybody can post here, so each one's signature and age are checked before it is read at all: bolt checks them only
    after it has looked into the body. https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    verifier = SignatureVerifier(signing_secret)

    async def events(request: Request) -> Response:
        current = app()
        if current is None:
            return PlainTextResponse("not listening yet", 503)
        body = await _limited_body(request)
        if body is None:
            return PlainTextResponse("too long", 413)
        if not _is_signed_by_slack(verifier, body, request.headers):
            return PlainTextResponse("not signed by Slack, or too old", 401)
        try:
            return to_starlette_response(await current.async_dispatch(to_async_bolt_request(request, body)))
        except (RecursionError, json.JSONDecodeError):
            return PlainTextResponse("not understood", 400)
        except Exception as problem:
            log.error("something from Slack could not be taken in (%s)", type(problem).__name__)
            return PlainTextResponse("not taken in", 500)

    return [Route(PATH, events, methods=["POST"])]


async def _limited_body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long: bytes are counted, since headers may say anything."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _is_signed_by_slack(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    try:
        return verifier.is_valid_request(body, headers)
    except (ValueError, TypeError):  # a body or signature that is no text, a time that is no number
        return False
