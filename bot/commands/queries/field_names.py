"""Names of whole fields: *NLP*, *computer vision*. They are no topics but many of them."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands.core.command import CommandContext, find_command
from bot.commands.ui.buttons import button_rows
from bot.views import Button, View

_FIELDS = {
    "ai": "",
    "artificial intelligence": "",
    "nlp": "language",
    "natural language processing": "language",
    "computational linguistics": "language",
    "language": "language",
    "computer vision": "vision",
    "cv": "vision",
    "vision": "vision",
    "machine learning": "learning",
    "ml": "learning",
    "deep learning": "learning",
    "dl": "learning",
    "neural networks": "learning",
    "graphs": "graphs",
    "science": "science",
    "systems": "systems",
    "mlsys": "systems",
}


def find_field(words: str) -> str | None:
    """The area that the words name as a whole (*NLP* is *language*), '' for all of them; None where they name none."""
    return _FIELDS.get(re.sub(r"^the field of |^all of ", "", words.casefold()).strip())


async def field_view(context: CommandContext, as_words: Button) -> View | None:
    """The parts of the field that the argument names, to tap, with ``as_words`` below for whoever means the words;
    None where it names none."""
    area, command = find_field(context.argument), find_command(context.commands, "field")
    if area is None or command is None or context.page > 1:
        return None
    view = await command.run(replace(context, call=replace(context.call, name="field", argument=area)))
    return replace(view, blocks=(*view.blocks, button_rows([as_words])))
