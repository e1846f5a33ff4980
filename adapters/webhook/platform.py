"""Webhooks as a platform: each endpoint is a chat, a digest is one signed POST."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Final
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from adapters.webhook import capabilities, signature
from adapters.webhook.body import digest_body, ping_body
from adapters.webhook.capabilities import CAPABILITIES, WEBHOOK
from adapters.webhook.client import PostResult, WebhookClient
from adapters.webhook.failures import after_failure, after_success, error_of
from bot.chats import Chat, ChatAddress, MessageRef
from bot.errors import ChatUnavailable, InputError, UnavailableReason
from bot.i18n import LazyText, t
from bot.ports import Clock, CommandHandler, Endpoint, LookupUnsupported, Storage
from bot.views import View

MAX_URL_LENGTH: Final = 2_000
HTTPS_PORT: Final = 443
_WRONG_URL: Final = t("A webhook needs an address that begins with https:// and has no name or password in it.")
_PING_PROBLEMS: Final[dict[PostResult, LazyText]] = {
    PostResult.NOT_PUBLIC: t("That address is not on the public internet, so I don’t call it."),
    PostResult.NOT_REACHED: t("I could not reach that address."),
    PostResult.UNKNOWN: t("That address took too long to answer, or broke off."),
    PostResult.GONE: t("That address answered 410: it takes nothing any more."),
}


class WebhookPlatform:
    """Implements :class:`paperboy.platforms.ConnectedPlatform` and :class:`bot.ports.EndpointPlatform`. ``schemes``
    and ``ports`` are what an address may have; None: any port."""

    platform = WEBHOOK
    capabilities = CAPABILITIES

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        client: WebhookClient | None = None,
        *,
        schemes: frozenset[str] = frozenset({"https"}),
        ports: frozenset[int] | None = frozenset({HTTPS_PORT}),
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._client = client or WebhookClient()
        self._schemes = schemes
        self._ports = ports

    # --- for deliveries

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        """One POST; ``key`` is its id in every try. Raises ChatUnavailable, RetryLater or OutcomeUnknown."""
        async with self._storage.read() as work:
            endpoint = await work.endpoints.find(chat.id)
        if endpoint is None:
            raise ChatUnavailable(UnavailableReason.DELETED, "no endpoint")
        now = self._clock.now()
        body = digest_body(view, chat.title, now)
        headers = signature.signed_headers(key, now, body, endpoint.secrets_at(now))
        outcome = await self._client.post(endpoint.url, headers, body)
        if outcome.result is PostResult.TAKEN:
            await self._record(endpoint, failed=False)
            return MessageRef(key)
        raise error_of(outcome, await self._record(endpoint, failed=True), self._clock.now())

    async def _record(self, endpoint: Endpoint, *, failed: bool) -> Endpoint:
        if not failed and not endpoint.failures:
            return endpoint
        async with self._storage.write() as work:
            current = await work.endpoints.find(endpoint.chat_id) or endpoint
            changed = after_failure(current, self._clock.now()) if failed else after_success(current)
            await work.endpoints.save(changed)
            await work.commit()
        return changed

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        """What was posted stays as it is."""

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> MessageRef | LookupUnsupported | None:
        return LookupUnsupported.UNSUPPORTED

    async def wait_turn(self, chat: ChatAddress) -> None:
        """Each endpoint is another host's business."""

    # --- for commands

    def read_url(self, typed: str) -> str:
        """Implements :class:`bot.ports.EndpointPlatform`; where it leads is decided at each connection."""
        try:
            url = urlsplit(typed)
            port = url.port or HTTPS_PORT
            host = (url.hostname or "").encode("idna").decode()
        except (ValueError, UnicodeError):
            raise InputError(_WRONG_URL, input=typed) from None
        plain = typed.isascii() and typed.isprintable() and " " not in typed and len(typed) <= MAX_URL_LENGTH
        if not plain or not host or url.scheme not in self._schemes or "@" in url.netloc or "\\" in typed:
            raise InputError(_WRONG_URL, input=typed)
        if self._ports is not None and port not in self._ports:
            raise InputError(t("A webhook’s address uses the usual port of https, 443."), input=typed)
        return url._replace(fragment="").geturl()

    def title_of(self, url: str) -> str:
        return urlsplit(url).hostname or ""

    def new_address(self) -> ChatAddress:
        return capabilities.new_address()

    def new_secret(self) -> str:
        return signature.new_secret()

    async def ping(self, url: str, secrets: Sequence[str]) -> None:
        now = self._clock.now()
        body = ping_body(now)
        outcome = await self._client.post(url, signature.signed_headers(token_hex(16), now, body, secrets), body)
        if outcome.result is not PostResult.TAKEN:
            answered = t("That address answered {status}; it must answer 200 to 299.", status=outcome.status)
            raise InputError(_PING_PROBLEMS.get(outcome.result, answered))

    # --- with people

    async def check_connection(self) -> str:
        """There is no account that could be refused."""
        return ""

    async def listen(self, handler: CommandHandler) -> None:
        """Endpoints ask nothing."""
        await asyncio.Event().wait()

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def close(self) -> None:
        await self._client.close()
