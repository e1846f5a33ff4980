"""From verdicts to the core's errors; waits grow with each refusal in a row, as long as the process lives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from adapters.email.client.error_table import Reply, Verdict, verdict_of
from bot.errors import (
    ChatUnavailable,
    DeliveryError,
    ErrorScope,
    MessageRejected,
    NotAuthorised,
    RetryLater,
    UnavailableReason,
)
from bot.ports import Clock

SERVER_WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
# Greylisting asks for a minute to a day (RFC 6647); doubled up to two hours.
MAILBOX_WAIT: Final = timedelta(minutes=5)
_MAX_DOUBLINGS: Final = 5
# One server's policy may be about one address; from two it is about the sender.
POLICY_WINDOW: Final = timedelta(hours=1)
_MAX_REMEMBERED: Final = 10_000


class RefusalCounter:
    """Remembers what was refused of late."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._server_refusals = 0
        self._by_delivery: dict[str, int] = {}
        self._policy_refusals: dict[str, datetime] = {}

    def accepted(self, key: str) -> None:
        """The server took a mail."""
        self._server_refusals = 0
        self._by_delivery.pop(key, None)

    def error_of(self, reply: Reply, key: str, address: str) -> DeliveryError:
        """The core's error for the refusal of the delivery ``key`` to ``address``."""
        match verdict_of(reply):
            case Verdict.SERVER_BUSY:
                return RetryLater(self._next_server_try(), ErrorScope.BOT, str(reply))
            case Verdict.SENDER_REFUSED:
                return NotAuthorised(ErrorScope.BOT, str(reply))
            case Verdict.MAILBOX_BUSY:
                return RetryLater(self._next_mailbox_try(key), ErrorScope.CHAT, str(reply))
            case Verdict.NO_MAILBOX:
                return ChatUnavailable(UnavailableReason.NO_MAILBOX, str(reply))
            case Verdict.POLICY:
                return self._policy_error(reply, address)
        return MessageRejected(str(reply))

    def _next_server_try(self) -> datetime:
        wait = SERVER_WAITS[min(self._server_refusals, len(SERVER_WAITS) - 1)]
        self._server_refusals += 1
        return self._clock.now() + wait

    def _next_mailbox_try(self, key: str) -> datetime:
        if len(self._by_delivery) >= _MAX_REMEMBERED:
            self._by_delivery.clear()
        before = self._by_delivery.get(key, 0)
        self._by_delivery[key] = before + 1
        return self._clock.now() + MAILBOX_WAIT * (1 << min(before, _MAX_DOUBLINGS))

    def _policy_error(self, reply: Reply, address: str) -> DeliveryError:
        """Never the address's fault: it waits, and when another one is refused within the hour, all do."""
        now = self._clock.now()
        recent = {one: at for one, at in self._policy_refusals.items() if now - at < POLICY_WINDOW}
        self._policy_refusals = {**recent, address: now}
        if len(self._policy_refusals) > 1:
            return NotAuthorised(ErrorScope.BOT, f"{reply}: the server's policy is against this sender")
        return RetryLater(now + POLICY_WINDOW, ErrorScope.CHAT, str(reply))
