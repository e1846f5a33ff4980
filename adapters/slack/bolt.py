"""slack-bolt as it is used here: it checks signatures, knows our own messages, and hands over what is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.slack.api import SlackApi
from adapters.slack.quiet import library_log
from adapters.slack.workspace import Workspace

PATH: Final = "/slack/events"
LARGEST_BODY: Final = 1_000_000  # bytes

Take = Callable[[Mapping[str, Any]], Awaitable[BoltResponse]]


def bolt_app(token: str, signing_secret: str, api: SlackApi, workspace: Workspace, take: Take) -> AsyncApp:
    """The app, ready for Socket Mode and HTTP; must be made inside the event loop.

    It is given a function to authorise with, since it would else read tokens and client ids from the environment.
    """

    async def authorize(**_: Any) -> AuthorizeResult:
        bot = await workspace.installation()
        return AuthorizeResult(
            enterprise_id=bot.enterprise_id or None,
            team_id=bot.team_id,
            bot_user_id=bot.bot_user,
            bot_id=bot.bot_id,
            bot_token=token,
        )

    async def middleware(body: Mapping[str, Any]) -> BoltResponse:
        return await take(body)

    app = AsyncApp(
        name="paperboy",
        logger=library_log(),
        signing_secret=signing_secret,
        client=api.client(with_token=False),
        authorize=authorize,
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
