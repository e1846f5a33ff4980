"""How many connections are open, and how long each may take.

uvicorn has a limit for requests under way and one for idle kept-alive connections, none for a head that does not come:
https://www.uvicorn.org/settings/#resource-limits.
"""

from __future__ import annotations

import asyncio
import logging
import resource
from collections import Counter
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_SECONDS: Final = 10.0  # from the connection, or the first byte of a further request, to the end of its head
ANSWER_SECONDS: Final = 120.0  # from there until the whole answer was taken
MAX_CONNECTIONS: Final = 256
# The database, the sources and the platforms need descriptors too, and so do connections that are just being accepted.
DESCRIPTOR_SHARE: Final = 4
ACCEPT_BURST: Final = 16  # connections accepted in one turn of the loop, before the limit can look at them

log = logging.getLogger(__name__)


def connection_limit() -> int:
    """So many connections may be open, by what the operating system allows this process."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if allowed < 0 else max(8, min(MAX_CONNECTIONS, allowed // DESCRIPTOR_SHARE))


class LimitedProtocol(H11Protocol):
    """A connection that ends when it is too slow, or when it only waits and others need its place.

    Where too many are open, the one that has waited longest is closed, of the address that holds most of them. One
    that is being answered is never closed for others.
    """

    head_seconds: float = HEAD_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    max_connections: int | None = None
    _deadline: asyncio.TimerHandle | None = None
    _was_answering: bool | None = None
    opened_at: float = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.opened_at = self.loop.time()
        self._watch()
        if len(self.connections) > (self.max_connections or connection_limit()):
            self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.is_answering:
            self._watch()  # the next request had come already
            return
        self._was_answering = None
        # What the other side does not take stays in memory, also after uvicorn has closed the connection.
        if not self.transport.get_write_buffer_size():
            self._end_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_deadline()
        super().connection_lost(exc)

    @property
    def is_answering(self) -> bool:
        """Whether a request's head has come, and its answer has not wholly gone."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    @property
    def is_waiting(self) -> bool:
        """Whether it is the other side's turn."""
        return not self.is_answering or self.cycle.more_body

    def _watch(self) -> None:
        """Begins to count when one thing ends and the next begins; single bytes in between change nothing."""
        if self._deadline is not None and self._was_answering is self.is_answering:
            return
        self._end_deadline()
        self._was_answering = self.is_answering
        seconds = self.answer_seconds if self.is_answering else self.head_seconds
        self._deadline = self.loop.call_later(seconds, self.transport.abort)

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _make_room(self) -> None:
        waiting = [each for each in self.connections if isinstance(each, LimitedProtocol) and each.is_waiting]
        held = Counter(_address(each) for each in waiting)
        victim = max(waiting, key=lambda each: (held[_address(each)], -each.opened_at), default=self)
        log.warning("too many connections are open; one that only waited was closed")
        self.connections.discard(victim)
        victim.transport.abort()


def _address(connection: Any) -> str:
    return connection.client[0] if connection.client else ""
