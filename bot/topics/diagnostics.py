"""What can be wrong with a topic, and what would work instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.errors import InputError
from bot.i18n import LazyText, TextValue, t
from bot.topics.sanitize import CONTROL_CHARACTER

_EXCERPT_LENGTH = 60
_MAX_SUGGESTIONS = 3
_MAX_REPAIR_ROUNDS = 3
_FALLBACK_TOPIC = "diffusion"


class SyntaxProblem(Exception):
    """A topic that can't be read; ``fixes`` are whole topics that may work, best first, not yet tried."""

    def __init__(self, why: LazyText, span: tuple[int, int], fixes: Iterable[str] = ()) -> None:
        super().__init__(why.msgid)
        self.why = why
        self.span = span
        self.fixes = tuple(fixes)


def replace_span(text: str, span: tuple[int, int], new: str = "") -> str:
    """The text with ``new`` in the place of the span."""
    return f"{text[: span[0]]}{new}{text[span[1] :]}"


def to_input_error(text: str, problem: SyntaxProblem, normalize_topic: Callable[[str], str]) -> InputError:
    """The answer to a topic that can't be read; only suggestions that ``normalize_topic`` takes are made, in its
    spelling.
    """
    shown = CONTROL_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)
    working = tuple(dict.fromkeys(_working_fixes(problem.fixes, normalize_topic, _MAX_REPAIR_ROUNDS))) or (
        _FALLBACK_TOPIC,
    )
    message = t("I can’t read <code>{text}</code>: {why}", text=_excerpt(shown, problem.span), why=problem.why)
    return InputError(
        message if text else problem.why, input=shown, span=problem.span, suggestions=working[:_MAX_SUGGESTIONS]
    )


def _working_fixes(fixes: Iterable[str], read: Callable[[str], str], rounds_left: int) -> Iterator[str]:
    for fix in filter(str.strip, fixes):
        try:
            yield read(fix)
        except SyntaxProblem as wrong:
            if rounds_left:
                yield from _working_fixes(wrong.fixes, read, rounds_left - 1)


def _excerpt(text: str, span: tuple[int, int]) -> TextValue:
    if len(text) <= _EXCERPT_LENGTH:
        return text
    first = min(max(0, span[0] - _EXCERPT_LENGTH // 2), len(text) - _EXCERPT_LENGTH)
    last = first + _EXCERPT_LENGTH
    return f"{'…' if first else ''}{text[first:last].strip()}{'…' if last < len(text) else ''}"
