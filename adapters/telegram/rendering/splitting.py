"""Messages that always fit: what belongs together stays together, and what is too long goes on in the next message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from adapters.telegram.rendering.entities import MessageParagraph, Size, Spans, merge_spans, size_of
from bot.i18n import StyledText

# Built below the limits of 4,096 code points, 100 entities and 32,768 bytes, since what Telegram finds in plain words
# (addresses, #tags) is only estimated here.
BOUNDS: Final = Size(characters=3900, entities=90, raw=30_000)
SHORTEST_QUOTE: Final = 200
EMPTY_SIZE: Final = Size()
GAP: Final = Size(characters=2, raw=2)  # an empty line
LINE_END: Final = Size(characters=1, raw=1)

ParagraphGroup = tuple[MessageParagraph, ...]


def split_messages(groups: Iterable[ParagraphGroup]) -> list[ParagraphGroup]:
    """The groups as few messages, each within :data:`BOUNDS`; a group is only parted when it is too long by itself."""
    parts = list(chain.from_iterable(map(_split_group, groups)))
    joined = _pack(map(size_of, parts), GAP)
    return [tuple(chain.from_iterable(parts[start:end])) for start, end in joined]


def _pack(sizes: Iterable[Size], gap: Size, empty: Size = EMPTY_SIZE) -> list[tuple[int, int]]:
    """Neighbours put together while they fit, as half-open ranges; ``empty`` is what each range costs by itself."""
    ranges: list[tuple[int, int]] = []
    filled = empty
    for position, size in enumerate(sizes):
        if ranges and (filled + gap + size).within(BOUNDS):
            ranges[-1] = (ranges[-1][0], position + 1)
            filled += gap + size
        else:
            ranges.append((position, position + 1))
            filled = empty + size
    return ranges


def truncate_spans(spans: Spans, room: int) -> Spans:
    """The line cut to ``room`` code points, with an ellipsis where something is missing."""
    if sum(len(span.text) for span in spans) <= room:
        return spans
    kept: list[StyledText] = []
    left = room - 1
    for span in spans:
        kept.append(replace(span, text=_up_to_a_word(span.text, left)))
        left -= len(span.text)
        if left <= 0:
            break
    return merge_spans([*kept, StyledText("…")])


def _up_to_a_word(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    return text[:room].rpartition(" ")[0] or text[:room]


def _split_group(group: ParagraphGroup) -> Iterator[ParagraphGroup]:
    if size_of(group).within(BOUNDS):
        yield group
        return
    shorter = _with_shorter_quote(group)
    if size_of(shorter).within(BOUNDS):
        yield shorter
        return
    for paragraph in group:
        for lines in _split_paragraph(paragraph):
            yield (replace(paragraph, lines=lines),)


def _with_shorter_quote(group: ParagraphGroup) -> ParagraphGroup:
    """The group with its one long text cut by what is too much; titles in a quote are lines and never cut."""
    over = size_of(group).characters - BOUNDS.characters
    return tuple(_cut_quote(paragraph, over) for paragraph in group)


def _cut_quote(paragraph: MessageParagraph, over: int) -> MessageParagraph:
    length = size_of((paragraph,)).characters
    if not paragraph.folded or len(paragraph.lines) > 1 or length - over < SHORTEST_QUOTE:
        return paragraph
    return replace(paragraph, lines=(truncate_spans(paragraph.lines[0], length - max(over, 0)),))


def _split_paragraph(paragraph: MessageParagraph) -> Iterator[tuple[Spans, ...]]:
    lines = tuple(map(_bound_line, paragraph.lines))
    sizes = (size_of((MessageParagraph((line,)),)) for line in lines)
    for start, end in _pack(sizes, LINE_END, size_of((replace(paragraph, lines=()),))):
        yield lines[start:end]


def _bound_line(line: Spans) -> Spans:
    """A single line that can't be parted: cut, and plain where it has too many styles."""
    line = truncate_spans(line, BOUNDS.characters)
    if size_of((MessageParagraph((line,), folded=True),)).within(BOUNDS):
        return line
    return _without_styles(line)


def _without_styles(line: Sequence[StyledText]) -> Spans:
    return merge_spans(StyledText(span.text) for span in line)
