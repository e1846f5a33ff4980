"""A view as plain lines, the way a person would read it aloud."""

from __future__ import annotations

from collections.abc import Iterator

from bot.i18n import Translator
from bot.rendering.paper_facts import shown_facts
from bot.views import Banner, Block, Buttons, Line, PaperEntry, SmallPrint, Titles, View

_ENGLISH = Translator()


def lines(view: View) -> list[str]:
    """Every line of the view; buttons in brackets."""
    return [line for block in view.blocks for line in _lines(block)]


def summary(view: View) -> str:
    return _ENGLISH.text(view.summary) if view.summary else ""


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Line(sentence) | SmallPrint(sentence) | Banner(sentence):
            yield _ENGLISH.text(sentence)
        case PaperEntry(number, paper, tldr, topics, marks):
            why = _ENGLISH.text(topics) if topics else ""
            said = "".join(f" · {_ENGLISH.text(mark)}" for mark in marks)
            yield f"{number} {paper.title}"
            yield f"  {tldr}"
            yield f"  ▲{paper.upvotes} · {shown_facts(paper).by} · {why}{said}"
        case Titles(titles, heading, folded):
            yield ("> " if folded else "") + (_ENGLISH.text(heading) if heading else "")
            for title in titles:
                note = f" {_ENGLISH.text(title.note)}" if title.note else ""
                yield f"{title.number} {title.paper.title} ▲{title.paper.upvotes}{note}"
        case Buttons(rows):
            for row in rows:
                yield " ".join(f"[{_ENGLISH.text(button.label)}]" for button in row)
        case _:
            raise AssertionError(f"no digest shows a {type(block).__name__}")
