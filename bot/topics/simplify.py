"""One form for expressions that mean the same: nested brackets opened, repetitions dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.topics.ast import All, Any, Expression, Not, Subject


def all_of(parts: Iterable[Expression]) -> Expression:
    """Every part, flat, each once; a single one stands alone."""
    flat = _flat(parts, All)
    return flat[0] if len(flat) == 1 else All(flat)


def any_of(parts: Iterable[Expression]) -> Expression:
    """One of the parts, flat, each once; a single one stands alone."""
    flat = _flat(parts, Any)
    return flat[0] if len(flat) == 1 else Any(flat)


def _flat(parts: Iterable[Expression], kind: type[All] | type[Any]) -> tuple[Expression, ...]:
    def opened() -> Iterator[Expression]:
        for part in parts:
            if isinstance(part, kind):
                yield from part.parts
            else:
                yield part

    return tuple(dict.fromkeys(opened()))


def without_names(expression: Expression) -> Expression:
    """The expression with nothing said about further names (``also:``)."""
    match expression:
        case Subject(words):
            return Subject(words)
        case Not(inner):
            return Not(without_names(inner))
        case All(parts):
            return all_of(map(without_names, parts))
        case Any(parts):
            return any_of(map(without_names, parts))
    return expression


def says_what_to_look_for(expression: Expression) -> bool:
    """Whether something is asked for, not only left out."""
    match expression:
        case Not():
            return False
        case All(parts):
            return any(map(says_what_to_look_for, parts))
        case Any(parts):
            return all(map(says_what_to_look_for, parts))
    return True
