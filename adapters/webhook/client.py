"""One POST, and what came of it. Nothing is followed, and no more is read than the status."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Final

import httpcore

from adapters.webhook.public_addresses import NotPublic, PublicAddressBackend

ANSWER_WITHIN: Final = 20.0  # seconds for the whole of a try
_CONNECT_WITHIN: Final = 8.0
_GONE: Final = 410
_SUCCESS: Final = range(200, 300)


class PostResult(Enum):
    """What is known after a try."""

    TAKEN = auto()
    GONE = auto()
    REFUSED = auto()  # any other status, redirects among them
    NOT_PUBLIC = auto()
    NOT_REACHED = auto()
    UNKNOWN = auto()  # sent, but not answered


@dataclass(frozen=True, slots=True)
class PostOutcome:
    """``status`` is 0 where there was no answer; ``retry_after`` is what the receiver asked for."""

    result: PostResult
    status: int = 0
    retry_after: timedelta | None = None


class WebhookClient:
    """Posts bytes; no connection outlives its request."""

    def __init__(self, backend: PublicAddressBackend | None = None, answer_within: float = ANSWER_WITHIN) -> None:
        self._answer_within = answer_within
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_keepalive_connections=0,
            network_backend=backend or PublicAddressBackend(),
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> PostOutcome:
        """Raises nothing that the other side can cause."""
        extensions = {"timeout": {"connect": _CONNECT_WITHIN, "read": self._answer_within, "write": _CONNECT_WITHIN}}
        sent = [*headers.items(), ("content-type", "application/json"), ("content-length", str(len(body)))]
        try:
            async with (
                asyncio.timeout(self._answer_within),
                self._pool.stream("POST", url, headers=sent, content=body, extensions=extensions) as answer,
            ):
                return _outcome(answer)
        except NotPublic:
            return PostOutcome(PostResult.NOT_PUBLIC)
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            return PostOutcome(PostResult.NOT_REACHED)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, TimeoutError):
            return PostOutcome(PostResult.UNKNOWN)

    async def close(self) -> None:
        await self._pool.aclose()


def _outcome(answer: httpcore.Response) -> PostOutcome:
    if answer.status in _SUCCESS:
        return PostOutcome(PostResult.TAKEN, answer.status)
    result = PostResult.GONE if answer.status == _GONE else PostResult.REFUSED
    found = {name.lower(): value for name, value in answer.headers}
    return PostOutcome(result, answer.status, _retry_after(found.get(b"retry-after", b"").decode("latin-1")))


def _retry_after(text: str) -> timedelta | None:
    """Seconds or a date; None for anything else."""
    if text.isascii() and text.isdigit() and len(text) < 8:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
        return max(at - datetime.now(UTC), timedelta(0))
    except (ValueError, TypeError):
        return None
