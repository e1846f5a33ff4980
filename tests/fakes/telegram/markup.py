"""Reply markup: what an inline keyboard may hold."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.links import InvalidLink, checked_link, mentioned_user
from tests.fakes.telegram.parameters import checked_fields
from tests.fakes.telegram.refusals import bad_request

CALLBACK_BYTES = 64
COPY_LENGTH = 256
BUTTONS = 100
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
OTHER_MARKUPS = {"keyboard": list, "remove_keyboard": bool, "force_reply": bool}
BUTTON = "can't parse inline keyboard button: "


def checked_markup(markup: Any) -> dict[str, Any] | None:
    """The markup as it will be shown, None for none; raises `Refused`.

    An inline keyboard without any button is none. Rows of more than eight buttons are accepted, as
    Telegram does (it squeezes them).
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return _other_markup(markup)
    checked_fields("InlineKeyboardMarkup", markup)
    rows = [_checked_row(row) for row in markup["inline_keyboard"]]
    return {"inline_keyboard": rows} if any(rows) else None


def check_on_sending(markup: dict[str, Any] | None) -> None:
    """What only Telegram's core refuses, after the chat was found."""
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    if len(buttons) > BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _check_button_on_sending(button)


def _check_button_on_sending(button: dict[str, Any]) -> None:
    if len(button.get("callback_data", "").encode()) > CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 0 < len(button["copy_text"]["text"]) <= COPY_LENGTH:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if "pay" in button or "callback_game" in button:
        raise bad_request("BUTTON_TYPE_INVALID")


def _other_markup(markup: dict[str, Any]) -> dict[str, Any]:
    for name, kind in OTHER_MARKUPS.items():
        if name in markup and not isinstance(markup[name], kind):
            word = "Array" if kind is list else "Boolean"
            raise bad_request(f'field "{name}" must be of type {word}')
    return markup


def _checked_row(row: Any) -> list[dict[str, Any]]:
    if not isinstance(row, list):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    return [_checked_button(button) for button in row]


def _checked_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request(f"{BUTTON}InlineKeyboardButton must be an Object")
    checked_fields("InlineKeyboardButton", button, BUTTON)
    if button.get("style") not in (None, "danger", "success", "primary"):
        raise bad_request(f"{BUTTON}Invalid button style specified")
    if not any(_does_something(button, action) for action in ACTIONS):
        raise bad_request(f"{BUTTON}Text buttons are unallowed in the inline keyboard")
    return {**button, "url": _button_url(button["url"])} if button.get("url") else dict(button)


def _does_something(button: dict[str, Any], action: str) -> bool:
    """Only the inline queries may be empty."""
    return action in button and (action.startswith("switch") or button[action] not in (None, "", False))


def _button_url(address: str) -> str:
    if mentioned_user(address):
        return address
    try:
        return checked_link(address)
    except InvalidLink as problem:
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: {problem}") from None
