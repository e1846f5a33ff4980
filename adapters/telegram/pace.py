"""How fast the bot may send: one allowance for all chats, without bursts, answers to people before digests.

Telegram names about 30 messages a second for all chats together (core.telegram.org/bots/faq). python-telegram-bot's own
limiter waits inside the send, first come first served, and lets 59 messages go in its first second (measured), so a
digest would be marked as on its way while it waits, and a person's answer would wait behind all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from enum import Enum
from math import ceil
from typing import Any, Final

from aiolimiter import AsyncLimiter
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from adapters.telegram.errors import seconds
from bot.errors import Scope
from bot.ports import Clock

A_SECOND: Final = 28
PACED: Final = frozenset({"sendMessage", "sendDocument", "editMessageText"})

# The limiter wakes the smallest request that waits, so an answer asks for a hair less than a digest.
ANSWER: Final = 0.999
DIGEST: Final = 1.0

# Telegram never says whether a 429 concerns the chat or the bot; several chats at once can only mean the bot.
CHATS_FOR_THE_BOT: Final = 3
AT_ONCE: Final = timedelta(seconds=10)

Outcome = Any


class Turn(Enum):
    """Whether a request still has to wait for its turn."""

    NEEDED = "needed"
    TAKEN = "taken"


class Pace(BaseRateLimiter[Turn]):
    """The allowance; a 429 is remembered, and requests before its end don't leave the machine."""

    def __init__(self, clock: Clock, a_second: float = A_SECOND) -> None:
        self._limiter = AsyncLimiter(1, 1 / a_second)
        self.pauses = Pauses(clock)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def turn(self) -> None:
        """Waits for a digest's turn."""
        await self._limiter.acquire(DIGEST)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Outcome]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Turn | None,
    ) -> Outcome:
        if endpoint not in PACED:
            return await callback(*args, **kwargs)
        chat = str(data.get("chat_id", ""))
        self.pauses.check(chat)
        if rate_limit_args is not Turn.TAKEN:
            await self._limiter.acquire(ANSWER)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as refusal:
            self.pauses.note(chat, seconds(refusal))
            raise


class Pauses:
    """What Telegram asked to wait for, chat by chat and for the bot as a whole."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[str, datetime] = {}
        self._bot: datetime | None = None
        self._recent: deque[tuple[datetime, str]] = deque(maxlen=100)

    def note(self, chat: str, wait: float) -> None:
        """Remembers a 429 that says to wait this many seconds; one is added, as clocks differ."""
        now = self._clock.now()
        until = now + timedelta(seconds=wait + 1)
        self._chats = {key: end for key, end in self._chats.items() if end > now} | {chat: until}
        self._recent.append((now, chat))
        if len({each for at, each in self._recent if now - at <= AT_ONCE}) >= CHATS_FOR_THE_BOT:
            self._bot = max(until, self._bot or until)

    def until(self, chat: str) -> tuple[datetime, Scope] | None:
        """When the chat may be written to again (UTC) and how far the pause reaches; None: now."""
        now = self._clock.now()
        if self._bot and self._bot > now:
            return self._bot, Scope.BOT
        end = self._chats.get(chat)
        return (end, Scope.CHAT) if end and end > now else None

    def check(self, chat: str) -> None:
        """Raises what Telegram would answer while a pause lasts."""
        pause = self.until(chat)
        if pause is not None:
            raise RetryAfter(ceil((pause[0] - self._clock.now()).total_seconds()))
