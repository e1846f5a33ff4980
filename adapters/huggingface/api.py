"""One request to Hugging Face's API: limits honoured, odd answers named.

Limits: https://huggingface.co/docs/hub/rate-limits (500 requests in 5 minutes without a token), told in the header
``RateLimit: "api";r=<left>;t=<seconds until the window ends>``.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.errors import SourceUnavailable
from bot.ports import Clock

RESPONSE_TIMEOUT_SECONDS = 60  # httpx's time-outs are per read: a slow drip would never end
MAX_RETRY_SECONDS = 3600  # however long the source asks for: its windows are minutes, and a slip is not for ever
MAX_RESPONSE_BYTES = 8_000_000  # bytes; a page of 100 rows has about half a million
_RATE_LIMIT_FIELD = re.compile(r";\s*([rt])=(\d+)")


class HuggingFaceApi:
    """Asks ``endpoint`` (a mirror works too); raises :class:`SourceUnavailable` for everything that is no JSON."""

    def __init__(self, client: httpx.AsyncClient, endpoint: str, clock: Clock, token: str = "") -> None:
        self._client = client
        self._endpoint = endpoint.rstrip("/")
        self._clock = clock
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._rate_limited_until: datetime | None = None

    async def get_json(self, path: str, params: Mapping[str, str | int]) -> Any:
        """The JSON at ``path``. A used-up allowance is not tried: it raises with the moment the window ends."""
        if self._rate_limited_until and self._clock.now() < self._rate_limited_until:
            raise SourceUnavailable("rate limit used up", self._rate_limited_until)
        try:
            async with asyncio.timeout(RESPONSE_TIMEOUT_SECONDS):
                status, headers, body = await self._fetch(path, params)
        except TimeoutError as error:
            raise SourceUnavailable(f"no whole answer within {RESPONSE_TIMEOUT_SECONDS} s") from error
        except httpx.TooManyRedirects as error:
            raise SourceUnavailable("redirects without end") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnavailable(f"not reachable ({type(error).__name__})") from error
        self._record_rate_limit(headers)
        return self._parse_json(status, headers, body)

    async def _fetch(self, path: str, params: Mapping[str, str | int]) -> tuple[int, httpx.Headers, bytes]:
        url = self._endpoint + path
        async with self._client.stream(
            "GET", url, params=dict(params), headers=self._headers, follow_redirects=True
        ) as response:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MAX_RESPONSE_BYTES:
                    raise SourceUnavailable(f"answer larger than {MAX_RESPONSE_BYTES // 1_000_000} MB")
            return response.status_code, response.headers, bytes(body)

    def _record_rate_limit(self, headers: httpx.Headers) -> None:
        fields = dict(_RATE_LIMIT_FIELD.findall(headers.get("RateLimit", "")))
        if "r" in fields and "t" in fields and int(fields["r"]) == 0:
            self._rate_limited_until = self._clock.now() + _retry_delay(fields["t"])

    def _parse_json(self, status: int, headers: httpx.Headers, body: bytes) -> Any:
        if status == 429:
            raise SourceUnavailable("too many requests", self._retry_at(headers))
        if status != 200:
            raise SourceUnavailable(f"HTTP {status}", self._retry_at(headers) if "Retry-After" in headers else None)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise SourceUnavailable("answered something else than JSON") from error

    def _retry_at(self, headers: httpx.Headers) -> datetime:
        now = self._clock.now()
        if self._rate_limited_until and self._rate_limited_until > now:
            return self._rate_limited_until
        said = headers.get("Retry-After", "").strip()
        if said.isdecimal():
            return now + _retry_delay(said)
        try:
            moment = parsedate_to_datetime(said)
            asked = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            return now + timedelta(minutes=1)
        return min(max(asked, now), now + timedelta(seconds=MAX_RETRY_SECONDS))


def _retry_delay(seconds: str) -> timedelta:
    return timedelta(seconds=MAX_RETRY_SECONDS if len(seconds) > 6 else min(int(seconds), MAX_RETRY_SECONDS))
