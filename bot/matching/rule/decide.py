"""Decides whether a paper belongs to a topic.

Three-valued: NO < NOT YET < YES. AND takes the least, OR the most of its parts, so a further condition never adds a
paper and a further OR never removes one. What can still change (votes, code, project page, keywords) fails as NOT YET;
under a minus it is decided as it stands now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.matching.catalogue.field_topics import field_expression
from bot.matching.rule.decision import Decision, MatchLocation, MatchReason, Verdict
from bot.matching.rule.fields import match_field
from bot.matching.rule.subject_rule import match_subject
from bot.matching.text.tokenizer import TokenizedPaper, exact_occurrences, tokenize_paper
from bot.papers import Paper
from bot.topics.ast import (
    And,
    Asset,
    AtLeast,
    Expression,
    Field,
    FieldName,
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

# Stored with every decision: a higher number means that papers are decided anew.
RULE_VERSION = 6

_NO = Decision(Verdict.NO)
_NOT_YET = Decision(Verdict.NOT_YET)
_RANK = {Verdict.NO: 0, Verdict.NOT_YET: 1, Verdict.YES: 2}


def decide(topic: Topic, paper: Paper) -> Decision:
    """The verdict with a reason for every part that holds. Pure: the same on every machine and every day."""
    return decide_tokenized(topic, paper, tokenize_paper(paper))


def decide_tokenized(topic: Topic, paper: Paper, tokenized: TokenizedPaper) -> Decision:
    """The same by texts that were tokenized before."""
    return _decide_expression(topic.expression, paper, tokenized, topic.level)


def _decide_expression(
    expression: Expression, paper: Paper, tokenized: TokenizedPaper, level: MatchLevel, *, excluded: bool = False
) -> Decision:
    match expression:
        case Subject():
            return _yes_if(match_subject(expression, tokenized, level, excluded=excluded))
        case Phrase(words):
            return _yes_if(_match_phrase(words, tokenized))
        case Field(FieldName.FIELD, value):
            decided = _decide_expression(field_expression(value), paper, tokenized, level, excluded=excluded)
            return Decision(decided.verdict, decided.reasons[:1])
        case Field(name):
            return _yes_if(match_field(expression, paper, tokenized), _NOT_YET if name is FieldName.KEYWORD else _NO)
        case AtLeast() | Has():
            return _yes_if(_match_changeable(expression, paper), _NOT_YET)
        case Since(day):
            wanted, listed = day.isoformat(), paper.listed_on.isoformat()
            return _yes_if(
                MatchReason(f"since:{wanted}", MatchLocation.DAY, listed) if paper.listed_on >= day else None
            )
        case Trending():
            return _NO  # that takes the whole list: :mod:`bot.decisions.most_voted`
        case Not(inner):
            left_out = _decide_expression(inner, paper, tokenized, level, excluded=True).is_match
            return _NO if left_out else Decision(Verdict.YES)
        case And(parts):
            return _combine_all(
                [_decide_expression(part, paper, tokenized, level, excluded=excluded) for part in parts]
            )
        case Or(parts):
            return _combine_any(
                [_decide_expression(part, paper, tokenized, level, excluded=excluded) for part in parts]
            )
    assert_never(expression)


def _yes_if(reason: MatchReason | None, otherwise: Decision = _NO) -> Decision:
    return Decision(Verdict.YES, (reason,)) if reason else otherwise


def _match_phrase(words: str, tokenized: TokenizedPaper) -> MatchReason | None:
    for text, place in ((tokenized.title, MatchLocation.TITLE), (tokenized.abstract, MatchLocation.ABSTRACT)):
        if spans := exact_occurrences(text, words):
            return MatchReason(words, place, text.slice(*spans[0]), len(spans))
    return None


def _match_changeable(condition: AtLeast | Has, paper: Paper) -> MatchReason | None:
    if isinstance(condition, AtLeast):
        enough = paper.upvotes >= condition.upvotes
        return (
            MatchReason(f"upvotes>={condition.upvotes}", MatchLocation.UPVOTES, str(paper.upvotes)) if enough else None
        )
    found = paper.code_url if condition.asset is Asset.CODE else paper.project_url
    return MatchReason(f"has:{condition.asset}", MatchLocation.ASSET, condition.asset.value) if found else None


def _combine_all(decisions: Sequence[Decision]) -> Decision:
    verdict = min((decision.verdict for decision in decisions), key=_RANK.__getitem__)
    if verdict is Verdict.NO:
        return _NO
    return Decision(verdict, tuple(reason for decision in decisions for reason in decision.reasons))


def _combine_any(decisions: Sequence[Decision]) -> Decision:
    verdict = max((decision.verdict for decision in decisions), key=_RANK.__getitem__)
    agreeing = (decision for decision in decisions if decision.verdict is verdict)
    return Decision(verdict, tuple(dict.fromkeys(reason for decision in agreeing for reason in decision.reasons)))
