"""What makes a late riser a late riser: the condition that failed on its day and holds now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.deliveries import Chosen
from bot.i18n import Sentence, say
from bot.matching import Place, Reason
from bot.papers import Paper


def marks(one: Chosen, paper: Paper, local_day: date) -> tuple[Sentence, ...]:
    """The remarks on a paper that was waiting for votes, code or keywords; none if all came on its own day."""
    if not one.rose or paper.listed_on >= local_day:
        return ()
    reasons = [reason for topic in one.topics for reason in topic.reasons]
    return tuple({repr(mark): mark for mark in _risen(reasons, paper)}.values()) or (_from(paper),)


def _risen(reasons: Iterable[Reason], paper: Paper) -> Iterable[Sentence]:
    for reason in reasons:
        match reason.place:
            case Place.UPVOTES:
                yield say("from {day}, now ▲{votes}", day=paper.listed_on, votes=paper.upvotes)
            case Place.ASSET:
                yield _appeared(reason, paper)
            case Place.KEYWORD:
                yield say("from {day}, keyword added", day=paper.listed_on)


def _appeared(reason: Reason, paper: Paper) -> Sentence:
    if "project" in reason.wanted:
        return say("from {day}, project page appeared", day=paper.listed_on)
    return say("from {day}, code appeared", day=paper.listed_on)


def _from(paper: Paper) -> Sentence:
    return say("from {day}", day=paper.listed_on)
