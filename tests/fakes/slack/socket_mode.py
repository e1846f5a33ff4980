"""Socket Mode: one-time links, `hello`, envelopes with acknowledgements, `disconnect`.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.fakes.slack.block_checks import Json

if TYPE_CHECKING:
    from tests.fakes.slack.event_delivery import EventDelivery
    from tests.fakes.slack.server import FakeSlack

PATH = "/link/"


class SocketMode:
    """The server's side of all the app's WebSockets."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._transports: list[asyncio.Transport] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        #: The silent death of a connection: it stays open, but no ping is answered and nothing arrives.
        self.silent = False
        #: How many connections there have been so far.
        self.connections = 0

    @property
    def connected(self) -> bool:
        return bool(self._open)

    def new_link(self) -> str:
        """The address for one connection."""
        ticket = self._slack.ids.new("", "TICKET")
        self._tickets.add(ticket)
        return f"{self._slack.address.replace('http', 'ws', 1)}{PATH}?ticket={ticket}&app_id={self._slack.app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=408, text="no such ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if request.transport is not None:
            self._transports.append(request.transport)
        await self._greet(socket)
        try:
            await self._listen(socket)
        finally:
            if socket in self._open:
                self._open.remove(socket)
            self._slack.changed()
        return socket

    async def _greet(self, socket: web.WebSocketResponse) -> None:
        self._open.append(socket)
        self.connections += 1
        hello = {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": self._slack.app_id},
            "debug_info": {"host": "stand-in", "approximate_connection_time": 18060},
        }
        await socket.send_json(hello)
        self._slack.changed()

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if self.silent:
                continue
            if message.type == WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acknowledge(json.loads(message.data))

    def _acknowledge(self, answer: Json) -> None:
        waiting = self._waiting.pop(str(answer.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            payload = answer.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else {})

    async def send(self, delivery: EventDelivery, patience: float) -> Json | None:
        """Sends one envelope; its acknowledgement's payload, or None if none came in time."""
        envelope_id = self._slack.ids.new("", "ENVELOPE")
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        if not self.silent:
            await self._open[-1].send_json(_envelope(envelope_id, delivery))
        try:
            return await asyncio.wait_for(answer, patience)
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Slack asks the app to connect anew (as it does every few hours), then closes the old ones."""
        old = list(self._open)
        before = self.connections
        for socket in old:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
        await self._slack.until(lambda: self.connections > before, "a new connection after the refresh")
        for socket in old:
            await socket.close()

    async def cut(self) -> None:
        """The connections break without a word."""
        for transport in self._transports:
            transport.abort()
        self._transports.clear()
        await self._slack.until(lambda: not self._open, "the connections to be gone")

    async def close(self) -> None:
        for socket in list(self._open):
            await socket.close()


def _envelope(envelope_id: str, delivery: EventDelivery) -> Json:
    body: Json = {
        "envelope_id": envelope_id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        retry = delivery.envelope.retry_num
        body |= {"retry_attempt": retry or 0, "retry_reason": delivery.envelope.retry_reason if retry else ""}
    return body
