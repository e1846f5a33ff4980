"""Buttons as every command builds them: short labels, rows that fit, pages that say how many papers they turn to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.decisions.on_the_fly import MAX_COUNTED
from bot.i18n import LazyText, TextValue, Translator, t
from bot.papers import Paper
from bot.topics import Topic
from bot.topics.describe import topic_in_words
from bot.topics.formatter import format_topic
from bot.views import Button, Buttons

PAGE_SIZE = 10
# As drawn on a phone: so many characters are readable where one, two or three buttons share a row.
LABEL_WIDTHS = {1: 36, 2: 20, 3: 13}
NUMBERS_PER_ROW = 5

_ENGLISH = Translator()


def truncate(text: str, width: int) -> str:
    """``text`` cut to ``width`` characters, with an ellipsis where something is missing."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def with_count(label: LazyText, papers: int, width: int) -> LazyText:
    """The label with its count of papers, cut where it has names: *+ agentic, AI agent (38)*."""
    over = len(_ENGLISH.plain_text(label)) + len(f" ({papers:,})") - width
    number = papers if papers <= MAX_COUNTED else t("{n}+", n=MAX_COUNTED)
    return t("{what} ({n})", what=_truncate_label(label, over) if over > 0 else label, n=number)


def short_topic(topic: Topic, width: int) -> TextValue:
    """The topic in words, cut at its end where it is longer than ``width``."""
    said = topic_in_words(topic)
    plain = _ENGLISH.plain_text(said)
    return said if len(plain) <= width else truncate(plain, width)


def _truncate_label(label: LazyText, over: int) -> LazyText:
    """The label with its longest text so many characters shorter."""
    texts = {name: value for name, value in label.values.items() if isinstance(value, str)}
    if texts:
        longest = max(texts, key=lambda name: len(texts[name]))
        return replace(
            label, values={**label.values, longest: truncate(texts[longest], max(2, len(texts[longest]) - over))}
        )
    inner = {name: _truncate_label(value, over) for name, value in label.values.items() if isinstance(value, LazyText)}
    return replace(label, values={**label.values, **inner})


def button(label: LazyText, command: str) -> Button:
    return Button(label, command)


def primary_button(label: LazyText, command: str) -> Button:
    return Button(label, command, style="primary")


def button_rows(*rows: Iterable[Button]) -> Buttons:
    """Rows of buttons; empty ones are left out."""
    return Buttons(tuple(row for row in map(tuple, rows) if row))


def split_into_rows(buttons: Sequence[Button], width: int) -> list[tuple[Button, ...]]:
    """The buttons in rows of ``width``."""
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def two_columns(buttons: Iterable[Button]) -> Iterator[tuple[Button, ...]]:
    """Two a row where both labels are short enough, else one."""
    waiting: Button | None = None
    for each in buttons:
        if len(_ENGLISH.plain_text(each.label)) > LABEL_WIDTHS[2]:
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


def topic_button(topic: str, command: str, label: LazyText | None = None) -> Button:
    """A button that repeats a topic, cut so that it can stand alone in its row."""
    return Button(label or t("{topic}", topic=truncate(topic, LABEL_WIDTHS[1])), command)


def follow_button(topic: Topic) -> Button:
    return primary_button(
        t("Follow {topic}", topic=short_topic(topic, LABEL_WIDTHS[1] - 7)),
        f"subscribe {format_topic(topic)}",
    )


def suggestion_buttons(commands: Sequence[str], failed_command: str = "", slash: str = "/") -> Buttons:
    """Whole commands that would work, one a row, labelled as they would be typed (``slash`` before each where the
    platform has one); the ``failed_command`` is not repeated."""
    return button_rows(*([Button(_suggestion_label(command, failed_command, slash), command)] for command in commands))


def _suggestion_label(command: str, failed_command: str, slash: str) -> LazyText:
    shown = command.removeprefix(f"{failed_command} ") if failed_command else command
    return t("{command}", command=truncate(f"{slash}{command}" if shown == command else shown, LABEL_WIDTHS[1]))


def number_buttons(papers: Sequence[Paper], first: int, origin: str = "") -> list[tuple[Button, ...]]:
    """A numbered button to the card of each paper; with an ``origin`` the card takes the place of that list."""
    where = f" from {origin}" if origin else ""
    return split_into_rows(
        [button(t("{n}", n=number), f"paper {paper.id}{where}") for number, paper in enumerate(papers, first)],
        NUMBERS_PER_ROW,
    )


def page_count(total: int, size: int = PAGE_SIZE) -> int:
    return max(1, -(-total // size))


def page_slice(page: int, total: int, size: int = PAGE_SIZE) -> slice:
    """The slice of ``total`` things that stands on ``page`` (from 1; beyond the end: the last)."""
    first = (min(max(page, 1), page_count(total, size)) - 1) * size
    return slice(first, min(first + size, total))


def page_buttons(shown: slice, total: int, command: str, size: int = PAGE_SIZE) -> tuple[Button, ...]:
    """Back and on through a list; each label says how many papers stand there."""
    page = shown.start // size + 1
    before = [button(t("‹ Previous {n}", n=size), f"page {page - 1} {command}")] if page > 1 else []
    left = total - shown.stop
    after = [button(t("Next {n} ›", n=min(size, left)), f"page {page + 1} {command}")] if left > 0 else []
    return (*before, *after)
