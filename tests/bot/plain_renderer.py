"""A view as plain lines, the way a person would read it aloud."""

from __future__ import annotations

from collections.abc import Iterator

from bot.i18n import Translator
from bot.rendering.paper_facts import visible_facts
from bot.views import Banner, Block, Buttons, Footer, PaperList, PaperSummary, TextBlock, View

_ENGLISH = Translator()


def render_lines(view: View) -> list[str]:
    """Every line of the view; buttons in brackets."""
    return [line for block in view.blocks for line in _lines(block)]


def render_summary(view: View) -> str:
    return _ENGLISH.plain_text(view.summary) if view.summary else ""


def _lines(block: Block) -> Iterator[str]:
    match block:
        case TextBlock(sentence) | Footer(sentence) | Banner(sentence):
            yield _ENGLISH.plain_text(sentence)
        case PaperSummary(number, paper, tldr, topics, marks):
            why = _ENGLISH.plain_text(topics) if topics else ""
            said = "".join(f" · {_ENGLISH.plain_text(mark)}" for mark in marks)
            yield f"{number} {paper.title}"
            yield f"  {tldr}"
            yield f"  ▲{paper.upvotes} · {visible_facts(paper).attribution} · {why}{said}"
        case PaperList(titles, heading, folded):
            yield ("> " if folded else "") + (_ENGLISH.plain_text(heading) if heading else "")
            for title in titles:
                note = f" {_ENGLISH.plain_text(title.note)}" if title.note else ""
                yield f"{title.number} {title.paper.title} ▲{title.paper.upvotes}{note}"
        case Buttons(rows):
            for row in rows:
                yield " ".join(f"[{_ENGLISH.plain_text(button.label)}]" for button in row)
        case _:
            raise AssertionError(f"no digest shows a {type(block).__name__}")
