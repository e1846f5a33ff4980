"""A view's blocks as those of a rich message: a heading, the papers with their buttons, and what unfolds.

Never a formula and never an expandable quote: some apps crash on the one, and the other's field was renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never

from adapters.telegram.rendering.renderer import card_lines, summary_facts
from adapters.telegram.rendering.rich_text import RichBlock, RichText, rich_text
from bot.i18n import LazyText, StyledText, Translator, t
from bot.tldr import truncate_at_word
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
)

SHORTEST_ABSTRACT: Final = 200
ButtonMap = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RichRenderer:
    """``buttons`` are those of the papers as Telegram has them, by their commands,
    ``abstract_characters`` how long an abstract may be."""

    language: Translator
    buttons: ButtonMap
    abstract_characters: int

    def blocks(self, blocks: Iterable[Block]) -> list[RichBlock]:
        """The first text is the heading, for the lock screen and the chat list; the first footer stands apart."""
        made: list[RichBlock] = []
        headed = footed = False
        for block in blocks:
            if isinstance(block, TextBlock) and not headed:
                made += _heading(self.language.styled_parts(block.text), 2)
                headed = True
                continue
            if isinstance(block, Footer) and not footed:
                made.append({"type": "divider"})
                footed = True
            made += self._block(block)
        return made

    def _block(self, block: Block) -> list[RichBlock]:
        match block:
            case TextBlock(text) | Banner(text):
                return _paragraph(self.language.styled_parts(text))
            case Footer(text):
                return _filled("footer", rich_text(self.language.styled_parts(text)))
            case Quote(text):
                return self._abstract(text)
            case PaperSummary():
                return self._summary(block)
            case PaperList():
                return self._titles(block)
            case PaperCard():
                return self._card(block)
            case InputErrorBlock(message):
                return _paragraph([*self.language.styled_parts(message), StyledText(f"\n{block.input}", code=True)])
            case Prompt(text):
                return _paragraph(self.language.styled_parts(text))
            case Document() | Buttons():
                return []
            case _:
                assert_never(block)

    def _summary(self, summary: PaperSummary) -> list[RichBlock]:
        number = [StyledText(f"{summary.number}  ")] if summary.number else []
        facts = [replace(span, italic=True) for span in summary_facts(summary, self.language)]
        title = StyledText(summary.paper.title.strip() or "…", href=summary.paper.url)
        return [
            *_heading([*number, title], 4),
            *_paragraph([StyledText(summary.tldr.strip())]),
            *_paragraph(facts),
            *self._abstract(summary.paper.abstract),
            *self._row(summary.actions),
        ]

    def _abstract(self, text: str) -> list[RichBlock]:
        words = " ".join(text.split())
        if not words or self.abstract_characters < min(SHORTEST_ABSTRACT, len(words)):
            return []
        paragraph = {"type": "paragraph", "text": truncate_at_word(words, self.abstract_characters)}
        summary = self.language.plain_text(t("Abstract"))
        return [{"type": "details", "summary": summary, "blocks": [paragraph]}]

    def _row(self, actions: Iterable[Button]) -> list[RichBlock]:
        row = [dict(self.buttons[action.command]) for action in actions if action.command in self.buttons]
        return [{"type": "buttons", "buttons": row}] if row else []

    def _titles(self, titles: PaperList) -> list[RichBlock]:
        ordered = all(item.number for item in titles.items)
        items = [self._item(item, ordered=ordered) for item in titles.items]
        made: list[RichBlock] = [{"type": "list", "items": items}] if items else []
        if titles.heading is None or not made:
            return made
        heading = [replace(span, bold=False) for span in self.language.styled_parts(titles.heading)]
        return [{"type": "details", "summary": rich_text(heading), "blocks": made, "is_open": not titles.folded}]

    def _item(self, item: PaperListItem, *, ordered: bool) -> dict[str, Any]:
        text = rich_text(self._title_line(item))
        action = self.buttons.get(item.action.command) if item.action else None
        if action is not None and "callback_data" in action:
            text = [text, "  ", {"type": "button", "button": {**action, "style": "link"}}]
        paragraph = {"type": "paragraph", "text": text}
        return {"blocks": [paragraph], "value": item.number, "type": "1"} if ordered else {"blocks": [paragraph]}

    def _title_line(self, item: PaperListItem) -> Iterator[StyledText]:
        yield StyledText(item.paper.title.strip() or "…", href=item.paper.url)
        if item.day:
            yield StyledText(f" · {self.language.format_day(item.day)}")
        if item.upvotes:
            yield StyledText(f"  ▲{item.paper.upvotes}")
        if item.note is not None:
            yield StyledText(" · ")
            yield from self._italic(item.note)

    def _italic(self, text: LazyText) -> Iterator[StyledText]:
        return (replace(span, italic=True) for span in self.language.styled_parts(text))

    def _card(self, card: PaperCard) -> list[RichBlock]:
        title = StyledText(card.paper.title.strip() or "…", href=card.paper.url)
        head, *foot = [line for line in card_lines(card, self.language) if line]
        abstract = _paragraph([StyledText(truncate_at_word(" ".join(card.paper.abstract.split()), 8000))])
        below = [block for line in foot for block in _paragraph(line)]
        return [*_heading([title], 3), *_paragraph(head), *abstract, *below]


def _heading(spans: Iterable[StyledText], size: int) -> list[RichBlock]:
    text = rich_text(replace(span, bold=False) for span in spans)
    return [{"type": "heading", "size": size, "text": text}] if text else []


def _paragraph(spans: Iterable[StyledText]) -> list[RichBlock]:
    return _filled("paragraph", rich_text(spans))


def _filled(kind: str, text: RichText) -> list[RichBlock]:
    return [{"type": kind, "text": text}] if text else []
