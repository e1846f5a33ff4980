"""What a mail server's reply means, by when it came. Pure; the only place that knows reply codes.

Codes: RFC 5321 4.2, enhanced ones: RFC 3463 and RFC 7505, 7372. A server's words are never passed on: they repeat the
address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
# No such mailbox, bad address, moved away, null MX, disabled: X.1.1, X.1.3, X.1.6, X.1.10, X.2.1.
NO_MAILBOX: Final = frozenset({"5.1.1", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_ACCEPTS_NO_MAIL: Final = 556  # RFC 7504
_CLOSING: Final = 421


class Stage(Enum):
    """How far a mail had come."""

    CONNECT = "connecting"
    LOGIN = "logging in"
    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"


class Verdict(Enum):
    """What to do about a reply."""

    SERVER_BUSY = auto()
    SENDER_REFUSED = auto()
    MAILBOX_BUSY = auto()
    NO_MAILBOX = auto()
    POLICY = auto()
    REJECTED = auto()


@dataclass(frozen=True, slots=True)
class Reply:
    """A refusal: ``code`` is 0 where there was none, ``enhanced`` '' likewise."""

    stage: Stage
    code: int = 0
    enhanced: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.code or "no answer"), self.enhanced, "at", self.stage.value)))


def parse_enhanced(text: str) -> str:
    """The enhanced code that a reply's text begins with, '' for none."""
    found = _ENHANCED.match(text)
    return found[1] if found else ""


def verdict_of(reply: Reply) -> Verdict:
    """What a reply means for this mail, its address, or everything that is to be sent."""
    if reply.code == _CLOSING:
        return Verdict.SERVER_BUSY
    if reply.stage in (Stage.CONNECT, Stage.LOGIN, Stage.SENDER):
        return _before_the_address(reply)
    if reply.code < 500:
        return Verdict.MAILBOX_BUSY
    if reply.enhanced in NO_MAILBOX or reply.code == _ACCEPTS_NO_MAIL:
        return Verdict.NO_MAILBOX
    return Verdict.POLICY if reply.enhanced.startswith("5.7.") else Verdict.REJECTED


def _before_the_address(reply: Reply) -> Verdict:
    """Who can't log in, or not protect the way, will not be able to a minute later."""
    if reply.code >= 500 or (reply.code == 0 and reply.stage is Stage.LOGIN):
        return Verdict.SENDER_REFUSED
    return Verdict.SERVER_BUSY
