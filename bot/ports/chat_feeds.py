"""A chat's digests as a feed at a secret address, of which only a hash is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FeedAddresses:
    """Where one chat's digests can be read by whoever knows it, in two forms, and its topics as a list of feeds."""

    atom: str
    json: str
    opml: str


@dataclass(frozen=True, slots=True)
class ChatFeedState:
    """A feed as whoever asks for it finds it. ``title`` is the chat's, '' where nobody but its owner reads there.

    ``revoked``: it was ended, and stays so. ``version`` tells what it shows from what it showed before.
    """

    chat_id: int
    title: str
    revoked: bool
    version: tuple[object, ...]


class ChatFeedRepository(Protocol):
    """The feeds of chats, in one unit of work. Moments UTC."""

    async def opened_at(self, chat_id: int) -> datetime | None:
        """When the chat's feed was opened, None where it has none."""
        ...

    async def open_feed(self, chat_id: int, token_hash: str, at: datetime) -> None:
        """From now on the chat's digests are read by this token, and by no older one."""
        ...

    async def revoke(self, chat_id: int, at: datetime) -> bool:
        """Ends the chat's feed; False where it has none."""
        ...

    async def state(self, token_hash: str, since: datetime) -> ChatFeedState | None:
        """The feed of a token with the digests planned since then, None for an unknown one; one query."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forgets the feeds that ended before then."""
        ...
