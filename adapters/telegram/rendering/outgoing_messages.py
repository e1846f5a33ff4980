"""A view as what is really sent: one message or several, files behind them, the buttons under the last one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Final

from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from adapters.telegram.rendering.keyboard import NO_DEEP_LINKS, DeepLinkPolicy, build_keyboard
from adapters.telegram.rendering.renderer import MessageText, render_texts, translator_for
from adapters.telegram.rendering.rich_message import rich_message
from bot.i18n import tn
from bot.views import Block, Document, Footer, PaperList, View


def single_message_texts(view: View) -> list[MessageText]:
    """The messages of a view. Where it is to be one and is too long, it shows as many of its titles as one message
    holds and how many are left off; as it is where even none would help. One that fits is rendered once."""
    rendered = render_texts(view)
    if not view.single_message or len(rendered) <= 1:
        return rendered
    titles = sum(len(block.items) for block in view.blocks if isinstance(block, PaperList))
    too_many = bisect_left(range(titles), True, key=lambda n: len(render_texts(_with_titles(view, n, titles))) > 1)
    return render_texts(_with_titles(view, too_many - 1, titles)) if too_many else rendered


def _with_titles(view: View, n: int, of: int) -> View:
    return replace(view, blocks=tuple(_with_first_titles(view.blocks, n, of)))


def _with_first_titles(blocks: tuple[Block, ...], n: int, of: int) -> Iterator[Block]:
    """The first ``n`` titles; how many more there are stands after the last block of titles."""
    last = max(position for position, block in enumerate(blocks) if isinstance(block, PaperList))
    left_off = tn("{n} more title behind the button below.", "{n} more titles behind the button below.", of - n)
    for position, block in enumerate(blocks):
        if isinstance(block, PaperList):
            kept, n = block.items[:n], max(0, n - len(block.items))
            if kept:
                yield replace(block, items=kept)
        else:
            yield block
        if position == last:
            yield Footer(left_off)


Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

# Well below what any count of Telegram's could find too long: code points, UTF-16 units, bytes of the raw text.
PIECE: Final = 1900


@dataclass(frozen=True, slots=True)
class RichForm:
    """A rich message (``InputRichMessage``), what follows it as an ordinary one, and the whole in plain messages."""

    message: dict[str, Any]
    plain: tuple[OutgoingMessage, ...]
    below: OutgoingMessage | None = None


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message: a text or a file. ``picture`` is the page whose picture stands with it, '' for none. Without
    ``markup`` a text goes as plain text. ``rich`` is shown instead of the content where it can be."""

    content: MessageText | Document
    buttons: Markup | None = None
    picture: str = ""
    markup: bool = True
    rich: RichForm | None = None


async def outgoing_messages(
    view: View, store_callback: Callable[[str], Awaitable[str]], links: DeepLinkPolicy = NO_DEEP_LINKS
) -> list[OutgoingMessage]:
    """The messages of a view in their order; none where it shows nothing. A rich one is one message that knows how to
    be plain ones."""
    plain = await _plain_messages(replace(view, rich=False), store_callback, links)
    message = await rich_message(view, store_callback, links) if view.rich and plain else None
    if message is None:
        return plain
    below = await _plain_messages(view.below, store_callback, links) if view.below else []
    rich = RichForm(message, tuple(plain), below[0] if below else None)
    return [replace(plain[0], buttons=await build_keyboard(view, store_callback, links), rich=rich)]


async def _plain_messages(
    view: View, store_callback: Callable[[str], Awaitable[str]], links: DeepLinkPolicy
) -> list[OutgoingMessage]:
    files = [block for block in view.blocks if isinstance(block, Document) and block.content]
    parts = [
        *(OutgoingMessage(text, picture=view.picture) for text in single_message_texts(view)),
        *map(OutgoingMessage, files),
    ]
    buttons = await build_keyboard(view, store_callback, links)
    if buttons and not parts:
        parts = [OutgoingMessage(_text_for_buttons(view))]
    return [*parts[:-1], replace(parts[-1], buttons=buttons)] if parts else []


def _text_for_buttons(view: View) -> MessageText:
    """Buttons need a text to stand under."""
    words = translator_for(view.language).plain_text(view.summary) if view.summary else ""
    return MessageText("…", "…") if not words.strip() else MessageText(escape(words), words)


def plain_pieces(outgoing: OutgoingMessage) -> list[OutgoingMessage]:
    """A text in shorter plain ones, split at lines or words, the buttons under the last; a file as it is."""
    if not isinstance(outgoing.content, MessageText):
        return [outgoing]
    words = outgoing.content.plain
    pieces: list[OutgoingMessage] = []
    while words:
        cut = _end_of_piece(words)
        piece, words = words[:cut].strip(), words[cut:].strip()
        pieces += [OutgoingMessage(MessageText(escape(piece), piece))] if piece else []
    return [*pieces[:-1], replace(pieces[-1], buttons=outgoing.buttons)] if pieces else []


def _end_of_piece(words: str) -> int:
    if len(words) <= PIECE:
        return len(words)
    return next((end for gap in ("\n\n", "\n", " ") if (end := words.rfind(gap, 1, PIECE)) > 0), PIECE)
