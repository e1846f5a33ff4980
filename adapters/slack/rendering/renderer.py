"""Views as Block Kit.

A post is quiet: sections instead of headers, each of them expanded (Slack would fold a long one away), a single foot
line, no previews of links. https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, assert_never

from slack_sdk.models.blocks import Block as SlackBlock

from adapters.slack.rendering.buttons import actions, on_menu, paper_menu
from adapters.slack.rendering.mrkdwn import code, escaped, foot, marked, mrkdwn, plain, sections, split
from adapters.slack.rendering.papers import card, entry, titles
from bot.i18n import Sentence, Translator, listing, say
from bot.views import (
    Banner,
    Block,
    Buttons,
    Document,
    Line,
    Mistake,
    PaperCard,
    PaperEntry,
    Question,
    Quote,
    SmallPrint,
    Titles,
    View,
)

SUMMARY: Final = 500
FENCED: Final = 2900
SHOWN_OF_A_FILE: Final = 20_000
AROUND_A_MISTAKE: Final = 60


@dataclass(frozen=True, slots=True)
class Drawing:
    """A view drawn, before it is fitted into messages; ``summary`` is what a notification shows."""

    blocks: tuple[SlackBlock, ...]
    summary: str


def draw(view: View, *, alone: bool = False) -> Drawing:
    """The whole view; an empty one has no blocks. ``alone``: nobody else reads there."""
    translator = Translator(view.language)
    in_menus = on_menu([block.paper for block in view.blocks if isinstance(block, PaperEntry)])
    drawn = [drawn for block in _gathered(view.blocks) for drawn in _block(block, translator, in_menus, alone)]
    return Drawing(tuple(drawn), _summary(view, translator))


def _gathered(blocks: Iterable[Block]) -> Iterator[Block]:
    """Lines that follow one another are one paragraph, and small print one foot."""
    for kind, run in groupby(blocks, key=type):
        several = list(run)
        if kind is Line and len(several) > 1:
            yield Line(_together(several, "\n"))
        elif kind is SmallPrint and len(several) > 1:
            yield SmallPrint(_together(several, " · "))
        else:
            yield from several


def _together(lines: Iterable[Block], separator: str) -> Sentence:
    sentences = [line.sentence for line in lines if isinstance(line, Line | SmallPrint)]
    return say("{lines}", lines=listing(sentences, separator))


def _block(block: Block, translator: Translator, in_menus: Collection[str], alone: bool) -> Iterator[SlackBlock]:
    match block:
        case Line(sentence) | Question(sentence):
            yield from sections(mrkdwn(translator, sentence))
        case SmallPrint(sentence):
            yield from foot(mrkdwn(translator, sentence))
        case Banner(sentence):
            yield from sections(mrkdwn(translator, sentence, bold=True))
        case Quote(text):
            yield from sections("\n".join(f">{line}" for line in escaped(text).split("\n")))
        case PaperEntry():
            yield from sections(entry(block, translator), paper_menu(block.paper, translator, alone=alone))
        case Titles():
            yield from sections(titles(block, translator))
        case PaperCard():
            for part in card(block, translator):
                yield from sections(part)
        case Mistake():
            yield from sections(_mistake(block, translator))
        case Document():
            yield from _document(block, translator)
        case Buttons(rows):
            yield from actions(rows, translator, in_menus)
        case _:
            assert_never(block)


def _mistake(block: Mistake, translator: Translator) -> str:
    said = mrkdwn(translator, block.sentence)
    if not block.text or block.place is None:
        return said
    first, last = block.place
    start, end = max(first - AROUND_A_MISTAKE, 0), last + AROUND_A_MISTAKE
    window = block.text[start:end].replace("\n", " ")
    pointer = " " * (first - start) + "^" * max(min(last, len(block.text)) - first, 1)
    return f"{said}\n```{code(window)}\n{pointer}```"


def _document(block: Document, translator: Translator) -> Iterator[SlackBlock]:
    """A file as text in boxes: uploading one would ask every workspace for a further right."""
    yield from sections(marked(escaped(block.filename), "*"))
    shown, of = block.content[:SHOWN_OF_A_FILE], len(block.content)
    for piece in split(code(shown), FENCED):
        yield from sections(f"```{piece}```")
    if len(shown) < of:
        cut = say("The rest does not fit here: {n} of {all} characters are shown.", n=len(shown), all=of)
        yield from foot(mrkdwn(translator, cut))


def _summary(view: View, translator: Translator) -> str:
    """The notification: the view's own words for it, else its first line."""
    if view.summary:
        return _first(plain(translator, view.summary))
    for block in view.blocks:
        match block:
            case Line(sentence) | Mistake(sentence) | Question(sentence) | SmallPrint(sentence):
                return _first(plain(translator, sentence))
            case PaperCard(paper) | PaperEntry(_, paper):
                return _first(escaped(paper.title))
            case Titles(lines) if lines:
                return _first(escaped(lines[0].paper.title))
    return "Paperboy"


def _first(text: str) -> str:
    return next(split(text, SUMMARY), "Paperboy")
