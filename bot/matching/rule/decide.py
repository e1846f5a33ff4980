"""Decides whether a paper belongs to a topic.

Three-valued: NO < NOT YET < YES. AND takes the least, OR the most of its parts, so a further condition never adds a
paper and a further OR never removes one. What can still change (votes, code, project page, keywords) fails as NOT YET;
under a minus it is decided as it stands now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.matching.rule.decision import Decision, Place, Reason, Verdict
from bot.matching.rule.fields import field_found
from bot.matching.rule.subject_rule import said
from bot.matching.text.tokenizer import ReadPaper, exact, read_paper
from bot.papers import Paper
from bot.topics.ast import (
    All,
    Any,
    Asset,
    AtLeast,
    Expression,
    Field,
    FieldName,
    Has,
    MatchLevel,
    Not,
    Phrase,
    Since,
    Subject,
    Topic,
)

# Stored with every decision: a higher number means that papers are decided anew.
RULE = 4

_NO = Decision(Verdict.NO)
_NOT_YET = Decision(Verdict.NOT_YET)
_RANK = {Verdict.NO: 0, Verdict.NOT_YET: 1, Verdict.YES: 2}


def decide(topic: Topic, paper: Paper) -> Decision:
    """The verdict with a reason for every part that holds. Pure: the same on every machine and every day."""
    return _decided(topic.expression, paper, read_paper(paper), topic.level)


def _decided(
    expression: Expression, paper: Paper, read: ReadPaper, level: MatchLevel, *, excluded: bool = False
) -> Decision:
    match expression:
        case Subject():
            return _yes_if(said(expression, read, level, excluded=excluded))
        case Phrase(words):
            return _yes_if(_phrase(words, read))
        case Field(name):
            return _yes_if(field_found(expression, paper, read), _NOT_YET if name is FieldName.KEYWORD else _NO)
        case AtLeast() | Has():
            return _yes_if(_changeable(expression, paper), _NOT_YET)
        case Since(day):
            wanted, listed = day.isoformat(), paper.listed_on.isoformat()
            return _yes_if(Reason(f"since:{wanted}", Place.DAY, listed) if paper.listed_on >= day else None)
        case Not(inner):
            left_out = _decided(inner, paper, read, level, excluded=True).yes
            return _NO if left_out else Decision(Verdict.YES)
        case All(parts):
            return _all([_decided(part, paper, read, level, excluded=excluded) for part in parts])
        case Any(parts):
            return _any([_decided(part, paper, read, level, excluded=excluded) for part in parts])
    assert_never(expression)


def _yes_if(reason: Reason | None, otherwise: Decision = _NO) -> Decision:
    return Decision(Verdict.YES, (reason,)) if reason else otherwise


def _phrase(words: str, read: ReadPaper) -> Reason | None:
    for text, place in ((read.title, Place.TITLE), (read.abstract, Place.ABSTRACT)):
        if spans := exact(text, words):
            return Reason(words, place, text.slice(*spans[0]), len(spans))
    return None


def _changeable(condition: AtLeast | Has, paper: Paper) -> Reason | None:
    if isinstance(condition, AtLeast):
        enough = paper.upvotes >= condition.upvotes
        return Reason(f"upvotes>={condition.upvotes}", Place.UPVOTES, str(paper.upvotes)) if enough else None
    found = paper.code_url if condition.asset is Asset.CODE else paper.project_url
    return Reason(f"has:{condition.asset}", Place.ASSET, condition.asset.value) if found else None


def _all(decisions: Sequence[Decision]) -> Decision:
    verdict = min((decision.verdict for decision in decisions), key=_RANK.__getitem__)
    if verdict is Verdict.NO:
        return _NO
    return Decision(verdict, tuple(reason for decision in decisions for reason in decision.reasons))


def _any(decisions: Sequence[Decision]) -> Decision:
    verdict = max((decision.verdict for decision in decisions), key=_RANK.__getitem__)
    agreeing = (decision for decision in decisions if decision.verdict is verdict)
    return Decision(verdict, tuple(dict.fromkeys(reason for decision in agreeing for reason in decision.reasons)))
