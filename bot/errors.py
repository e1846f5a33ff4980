"""Everything that can go wrong, named by what to do about it.

PaperboyError
├── InputError           tell the person, change nothing
├── SourceUnavailable    ask the source again, not before ``retry_at``
└── DeliveryError        a message did not (surely) arrive
    ├── ChatUnavailable  pause the chat with the reason, keep everything, tell its owner where known
    ├── ChatIdChanged    rewrite the address, go on
    ├── RetryLater       that scope waits until ``at``, the others go on
    ├── OutcomeUnknown   nobody can say whether it was sent: the delivery is uncertain
    ├── NotAuthorised    pause that bot or workspace; its rows stay pending; tell the operator
    └── MessageRejected  a bug of ours: failed, visible, never retried for ever

Errors carry plain data only, so that every layer may raise and read them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.i18n import LazyText


class PaperboyError(Exception):
    """The root of the tree."""


class InputError(PaperboyError):
    """What the person asked for can't be done as said.

    ``message`` says what is wrong in kind words, ``input`` repeats what was typed, ``span`` is the half-open range of
    characters in it that is meant (None: the whole), ``suggestions`` are whole commands that would work.
    """

    def __init__(
        self,
        message: LazyText,
        *,
        input: str = "",
        span: tuple[int, int] | None = None,
        suggestions: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message.msgid)
        self.message = message
        self.input = input
        self.span = span
        self.suggestions = suggestions


class SourceUnavailable(PaperboyError):
    """A source did not answer as it should; ``retry_at`` (UTC) is when to ask again, None: at the next poll."""

    def __init__(self, reason: str, retry_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_at = retry_at


class DeliveryError(PaperboyError):
    """A message did not surely arrive; ``reason`` is short plain text for the operator, without secrets or content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnavailableReason(StrEnum):
    """Why a chat can't be written to."""

    BLOCKED = "blocked"
    KICKED = "kicked"
    DEACTIVATED = "deactivated"
    DELETED = "deleted"
    ARCHIVED = "archived"
    NO_RIGHT_TO_POST = "no right to post"
    THREAD_CLOSED = "thread closed"
    NOT_A_MEMBER = "not a member"
    NO_MAILBOX = "no mailbox"
    ENDPOINT_GONE = "endpoint gone"
    ENDPOINT_FAILING = "endpoint failing"  # for days
    UNINSTALLED = "uninstalled"  # the whole workspace took the bot away
    MOVED = "moved"  # its bot was replaced by one that may not write there before somebody there writes to it


class ChatUnavailable(DeliveryError):
    """The chat can't be written to until somebody changes that."""

    def __init__(self, cause: UnavailableReason, reason: str = "") -> None:
        super().__init__(reason or cause.value)
        self.cause = cause


class ChatIdChanged(DeliveryError):
    """The chat has a new id on its platform (a group that became a supergroup)."""

    def __init__(self, new_chat_id: str) -> None:
        super().__init__("moved")
        self.new_chat_id = new_chat_id


class ErrorScope(StrEnum):
    """How far a platform's refusal reaches."""

    CHAT = "chat"
    WORKSPACE = "workspace"
    BOT = "bot"


class RetryLater(DeliveryError):
    """Surely not sent; ``scope`` waits until ``at`` (UTC)."""

    def __init__(self, at: datetime, scope: ErrorScope, reason: str) -> None:
        super().__init__(reason)
        self.at = at
        self.scope = scope


class OutcomeUnknown(DeliveryError):
    """The platform may have taken the message, or not."""


class NotAuthorised(DeliveryError):
    """The token or installation is refused for the whole ``scope``."""

    def __init__(self, scope: ErrorScope, reason: str) -> None:
        super().__init__(reason)
        self.scope = scope


class MessageRejected(DeliveryError):
    """The platform refuses the message itself, also in its plainest form."""
