"""How fast a bot may speak, and who does what only one may do: agreed upon by all processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One allowance. ``name`` is unique over all platforms; ``interval`` is how many seconds lie between two turns in
    the long run (0: no limit), ``burst`` how many may follow each other at once after a rest."""

    name: str
    interval: float
    burst: int = 1


class Reservation(NamedTuple):
    """Turns that nobody else gets: the first in ``wait`` seconds, the others ``interval`` seconds after one another."""

    wait: float
    interval: float


@dataclass(frozen=True, slots=True)
class Cooldown:
    """A platform refused a message to ``chat`` at ``at`` and asked to wait until ``until`` (UTC)."""

    chat: str
    at: datetime
    until: datetime


class RateLimiter(Protocol):
    """The allowances of bots, workspaces, chats and methods; those of one name are one, whichever process asks."""

    async def reserve(self, limit: RateLimit, turns: int = 1) -> Reservation:
        """Books the next free turns, without a burst; what is booked and not used is lost."""
        ...

    async def try_acquire(self, limit: RateLimit) -> float:
        """Counts one message and returns 0 if there is room for it now, else the seconds until there is."""
        ...

    async def throttle(self, limit: RateLimit) -> None:
        """Doubles the intervals of the limit for ten minutes from now, each time once more up to eight times."""
        ...

    async def start_cooldown(self, bot: str, cooldown: Cooldown) -> None:
        """Tells every process of a refusal."""
        ...

    async def cooldowns(self, bot: str, now: datetime) -> Sequence[Cooldown]:
        """The refusals of a bot whose time is not over, and those of the last minute."""
        ...


class Leases(Protocol):
    """What only one process may do at a time."""

    async def acquire(self, name: str, owner: str, duration: timedelta) -> bool:
        """Takes or prolongs a lease from now on; False while another owner has it."""
        ...

    async def release(self, name: str, owner: str) -> None:
        """Ends a lease before its time; nothing where it is another's."""
        ...
