"""A mail server that says what the test says, closes where the test says, and keeps what it took."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CLOSE = "close"
HANG = "hang"
_USUAL = {"greeting": "220 ready", "EHLO": "250 here", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on"}


@dataclass
class ScriptedSmtpServer:
    """``says`` is a reply by command (``greeting``, ``body`` for the one after the mail), :data:`CLOSE` or
    :data:`HANG`; ``close_after`` closes the connection once that was said. ``took`` are the mails it said yes to,
    ``received`` all that came in whole."""

    says: dict[str, str] = field(default_factory=dict)
    received: list[bytes] = field(default_factory=list)
    took: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if await self._say(writer, "greeting"):
                while (line := await reader.readline()) and await self._answer(line.decode(), reader, writer):
                    pass
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        command = line.split()[0].upper()
        self.commands.append(line.strip())
        if not await self._say(writer, command):
            return False
        if command != "DATA" or not self.says.get("DATA", "354").startswith("354"):
            return command != "QUIT"
        lines = []
        while (body := await reader.readline()) != b".\r\n":
            if not body:
                return False
            lines.append(body)
        content = b"".join(line.removeprefix(b".") for line in lines)
        self.received.append(content)
        if self.says.get("body", "250").startswith("250"):
            self.took.append(content)
        return await self._say(writer, "body")

    async def _say(self, writer: asyncio.StreamWriter, step: str) -> bool:
        said = self.says.get(step, _USUAL.get(step, "250 ok"))
        if said == CLOSE:
            return False
        if said == HANG:
            await asyncio.Event().wait()
        writer.write(said.encode() + b"\r\n")
        await writer.drain()
        return True


@asynccontextmanager
async def running(
    says: Mapping[str, str] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ScriptedSmtpServer]:
    """On a free port of loopback."""
    scripted = ScriptedSmtpServer(dict(says or {}))
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.ensure_future(scripted.serve(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
    scripted.port = server.sockets[0].getsockname()[1]
    try:
        yield scripted
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
