"""python-telegram-bot, set up so that every request is made once and both pools are wide enough."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any, Final

from telegram.ext import Application, ApplicationBuilder, BaseUpdateProcessor
from telegram.request import HTTPXRequest

from adapters.telegram.pace import Pace

# What these write down, at error level too, is an answer that could not be read: with what people wrote in it. The
# error itself reaches whoever asked, and is told there. The updater adds three tracebacks each time polling ends while
# Telegram is away, which is every two minutes then; what stops a poll is told by :mod:`adapters.telegram.polling`.
OUTSPOKEN: Final = ("telegram.Bot", "telegram.ext.ExtBot", "telegram.request.BaseRequest", "telegram.ext.Updater")

Telegram = Application[Any, Any, Any, Any, Any, Any]


def sending_requests() -> HTTPXRequest:
    """For everything but polls.

    A short read timeout, as the library's own of 5 s, would turn slow sends into ones whose outcome nobody knows.
    """
    return HTTPXRequest(
        connection_pool_size=16, connect_timeout=10.0, read_timeout=30.0, write_timeout=30.0, pool_timeout=5.0
    )


class PollRequests(HTTPXRequest):
    """The requests that ask for updates; ``answered_at`` (seconds, monotonic) is when one was last answered well."""

    def __init__(self) -> None:
        # An interrupted poll can keep its connection checked out: with a single one everything would stand still.
        super().__init__(connection_pool_size=8, connect_timeout=10.0, read_timeout=10.0, pool_timeout=5.0)
        self.answered_at = monotonic()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        if status < 300:
            self.answered_at = monotonic()
        return status, body


def build(
    token: str,
    api_url: str,
    sending: HTTPXRequest,
    polling: PollRequests | None,
    pace: Pace,
    order: BaseUpdateProcessor,
) -> Telegram:
    """The application; without ``polling`` it has no updater and is fed by the webhook."""
    for name in OUTSPOKEN:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    api = api_url.rstrip("/")
    builder = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .request(sending)
        .rate_limiter(pace)
        .concurrent_updates(order)
        .job_queue(None)
    )
    return builder.updater(None).build() if polling is None else builder.get_updates_request(polling).build()
