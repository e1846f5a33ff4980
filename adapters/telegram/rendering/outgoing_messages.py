"""A view as what is really sent: one message or several, files behind them, the buttons under the last one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from adapters.telegram.rendering.keyboard import NO_LINKS, Links, keyboard
from adapters.telegram.rendering.renderer import Text, texts, translator
from bot.i18n import say_n
from bot.views import Block, Document, SmallPrint, Titles, View


def texts_in_one(view: View) -> list[Text]:
    """The messages of a view. Where it is to be one and is too long, it shows as many of its titles as one message
    holds and how many are left off; as it is where even none would help. One that fits is drawn once."""
    drawn = texts(view)
    if not view.one_message or len(drawn) <= 1:
        return drawn
    lines = sum(len(block.lines) for block in view.blocks if isinstance(block, Titles))
    too_many = bisect_left(range(lines), True, key=lambda n: len(texts(_with_titles(view, n, lines))) > 1)
    return texts(_with_titles(view, too_many - 1, lines)) if too_many else drawn


def _with_titles(view: View, n: int, of: int) -> View:
    return replace(view, blocks=tuple(_shortened(view.blocks, n, of)))


def _shortened(blocks: tuple[Block, ...], n: int, of: int) -> Iterator[Block]:
    """The first ``n`` titles; how many more there are stands after the last block of titles."""
    last = max(place for place, block in enumerate(blocks) if isinstance(block, Titles))
    left_off = say_n("{n} more title behind the button below.", "{n} more titles behind the button below.", of - n)
    for place, block in enumerate(blocks):
        if isinstance(block, Titles):
            kept, n = block.lines[:n], max(0, n - len(block.lines))
            if kept:
                yield replace(block, lines=kept)
        else:
            yield block
        if place == last:
            yield SmallPrint(left_off)


Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

# Well below what any count of Telegram's could find too long: code points, UTF-16 units, bytes of the raw text.
PIECE: Final = 1900


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: a text or a file. ``picture`` is the page whose picture stands with it, '' for none. Without
    ``markup`` a text goes as its words alone."""

    content: Text | Document
    buttons: Markup | None = None
    picture: str = ""
    markup: bool = True


async def letters(view: View, shelve: Callable[[str], Awaitable[str]], links: Links = NO_LINKS) -> list[Letter]:
    """The messages of a view in their order; none where it shows nothing."""
    files = [block for block in view.blocks if isinstance(block, Document) and block.content]
    parts = [*(Letter(text, picture=view.picture) for text in texts_in_one(view)), *map(Letter, files)]
    buttons = await keyboard(view, shelve, links)
    if buttons and not parts:
        parts = [Letter(_wordless(view))]
    return [*parts[:-1], replace(parts[-1], buttons=buttons)] if parts else []


def _wordless(view: View) -> Text:
    """Buttons need a text to stand under."""
    words = translator(view.language).text(view.summary) if view.summary else ""
    return Text("…", "…") if not words.strip() else Text(escape(words), words)


def in_pieces(letter: Letter) -> list[Letter]:
    """A text in shorter plain ones, parted at lines or words, the buttons under the last; a file as it is."""
    if not isinstance(letter.content, Text):
        return [letter]
    words = letter.content.plain
    pieces: list[Letter] = []
    while words:
        cut = _end_of_piece(words)
        piece, words = words[:cut].strip(), words[cut:].strip()
        pieces += [Letter(Text(escape(piece), piece))] if piece else []
    return [*pieces[:-1], replace(pieces[-1], buttons=letter.buttons)] if pieces else []


def _end_of_piece(words: str) -> int:
    if len(words) <= PIECE:
        return len(words)
    return next((end for gap in ("\n\n", "\n", " ") if (end := words.rfind(gap, 1, PIECE)) > 0), PIECE)
