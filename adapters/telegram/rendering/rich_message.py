"""A view as one rich message that fits, or not at all.

Built to 24,000 characters and 400 blocks, below Telegram's limits of 32,768 and 500
(core.telegram.org/bots/api#inputrichmessage). The abstracts share what the rest leaves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final

from adapters.telegram.rendering.keyboard import DeepLinkPolicy, inline_button
from adapters.telegram.rendering.renderer import translator_for
from adapters.telegram.rendering.rich_blocks import ButtonMap, RichRenderer
from adapters.telegram.rendering.rich_text import RichBlock, block_count, character_count
from bot.views import Button, PaperList, PaperSummary, View

MAX_CHARACTERS: Final = 24_000
MAX_BLOCKS: Final = 400
DETAILS_LABEL: Final = 24  # characters of the line that unfolds an abstract, in any language


async def rich_message(
    view: View, store_callback: Callable[[str], Awaitable[str]], links: DeepLinkPolicy
) -> dict[str, Any] | None:
    """The ``InputRichMessage``; None where the view does not fit into one. Nothing is found in its texts by itself: a
    word that looked like an e-mail address had whole messages refused."""
    buttons = await _paper_buttons(view, store_callback, links)
    blocks = render_rich(view, buttons)
    return {"blocks": blocks, "skip_entity_detection": True} if blocks else None


def render_rich(view: View, buttons: ButtonMap) -> list[RichBlock]:
    """The blocks, with abstracts as long as they may be; none where even without them it is too much."""
    without = _render(view, buttons, 0)
    papers = sum(isinstance(block, PaperSummary) for block in view.blocks)
    left = MAX_CHARACTERS - character_count(without)
    if left < 0 or block_count(without) > MAX_BLOCKS:
        return []
    share = left // papers - DETAILS_LABEL if papers else 0
    blocks = _render(view, buttons, max(share, 0))
    return blocks if block_count(blocks) <= MAX_BLOCKS else without


def _render(view: View, buttons: ButtonMap, abstract_characters: int) -> list[RichBlock]:
    return RichRenderer(translator_for(view.language), buttons, abstract_characters).blocks(view.blocks)


async def _paper_buttons(
    view: View, store_callback: Callable[[str], Awaitable[str]], links: DeepLinkPolicy
) -> dict[str, dict[str, Any]]:
    language = translator_for(view.language)
    made = {action.command: await inline_button(action, store_callback, links, language) for action in _actions(view)}
    return {command: dict(button.to_dict()) for command, button in made.items() if button is not None}


def _actions(view: View) -> Iterator[Button]:
    for block in view.blocks:
        match block:
            case PaperSummary(actions=actions):
                yield from actions
            case PaperList(items):
                yield from (item.action for item in items if item.action is not None)


def message_size(blocks: Sequence[RichBlock]) -> tuple[int, int]:
    """Characters and blocks, as Telegram counts them."""
    return character_count(blocks), block_count(blocks)
