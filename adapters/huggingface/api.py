"""One request to Hugging Face's API: limits honoured, odd answers named, a refused token left out.

Limits: https://huggingface.co/docs/hub/rate-limits (500 requests in 5 minutes without a token), told in the header
``RateLimit: "api";r=<left>;t=<seconds until the window ends>``.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from adapters.source_http import SourceAnswer, fetch_limited, retry_delay, retry_moment
from bot.errors import SourceUnavailable
from bot.ports import Clock

RESPONSE_TIMEOUT_SECONDS = 60  # httpx's time-outs are per read: a slow drip would never end
MAX_RESPONSE_BYTES = 8_000_000  # bytes; a page of 100 rows has about half a million
TOKEN_RETRY_AFTER = timedelta(hours=1)
_REFUSALS = (401, 403)
_RATE_LIMIT_FIELD = re.compile(r";\s*([rt])=([0-9]{1,9})(?![0-9])")


class HuggingFaceApi:
    """Asks ``endpoint`` (a mirror works too); raises :class:`SourceUnavailable` for everything that is no JSON.

    A token that is refused where the same question without it is answered is left out for an hour.
    """

    def __init__(self, client: httpx.AsyncClient, endpoint: str, clock: Clock, token: str = "") -> None:
        self._client = client
        self._endpoint = endpoint.rstrip("/")
        self._clock = clock
        self._token = token
        self._token_refusal = ""
        self._token_retry_at: datetime | None = None
        self._rate_limited_until: datetime | None = None

    def now(self) -> datetime:
        """The moment by which waits are counted."""
        return self._clock.now()

    @property
    def token_refusal(self) -> str:
        """How the token was refused, '' while it is not."""
        return self._token_refusal

    @property
    def retry_at(self) -> datetime | None:
        """When the window of a used-up allowance ends; None while there is some left."""
        ends = self._rate_limited_until
        return ends if ends and self._clock.now() < ends else None

    async def get_json(self, path: str, params: Mapping[str, str | int]) -> Any:
        """The JSON at ``path``. A used-up allowance is not tried: it raises with the moment the window ends."""
        if self.retry_at:
            raise SourceUnavailable("rate limit used up", self.retry_at)
        try:
            async with asyncio.timeout(RESPONSE_TIMEOUT_SECONDS):
                answer = await self._fetch(path, params)
        except TimeoutError as error:
            raise SourceUnavailable(f"no whole answer within {RESPONSE_TIMEOUT_SECONDS} s") from error
        self._record_rate_limit(answer.headers)
        return self._parse_json(answer)

    async def _fetch(self, path: str, params: Mapping[str, str | int]) -> SourceAnswer:
        if not self._token_usable():
            return await self._ask(path, params, {})
        answer = await self._ask(path, params, {"Authorization": f"Bearer {self._token}"})
        if answer.status not in _REFUSALS:
            self._token_refusal, self._token_retry_at = "", None
            return answer
        without = await self._ask(path, params, {})
        if without.status not in _REFUSALS:  # else it is not the token that is refused
            self._token_refusal = f"refused (HTTP {answer.status})"
            self._token_retry_at = self._clock.now() + TOKEN_RETRY_AFTER
        return without

    def _token_usable(self) -> bool:
        return bool(self._token) and (self._token_retry_at is None or self._clock.now() >= self._token_retry_at)

    async def _ask(self, path: str, params: Mapping[str, str | int], headers: Mapping[str, str]) -> SourceAnswer:
        url = self._endpoint + path
        return await fetch_limited(self._client, url, MAX_RESPONSE_BYTES, params=params, headers=headers)

    def _record_rate_limit(self, headers: httpx.Headers) -> None:
        left, window_ends = _allowance(headers.get("RateLimit", ""))
        if left == 0 and window_ends is not None:
            self._rate_limited_until = self._clock.now() + window_ends

    def _parse_json(self, answer: SourceAnswer) -> Any:
        now = self._clock.now()
        asked = self.retry_at or retry_moment(answer.headers, now)
        if answer.status == 429:
            self._rate_limited_until = asked or now + timedelta(minutes=1)
            raise SourceUnavailable("too many requests", self._rate_limited_until)
        if answer.status != 200:
            raise SourceUnavailable(f"HTTP {answer.status}", asked if "Retry-After" in answer.headers else None)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise SourceUnavailable("answered something else than JSON") from error


def _allowance(header: str) -> tuple[int | None, timedelta | None]:
    """What is left of the allowance called ``api`` and when its window ends; a header of another form says nothing."""
    members = header.split(",")
    ours = [member for member in members if member.strip().startswith(('"api"', "api;"))] or members
    fields = dict(_RATE_LIMIT_FIELD.findall(ours[0]))
    left, ends = fields.get("r"), fields.get("t")
    return (int(left) if left else None), (retry_delay(ends) if ends else None)
