"""Draws views as plain text, so that tests read like a conversation."""

from __future__ import annotations

from collections.abc import Iterator

from bot.i18n import Translator
from bot.views import (
    Banner,
    Block,
    Button,
    Buttons,
    Document,
    Footer,
    InputErrorBlock,
    PaperCard,
    PaperList,
    PaperListItem,
    PaperSummary,
    Prompt,
    Quote,
    TextBlock,
    View,
)

TRANSLATOR = Translator()


def render_text(view: View) -> str:
    """The view as lines; buttons stand in brackets, rows as rows."""
    return "\n".join(line for block in view.blocks for line in _block(block))


def buttons_of(view: View) -> list[Button]:
    """Every button of the view, in its order."""
    return [each for block in view.blocks if isinstance(block, Buttons) for row in block.rows for each in row]


def label_of(button: Button) -> str:
    return TRANSLATOR.plain_text(button.label)


def _block(block: Block) -> Iterator[str]:
    match block:
        case TextBlock(sentence) | Footer(sentence) | Banner(sentence) | InputErrorBlock(sentence) | Prompt(sentence):
            yield TRANSLATOR.plain_text(sentence)
        case Quote(text):
            yield text
        case PaperSummary():
            yield f"{block.number} {block.paper.title}"
            yield block.tldr
            if block.topics:
                yield TRANSLATOR.plain_text(block.topics)
        case PaperList(lines, heading):
            if heading:
                yield TRANSLATOR.plain_text(heading)
            yield from map(_title, lines)
        case PaperCard(paper, why):
            yield f"{paper.title} | {paper.abstract}"
            yield from (f"Why: {TRANSLATOR.plain_text(sentence)}" for sentence in why)
        case Document(filename):
            yield f"<{filename}>"
        case Buttons(rows):
            yield from ("".join(f"[{label_of(each)}]" for each in row) for row in rows)


def _title(line: PaperListItem) -> str:
    number = f"{line.number} " if line.number else "· "
    votes = f" ▲{line.paper.upvotes}" if line.upvotes else ""
    day = f" · {line.day:%-d %b}" if line.day else ""
    note = f" ({TRANSLATOR.plain_text(line.note)})" if line.note else ""
    return f"{number}{line.paper.title}{day}{votes}{note}"
