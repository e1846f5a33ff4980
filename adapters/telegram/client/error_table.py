"""What the Bot API server answers, and what is done about it: one row a case.

The words are those of the official server (tdlib/telegram-bot-api, ``Client.cpp``, and tdlib/td); they are looked for
in the description without regard to case, and the first row that fits decides. What is in no row is our mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.errors import GoneReason


class Does(Enum):
    """What is done about an answer."""

    WAIT = "the chat waits as long as it says, several at once the bot"
    MOVE = "the chat gets its new id and its message at once"
    PAUSE = "the chat is paused with the reason"
    PLAINER = "sent once more without markup and buttons, and reported"
    PIECES = "sent in shorter pieces of plain words, and reported"
    ALONE = "sent once more without being a reply"
    ALREADY = "nothing: it says that already"
    VANISHED = "nothing to change: the message is gone"
    TOO_LATE = "nothing: nobody waits for it any more"
    OPERATOR = "the bot is held back, its rows wait, the operator is told"
    RECEIVING = "receiving stops and tells why, sending goes on"
    DOUBT = "nobody knows: the delivery is uncertain"
    REPORT = "our mistake: failed, visible, not tried again"


@dataclass(frozen=True, slots=True)
class Case:
    """One answer: its HTTP status, words of its description in lower case, and what is done about it."""

    status: int
    says: str
    does: Does
    gone: GoneReason | None = None


def _pause(status: int, says: str, gone: GoneReason) -> Case:
    return Case(status, says, Does.PAUSE, gone)


CASES: Final = (
    Case(429, "too many requests", Does.WAIT),
    Case(400, "upgraded to a supergroup", Does.MOVE),
    # The person, the group, the channel.
    _pause(403, "bot was blocked by the user", GoneReason.BLOCKED),
    _pause(403, "can't initiate conversation", GoneReason.BLOCKED),
    _pause(403, "user is deactivated", GoneReason.DEACTIVATED),
    _pause(403, "bot can't send messages to", GoneReason.DEACTIVATED),  # to another bot
    _pause(403, "bot was kicked", GoneReason.KICKED),
    _pause(403, "is not a member", GoneReason.NOT_A_MEMBER),
    _pause(403, "group chat was deleted", GoneReason.DELETED),
    _pause(400, "chat not found", GoneReason.DELETED),
    _pause(400, "not enough rights", GoneReason.NO_RIGHT_TO_POST),
    _pause(400, "need administrator rights", GoneReason.NO_RIGHT_TO_POST),
    _pause(400, "have no write access", GoneReason.NO_RIGHT_TO_POST),
    _pause(400, "have no rights to send", GoneReason.NO_RIGHT_TO_POST),
    _pause(400, "chat_restricted", GoneReason.NO_RIGHT_TO_POST),
    _pause(400, "chat_write_forbidden", GoneReason.NO_RIGHT_TO_POST),
    _pause(400, "chat_send_plain_forbidden", GoneReason.NO_RIGHT_TO_POST),
    _pause(400, "message thread not found", GoneReason.THREAD_CLOSED),
    _pause(400, "topic_closed", GoneReason.THREAD_CLOSED),
    _pause(400, "topic_deleted", GoneReason.THREAD_CLOSED),
    # The message, which is drawn to fit: whatever of this comes shows a mistake in the drawing.
    Case(400, "can't parse entities", Does.PLAINER),
    Case(400, "can't parse inline keyboard", Does.PLAINER),
    Case(400, "button_", Does.PLAINER),
    Case(400, "reply_markup_too_long", Does.PLAINER),
    Case(400, "reply markup is too long", Does.PLAINER),
    Case(400, "keyboard button url", Does.PLAINER),
    Case(400, "wrong http url", Does.PLAINER),
    Case(400, "message is too long", Does.PIECES),
    Case(400, "text is too long", Does.PIECES),
    Case(400, "message to be replied not found", Does.ALONE),
    Case(400, "caption is too long", Does.REPORT),  # nothing of ours has a caption
    Case(400, "message text is empty", Does.REPORT),
    Case(400, "text must be non-empty", Does.REPORT),
    Case(400, "chat_id is empty", Does.REPORT),
    Case(400, "too many inline query results", Does.REPORT),
    Case(400, "wrong file identifier", Does.REPORT),  # files are uploaded, never named
    Case(400, "failed to get http url content", Does.REPORT),
    # A message that stands there already, and a press.
    Case(400, "message is not modified", Does.ALREADY),
    Case(400, "message to edit not found", Does.VANISHED),
    Case(400, "message to delete not found", Does.VANISHED),
    Case(400, "message can't be edited", Does.VANISHED),
    Case(400, "message_id_invalid", Does.VANISHED),
    Case(400, "no text in the message to edit", Does.VANISHED),
    Case(400, "query is too old", Does.TOO_LATE),
    # The bot itself.
    Case(400, "logged out", Does.OPERATOR),
    Case(401, "unauthorized", Does.OPERATOR),
    Case(404, "not found", Does.OPERATOR),
    Case(409, "terminated by other getupdates", Does.RECEIVING),
    Case(409, "can't use getupdates", Does.RECEIVING),
    Case(409, "terminated by setwebhook", Does.RECEIVING),
    # The server may fail after it sent.
    Case(500, "internal server error", Does.DOUBT),
    Case(502, "bad gateway", Does.DOUBT),
    Case(503, "service unavailable", Does.DOUBT),
    Case(504, "gateway timeout", Does.DOUBT),
)


def case_of(statuses: frozenset[int], words: str) -> Case | None:
    """The row for an answer with one of these statuses; None where nobody foresaw it."""
    said = words.casefold()
    return next((case for case in CASES if case.status in statuses and case.says in said), None)
