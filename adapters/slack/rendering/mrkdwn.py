"""Text as Slack reads it.

Slack's mrkdwn has three control characters, which are written as entities, and no escape for its format marks
(https://docs.slack.dev/messaging/formatting-message-text). A mark inside a word formats nothing; any other one in
somebody else's text is shown as a character that looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject, OverflowMenuElement, SectionBlock

from bot.i18n import LazyText, StyledText, Translator

SECTION: Final = 3000  # characters, https://docs.slack.dev/reference/block-kit/blocks/section-block
FOOT: Final = 2000


def section_blocks(text: str, menu: OverflowMenuElement | None = None) -> Iterator[SectionBlock]:
    """Expanded sections with the text; the menu stands at the first."""
    for piece in split(text, SECTION):
        yield SectionBlock(text=_text(piece), expand=True, accessory=menu)
        menu = None


def context_blocks(text: str) -> Iterator[ContextBlock]:
    """Small grey text."""
    for piece in split(text, FOOT):
        yield ContextBlock(elements=[_text(piece)])


def _text(piece: str) -> MarkdownTextObject:
    # Verbatim: addresses and channel names in somebody's title stay text.
    return MarkdownTextObject(text=piece, verbatim=True)


_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LOOKALIKES: Final = {"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"}
_MARK: Final = re.compile(r"`|(?<![^\W_])[*_~]|[*_~](?![^\W_])")
# A colon of what Slack would show as an emoji is followed by a word joiner, which is invisible.
_EMOJI: Final = re.compile(r":(?=[a-z0-9_'+-]+:)", re.IGNORECASE)
_QUOTE: Final = re.compile(r"^(?=[ \t]*>)", re.MULTILINE)
_CONTROL: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_WHOLE_LINK: Final = re.compile(r"<[^<>]*>")
_IN_ADDRESS: Final = str.maketrans({"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C", " ": "%20", "\n": ""})


def entities(text: str) -> str:
    """The text with its control characters as entities, so that nothing in it links or pings; marks still format."""
    return text.translate(_CONTROL).translate(_ENTITIES)


def escaped(text: str) -> str:
    """The text as text: nothing in it pings, links, quotes or formats."""
    neutral = _MARK.sub(lambda mark: _LOOKALIKES[mark[0]], text)
    neutral = _EMOJI.sub(":\u2060", neutral)
    return entities(_QUOTE.sub("\u2060", neutral))


def code(text: str) -> str:
    """The text for the inside of a code mark or block, which knows no marks but its own end."""
    return entities(text.replace("`", _LOOKALIKES["`"]))


def clipped(text: str, limit: int) -> str:
    """The text, escaped, in at most ``limit`` characters, with an ellipsis where something is missing."""
    result = escaped(text)
    keep = min(len(text), limit)
    while len(result) > limit and keep:
        keep = min(keep - 1, keep * limit // len(result))
        result = escaped(text[:keep].rstrip()) + "…"
    return result


def link(label: str, url: str) -> str:
    """A link; an address that is none is left out. ``label`` is already escaped."""
    label = " ".join(label.split())
    if not url.startswith(("https://", "http://")):
        return label
    return f"<{url.translate(_IN_ADDRESS)}|{label or url.translate(_IN_ADDRESS)}>"


def mrkdwn(translator: Translator, text: LazyText, *, bold: bool = False, italic: bool = False) -> str:
    """A text with its marks, all of it bold or italic if asked for."""
    spans = translator.styled_parts(text)
    styled = (replace(span, bold=span.bold or bold, italic=span.italic or italic) for span in spans)
    return "".join(_styled_runs(styled))


def plain(translator: Translator, text: LazyText) -> str:
    """A text without marks, for notifications."""
    return escaped(translator.plain_text(text))


def _styled_runs(spans: Iterable[StyledText]) -> Iterator[str]:
    """Neighbours of one style share their marks: ``*5** papers*`` would not be bold."""
    for (bold, italic, is_code), run in groupby(spans, key=lambda span: (span.bold, span.italic, span.code)):
        text = "".join(map(_span_text, run))
        for mark, wanted in (("`", is_code), ("_", italic), ("*", bold)):
            text = marked(text, mark) if wanted else text
        yield text


def _span_text(span: StyledText) -> str:
    text = code(span.text) if span.code else escaped(span.text)
    return link(text, span.href) if span.href else text


def marked(text: str, mark: str) -> str:
    """Each line between marks, which must touch what they mark."""
    return "\n".join(_marked_line(line, mark) for line in text.split("\n"))


def _marked_line(line: str, mark: str) -> str:
    inner = line.strip()
    if not inner:
        return line
    before, after = line.split(inner, 1)
    return f"{before}{mark}{inner}{mark}{after}"


def split(text: str, limit: int) -> Iterator[str]:
    """The text in pieces of at most ``limit`` characters, cut between lines or words, never inside a link or entity."""
    while len(text) > limit:
        cut = _cut(text, limit)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _cut(text: str, limit: int) -> int:
    window = text[:limit]
    for opening, closing in (("<", ">"), ("&", ";")):
        started = window.rfind(opening)
        if started > window.rfind(closing) and closing in text[started:]:
            window = window[:started]
    outside = _WHOLE_LINK.sub(lambda found: "x" * len(found[0]), window)
    breaks = [found for sign in ("\n", " ") if (found := outside.rfind(sign)) > limit // 2]
    return (breaks[0] + 1 if breaks else len(window)) or limit
