"""Attacks on the web server's connections, by real sockets: others are answered meanwhile, and the log stays short."""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from paperboy.connection_limits import LimitedProtocol, connection_limit
from tests.paperboy.web_attack import AttackedServer, running_server

HALF_HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: "
HALF_BODY = b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf"
ATTACKERS = 300


class HastyProtocol(LimitedProtocol):
    """Waits for a fraction of a second."""

    head_seconds = 0.2
    answer_seconds = 0.2


class NarrowProtocol(LimitedProtocol):
    """Has room for few."""

    max_connections = 3


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    """The server has room as if the operator had said `ulimit -n 256`; the attack, in the same process, has more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    limit = connection_limit()
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4 * ATTACKERS), hard))
    LimitedProtocol.max_connections = limit
    yield
    LimitedProtocol.max_connections = None
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("half", [b"", HALF_HEAD, HALF_BODY])
async def test_300_connections_that_only_wait_keep_nobody_out(
    few_descriptors: None, caplog: pytest.LogCaptureFixture, half: bytes
) -> None:
    async with running_server([]) as server:
        attackers = []
        for _ in range(ATTACKERS):
            attackers.append(await server.connect())
            attackers[-1][1].write(half)
        for _ in range(5):
            assert await server.first_line("/healthz") == b"HTTP/1.1 200 OK\r\n"
        for _, writer in attackers:
            writer.close()
    lines = {record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING}
    assert lines == {"too many connections are open; one that only waited was closed"}


@pytest.mark.parametrize("start", [b"", HALF_HEAD, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + HALF_HEAD])
async def test_a_head_that_does_not_come_ends_the_connection_however_it_trickles(start: bytes) -> None:
    async with running_server([], protocol=HastyProtocol) as server:
        reader, writer = await server.connect()
        writer.write(start)

        async def trickle() -> None:
            while True:
                await asyncio.sleep(0.02)
                writer.write(b"x")

        trickling = asyncio.create_task(trickle())
        await _end(reader)
        trickling.cancel()
        writer.close()


async def test_an_answer_that_is_not_taken_is_given_up() -> None:
    async def huge(request: Request) -> Response:
        return PlainTextResponse("x" * 50_000_000)

    async with running_server([Route("/huge", huge)], protocol=HastyProtocol) as server:
        reader, writer = await server.connect()
        writer.write(b"GET /huge HTTP/1.1\r\nHost: x\r\n\r\n")
        await server.let_go_of_all()
        assert len(await _end(reader)) < 50_000_000
        writer.close()


async def test_who_is_being_answered_keeps_the_place() -> None:
    under_way, may_end = asyncio.Event(), asyncio.Event()

    async def slow(request: Request) -> Response:
        under_way.set()
        await may_end.wait()
        return PlainTextResponse("done")

    async with running_server([Route("/slow", slow)], protocol=NarrowProtocol) as server:
        answer = asyncio.create_task(server.first_line("/slow"))
        await under_way.wait()
        idle = [await server.connect() for _ in range(20)]
        assert await server.first_line("/healthz") == b"HTTP/1.1 200 OK\r\n"
        may_end.set()
        assert await answer == b"HTTP/1.1 200 OK\r\n"
        for _, writer in idle:
            writer.close()


async def test_a_connection_that_waits_is_used_again_by_who_behaves(server: AttackedServer) -> None:
    reader, writer = await server.connect()
    for _ in range(3):
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")
    writer.close()


@pytest.fixture
async def server():
    async with running_server([]) as server:
        yield server


async def _end(reader: asyncio.StreamReader) -> bytes:
    """All that still comes until the connection ends, which it does by itself."""
    try:
        async with asyncio.timeout(30):
            return await reader.read()
    except ConnectionError:
        return b""
