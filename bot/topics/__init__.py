"""A topic: a saved search that a person can write, read and say again."""

from bot.topics.ast import And, AtLeast, Expression, Field, Has, MatchLevel, Not, Or, Phrase, Since, Subject, Topic

__all__ = [
    "And",
    "AtLeast",
    "Expression",
    "Field",
    "Has",
    "MatchLevel",
    "Not",
    "Or",
    "Phrase",
    "Since",
    "Subject",
    "Topic",
]
