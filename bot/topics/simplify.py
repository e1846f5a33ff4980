"""One form for expressions that mean the same: nested brackets opened, repetitions dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.topics.ast import And, Expression, Not, Or, Subject


def all_of(parts: Iterable[Expression]) -> Expression:
    """Every part, flat, each once; a single one stands alone."""
    flat = _flattened(parts, And)
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(parts: Iterable[Expression]) -> Expression:
    """One of the parts, flat, each once; a single one stands alone."""
    flat = _flattened(parts, Or)
    return flat[0] if len(flat) == 1 else Or(flat)


def _flattened(parts: Iterable[Expression], kind: type[And] | type[Or]) -> tuple[Expression, ...]:
    def opened() -> Iterator[Expression]:
        for part in parts:
            if isinstance(part, kind):
                yield from part.parts
            else:
                yield part

    return tuple(dict.fromkeys(opened()))


def without_synonyms(expression: Expression) -> Expression:
    """The expression with nothing said about synonyms (``also:``)."""
    match expression:
        case Subject(words):
            return Subject(words)
        case Not(inner):
            return Not(without_synonyms(inner))
        case And(parts):
            return all_of(map(without_synonyms, parts))
        case Or(parts):
            return any_of(map(without_synonyms, parts))
    return expression


def is_searchable(expression: Expression) -> bool:
    """Whether something is asked for, not only left out."""
    match expression:
        case Not():
            return False
        case And(parts):
            return any(map(is_searchable, parts))
        case Or(parts):
            return all(map(is_searchable, parts))
    return True
