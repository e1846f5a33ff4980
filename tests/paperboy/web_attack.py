"""The web server on a port of 127.0.0.1, and raw connections to it, for those who do not behave."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from paperboy.connection_limits import LimitedProtocol
from paperboy.request_limits import BODY_SECONDS, RequestBodyLimit
from paperboy.server import WebServer, make_web_app


@dataclass
class AttackedServer:
    """A running server."""

    port: int
    server: WebServer

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def let_go_of_all(self) -> None:
        """Waits until no connection is open at the server's end."""
        async with asyncio.timeout(60):
            while self.server.server_state.connections:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)

    async def first_line(self, path: str) -> bytes:
        """The first line of what a well-behaved client is answered."""
        reader, writer = await self.connect()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        try:
            return await reader.readline()
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def running_server(
    routes: Sequence[BaseRoute],
    *,
    body_seconds: float = BODY_SECONDS,
    protocol: type[LimitedProtocol] = LimitedProtocol,
) -> AsyncIterator[AttackedServer]:
    """The server that a running Paperboy has, with these routes."""

    async def ready() -> bool:
        return True

    async def report() -> dict[str, object]:
        return {}

    app = make_web_app(routes, ready, report)
    around = app if body_seconds == BODY_SECONDS else RequestBodyLimit(app, seconds=body_seconds)
    listening = socket.create_server(("127.0.0.1", 0))
    server = WebServer(around, protocol)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield AttackedServer(listening.getsockname()[1], server)
    finally:
        server.should_exit = True
        await serving
