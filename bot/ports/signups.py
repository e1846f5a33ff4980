"""Who asked for digests somewhere that has to be confirmed first, and the links that lead back to a chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol, runtime_checkable

from bot.chats import ChatAddress, Platform
from bot.i18n import LazyText


@dataclass(frozen=True, slots=True)
class SignupWish:
    """What somebody asks for: ``topics`` as typed; ``hour``, ``zone`` and ``days`` (Monday 0) as in
    :class:`bot.chats.ChatSettings`, None and '' and nothing for the usual ones."""

    topics: tuple[str, ...]
    hour: time | None = None
    zone: str = ""
    days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Signup:
    """A wish that its address has to confirm. Moments UTC. ``sent_at`` is when the question was sent, None while it
    waits (not before ``not_before``)."""

    id: int
    platform: Platform
    address: str
    wish: SignupWish
    created_at: datetime
    sent_at: datetime | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChatLink:
    """What a chat is called in links that are sent to it. ``generation`` rises when all older links are made void."""

    chat_id: int
    public_id: str
    generation: int


class SignupRepository(Protocol):
    """Signups, links and quotas of one unit of work."""

    async def add(self, platform: Platform, address: str, wish: SignupWish, at: datetime) -> None:
        """Stores a wish; the question waits to be sent."""
        ...

    async def waiting(self, platform: Platform, now: datetime, limit: int) -> list[Signup]:
        """Those whose question is to be sent, oldest first."""
        ...

    async def set_token(self, signup_id: int, token_hash: str, sent_at: datetime) -> bool:
        """From now on it is confirmed by this token, and its question counts as sent; False, and nothing is changed,
        where it does already."""
        ...

    async def postpone(self, signup_id: int, until: datetime) -> None:
        """The question was surely not sent: again at that moment."""
        ...

    async def find(self, token_hash: str) -> Signup | None:
        """The signup that a token confirms, None for an unknown one."""
        ...

    async def mark_confirmed(self, signup_id: int, at: datetime) -> None:
        """It was confirmed."""
        ...

    async def discard(self, signup_id: int) -> None:
        """Forgets it."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forgets signups that were sent before then, and uses of quotas a month before then."""
        ...

    async def count_uses(self, scope: str, since: datetime) -> int:
        """How often something limited was done since a moment."""
        ...

    async def record_use(self, scope: str, at: datetime) -> None:
        """It was done once more."""
        ...

    async def link_of(self, chat_id: int) -> ChatLink:
        """The chat's link, made at the first time."""
        ...

    async def known_link(self, chat_id: int) -> ChatLink | None:
        """The chat's link, None where none was made yet."""
        ...

    async def find_link(self, public_id: str) -> ChatLink | None:
        """Whose link it is."""
        ...

    async def installation_key(self) -> bytes:
        """The installation's secret, 32 random bytes, made at the first time."""
        ...


@runtime_checkable
class AddressSignup(Protocol):
    """A platform that people join by an address of theirs, which has to be confirmed there."""

    async def request_signup(self, typed: str, wish: SignupWish, asked_by: ChatAddress, person: str) -> LazyText:
        """Sends the question to the address, within the limits; what is said to whoever asked is the same whether the
        address is known or not. Raises InputError for something that is no address, or at the limit of whoever
        asks."""
        ...
