"""How fast the bot may send: one rate limit for all chats, without bursts, answers to people before digests.

Telegram names about 30 messages a second for all chats together and 20 a minute for a group
(core.telegram.org/bots/faq). python-telegram-bot's own limiter waits inside the send, first come first served, and lets
59 messages go in its first second (measured), so a digest would be marked as being sent while it waits, and an answer
to a person would wait behind all of them. It also knows of one process only.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from enum import Enum
from math import ceil
from time import monotonic
from typing import Any, Final

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from adapters.telegram.client.errors import retry_seconds
from adapters.telegram.events.ephemeral import EPHEMERAL_PARAMETERS
from bot.errors import ErrorScope
from bot.ports import Clock, Cooldown, RateLimit
from bot.ports import RateLimiter as SharedPace
from bot.rate_limit import COOLDOWN_MEMORY, InMemoryRateLimiter, PriorityTurnQueue

A_SECOND: Final = 28
# What leaves a busy machine in one second may arrive in the next: the margin between 27 and 30 is for that (four
# workers and the database on two cores: up to 32 in a second without it). Turns come a little slower still, so that as
# a rule nothing queues at the send gate.
SEND_GATE: Final = 27 / 28
TURN_SHARE: Final = 26 / 28
EDITS: Final = frozenset({"editMessageText", "editEphemeralMessageText"})
PACED: Final = EDITS | {"sendMessage", "sendRichMessage", "sendDocument"}

# Eight at once and one in five seconds from then on: never more than 20 in any minute.
GROUP_GAP: Final = 5.0
GROUP_BURST: Final = 8
# An edit is no message: the 20 a minute are not about it, and whoever taps through settings makes one with every tap.
# Nothing is documented for edits; a person hardly taps faster than this for long.
EDIT_GAP: Final = 1.0
EDIT_BURST: Final = 20

# Telegram never says whether a 429 concerns the chat or the bot; several chats at once can only mean the bot.
CHATS_FOR_THE_BOT: Final = 3
AT_ONCE: Final = timedelta(seconds=10)
LISTEN_EVERY: Final = 1.0  # seconds

Outcome = Any


class TurnState(Enum):
    """Whether a request still has to wait for its turn."""

    NEEDED = "needed"
    TAKEN = "taken"


class TelegramRateLimiter(BaseRateLimiter[TurnState]):
    """The rate limits; a 429 is remembered as a cooldown, and requests before its end don't leave the machine.

    ``shared`` is what all processes that speak for ``bot`` agree upon; without it this one is alone.

    A digest takes its turn before it is marked as being sent. Between that and the sending stands a commit: where the
    disk or the machine stalls, the turns of that time would all be used at once, by every process, on top of those that
    follow. So every request passes the send gate right before it leaves, one after the other, and nothing after the
    gate can wait.
    """

    def __init__(
        self, clock: Clock, a_second: float = A_SECOND, *, shared: SharedPace | None = None, bot: str = ""
    ) -> None:
        self._clock = clock
        self._shared = shared or InMemoryRateLimiter()
        self._bot = f"telegram:{bot}"
        self._turns = PriorityTurnQueue(self._shared, RateLimit(self._bot, 1 / (a_second * TURN_SHARE)))
        self._send_gate = PriorityTurnQueue(self._shared, RateLimit(f"{self._bot}:door", 1 / (a_second * SEND_GATE)))
        self._synced_at = -LISTEN_EVERY
        self.cooldowns = Cooldowns(clock)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def turn(self) -> None:
        """Waits for a digest's turn."""
        await self._turns.wait_turn()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Outcome]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: TurnState | None,
    ) -> Outcome:
        if endpoint not in PACED:
            return await callback(*args, **kwargs)
        chat = str(data.get("chat_id", ""))
        await self._check_allowed(chat, _group_limit(self._bot, chat, endpoint, data))
        is_reply = rate_limit_args is not TurnState.TAKEN
        if is_reply:
            await self._turns.wait_turn(urgent=True)
        await self._send_gate.wait_turn(urgent=is_reply)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as refusal:
            await self._record_refusal(chat, retry_seconds(refusal))
            raise

    async def _check_allowed(self, chat: str, limit: RateLimit | None) -> None:
        """Raises RetryAfter while a cooldown lasts, or where a group got as much as it may in a minute."""
        if monotonic() >= self._synced_at + LISTEN_EVERY:
            await self._sync_cooldowns()
        self.cooldowns.check(chat)
        if limit and (seconds := await self._shared.try_acquire(limit)):
            raise RetryAfter(ceil(seconds))

    async def _record_refusal(self, chat: str, seconds: float) -> None:
        await self._shared.start_cooldown(self._bot, self.cooldowns.record(chat, seconds))
        await self._sync_cooldowns()

    async def _sync_cooldowns(self) -> None:
        """Takes over the cooldowns that other processes were given."""
        self._synced_at = monotonic()
        for cooldown in await self._shared.cooldowns(self._bot, self._clock.now()):
            self.cooldowns.add(cooldown)


def _group_limit(bot: str, chat: str, endpoint: str, data: dict[str, Any]) -> RateLimit | None:
    """What a group may get of this kind: messages, those that one person alone sees (counted for that person), and
    edits each have an allowance of their own. None for a private chat."""
    if not chat.startswith("-"):
        return None
    if endpoint in EDITS:
        return RateLimit(f"{bot}:{chat}:edits", EDIT_GAP, EDIT_BURST)
    receiver = data.get(EPHEMERAL_PARAMETERS, {}).get("receiver_user_id")
    scope = f"{bot}:{chat}:{receiver}" if receiver else f"{bot}:{chat}"
    return RateLimit(scope, GROUP_GAP, GROUP_BURST)


class Cooldowns:
    """What Telegram asked to wait for, chat by chat and for the bot as a whole."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[str, Cooldown] = {}
        self._bot: datetime | None = None

    def record(self, chat: str, seconds: float) -> Cooldown:
        """Remembers a 429 that says to wait this many seconds; one is added, as clocks differ."""
        now = self._clock.now()
        cooldown = Cooldown(chat, now, now + timedelta(seconds=seconds + 1))
        self.add(cooldown)
        return cooldown

    def add(self, cooldown: Cooldown) -> None:
        """Remembers a 429, whoever got it."""
        if self._chats.get(cooldown.chat) == cooldown:
            return
        now = self._clock.now()
        self._chats = {chat: one for chat, one in self._chats.items() if max(one.until, one.at + COOLDOWN_MEMORY) > now}
        self._chats[cooldown.chat] = cooldown
        at_once = [one for one in self._chats.values() if abs(one.at - cooldown.at) <= AT_ONCE]
        if len(at_once) >= CHATS_FOR_THE_BOT:
            self._bot = max(cooldown.until, self._bot or cooldown.until)

    def until(self, chat: str) -> tuple[datetime, ErrorScope] | None:
        """When the chat may be written to again (UTC) and how far the cooldown reaches; None: now."""
        now = self._clock.now()
        if self._bot and self._bot > now:
            return self._bot, ErrorScope.BOT
        cooldown = self._chats.get(chat)
        return (cooldown.until, ErrorScope.CHAT) if cooldown and cooldown.until > now else None

    def check(self, chat: str) -> None:
        """Raises RetryAfter, as Telegram would answer, while a cooldown lasts."""
        cooldown = self.until(chat)
        if cooldown is not None:
            raise RetryAfter(ceil((cooldown[0] - self._clock.now()).total_seconds()))
