"""What the Bot API server answers, and what is done about it: one row a case.

The words are those of the official server (tdlib/telegram-bot-api, ``Client.cpp``, and tdlib/td); they are looked for
in the description without regard to case, and the first row that fits decides. What is in no row is a bug of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.errors import UnavailableReason


class TelegramRemedy(Enum):
    """What is done about an answer."""

    WAIT = "the chat waits as long as it says, several at once the bot"
    MIGRATE = "the chat gets its new id and its message at once"
    PAUSE = "the chat is paused with the reason"
    RETRY_PLAIN = "sent once more without markup and buttons, and reported"
    SPLIT = "sent in shorter pieces of plain words, and reported"
    WITHOUT_REPLY = "sent once more without being a reply"
    ALREADY_APPLIED = "nothing: it says that already"
    MESSAGE_GONE = "nothing to change: the message is gone"
    QUERY_EXPIRED = "nothing: nobody waits for it any more"
    HOLD_AND_ALERT = "the bot is held back, its rows wait, the operator is told"
    STOP_RECEIVING = "receiving stops and tells why, sending goes on"
    UNCERTAIN = "nobody knows: the delivery is uncertain"
    FAIL = "our mistake: failed, visible, not tried again"


@dataclass(frozen=True, slots=True)
class TelegramErrorRule:
    """One answer: its HTTP status, words of its description in lower case, and what is done about it."""

    status: int
    contains: str
    remedy: TelegramRemedy
    unavailable_reason: UnavailableReason | None = None


def _pauses_chat(status: int, contains: str, reason: UnavailableReason) -> TelegramErrorRule:
    return TelegramErrorRule(status, contains, TelegramRemedy.PAUSE, reason)


ERROR_RULES: Final = (
    TelegramErrorRule(429, "too many requests", TelegramRemedy.WAIT),
    TelegramErrorRule(400, "upgraded to a supergroup", TelegramRemedy.MIGRATE),
    # The person, the group, the channel.
    _pauses_chat(403, "bot was blocked by the user", UnavailableReason.BLOCKED),
    _pauses_chat(403, "can't initiate conversation", UnavailableReason.BLOCKED),
    _pauses_chat(403, "user is deactivated", UnavailableReason.DEACTIVATED),
    _pauses_chat(403, "bot can't send messages to", UnavailableReason.DEACTIVATED),  # to another bot
    _pauses_chat(403, "bot was kicked", UnavailableReason.KICKED),
    _pauses_chat(403, "is not a member", UnavailableReason.NOT_A_MEMBER),
    _pauses_chat(403, "group chat was deleted", UnavailableReason.DELETED),
    _pauses_chat(400, "chat not found", UnavailableReason.DELETED),
    _pauses_chat(400, "not enough rights", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_chat(400, "need administrator rights", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_chat(400, "have no write access", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_chat(400, "have no rights to send", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_chat(400, "chat_restricted", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_chat(400, "chat_write_forbidden", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_chat(400, "chat_send_plain_forbidden", UnavailableReason.NO_RIGHT_TO_POST),
    _pauses_chat(400, "message thread not found", UnavailableReason.THREAD_CLOSED),
    _pauses_chat(400, "topic_closed", UnavailableReason.THREAD_CLOSED),
    _pauses_chat(400, "topic_deleted", UnavailableReason.THREAD_CLOSED),
    # The message, which is rendered to fit: any of these answers shows a bug in the renderer.
    TelegramErrorRule(400, "can't parse entities", TelegramRemedy.RETRY_PLAIN),
    TelegramErrorRule(400, "can't parse inline keyboard", TelegramRemedy.RETRY_PLAIN),
    TelegramErrorRule(400, "button_", TelegramRemedy.RETRY_PLAIN),
    TelegramErrorRule(400, "reply_markup_too_long", TelegramRemedy.RETRY_PLAIN),
    TelegramErrorRule(400, "reply markup is too long", TelegramRemedy.RETRY_PLAIN),
    TelegramErrorRule(400, "keyboard button url", TelegramRemedy.RETRY_PLAIN),
    TelegramErrorRule(400, "wrong http url", TelegramRemedy.RETRY_PLAIN),
    TelegramErrorRule(400, "message is too long", TelegramRemedy.SPLIT),
    TelegramErrorRule(400, "text is too long", TelegramRemedy.SPLIT),
    TelegramErrorRule(400, "message to be replied not found", TelegramRemedy.WITHOUT_REPLY),
    TelegramErrorRule(400, "caption is too long", TelegramRemedy.FAIL),  # nothing of ours has a caption
    TelegramErrorRule(400, "message text is empty", TelegramRemedy.FAIL),
    TelegramErrorRule(400, "text must be non-empty", TelegramRemedy.FAIL),
    TelegramErrorRule(400, "chat_id is empty", TelegramRemedy.FAIL),
    TelegramErrorRule(400, "too many inline query results", TelegramRemedy.FAIL),
    TelegramErrorRule(400, "wrong file identifier", TelegramRemedy.FAIL),  # files are uploaded, never named
    TelegramErrorRule(400, "failed to get http url content", TelegramRemedy.FAIL),
    # A message that stands there already, and a press.
    TelegramErrorRule(400, "message is not modified", TelegramRemedy.ALREADY_APPLIED),
    TelegramErrorRule(400, "message to edit not found", TelegramRemedy.MESSAGE_GONE),
    TelegramErrorRule(400, "message to delete not found", TelegramRemedy.MESSAGE_GONE),
    TelegramErrorRule(400, "message can't be edited", TelegramRemedy.MESSAGE_GONE),
    TelegramErrorRule(400, "message_id_invalid", TelegramRemedy.MESSAGE_GONE),
    TelegramErrorRule(400, "no text in the message to edit", TelegramRemedy.MESSAGE_GONE),
    TelegramErrorRule(400, "query is too old", TelegramRemedy.QUERY_EXPIRED),
    # The bot itself.
    TelegramErrorRule(400, "logged out", TelegramRemedy.HOLD_AND_ALERT),
    TelegramErrorRule(401, "unauthorized", TelegramRemedy.HOLD_AND_ALERT),
    TelegramErrorRule(404, "method not found", TelegramRemedy.FAIL),  # a server older than what is asked of it
    TelegramErrorRule(404, "not found", TelegramRemedy.HOLD_AND_ALERT),
    TelegramErrorRule(409, "terminated by other getupdates", TelegramRemedy.STOP_RECEIVING),
    TelegramErrorRule(409, "can't use getupdates", TelegramRemedy.STOP_RECEIVING),
    TelegramErrorRule(409, "terminated by setwebhook", TelegramRemedy.STOP_RECEIVING),
    # The server may fail after it sent.
    TelegramErrorRule(500, "internal server error", TelegramRemedy.UNCERTAIN),
    TelegramErrorRule(502, "bad gateway", TelegramRemedy.UNCERTAIN),
    TelegramErrorRule(503, "service unavailable", TelegramRemedy.UNCERTAIN),
    TelegramErrorRule(504, "gateway timeout", TelegramRemedy.UNCERTAIN),
)


def match_rule(statuses: frozenset[int], description: str) -> TelegramErrorRule | None:
    """The row for an answer with one of these statuses; None where nobody foresaw it."""
    description = description.casefold()
    return next((rule for rule in ERROR_RULES if rule.status in statuses and rule.contains in description), None)
