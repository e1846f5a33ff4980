"""Views for a terminal, rendered with rich. Buttons are lettered; typing the letter presses the button."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from typing import assert_never

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.i18n import LazyText, Translator
from bot.papers import Paper
from bot.rendering.paper_facts import leading_authors, visible_facts
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

DIM_STYLE = Style(dim=True)
ACCENT_STYLE = Style(color="red")
_CONTROL_CHARACTERS = dict.fromkeys((*range(32), 127, *range(128, 160)))


def render_view(view: View) -> RenderableType:
    """The whole view, ready for ``Console.print``."""
    translator = Translator(view.language)
    letters = iter(string.ascii_lowercase)
    return Group(*(drawn for block in view.blocks for drawn in _render_block(block, translator, letters)))


def lettered_buttons(view: View) -> dict[str, Button]:
    """The buttons by the letter they are shown with; buttons that open an address have none."""
    buttons = (button for block in view.blocks if isinstance(block, Buttons) for row in block.rows for button in row)
    return dict(zip(string.ascii_lowercase, (button for button in buttons if not button.url), strict=False))


def _render_block(block: Block, translator: Translator, letters: Iterator[str]) -> Iterable[RenderableType]:
    match block:
        case TextBlock(sentence):
            yield _styled_spans(sentence, translator)
        case Footer(sentence):
            yield _with_style(_styled_spans(sentence, translator), DIM_STYLE)
        case Banner(sentence):
            yield _with_style(_styled_spans(sentence, translator), Style(reverse=True))
        case Quote(text):
            yield Padding(_plain(text), (0, 0, 0, 4))
        case PaperSummary():
            yield from _entry(block, translator)
        case PaperList():
            yield from _titles(block, translator)
        case PaperCard():
            yield from _card(block, translator)
        case InputErrorBlock():
            yield from _input_error(block, translator)
        case Prompt(sentence):
            yield _styled_spans(sentence, translator)
        case Document(filename, _, content):
            yield Text(filename, DIM_STYLE)
            yield Text(content)
        case Buttons(rows):
            yield from _buttons(rows, translator, letters)
        case _:
            assert_never(block)


def _entry(entry: PaperSummary, translator: Translator) -> Iterable[RenderableType]:
    yield Text()
    yield _numbered(f"{entry.number or '':>2} ", _title(entry.paper))
    if entry.tldr:
        yield Padding(_plain(entry.tldr), (0, 0, 0, 3))
    facts = _facts(entry.paper)
    facts += [_styled_spans(mark, translator) for mark in entry.notes]
    if entry.topics:
        facts.append(_with_style(_styled_spans(entry.topics, translator), Style(italic=True)))
    yield Padding(_joined(facts), (0, 0, 0, 3))


def _facts(paper: Paper) -> list[Text]:
    shown = visible_facts(paper)
    facts = [Text(f"▲{shown.upvotes}", DIM_STYLE)]
    if shown.comments:
        facts.append(Text(f"{shown.comments} comments", DIM_STYLE))
    if shown.attribution:
        facts.append(_plain(shown.attribution, DIM_STYLE))
    if shown.code_url:
        stars = f" ★{shown.stars}" if shown.stars else ""
        facts.append(Text("code" + stars, Style(dim=True, link=shown.code_url)))
    return facts


def _titles(block: PaperList, translator: Translator) -> Iterable[RenderableType]:
    if block.heading:
        yield Text.assemble("\n", _styled_spans(block.heading, translator))
    for line in block.items:
        yield _title_line(line, translator)


def _title_line(line: PaperListItem, translator: Translator) -> RenderableType:
    number = f"{line.number:>2} " if line.number else " · "
    facts = [Text(translator.format_day(line.day), DIM_STYLE)] if line.day else []
    if line.upvotes:
        facts.append(Text(f"▲{line.paper.upvotes}", DIM_STYLE))
    if line.note:
        facts.append(_with_style(_styled_spans(line.note, translator), Style(italic=True, dim=True)))
    return _numbered(number, Text.assemble(_title(line.paper, bold=False), "  " if facts else "", _joined(facts)))


def _numbered(number: str, text: Text) -> RenderableType:
    """The number in the margin, so that a long title goes on under itself."""
    grid = Table.grid()
    grid.add_column(width=len(number), no_wrap=True)
    grid.add_column()
    grid.add_row(Text(number, ACCENT_STYLE), text)
    return grid


def _card(card: PaperCard, translator: Translator) -> Iterable[RenderableType]:
    paper = card.paper
    names, more = leading_authors(paper)
    yield _title(paper)
    by = [paper.organization.display_name] if paper.organization else []
    by += [names + (f" +{more}" if more else "")] if names else []
    yield _plain(" · ".join(by), DIM_STYLE)
    yield Text(f"listed {translator.format_day(paper.listed_on)} · ▲{paper.upvotes}", DIM_STYLE)
    if paper.abstract:
        yield Padding(_plain(paper.abstract), (1, 0, 1, 3))
    for why in card.reasons:
        yield _styled_spans(why, translator)
    for address in (paper.url, paper.pdf_url, paper.code_url, paper.project_url):
        if address:
            yield Text(address, Style(dim=True, link=address))


def _input_error(block: InputErrorBlock, translator: Translator) -> Iterable[RenderableType]:
    yield _styled_spans(block.message, translator)
    if block.input and block.span:
        first, last = block.span
        yield Text("  " + block.input.translate(_CONTROL_CHARACTERS))
        yield Text("  " + " " * first + "^" * max(last - first, 1), ACCENT_STYLE)


def _buttons(
    rows: tuple[tuple[Button, ...], ...], translator: Translator, letters: Iterator[str]
) -> Iterable[RenderableType]:
    yield Text("")
    for row in rows:
        drawn = Text("  ")
        for button in row:
            letter = "" if button.url else f"{next(letters, '')} "
            label = Text(translator.plain_text(button.label), Style(link=button.url or None))
            drawn.append_text(Text.assemble("[", (letter, ACCENT_STYLE), label, "]  "))
        yield drawn


def _styled_spans(sentence: LazyText, translator: Translator) -> Text:
    drawn = Text()
    for span in translator.styled_parts(sentence):
        style = Style(bold=span.bold or None, italic=span.italic or None, link=span.href or None)
        drawn.append(span.text.translate(_CONTROL_CHARACTERS), style + Style(color="cyan") if span.code else style)
    return drawn


def _title(paper: Paper, *, bold: bool = True) -> Text:
    return _plain(paper.title, Style(bold=bold, link=paper.url))


def _plain(text: str, style: Style | None = None) -> Text:
    # A title may hold anything, also what a terminal would obey.
    return Text(text.translate(_CONTROL_CHARACTERS), style or Style())


def _with_style(text: Text, style: Style) -> Text:
    text.stylize(style)
    return text


def _joined(texts: Iterable[Text]) -> Text:
    return Text(" · ", DIM_STYLE).join(texts)
