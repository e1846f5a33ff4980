"""The two blocks that carry text, each within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject, OverflowMenuElement, SectionBlock

from adapters.slack.mrkdwn import split

SECTION: Final = 3000  # characters, https://docs.slack.dev/reference/block-kit/blocks/section-block
FOOT: Final = 2000


def sections(text: str, menu: OverflowMenuElement | None = None) -> Iterator[SectionBlock]:
    """Expanded sections with the text; the menu stands at the first."""
    for piece in split(text, SECTION):
        yield SectionBlock(text=_text(piece), expand=True, accessory=menu)
        menu = None


def foot(text: str) -> Iterator[ContextBlock]:
    """Small grey text."""
    for piece in split(text, FOOT):
        yield ContextBlock(elements=[_text(piece)])


def _text(piece: str) -> MarkdownTextObject:
    # Verbatim: addresses and channel names in somebody's title stay text.
    return MarkdownTextObject(text=piece, verbatim=True)
