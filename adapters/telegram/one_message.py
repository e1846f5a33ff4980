"""A digest that is one message, whatever came: titles that do not fit are left to the button that shows them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from adapters.telegram.drawing import Text, texts
from bot.sentences import say_n
from bot.views import Block, SmallPrint, Titles, View


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
