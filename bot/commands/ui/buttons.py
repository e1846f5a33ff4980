"""Buttons as every command builds them: short labels, rows that fit, pages that say how many papers they turn to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.i18n import Sentence, Translator, say
from bot.papers import Paper
from bot.topics import Topic
from bot.topics.formatter import named, printed
from bot.views import Button, Buttons

PAGE = 10
# As drawn on a phone: so many characters are readable where one, two or three buttons share a row.
ROOM = {1: 36, 2: 20, 3: 13}
NUMBERS_IN_A_ROW = 5

_ENGLISH = Translator()


def short(text: str, room: int) -> str:
    """``text`` cut to ``room`` characters, with an ellipsis where something is missing."""
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def priced(label: Sentence, papers: int, room: int) -> Sentence:
    """The label with its price in papers, cut where it has names: *+ agentic, AI agent (38)*."""
    over = len(_ENGLISH.text(label)) + len(f" ({papers:,})") - room
    return say("{what} ({n})", what=_cut(label, over) if over > 0 else label, n=papers)


def _cut(label: Sentence, over: int) -> Sentence:
    """The label with its longest text so many characters shorter."""
    texts = {name: value for name, value in label.values.items() if isinstance(value, str)}
    if texts:
        longest = max(texts, key=lambda name: len(texts[name]))
        return replace(
            label, values={**label.values, longest: short(texts[longest], max(2, len(texts[longest]) - over))}
        )
    inner = {name: _cut(value, over) for name, value in label.values.items() if isinstance(value, Sentence)}
    return replace(label, values={**label.values, **inner})


def button(label: Sentence, command: str) -> Button:
    return Button(label, command)


def primary(label: Sentence, command: str) -> Button:
    return Button(label, command, weight="primary")


def rows(*wanted: Iterable[Button]) -> Buttons:
    """Rows of buttons; empty ones are left out."""
    return Buttons(tuple(row for row in map(tuple, wanted) if row))


def in_rows(buttons: Sequence[Button], width: int) -> list[tuple[Button, ...]]:
    """The buttons in rows of ``width``."""
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def paired(buttons: Iterable[Button]) -> Iterator[tuple[Button, ...]]:
    """Two a row where both labels are short enough, else one."""
    waiting: Button | None = None
    for each in buttons:
        if len(_ENGLISH.text(each.label)) > ROOM[2]:
            if waiting:
                yield (waiting,)
            waiting = None
            yield (each,)
        elif waiting:
            yield (waiting, each)
            waiting = None
        else:
            waiting = each
    if waiting:
        yield (waiting,)


def topic_button(topic: str, command: str, label: Sentence | None = None) -> Button:
    """A button that repeats a topic, cut so that it can stand alone in its row."""
    return Button(label or say("{topic}", topic=short(topic, ROOM[1])), command)


def follow_button(topic: Topic) -> Button:
    return primary(say("Follow {topic}", topic=short(named(topic), ROOM[1] - 7)), f"subscribe {printed(topic)}")


def suggested(commands: Sequence[str], asked: str = "", slash: str = "/") -> Buttons:
    """Whole commands that would work, one a row, labelled as they would be typed (``slash`` before each where the
    platform has one); the command that was ``asked`` is not repeated."""
    return rows(*([Button(_suggestion(command, asked, slash), command)] for command in commands))


def _suggestion(command: str, asked: str, slash: str) -> Sentence:
    shown = command.removeprefix(f"{asked} ") if asked else command
    return say("{command}", command=short(f"{slash}{command}" if shown == command else shown, ROOM[1]))


def number_buttons(papers: Sequence[Paper], first: int, origin: str = "") -> list[tuple[Button, ...]]:
    """A numbered button to the card of each paper; with an ``origin`` the card takes the place of that list."""
    where = f" from {origin}" if origin else ""
    return in_rows(
        [button(say("{n}", n=number), f"paper {paper.id}{where}") for number, paper in enumerate(papers, first)],
        NUMBERS_IN_A_ROW,
    )


def pages_of(total: int, size: int = PAGE) -> int:
    return max(1, -(-total // size))


def page_of(page: int, total: int, size: int = PAGE) -> slice:
    """The slice of ``total`` things that stands on ``page`` (from 1; beyond the end: the last)."""
    first = (min(max(page, 1), pages_of(total, size)) - 1) * size
    return slice(first, min(first + size, total))


def page_buttons(shown: slice, total: int, command: str, size: int = PAGE) -> tuple[Button, ...]:
    """Back and on through a list; each label says how many papers stand there."""
    page = shown.start // size + 1
    before = [button(say("‹ Previous {n}", n=size), f"page {page - 1} {command}")] if page > 1 else []
    left = total - shown.stop
    after = [button(say("Next {n} ›", n=min(size, left)), f"page {page + 1} {command}")] if left > 0 else []
    return (*before, *after)
