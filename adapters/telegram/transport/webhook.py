"""The webhook: updates come to us, proved by a secret, stored before they are acknowledged."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from hashlib import sha256
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram import Bot, WebhookInfo

from adapters.telegram.events.update_parser import ALLOWED_UPDATES

log = logging.getLogger(__name__)

PATH: Final = "/telegram/webhook"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LARGEST: Final = 1024 * 1024  # bytes; an update of Telegram's is far below
DEEPEST: Final = 100  # levels; an update of Telegram's has about ten
CONNECTIONS: Final = 16

StoreUpdate = Callable[[dict[str, Any]], Awaitable[None]]


def webhook_secret(token: str) -> str:
    """What Telegram has to send with every update: derived from the token, so that nothing has to be kept."""
    return hmac.new(token.encode(), b"paperboy telegram webhook", sha256).hexdigest()


def telegram_routes(token: str, store: StoreUpdate) -> list[Route]:
    """The route Telegram calls; ``store`` stores an update, and only then it is acknowledged."""
    secret = webhook_secret(token).encode()

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, secret):
            return PlainTextResponse("This address is for Telegram only.", 403)
        body = await _limited_body(request)
        if body is None:
            return PlainTextResponse("Too large.", 413)
        update = _parse_body(body)
        if update is None:
            return PlainTextResponse("Not an update.", 400)
        await store(update)
        return Response(status_code=200)

    return [Route(PATH, receive, methods=["POST"], name="telegram_webhook")]


async def set_webhook(bot: Bot, public_url: str, token: str) -> None:
    """Tells Telegram our address, unless it knows it already."""
    url = public_url.rstrip("/") + PATH
    if _is_set(await bot.get_webhook_info(), url):
        return
    await bot.set_webhook(
        url, allowed_updates=ALLOWED_UPDATES, secret_token=webhook_secret(token), max_connections=CONNECTIONS
    )
    log.info("Telegram sends its updates to %s from now on", url)


def _is_set(info: WebhookInfo, url: str) -> bool:
    # Telegram does not tell the secret; a 403 of ours is the sign that it sends another one.
    refused = "403" in (info.last_error_message or "")
    return info.url == url and set(info.allowed_updates) == set(ALLOWED_UPDATES) and not refused


async def _limited_body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _parse_body(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    known = isinstance(update, dict) and isinstance(update.get("update_id"), int)
    return update if known and _is_shallow(update) else None


def _is_shallow(value: object) -> bool:
    """Whether lists and objects in it are nested as little as in any real update; storing it would fail otherwise."""
    layer = [value]
    for _ in range(DEEPEST):
        layer = [inner for outer in layer for inner in _values(outer)]
    return not layer


def _values(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
