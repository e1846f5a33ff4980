"""Views as plain text: complete, since some read nothing else."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Final, assert_never

from bot.i18n import LazyText, Translator, t
from bot.papers import Paper
from bot.rendering.paper_facts import leading_authors, visible_facts
from bot.tldr import tldr
from bot.views import (
    Banner,
    Block,
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

PaperLink = Callable[[str], str]
_WIDTH: Final = 72  # characters
_INDENT: Final = "   "
_CONTROL_CHARACTERS: Final = dict.fromkeys((*range(10), *range(11, 32), 127, *range(128, 160)))


def render_text(
    view: View, foot: tuple[str, str], paper_link: PaperLink, footer: str, *, summaries: bool = True
) -> str:
    """The whole mail; ``-- `` stands before the foot (the addresses of the settings and of the way out), which programs
    then hide in answers."""
    translator = Translator(view.language)
    parts = ["\n".join(_block(block, translator, paper_link, summaries=summaries)) for block in view.blocks]
    foot_lines = list(footer_lines(translator, *foot, footer))
    return "\n\n".join([*filter(None, parts), "\n".join(["-- ", *foot_lines])]) + "\n"


def footer_lines(translator: Translator, settings: str, unsubscribe: str, footer: str) -> Iterator[str]:
    """Why it came, how to change it, how to end it, and the operator's line."""
    yield translator.plain_text(t("You get this mail because you confirmed that you want it."))
    yield translator.plain_text(t("Topics and pause: {url}", url=settings))
    yield translator.plain_text(t("Stop these mails: {url}", url=unsubscribe))
    if footer:
        yield footer


def _block(block: Block, translator: Translator, paper_link: PaperLink, *, summaries: bool) -> Iterable[str]:
    match block:
        case TextBlock(text) | Footer(text) | Banner(text):
            yield from _wrapped(_linked(text, translator))
        case Quote(text):
            yield from _wrapped(text, _INDENT)
        case PaperSummary():
            yield from _summary(block, translator)
            yield _about(block.paper, translator, paper_link)
        case PaperList():
            yield from _list(block, translator, paper_link, summaries=summaries)
        case PaperCard():
            yield from _card(block, translator)
        case InputErrorBlock(message) | Prompt(message):
            yield from _wrapped(_linked(message, translator))
        case Document(filename, _, content):
            yield from (filename, content)
        case Buttons(rows):
            yield from (f"{translator.plain_text(one.label)}: {one.url}" for row in rows for one in row if one.url)
        case _:
            assert_never(block)


def _summary(block: PaperSummary, translator: Translator) -> Iterator[str]:
    yield from _titled(f"{block.number}. " if block.number else "", block.paper.title)
    yield from _wrapped(block.tldr, _INDENT)
    notes = [_linked(note, translator) for note in block.notes]
    topics = [_linked(block.topics, translator)] if block.topics else []
    yield from _wrapped(" · ".join([*_facts(block.paper), *notes, *topics]), _INDENT)
    yield _INDENT + block.paper.url


def _list(block: PaperList, translator: Translator, paper_link: PaperLink, *, summaries: bool) -> Iterator[str]:
    if block.heading:
        yield from (translator.plain_text(block.heading), "")
    for item in block.items:
        yield from _item(item, translator, summaries=summaries)
        yield _about(item.paper, translator, paper_link)


def _item(item: PaperListItem, translator: Translator, *, summaries: bool) -> Iterator[str]:
    yield from _titled(f"{item.number}. " if item.number else "- ", item.paper.title)
    if summaries:
        yield from _wrapped(tldr(item.paper), _INDENT)
    notes = [_linked(item.note, translator)] if item.note else []
    yield from _wrapped(" · ".join([*_facts(item.paper), *notes]), _INDENT)
    yield _INDENT + item.paper.url


def _about(paper: Paper, translator: Translator, paper_link: PaperLink) -> str:
    return _INDENT + translator.plain_text(t("Save, more or less like this, why: {url}", url=paper_link(paper.id)))


def _card(card: PaperCard, translator: Translator) -> Iterator[str]:
    names, _ = leading_authors(card.paper)
    yield from _titled("", card.paper.title)
    yield from _wrapped(names, _INDENT)
    yield from _wrapped(card.paper.abstract, _INDENT)
    yield from (_linked(reason, translator) for reason in card.reasons)
    yield card.paper.url


def _facts(paper: Paper) -> list[str]:
    shown = visible_facts(paper)
    facts = [f"▲{shown.upvotes}"]
    facts += [f"{shown.comments} comments"] if shown.comments else []
    facts += [shown.attribution] if shown.attribution else []
    stars = f" (★{shown.stars})" if shown.stars else ""
    return facts + ([f"code{stars} {shown.code_url}"] if shown.code_url else [])


def _linked(text: LazyText, translator: Translator) -> str:
    return "".join(f"{span.text} ({span.href})" if span.href else span.text for span in translator.styled_parts(text))


def _titled(mark: str, title: str) -> list[str]:
    return textwrap.wrap(mark + title.translate(_CONTROL_CHARACTERS), _WIDTH, subsequent_indent=" " * len(mark))


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Lines that keep addresses whole."""
    return textwrap.wrap(
        text.translate(_CONTROL_CHARACTERS),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
