"""Tells from a paper's tokenized texts alone, without its facts, whether a topic may take it."""

from __future__ import annotations

from bot.matching.rule.subject_rule import match_subject
from bot.matching.text.tokenizer import TokenizedPaper, exact_occurrences
from bot.topics.ast import And, Expression, Field, FieldName, MatchLevel, Or, Phrase, Subject, Topic


def texts_may_satisfy(topic: Topic, tokenized: TokenizedPaper) -> bool:
    """False only where the rule says NO for sure: what asks for more than words counts as met."""
    return _may_satisfy(topic.expression, tokenized, topic.level)


def _may_satisfy(expression: Expression, tokenized: TokenizedPaper, level: MatchLevel) -> bool:
    match expression:
        case Subject():
            return match_subject(expression, tokenized, level) is not None
        case Phrase(words):
            return any(exact_occurrences(text, words) for text in (tokenized.title, tokenized.abstract))
        case Field(FieldName.TITLE, words):
            return bool(exact_occurrences(tokenized.title, words))
        case And(parts):
            return all(_may_satisfy(part, tokenized, level) for part in parts)
        case Or(parts):
            return any(_may_satisfy(part, tokenized, level) for part in parts)
    return True
