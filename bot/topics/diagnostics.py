"""What can be wrong with a topic, and what would work instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.errors import UserMistake
from bot.i18n import Sentence, Value, say
from bot.topics.sanitize import CONTROL

_SHOWN = 60
_SUGGESTIONS = 3
_REPAIRS_OF_REPAIRS = 3
_ALWAYS_WORKS = "diffusion"


class Wrong(Exception):
    """A topic that can't be read; ``fixes`` are whole topics that may work, best first, not yet tried."""

    def __init__(self, why: Sentence, place: tuple[int, int], fixes: Iterable[str] = ()) -> None:
        super().__init__(why.msgid)
        self.why = why
        self.place = place
        self.fixes = tuple(fixes)


def instead(text: str, place: tuple[int, int], new: str = "") -> str:
    """The text with ``new`` at that place."""
    return f"{text[: place[0]]}{new}{text[place[1] :]}"


def mistake(text: str, wrong: Wrong, read: Callable[[str], str]) -> UserMistake:
    """The answer to a topic that can't be read; only suggestions that ``read`` takes are made, in its spelling."""
    shown = CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    working = tuple(dict.fromkeys(_working(wrong.fixes, read, _REPAIRS_OF_REPAIRS))) or (_ALWAYS_WORKS,)
    sentence = say("I can’t read <code>{text}</code>: {why}", text=_excerpt(shown, wrong.place), why=wrong.why)
    return UserMistake(
        sentence if text else wrong.why, text=shown, place=wrong.place, suggestions=working[:_SUGGESTIONS]
    )


def _working(fixes: Iterable[str], read: Callable[[str], str], tries: int) -> Iterator[str]:
    for fix in filter(str.strip, fixes):
        try:
            yield read(fix)
        except Wrong as wrong:
            if tries:
                yield from _working(wrong.fixes, read, tries - 1)


def _excerpt(text: str, place: tuple[int, int]) -> Value:
    if len(text) <= _SHOWN:
        return text
    first = min(max(0, place[0] - _SHOWN // 2), len(text) - _SHOWN)
    last = first + _SHOWN
    return f"{'…' if first else ''}{text[first:last].strip()}{'…' if last < len(text) else ''}"
