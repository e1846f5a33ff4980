"""Ways in which a source goes wrong. A fault takes the request and the true handler and answers instead."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from tests.fakes import papers_quota

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Fault = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]

LOOP_PATH = "/loop"


@dataclass(slots=True)
class ScriptedFault:
    """One entry of the script: what goes wrong, for which requests, and how often (None: until healed)."""

    fault: Fault
    path: str
    date: str | None
    left: int | None

    def matches(self, request: web.Request) -> bool:
        return self.left != 0 and request.path.startswith(self.path) and self.date in (None, request.query.get("date"))

    def use(self) -> Fault:
        if self.left is not None:
            self.left -= 1
        return self.fault


def status(code: int, *, retry_after: int | str | None = None) -> Fault:
    """An error as JSON. `retry_after` is seconds or an HTTP date."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        extra = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return web.json_response({"error": f"Error {code}"}, status=code, headers=extra)

    return answer


def too_many(*, reset: int | None = None, retry_after: int | None = None) -> Fault:
    """429: with the `RateLimit` header (`reset` seconds), with `Retry-After`, with both or with neither."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        extra = {} if reset is None else {"RateLimit": f'"api";r=0;t={reset}'}
        if retry_after is not None:
            extra["Retry-After"] = str(retry_after)
        return papers_quota.refusal(extra)

    return answer


def html(code: int = 200) -> Fault:
    """A web page where JSON was asked for, as a proxy or a maintenance screen answers."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        page = "<!doctype html><title>Back soon</title><h1>We are doing maintenance</h1>"
        return web.Response(text=page, status=code, content_type="text/html")

    return answer


async def half_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The true answer, cut in the middle, in an HTTP response that is itself complete."""
    body = await true_body(request, handler)
    return web.Response(body=body[: len(body) // 2], content_type="application/json")


async def broken_off(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The connection ends in the middle of the announced body."""
    body = await true_body(request, handler)
    response = await begin(request, length=len(body))
    await response.write(body[: len(body) // 2])
    return hang_up(request, response)


async def drop(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The connection ends before any answer."""
    return hang_up(request, web.Response())


async def silence(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Never an answer: the client's own time limit has to end it (or the fake's end)."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


def drip(*, pieces: int = 20, pause: float = 0.05) -> Fault:
    """The true answer, slowly: `pieces` parts with `pause` seconds before each."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        body = await true_body(request, handler)
        response = await begin(request, length=len(body))
        size = -(-len(body) // pieces)
        for start in range(0, len(body), size):
            await asyncio.sleep(pause)
            await response.write(body[start : start + size])
        return response

    return answer


async def redirect_loop(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A redirect to an address that redirects to itself."""
    return web.Response(status=302, headers={"Location": LOOP_PATH})


def huge(*, megabytes: int = 10, announced: bool = True) -> Fault:
    """A valid JSON array blown up with blanks; `announced` says whether it has a Content-Length."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        parts = [b"[", *([b" " * 2**16] * (megabytes * 16)), b"]"]
        response = await begin(request, length=sum(map(len, parts)) if announced else None)
        for part in parts:
            await response.write(part)
        return response

    return answer


def refuse_authorization(code: int = 401) -> Fault:
    """The true answer to whoever sends no token, an error to whoever does."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if "Authorization" in request.headers:
            return web.json_response({"error": "Invalid credentials in Authorization header"}, status=code)
        return await handler(request)

    return answer


def gzip_bomb(*, megabytes: int, head: bytes = b"") -> Fault:
    """`head` and then so many megabytes of blanks, in a thousandth of that as gzip; packed while it is sent."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/rss+xml", "Content-Encoding": "gzip"})
        await response.prepare(request)
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        await response.write(packer.compress(head) + packer.flush(zlib.Z_SYNC_FLUSH))
        for _ in range(megabytes):
            await response.write(packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_SYNC_FLUSH))
            await asyncio.sleep(0)  # so small a write never waits by itself
        await response.write(packer.flush())
        return response

    return answer


async def true_body(request: web.Request, handler: Handler) -> bytes:
    response = await handler(request)
    assert isinstance(response, web.Response)
    assert isinstance(response.body, bytes)
    return response.body


async def begin(request: web.Request, *, length: int | None) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json; charset=utf-8"})
    response.content_length = length
    await response.prepare(request)
    return response


def hang_up(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return response
