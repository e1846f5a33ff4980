"""Views as Block Kit.

A post is quiet: sections instead of headers, each of them expanded (Slack would fold a long one away), a single
footer, no previews of links. https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, assert_never

from slack_sdk.models.blocks import Block as SlackBlock

from adapters.slack.rendering.buttons import action_blocks, menu_commands, paper_menu
from adapters.slack.rendering.mrkdwn import code, context_blocks, escaped, marked, mrkdwn, plain, section_blocks, split
from adapters.slack.rendering.papers import paper_card, paper_entry, title_lines
from bot.i18n import LazyText, Translator, join_texts, t
from bot.views import (
    Banner,
    Block,
    Buttons,
    Document,
    Footer,
    InputErrorBlock,
    PaperCard,
    PaperList,
    PaperSummary,
    Prompt,
    Quote,
    TextBlock,
    View,
)

SUMMARY: Final = 500
FENCED: Final = 2900
SHOWN_OF_A_FILE: Final = 20_000
AROUND_A_MISTAKE: Final = 60


@dataclass(frozen=True, slots=True)
class RenderedView:
    """A rendered view, before it is split into messages; ``summary`` is what a notification shows."""

    blocks: tuple[SlackBlock, ...]
    summary: str


def render(view: View, *, alone: bool = False) -> RenderedView:
    """The whole view; an empty one has no blocks. ``alone``: nobody else reads there."""
    translator = Translator(view.language)
    in_menus = menu_commands([block.paper for block in view.blocks if isinstance(block, PaperSummary)])
    rendered = [
        rendered for block in _merge_lines(view.blocks) for rendered in _block(block, translator, in_menus, alone)
    ]
    return RenderedView(tuple(rendered), _summary(view, translator))


def _merge_lines(blocks: Iterable[Block]) -> Iterator[Block]:
    """Text blocks that follow one another become one, and so do footers."""
    for kind, run in groupby(blocks, key=type):
        merged = list(run)
        if kind is TextBlock and len(merged) > 1:
            yield TextBlock(_join(merged, "\n"))
        elif kind is Footer and len(merged) > 1:
            yield Footer(_join(merged, " · "))
        else:
            yield from merged


def _join(lines: Iterable[Block], separator: str) -> LazyText:
    texts = [line.text for line in lines if isinstance(line, TextBlock | Footer)]
    return t("{lines}", lines=join_texts(texts, separator))


def _block(block: Block, translator: Translator, in_menus: Collection[str], alone: bool) -> Iterator[SlackBlock]:
    match block:
        case TextBlock(text) | Prompt(text):
            yield from section_blocks(mrkdwn(translator, text))
        case Footer(text):
            yield from context_blocks(mrkdwn(translator, text))
        case Banner(text):
            yield from section_blocks(mrkdwn(translator, text, bold=True))
        case Quote(text):
            yield from section_blocks("\n".join(f">{line}" for line in escaped(text).split("\n")))
        case PaperSummary():
            yield from section_blocks(paper_entry(block, translator), paper_menu(block.paper, translator, alone=alone))
        case PaperList():
            yield from section_blocks(title_lines(block, translator))
        case PaperCard():
            for part in paper_card(block, translator):
                yield from section_blocks(part)
        case InputErrorBlock():
            yield from section_blocks(_input_error(block, translator))
        case Document():
            yield from _document(block, translator)
        case Buttons(rows):
            yield from action_blocks(rows, translator, in_menus)
        case _:
            assert_never(block)


def _input_error(block: InputErrorBlock, translator: Translator) -> str:
    message = mrkdwn(translator, block.message)
    if not block.input or block.span is None:
        return message
    first, last = block.span
    start, end = max(first - AROUND_A_MISTAKE, 0), last + AROUND_A_MISTAKE
    window = block.input[start:end].replace("\n", " ")
    pointer = " " * (first - start) + "^" * max(min(last, len(block.input)) - first, 1)
    return f"{message}\n```{code(window)}\n{pointer}```"


def _document(block: Document, translator: Translator) -> Iterator[SlackBlock]:
    """A file as text in boxes: uploading one would ask every workspace for a further right."""
    yield from section_blocks(marked(escaped(block.filename), "*"))
    shown, of = block.content[:SHOWN_OF_A_FILE], len(block.content)
    for piece in split(code(shown), FENCED):
        yield from section_blocks(f"```{piece}```")
    if len(shown) < of:
        cut = t("The rest does not fit here: {n} of {all} characters are shown.", n=len(shown), all=of)
        yield from context_blocks(mrkdwn(translator, cut))


def _summary(view: View, translator: Translator) -> str:
    """The notification: the view's own words for it, else its first line."""
    if view.summary:
        return _first_piece(plain(translator, view.summary))
    for block in view.blocks:
        match block:
            case TextBlock(text) | InputErrorBlock(text) | Prompt(text) | Footer(text):
                return _first_piece(plain(translator, text))
            case PaperCard(paper) | PaperSummary(_, paper):
                return _first_piece(escaped(paper.title))
            case PaperList(lines) if lines:
                return _first_piece(escaped(lines[0].paper.title))
    return "Paperboy"


def _first_piece(text: str) -> str:
    return next(split(text, SUMMARY), "Paperboy")
