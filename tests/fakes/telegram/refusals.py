"""What Telegram answers when it refuses: the exact status, text and parameters.

The texts are those of the official Bot API server (tdlib/telegram-bot-api, tdlib/td); the few that are
our own, because the server's are not published, say so where they are raised.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(eq=False)
class TelegramRefusal(Exception):
    """An answer with `"ok": false`.

    `status` is the HTTP status and the `error_code`; `parameters` carries `retry_after` (seconds) or
    `migrate_to_chat_id`.
    """

    status: int
    description: str
    parameters: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        Exception.__init__(self, self.description)

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": dict(self.parameters)} if self.parameters else {})


def lowered(text: str) -> str:
    """The server lowers the first letter unless the text starts like a constant (`BUTTON_DATA_INVALID`)."""
    return text if text[1:2].isupper() or text[1:2] == "_" else text[:1].lower() + text[1:]


def bad_request(text: str) -> TelegramRefusal:
    return TelegramRefusal(400, f"Bad Request: {lowered(text)}")


def forbidden(text: str) -> TelegramRefusal:
    return TelegramRefusal(403, f"Forbidden: {lowered(text)}")


def conflict(text: str) -> TelegramRefusal:
    return TelegramRefusal(409, f"Conflict: {lowered(text)}")


def too_many_requests(retry_after: int) -> TelegramRefusal:
    text = f"Too Many Requests: retry after {retry_after}"
    return TelegramRefusal(429, text, {"retry_after": retry_after})


def migrated(new_chat_id: int) -> TelegramRefusal:
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return TelegramRefusal(400, text, {"migrate_to_chat_id": new_chat_id})


def restarting() -> TelegramRefusal:
    return TelegramRefusal(500, "Internal Server Error: restart")


def unauthorized() -> TelegramRefusal:
    return TelegramRefusal(401, "Unauthorized")


def invalid_token() -> TelegramRefusal:
    return TelegramRefusal(401, "Unauthorized: invalid token specified")


def logged_out() -> TelegramRefusal:
    return TelegramRefusal(400, "Logged out")


def no_bot_path() -> TelegramRefusal:
    return TelegramRefusal(404, "Not Found")


def unknown_method() -> TelegramRefusal:
    return TelegramRefusal(404, "Not Found: method not found")


def terminated_by_other_poll() -> TelegramRefusal:
    return conflict("terminated by other getUpdates request; make sure that only one bot instance is running")


def terminated_by_set_webhook() -> TelegramRefusal:
    return conflict("terminated by setWebhook request")


def webhook_is_active() -> TelegramRefusal:
    return conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )


def not_modified() -> TelegramRefusal:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )


def query_too_old() -> TelegramRefusal:
    return bad_request("query is too old and response timeout expired or query ID is invalid")
