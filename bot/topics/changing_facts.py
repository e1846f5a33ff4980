"""Whether papers may come to belong to a topic, or cease to, while their text stays as it is."""

from __future__ import annotations

from bot.topics.ast import And, AtLeast, Expression, Field, FieldName, Has, Not, Or, Topic


def may_change(topic: Topic) -> bool:
    """Whether the topic asks for what changes under a paper's text: votes, code, a project page, keywords."""
    return _asks_for_change(topic.expression)


def _asks_for_change(expression: Expression) -> bool:
    match expression:
        case AtLeast() | Has() | Field(FieldName.KEYWORD):
            return True
        case Not(inner):
            return _asks_for_change(inner)
        case And(parts) | Or(parts):
            return any(map(_asks_for_change, parts))
    return False
