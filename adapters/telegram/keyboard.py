"""Buttons under a message: a command not typed travels as the button's data, or on a shelf when it is too long.

Outside private chats a number opens the paper's card in the reader's own chat with the bot, by a deep link that carries
the command: a card in a group would push everybody else's talk away.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, Mapping
from itertools import islice
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, KeyboardButtonStyle
from telegram.helpers import create_deep_linked_url

from adapters.telegram.drawing import translator
from bot.calls import split_command
from bot.sentences import Translator
from bot.views import Button, Buttons, View

Shelve = Callable[[str], Awaitable[str]]
Unshelve = Callable[[str], Awaitable[str | None]]

SHELVED: Final = "~"
DEEP: Final = "c-"
DEEP_LENGTH: Final = 64  # core.telegram.org/bots/features#deep-linking
A_ROW: Final = int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW)
FOR_ONESELF: Final = frozenset({"paper", "similar"})
_STYLES: Final = {"primary": KeyboardButtonStyle.PRIMARY, "danger": KeyboardButtonStyle.DANGER}


async def button_data(view: View, shelve: Shelve) -> Mapping[str, str]:
    """The data of every command on the view's buttons; those over 64 bytes are put on the shelf ('' where it has no
    room)."""
    commands = {button.command for row in _rows(view) for button in row if button.command}
    return {command: await _data(command, shelve) for command in commands}


async def pressed_command(data: str, unshelve: Unshelve) -> str | None:
    """The command behind a button's data; None where the shelf has forgotten it."""
    return await unshelve(data.removeprefix(SHELVED)) if data.startswith(SHELVED) else data


def keyboard(view: View, data: Mapping[str, str], deep_links_to: str = "") -> InlineKeyboardMarkup | None:
    """The view's buttons in their rows, None without any; ``deep_links_to`` is the bot's user name where numbers should
    open its private chat."""
    drawn = [_drawn(row, data, deep_links_to, translator(view.language)) for row in _rows(view)]
    parted = [row[start : start + A_ROW] for row in drawn for start in range(0, len(row), A_ROW)]
    kept = list(_at_most(parted, InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER))
    return InlineKeyboardMarkup(kept) if kept else None


def deep_command(payload: str) -> str | None:
    """The command that a deep link's payload carries; None for any other payload.

    Anybody can write such a link, and who opens it sees only *Start*: it may show something, never change it.
    """
    if not payload.startswith(DEEP):
        return None
    coded = payload.removeprefix(DEEP)
    try:
        command = urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except (NotBase64, UnicodeDecodeError):
        return None
    return command if split_command(command)[0] in FOR_ONESELF else None


async def _data(command: str, shelve: Shelve) -> str:
    fits = len(command.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    if fits and not command.startswith(SHELVED):
        return command
    token = await shelve(command)
    return SHELVED + token if token else ""


def _rows(view: View) -> list[tuple[Button, ...]]:
    return [row for block in view.blocks if isinstance(block, Buttons) for row in block.rows]


def _drawn(
    row: tuple[Button, ...], data: Mapping[str, str], deep_links_to: str, language: Translator
) -> list[InlineKeyboardButton]:
    drawn = (_button(button, data, deep_links_to, language) for button in row)
    return [button for button in drawn if button is not None]


def _button(
    button: Button, data: Mapping[str, str], deep_links_to: str, language: Translator
) -> InlineKeyboardButton | None:
    label, style = language.text(button.label).strip() or "·", _STYLES.get(button.weight)
    url = button.url or _deep_link(button.command, deep_links_to)
    if url:
        return InlineKeyboardButton(label, url=url, style=style) if url.startswith(("https://", "http://")) else None
    held = data[button.command] if button.command else ""
    return InlineKeyboardButton(label, callback_data=held, style=style) if held else None


def _deep_link(command: str, username: str) -> str:
    if not username or split_command(command)[0] not in FOR_ONESELF:
        return ""
    payload = DEEP + urlsafe_b64encode(command.encode()).decode().rstrip("=")
    return create_deep_linked_url(username, payload) if len(payload) <= DEEP_LENGTH else ""


def _at_most(rows: list[list[InlineKeyboardButton]], limit: int) -> list[list[InlineKeyboardButton]]:
    buttons = iter([button for row in rows for button in row][:limit])
    return [kept for row in rows if (kept := list(islice(buttons, len(row))))]
