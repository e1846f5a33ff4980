"""The least Bot API there can be, in a process of its own: it takes every message, after a while, and counts.

    python -m benchmarks.bot_api_sink SECONDS

prints its port and answers each request SECONDS later; what it counted is told on its standard output when its standard
input ends.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ANSWER = json.dumps(
    {
        "ok": True,
        "result": {
            "message_id": 1,
            "date": 1787040000,
            "chat": {"id": 1, "type": "private", "first_name": "Anna"},
            "text": "taken",
        },
    }
).encode()
ME = json.dumps(
    {"ok": True, "result": {"id": 123456, "is_bot": True, "first_name": "Paperboy", "username": "PaperboyBot"}}
).encode()
NOTHING = json.dumps({"ok": True, "result": []}).encode()
DONE = json.dumps({"ok": True, "result": True}).encode()
POLL = 5.0  # seconds that an empty poll takes
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


@dataclass
class MessageLog:
    """When messages came, in seconds."""

    moments: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, float]:
        """How many came, within how many seconds, the most in one, and when (Unix time) half of them had come."""
        first, last = (self.moments[0], self.moments[-1]) if self.moments else (0.0, 0.0)
        median = statistics.median(self.moments) if self.moments else 0.0
        return {
            "messages": len(self.moments),
            "seconds": last - first,
            "most": peak_per_second(self.moments),
            "median_at": time.time() - time.monotonic() + median,
        }


def peak_per_second(moments: list[float]) -> int:
    """The most messages within any second."""
    most, first = 0, 0
    for place, moment in enumerate(moments):
        while moments[first] <= moment - 1:
            first += 1
        most = max(most, place - first + 1)
    return most


class SinkConnection(asyncio.Protocol):
    """Requests one after the other, as HTTP clients make them."""

    def __init__(self, latency: float, counted: MessageLog) -> None:
        self._latency = latency
        self._counted = counted
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        if len(rest) < length:
            return
        self._received = rest[length:]
        method = head[:200].split(b" ", 2)[1].rpartition(b"/")[2]
        if method == b"sendMessage":
            self._counted.moments.append(time.monotonic())
        wait = POLL if method == b"getUpdates" else self._latency
        asyncio.get_running_loop().call_later(wait, self._answer, _answer_to(method))

    def _answer(self, body: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(HEAD % len(body) + body)


def _answer_to(method: bytes) -> bytes:
    match method:
        case b"sendMessage":
            return ANSWER
        case b"getMe":
            return ME
        case b"getUpdates" | b"getMyCommands":
            return NOTHING
    return DONE


async def serve(latency: float) -> None:
    counted, loop = MessageLog(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SinkConnection(latency, counted), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps(counted.as_json()), flush=True)
    server.close()


class BotApiSink:
    """The process, as who measures sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._process = process
        self.url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        self.messages, self.seconds, self.most, self.median_at = 0, 0.0, 0, 0.0

    def stop(self) -> None:
        told = json.loads(self._process.communicate()[0])
        self.messages, self.seconds, self.most = int(told["messages"]), float(told["seconds"]), int(told["most"])
        self.median_at = float(told["median_at"])


@contextmanager
def running_sink(latency: float = 0.0) -> Iterator[BotApiSink]:
    """Counts are known when the block has ended."""
    command = [sys.executable, "-m", "benchmarks.bot_api_sink", str(latency)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    made = BotApiSink(process)
    try:
        yield made
    finally:
        made.stop()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
