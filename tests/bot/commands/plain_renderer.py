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
    Line,
    Mistake,
    PaperCard,
    PaperEntry,
    Question,
    Quote,
    SmallPrint,
    TitleLine,
    Titles,
    View,
)

WORDS = Translator()


def drawn(view: View) -> str:
    """The view as lines; buttons stand in brackets, rows as rows."""
    return "\n".join(line for block in view.blocks for line in _block(block))


def buttons(view: View) -> list[Button]:
    """Every button of the view, in its order."""
    return [each for block in view.blocks if isinstance(block, Buttons) for row in block.rows for each in row]


def label(button: Button) -> str:
    return WORDS.text(button.label)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Line(sentence) | SmallPrint(sentence) | Banner(sentence) | Mistake(sentence) | Question(sentence):
            yield WORDS.text(sentence)
        case Quote(text):
            yield text
        case PaperEntry():
            yield f"{block.number} {block.paper.title}"
            yield block.tldr
        case Titles(lines, heading):
            if heading:
                yield WORDS.text(heading)
            yield from map(_title, lines)
        case PaperCard(paper, why):
            yield f"{paper.title} | {paper.abstract}"
            yield from (f"Why: {WORDS.text(sentence)}" for sentence in why)
        case Document(filename):
            yield f"<{filename}>"
        case Buttons(rows):
            yield from ("".join(f"[{label(each)}]" for each in row) for row in rows)


def _title(line: TitleLine) -> str:
    number = f"{line.number} " if line.number else "· "
    votes = f" ▲{line.paper.upvotes}" if line.upvotes else ""
    day = f" · {line.day:%-d %b}" if line.day else ""
    note = f" ({WORDS.text(line.note)})" if line.note else ""
    return f"{number}{line.paper.title}{day}{votes}{note}"
