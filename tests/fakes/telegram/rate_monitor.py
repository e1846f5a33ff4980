"""Counting what a bot sends against Telegram's limits."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict, deque
from collections.abc import Callable

from tests.fakes.loop_watch import LoopWatch
from tests.fakes.telegram.chats import Account, ChatState
from tests.fakes.telegram.refusals import TelegramRefusal, too_many_requests


@dataclasses.dataclass(frozen=True, slots=True)
class MessageLimit:
    """At most `messages` in any `seconds`."""

    messages: int
    seconds: float


Scope = tuple[int, int]
"""A chat, and who alone sees it there; 0 for all."""

BOT = MessageLimit(30, 1)
"""Of one bot, to all chats together (core.telegram.org/bots/faq)."""
GROUP = MessageLimit(20, 60)
"""Of one bot, to one group (core.telegram.org/bots/faq); what one member alone sees is counted for that member."""


@dataclasses.dataclass(frozen=True, slots=True)
class LimitViolation:
    limit: MessageLimit
    chat_id: int
    count: int
    """Messages within the limit's time, this one included."""
    at: float


@dataclasses.dataclass(slots=True)
class _Flood:
    retry_after: int
    times: int | None


class RateMonitor:
    """Records every message over a limit in `violations`; with `enforced` also answers it with 429.

    `clock` counts seconds; the default of the server is the real monotonic clock. Where this process was held up, what
    comes all at once then came at some moment since it was last surely awake: only what is surely
    too much is recorded.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.enforced = False
        self.violations: list[LimitViolation] = []
        self._sent: defaultdict[MessageLimit, defaultdict[Scope, deque[float]]] = defaultdict(
            lambda: defaultdict(deque)
        )
        self._floods: dict[int | None, _Flood] = {}
        self.watch = LoopWatch(clock)

    def flood(self, chat_id: int | None, retry_after: int, times: int | None) -> None:
        self._floods[chat_id] = _Flood(retry_after, times)

    def calm(self, chat_id: int | None = None) -> None:
        """End a scripted flood; for None all of them."""
        for scripted in list(self._floods) if chat_id is None else [chat_id]:
            self._floods.pop(scripted, None)

    def check(self, room: ChatState, receiver: Account | None = None) -> None:
        """Raises the 429 that a message to this chat, or to one member of it alone, gets now; else counts it."""
        for chat_id in (room.id, None):
            self._check_script(chat_id)
        now, limits = self.clock(), self._limits(room, receiver)
        over = [violation for limit, scope in limits if (violation := self._over(limit, scope, room, now))]
        self.violations += over
        if over and self.enforced:
            raise max((self._refusal(limit, scope, now) for limit, scope in limits), key=_retry_after)
        earliest = now - self.watch.longest_wait()
        for limit, scope in limits:
            self._sent[limit][scope].append(earliest)

    def _limits(self, room: ChatState, receiver: Account | None) -> list[tuple[MessageLimit, Scope]]:
        bot, group = (BOT, (0, 0)), (GROUP, (room.id, receiver.id if receiver else 0))
        return [bot] if room.kind == "private" else [bot, group]

    def _check_script(self, scope: int | None) -> None:
        script = self._floods.get(scope)
        if script is None:
            return
        if script.times is not None:
            script.times -= 1
            if script.times <= 0:
                del self._floods[scope]
        raise too_many_requests(script.retry_after)

    def _over(self, limit: MessageLimit, scope: Scope, room: ChatState, now: float) -> LimitViolation | None:
        sent = self._sent[limit][scope]
        while sent and sent[0] <= now - limit.seconds:
            sent.popleft()
        count = len(sent) + 1
        return LimitViolation(limit, room.id, count, now) if count > limit.messages else None

    def _refusal(self, limit: MessageLimit, scope: Scope, now: float) -> TelegramRefusal:
        sent = self._sent[limit][scope]
        full = len(sent) >= limit.messages
        return too_many_requests(max(1, math.ceil(sent[0] + limit.seconds - now)) if full else 1)


def _retry_after(refusal: TelegramRefusal) -> int:
    return refusal.parameters["retry_after"]
