"""Addresses of other programs that take a chat's digests. Each is a chat of its own, which another chat asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.chats import ChatAddress


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the messages of ``chat_id`` are posted to. Moments UTC.

    ``secret`` signs them, ``previous_secret`` as well until ``previous_until``. ``failures`` counts the failed tries
    since the last success, the first of them at ``failing_since``.
    """

    chat_id: int
    owner_chat_id: int
    url: str
    secret: str = field(repr=False)
    created_at: datetime
    previous_secret: str = field(default="", repr=False)
    previous_until: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Those that sign at that moment, the newest first."""
        valid = self.previous_secret and self.previous_until is not None and now < self.previous_until
        return (self.secret, self.previous_secret) if valid else (self.secret,)


class EndpointRepository(Protocol):
    """The endpoints of one unit of work; erasing its chat erases an endpoint."""

    async def add(self, endpoint: Endpoint) -> None:
        """Stores a new one."""
        ...

    async def find(self, chat_id: int) -> Endpoint | None:
        """That of a chat, None for any other chat."""
        ...

    async def owned_by(self, chat_id: int) -> list[Endpoint]:
        """Those that a chat asked for, the oldest first."""
        ...

    async def save(self, endpoint: Endpoint) -> None:
        """Writes it over the row of its chat; nothing where that is gone."""
        ...


@runtime_checkable
class EndpointPlatform(Protocol):
    """A platform whose chats are endpoints."""

    def read_url(self, typed: str) -> str:
        """The address as it is stored. Raises InputError for one that can't be an endpoint."""
        ...

    def title_of(self, url: str) -> str:
        """What an endpoint is called where others may read it: no path, no query."""
        ...

    def new_address(self) -> ChatAddress:
        """The address of one more chat."""
        ...

    def new_secret(self) -> str:
        """A secret as its owner is shown it."""
        ...

    async def ping(self, url: str, secrets: Sequence[str]) -> None:
        """Has the endpoint answer a signed test. Raises InputError that says in which way it did not; it tells neither
        an address nor what came back."""
        ...
