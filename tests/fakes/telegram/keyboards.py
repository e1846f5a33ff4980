"""Keyboards in the place of the phone's own: what they may hold, and chats that a person picks by them."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.parameters import checked_fields
from tests.fakes.telegram.refusals import bad_request

BUTTON = "can't parse keyboard button: "
RIGHTS = ("user_administrator_rights", "bot_administrator_rights")


def check_keyboard(markup: dict[str, Any], *, private: bool) -> None:
    """Raises `Refused`; chats can be asked for in private chats only. The wording of what is refused is partly ours."""
    checked_fields("ReplyKeyboardMarkup", markup)
    for row in markup["keyboard"]:
        if not isinstance(row, list):
            raise bad_request('field "keyboard" must be an Array of Arrays')
        for button in row:
            _check_button(button, private=private)


def _check_button(button: Any, *, private: bool) -> None:
    if not isinstance(button, dict):
        raise bad_request(f"{BUTTON}KeyboardButton must be an Object")
    checked_fields("KeyboardButton", button, BUTTON)
    if not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    wanted = button.get("request_chat")
    if wanted is None:
        return
    if not private:
        raise bad_request("BUTTON_TYPE_INVALID")
    checked_fields("KeyboardButtonRequestChat", wanted, BUTTON)
    for name in RIGHTS:
        if name in wanted:
            checked_fields("ChatAdministratorRights", wanted[name], BUTTON)
    theirs, ours = ({right for right, has in wanted.get(name, {}).items() if has} for name in RIGHTS)
    if not ours <= theirs:
        raise bad_request("bot_administrator_rights must be a subset of user_administrator_rights")


def request_of(markup: dict[str, Any] | None, label: str) -> dict[str, Any]:
    """What the button with this label (or part of it) asks for; raises `LookupError`."""
    buttons = [button for row in (markup or {}).get("keyboard", []) for button in row]
    found = [button for button in buttons if label in button["text"]]
    if not found:
        raise LookupError(f"no button {label!r} on the keyboard, only {[button['text'] for button in buttons]}")
    request = found[0].get("request_chat")
    if request is None:
        raise LookupError(f"{label!r} asks for no chat")
    assert isinstance(request, dict)
    return request
