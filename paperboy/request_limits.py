"""How much of a request is read, and for how long, before anything looks at it."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES: Final = 1024 * 1024  # no platform sends more, and no form of ours
BODY_SECONDS: Final = 10.0  # for a whole body


class RequestBodyLimit:
    """ASGI middleware around all routes: reads the body whole, and hands on only one that came in time and is small.

    Bytes are counted as they come. What the headers say of the length is not asked: with ``Transfer-Encoding: chunked``
    it means nothing (https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int = MAX_BODY_BYTES, seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(receive)
        except TimeoutError:
            await _refuse("That took too long to arrive.", 408)(scope, receive, send)
            return
        if body is None:
            await _refuse("That is too long.", 413)(scope, receive, send)
        elif body[-1]["type"] != "http.disconnect":
            await self._app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> list[Message] | None:
        """The messages that the body came in, or None as soon as they are too much."""
        messages: list[Message] = []
        size = 0
        while not messages or messages[-1].get("more_body", False):
            messages.append(await receive())
            size += len(messages[-1].get("body", b""))
            if size > self._max_bytes:
                return None
        return messages


def _replay(messages: list[Message], receive: Receive) -> Receive:
    """Tells once more what was read, and then what comes after it."""
    left = iter(messages)

    async def again() -> Message:
        return next(left, None) or await receive()

    return again


def _refuse(text: str, status: int) -> PlainTextResponse:
    """The rest is not read, so the connection can't be used again."""
    return PlainTextResponse(text, status, {"Connection": "close"})
