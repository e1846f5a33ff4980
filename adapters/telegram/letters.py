"""A view as what is really sent: one message or several, files behind them, the buttons under the last one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from html import escape

from telegram import InlineKeyboardMarkup

from adapters.telegram.drawing import Text, texts, translator
from adapters.telegram.keyboard import button_data, keyboard
from bot.views import Document, View


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: a text or a file."""

    content: Text | Document
    buttons: InlineKeyboardMarkup | None = None


async def letters(view: View, shelve: Callable[[str], Awaitable[str]], deep_links_to: str = "") -> list[Letter]:
    """The messages of a view in their order; none where it shows nothing."""
    files = [block for block in view.blocks if isinstance(block, Document) and block.content]
    parts = [*map(Letter, texts(view)), *map(Letter, files)]
    buttons = keyboard(view, await button_data(view, shelve), deep_links_to)
    if buttons and not parts:
        parts = [Letter(_wordless(view))]
    return [*parts[:-1], replace(parts[-1], buttons=buttons)] if parts else []


def _wordless(view: View) -> Text:
    """Buttons need a text to stand under."""
    words = translator(view.language).text(view.summary) if view.summary else ""
    return Text("…", "…") if not words.strip() else Text(escape(words), words)
