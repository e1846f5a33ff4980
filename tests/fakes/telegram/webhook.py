"""Delivering updates to the bot's own web address."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram.links import InvalidLink, checked_link
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.updates import Update, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
PORTS = (80, 88, 443, 8443)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def check_address(url: str) -> None:
    """Only HTTPS and four ports; plain HTTP on this machine passes, as with a server run with `--local`."""
    parts = urlsplit(url)
    if parts.hostname in LOOPBACK:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    try:
        checked_link(url)
    except InvalidLink as problem:
        raise bad_request(f"bad webhook: {problem}") from None
    if (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def check_secret(secret: str) -> None:
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")


class Webhook:
    """One update after the other; anything but a 2xx is tried again, `attempts` times in all.

    `routes` maps a public address to one on this machine, as DNS and a proxy would:
    `{"https://bot.example": "http://127.0.0.1:8080"}`. `pause` is the time between attempts in seconds.
    """

    def __init__(self, updates: UpdateQueue, now: Callable[[], float]) -> None:
        self.updates = updates
        self.now = now
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        self.routes: dict[str, str] = {}
        self.attempts = 5
        self.pause = 0.02
        self.statuses: list[int] = []
        """What the bot's address answered, attempt by attempt; 0 for no answer."""
        self.last_error: tuple[int, str] | None = None
        self._worker: asyncio.Task[None] | None = None

    async def set(self, url: str, secret: str, max_connections: int) -> None:
        await self.stop()
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self.last_error = None
        if url:
            self._worker = asyncio.create_task(self._work())

    async def stop(self) -> None:
        self.url, worker, self._worker = "", self._worker, None
        if worker is not None:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker

    def as_json(self) -> dict[str, Any]:
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if self.url:
            info["max_connections"] = self.max_connections
        if self.last_error:
            info |= {"last_error_date": self.last_error[0], "last_error_message": self.last_error[1]}
        return info | ({"allowed_updates": self.updates.allowed_names} if self.updates.allowed_names else {})

    async def _work(self) -> None:
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                update = await self.updates.first()
                await self._deliver(session, update)
                self.updates.confirm(update)

    async def _deliver(self, session: aiohttp.ClientSession, update: Update) -> None:
        for _ in range(self.attempts):
            status = await self._attempt(session, update)
            self.statuses.append(status)
            if 200 <= status < 300:
                return
            await asyncio.sleep(self.pause)

    async def _attempt(self, session: aiohttp.ClientSession, update: Update) -> int:
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with session.post(self._target(), json=update, headers=headers) as response:
                if response.status >= 300:
                    self._note(f"Wrong response from the webhook: {response.status} {response.reason}")
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            self._note("Connection refused")
            return 0

    def _target(self) -> str:
        for public, local in self.routes.items():
            if self.url.startswith(public):
                return local + self.url.removeprefix(public)
        return self.url

    def _note(self, text: str) -> None:
        self.last_error = (int(self.now()), text)
