"""python-telegram-bot, set up so that every request is made once and both pools are wide enough."""

from __future__ import annotations

import json
import logging
from time import monotonic
from typing import Any, Final

import httpx
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, BaseUpdateProcessor
from telegram.request import BaseRequest, HTTPXRequest

from adapters.proxies import DIRECT, ProxyRoutes, RoutedTransport
from adapters.telegram.client.aiohttp_request import AiohttpRequest
from adapters.telegram.client.rate_limiter import TelegramRateLimiter

# What these write down, at error level too, is an answer that could not be read: with what people wrote in it. The
# error itself reaches the caller, which logs it. The updater adds three tracebacks each time polling ends while
# Telegram is away, which is every two minutes then; what stops a poll is logged by
# :mod:`adapters.telegram.transport.polling`.
OUTSPOKEN: Final = ("telegram.Bot", "telegram.ext.ExtBot", "telegram.request.BaseRequest", "telegram.ext.Updater")

log = logging.getLogger(__name__)

# Above it the library's own transport is slower the more it has to do.
IN_FLIGHT: Final = 8

Telegram = Application[Any, Any, Any, Any, Any, Any]


def build_sending_request(in_flight: int = IN_FLIGHT, proxies: ProxyRoutes = DIRECT) -> BaseRequest:
    """For everything but polls, with this many digests in flight at once.

    A short read timeout, as the library's own of 5 s, would turn slow sends into ones whose outcome nobody knows.
    Only the library's own transport goes through SOCKS.
    """
    if in_flight > IN_FLIGHT and not proxies.has_socks:
        return AiohttpRequest(connections=in_flight + IN_FLIGHT, proxies=proxies)
    return HTTPXRequest(
        connection_pool_size=2 * IN_FLIGHT,
        connect_timeout=10.0,
        read_timeout=30.0,
        write_timeout=30.0,
        pool_timeout=5.0,
        httpx_kwargs=_routed(2 * IN_FLIGHT, proxies),
    )


def _routed(pool_size: int, proxies: ProxyRoutes) -> dict[str, Any]:
    return {"transport": RoutedTransport(proxies, httpx.Limits(max_connections=pool_size))}


class PollingRequest(HTTPXRequest):
    """The requests that ask for updates; ``answered_at`` (seconds, monotonic) is when one was last answered well."""

    def __init__(self, proxies: ProxyRoutes = DIRECT) -> None:
        # An interrupted poll can keep its connection checked out: with a single one everything would stand still.
        super().__init__(
            connection_pool_size=8,
            connect_timeout=10.0,
            read_timeout=10.0,
            pool_timeout=5.0,
            httpx_kwargs=_routed(8, proxies),
        )
        self.answered_at = monotonic()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        if status < 300:
            self.answered_at = monotonic()
            body = drop_unreadable_updates(body)
        return status, body


def drop_unreadable_updates(body: bytes) -> bytes:
    """The answer to a poll, with every update that the library can't read replaced by its bare number.

    One such update would break every poll, and since it is never confirmed it would come back for ever.
    """
    try:
        answer = json.loads(body)
        updates = answer["result"]
        clean = [update if _can_be_read(update) else {"update_id": update["update_id"]} for update in updates]
    except (ValueError, TypeError, KeyError):
        return body  # not an answer with updates: the library says what it is
    if clean == updates:
        return body
    log.error("Telegram sent an update that could not be read; it is left out")
    return json.dumps(answer | {"result": clean}).encode()


def _can_be_read(update: Any) -> bool:
    try:
        Update.de_json(update, None)
    except Exception:
        return False
    return True


def build_application(
    token: str,
    api_url: str,
    sending: BaseRequest,
    polling: PollingRequest | None,
    rate_limiter: TelegramRateLimiter,
    update_processor: BaseUpdateProcessor,
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
        .rate_limiter(rate_limiter)
        .concurrent_updates(update_processor)
        .job_queue(None)
    )
    return builder.updater(None).build() if polling is None else builder.get_updates_request(polling).build()
