"""A topic: a saved search that a person can write, read and say again."""

from bot.topics.ast import All, Any, AtLeast, Expression, Field, Has, MatchLevel, Not, Phrase, Since, Subject, Topic

__all__ = [
    "All",
    "Any",
    "AtLeast",
    "Expression",
    "Field",
    "Has",
    "MatchLevel",
    "Not",
    "Phrase",
    "Since",
    "Subject",
    "Topic",
]
