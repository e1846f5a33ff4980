"""Attacks on the web server's bodies, by real sockets: what is too long or too slow is let go of, whatever it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from paperboy.request_limits import MAX_BODY_BYTES, RequestBodyLimit
from tests.paperboy.web_attack import AttackedServer, running_server

CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
ENDLESS_CHUNKS = 6_400  # 400 MB
HEADS = (
    b"Content-Length: 10\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\n",
)


async def echo_length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
async def server() -> AsyncIterator[AttackedServer]:
    async with running_server([Route("/slack/events", echo_length, methods=["POST"])]) as server:
        yield server


async def flood(server: AttackedServer, path: str, head: bytes) -> tuple[bytes, int]:
    """Sends 400 MB as long as they are taken; the answer's first line, and how many bytes were taken."""
    reader, writer = await server.connect()
    writer.write(b"POST " + path.encode() + b" HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n")
    taken = 0
    answer = asyncio.create_task(reader.readline())
    try:
        while taken < ENDLESS_CHUNKS * len(CHUNK) and not answer.done():
            writer.write(CHUNK)
            await writer.drain()
            taken += len(CHUNK)
    except ConnectionError:
        pass
    line = await answer
    writer.close()
    return line, taken


@pytest.mark.parametrize("path", ["/slack/events", "/healthz", "/nowhere"])
@pytest.mark.parametrize("head", HEADS)
async def test_a_body_is_read_up_to_the_limit_whatever_its_headers_say(
    server: AttackedServer, path: str, head: bytes
) -> None:
    line, taken = await flood(server, path, head)
    assert line.startswith(b"HTTP/1.1 413")
    assert taken < 16 * MAX_BODY_BYTES  # with all that the kernel's buffers hold


async def test_a_body_as_long_as_the_limit_arrives_whole(server: AttackedServer) -> None:
    reader, writer = await server.connect()
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % MAX_BODY_BYTES)
    writer.write(b"x" * MAX_BODY_BYTES)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert str(MAX_BODY_BYTES).encode() in await reader.readuntil(str(MAX_BODY_BYTES).encode())
    writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async with running_server([], body_seconds=0.2) as server:
        reader, writer = await server.connect()
        writer.write(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()


async def test_who_leaves_in_the_middle_of_a_body_leaves_no_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def never(request: Request) -> Response:
        raise AssertionError(await request.body())

    app = RequestBodyLimit(Route("/", never, methods=["POST"]).app)
    parts: Iterator[dict[str, object]] = iter(
        [{"type": "http.request", "body": b"ha", "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> dict[str, object]:
        return next(parts)

    async def send(message: object) -> None:
        raise AssertionError(message)

    await app({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send)
    assert caplog.text == ""
