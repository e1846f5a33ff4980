"""slack-bolt as it is used here: it checks signatures, knows our own messages, and hands over what is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, cast

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.slack.connection import Connection
from adapters.slack.quiet import library_log
from adapters.slack.team import Team
from adapters.slack.teams import Teams

PATH: Final = "/slack/events"
LARGEST_BODY: Final = 1_000_000  # bytes

Take = Callable[[Mapping[str, Any], Team], Awaitable[BoltResponse]]


def bolt_app(signing_secret: str, connection: Connection, teams: Teams, take: Take, not_installed: str) -> AsyncApp:
    """The app, ready for Socket Mode and HTTP; must be made inside the event loop. ``not_installed`` is what people see
    where a workspace took the app away.

    It is given a function to authorise with, since it would else read tokens and client ids from the environment.
    """

    async def authorize(context: AsyncBoltContext, **_: Any) -> AuthorizeResult | None:
        team = await teams.told(context)
        if team is None:
            return None
        bot = await team.workspace.installation()
        return AuthorizeResult(
            enterprise_id=bot.enterprise_id or None,
            team_id=bot.team_id,
            bot_user_id=bot.bot_user,
            bot_id=bot.bot_id,
            bot_token=await team.api.token(),
        )

    async def middleware(body: Mapping[str, Any], context: AsyncBoltContext) -> BoltResponse:
        team = await teams.told(context)
        # What took the app away may have been worked on before.
        return await take(body, team) if team is not None else BoltResponse(status=200)

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


def routes(app: Callable[[], AsyncApp | None]) -> list[Route]:
    """Where Slack sends events, commands and presses in HTTP mode; bolt checks each one's signature and age.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    async def events(request: Request) -> Response:
        current = app()
        if current is None:
            return PlainTextResponse("not listening yet", 503)
        # Slack says how long its bodies are; one that doesn't is not read to its end to find out.
        if int(request.headers.get("Content-Length") or LARGEST_BODY + 1) > LARGEST_BODY:
            return PlainTextResponse("too long", 413)
        try:
            (await request.body()).decode()
        except UnicodeDecodeError:
            return PlainTextResponse("no text", 400)
        return await AsyncSlackRequestHandler(current).handle(request)

    return [Route(PATH, events, methods=["POST"])]
