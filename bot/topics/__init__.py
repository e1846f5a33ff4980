"""A topic: a saved search that a person can write, read and say again."""

from bot.topics.ast import (
    TRENDING,
    And,
    AtLeast,
    Expression,
    Field,
    Has,
    MatchLevel,
    Not,
    Or,
    Phrase,
    Since,
    Subject,
    Topic,
    Trending,
)

__all__ = [
    "TRENDING",
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
    "Trending",
]
