"""A stand-in for an HTTP proxy that notes what it is asked for and lets nothing through."""

from __future__ import annotations

import asyncio
from typing import Self


class FakeProxy:
    """Answers every request with ``502``."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.credentials: list[str] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def address(self) -> str:
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.splitlines()
        self.requests.append(lines[0])
        headers = (line.split(": ", 1) for line in lines[1:] if line)
        self.credentials += [value for name, value in headers if name.lower() == "proxy-authorization"]
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
