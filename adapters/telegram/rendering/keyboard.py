"""Buttons under a message: a command not typed travels as the button's data, or is stored under a token when it is too
long.

Outside private chats a number opens the paper's card in the reader's own chat with the bot, by a deep link that carries
the command: a card in a group would push everybody else's talk away. By such links topics are shared, too.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import quote

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, KeyboardButtonStyle
from telegram.helpers import create_deep_linked_url

from adapters.telegram.rendering.renderer import translator_for
from bot.calls import split_command
from bot.i18n import Translator
from bot.views import Button, Buttons, View

StoreCallback = Callable[[str], Awaitable[str]]
ResolveCallback = Callable[[str], Awaitable[str | None]]

STORED_CALLBACK_PREFIX: Final = "~"
LINK_COMMAND_PREFIX: Final = "c-"
STORED_LINK_PREFIX: Final = "s-"  # of a token in a deep link, since a link takes no tilde
DEEP_LENGTH: Final = 64  # core.telegram.org/bots/features#deep-linking
A_ROW: Final = int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW)
PERSONAL_COMMANDS: Final = frozenset({"commands", "paper", "preview", "several", "similar"})
_STYLES: Final = {"primary": KeyboardButtonStyle.PRIMARY, "danger": KeyboardButtonStyle.DANGER}


@dataclass(frozen=True, slots=True)
class DeepLinkPolicy:
    """How links into chats with the bot are made: its user name ('' for none), and whether buttons that show something
    open the reader's own chat instead of answering where others read."""

    username: str = ""
    in_own_chat: bool = False

    def opens_link(self, button: Button) -> bool:
        """Whether the button is a link rather than a press."""
        linkable = bool(self.username) and split_command(button.command)[0] in PERSONAL_COMMANDS
        return linkable and (self.in_own_chat or button.target != "here")


NO_DEEP_LINKS: Final = DeepLinkPolicy()


async def build_keyboard(
    view: View, store_callback: StoreCallback, links: DeepLinkPolicy = NO_DEEP_LINKS
) -> InlineKeyboardMarkup | None:
    """The view's buttons in their rows, None without any; a button whose command is too long for it and that
    the callback store has no room for is left out."""
    language = translator_for(view.language)
    rendered = [[await inline_button(button, store_callback, links, language) for button in row] for row in _rows(view)]
    present = [[button for button in row if button is not None] for row in rendered]
    rows = [row[start : start + A_ROW] for row in present for start in range(0, len(row), A_ROW)]
    limited = list(_first_buttons(rows, InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER))
    return InlineKeyboardMarkup(limited) if limited else None


async def resolve_pressed(data: str, resolve_callback: ResolveCallback) -> str | None:
    """The command behind a button's data; None where its token is no longer stored."""
    return (
        await resolve_callback(data.removeprefix(STORED_CALLBACK_PREFIX))
        if data.startswith(STORED_CALLBACK_PREFIX)
        else data
    )


async def resolve_deep_link(payload: str, resolve_callback: ResolveCallback) -> str | None:
    """The command that a deep link's payload carries; None for any other payload.

    Anybody can write such a link, and who opens it sees only *Start*: it may show something, never change it.
    """
    command = (
        await resolve_callback(payload.removeprefix(STORED_LINK_PREFIX))
        if payload.startswith(STORED_LINK_PREFIX)
        else _decode_command(payload)
    )
    return command if command and split_command(command)[0] in PERSONAL_COMMANDS else None


def _decode_command(payload: str) -> str | None:
    if not payload.startswith(LINK_COMMAND_PREFIX):
        return None
    coded = payload.removeprefix(LINK_COMMAND_PREFIX)
    try:
        return urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except (NotBase64, ValueError):  # letters that no such link has, or bytes that are no text
        return None


def _rows(view: View) -> list[tuple[Button, ...]]:
    blocks = [block for block in view.blocks if isinstance(block, Buttons)]
    return [row for block in blocks if not (view.rich and block.plain_only) for row in block.rows]


async def inline_button(
    button: Button, store_callback: StoreCallback, links: DeepLinkPolicy, language: Translator
) -> InlineKeyboardButton | None:
    """The button as Telegram has it; None where it leads nowhere here, or its command has no room."""
    label, style = language.plain_text(button.label).strip() or "·", _STYLES.get(button.style)
    url = button.url or (await _deep_link(button, store_callback, links.username) if links.opens_link(button) else "")
    if url:
        return InlineKeyboardButton(label, url=url, style=style) if url.startswith(("https://", "http://")) else None
    if button.target in ("group", "share") or not button.command:
        return None
    data = await _callback_data(button.command, store_callback)
    return InlineKeyboardButton(label, callback_data=data, style=style) if data else None


async def _callback_data(command: str, store_callback: StoreCallback) -> str:
    fits = len(command.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    if fits and not command.startswith(STORED_CALLBACK_PREFIX):
        return command
    token = await store_callback(command)
    return STORED_CALLBACK_PREFIX + token if token else ""


def command_payload(command: str) -> str:
    """What a deep link carries to ask this by itself; '' where 64 characters don't hold it."""
    payload = LINK_COMMAND_PREFIX + urlsafe_b64encode(command.encode()).decode().rstrip("=")
    return payload if len(payload) <= DEEP_LENGTH else ""


async def deep_link_payload(command: str, store_callback: StoreCallback) -> str:
    """What a deep link carries to ask this: the command itself where 64 characters hold it, else its token; ''
    where the callback store has no room."""
    if payload := command_payload(command):
        return payload
    token = await store_callback(command)
    return STORED_LINK_PREFIX + token if token else ""


async def _deep_link(button: Button, store_callback: StoreCallback, username: str) -> str:
    """The link that opens the button's command where it is to be answered; '' where the callback store has no room."""
    payload = await deep_link_payload(button.command, store_callback)
    if not payload:
        return ""
    link = create_deep_linked_url(username, payload, group=button.target == "group")
    return f"https://t.me/share/url?url={quote(link, safe='')}" if button.target == "share" else link


def _first_buttons(rows: list[list[InlineKeyboardButton]], limit: int) -> list[list[InlineKeyboardButton]]:
    buttons = iter([button for row in rows for button in row][:limit])
    return [kept for row in rows if (kept := list(islice(buttons, len(row))))]
