"""Messages that always fit: what belongs together stays together, and what is too long goes on in the next message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from adapters.telegram.rendering.entities import Paragraph, Size, Spans, merged, size_of
from bot.i18n import Span

# Built below the limits of 4,096 code points, 100 entities and 32,768 bytes, since what Telegram finds in plain words
# (addresses, #tags) is only estimated here.
BOUNDS: Final = Size(characters=3900, entities=90, raw=30_000)
SHORTEST_QUOTE: Final = 200
NOTHING: Final = Size()
GAP: Final = Size(characters=2, raw=2)  # an empty line
LINE_END: Final = Size(characters=1, raw=1)

Group = tuple[Paragraph, ...]


def in_messages(groups: Iterable[Group]) -> list[Group]:
    """The groups as few messages, each within :data:`BOUNDS`; a group is only parted when it is too long by itself."""
    parts = list(chain.from_iterable(map(_fitting, groups)))
    joined = _packed(map(size_of, parts), GAP)
    return [tuple(chain.from_iterable(parts[start:end])) for start, end in joined]


def _packed(sizes: Iterable[Size], gap: Size, empty: Size = NOTHING) -> list[tuple[int, int]]:
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


def shortened(spans: Spans, room: int) -> Spans:
    """The line cut to ``room`` code points, with an ellipsis where something is missing."""
    if sum(len(span.text) for span in spans) <= room:
        return spans
    kept: list[Span] = []
    left = room - 1
    for span in spans:
        kept.append(replace(span, text=_up_to_a_word(span.text, left)))
        left -= len(span.text)
        if left <= 0:
            break
    return merged([*kept, Span("…")])


def _up_to_a_word(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    return text[:room].rpartition(" ")[0] or text[:room]


def _fitting(group: Group) -> Iterator[Group]:
    if size_of(group).within(BOUNDS):
        yield group
        return
    shorter = _with_shorter_quote(group)
    if size_of(shorter).within(BOUNDS):
        yield shorter
        return
    for paragraph in group:
        for lines in _portions(paragraph):
            yield (replace(paragraph, lines=lines),)


def _with_shorter_quote(group: Group) -> Group:
    """The group with its one long text cut by what is too much; titles in a quote are lines and never cut."""
    over = size_of(group).characters - BOUNDS.characters
    return tuple(_quote_cut(paragraph, over) for paragraph in group)


def _quote_cut(paragraph: Paragraph, over: int) -> Paragraph:
    length = size_of((paragraph,)).characters
    if not paragraph.folded or len(paragraph.lines) > 1 or length - over < SHORTEST_QUOTE:
        return paragraph
    return replace(paragraph, lines=(shortened(paragraph.lines[0], length - max(over, 0)),))


def _portions(paragraph: Paragraph) -> Iterator[tuple[Spans, ...]]:
    lines = tuple(map(_bounded, paragraph.lines))
    sizes = (size_of((Paragraph((line,)),)) for line in lines)
    for start, end in _packed(sizes, LINE_END, size_of((replace(paragraph, lines=()),))):
        yield lines[start:end]


def _bounded(line: Spans) -> Spans:
    """A single line that can't be parted: cut, and plain where it has too many styles."""
    line = shortened(line, BOUNDS.characters)
    if size_of((Paragraph((line,), folded=True),)).within(BOUNDS):
        return line
    return _undecorated(line)


def _undecorated(line: Sequence[Span]) -> Spans:
    return merged(Span(span.text) for span in line)
