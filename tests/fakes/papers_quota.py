"""The Hub's request allowance: fixed windows of five minutes, counted per address or token."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

WINDOW = timedelta(minutes=5)


@dataclass(slots=True)
class QuotaWindow:
    began: datetime
    used: int = 0


@dataclass(slots=True)
class RequestQuota:
    """Counts requests by the fake's clock and writes the two headers of the IETF draft.

    Numbers and form from https://huggingface.co/docs/hub/rate-limits: `"api";r=<remaining>;t=<seconds>`
    and `"fixed window";"api";q=<quota>;w=<seconds>`, 500 anonymous requests and 1,000 with a token.
    """

    now: Callable[[], datetime]
    anonymous: int = 500
    with_token: int = 1000
    windows: dict[str, QuotaWindow] = field(default_factory=dict)

    def consume(self, request: web.Request) -> tuple[bool, dict[str, str]]:
        """Whether this request is still allowed, and the headers its answer carries."""
        token = request.headers.get("Authorization", "")
        quota = self.with_token if token else self.anonymous
        window = self.current(token or str(request.remote))
        window.used += 1
        left = max(quota - window.used, 0)
        return window.used <= quota, headers(quota, left, window.began + WINDOW - self.now())

    def current(self, caller: str) -> QuotaWindow:
        window = self.windows.get(caller)
        if window is None or self.now() >= window.began + WINDOW:
            window = self.windows[caller] = QuotaWindow(self.now())
        return window


def headers(quota: int, left: int, reset: timedelta) -> dict[str, str]:
    return {
        "RateLimit": f'"api";r={left};t={math.ceil(reset.total_seconds())}',
        "RateLimit-Policy": f'"fixed window";"api";q={quota};w={WINDOW // timedelta(seconds=1)}',
    }


def refusal(extra: dict[str, str]) -> web.Response:
    error = "We had to rate limit you. Wait for the window to end, or send a token for a higher limit."
    return web.json_response({"error": error}, status=429, headers=extra)
