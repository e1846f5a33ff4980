"""Notes on papers that come later than they were new: listed again, or a condition failed on its day and holds now.
Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.deliveries import SelectedPaper
from bot.i18n import LazyText, t
from bot.matching import MatchLocation, MatchReason
from bot.papers import Paper


def late_match_notes(one: SelectedPaper, paper: Paper, local_day: date) -> tuple[LazyText, ...]:
    """The notes on a paper that was listed again or was waiting for votes, code or keywords; none if all held on its
    own day."""
    if _came_by_relisting(paper, local_day):
        return (t("listed again, first on {day}", day=paper.listed_on),)
    if not one.late_match or paper.listed_on >= local_day:
        return ()
    reasons = [reason for topic in one.topics for reason in topic.reasons]
    return tuple({repr(mark): mark for mark in _met_conditions(reasons, paper)}.values()) or (_listed_on_note(paper),)


def _came_by_relisting(paper: Paper, local_day: date) -> bool:
    """Nothing comes twice, so what a digest after the relisting holds came by it; west of UTC that is the day before.
    A digest of its first days holds it too, as news."""
    return paper.relisted_on is not None and paper.relisted_on - local_day <= timedelta(days=1)


def _met_conditions(reasons: Iterable[MatchReason], paper: Paper) -> Iterable[LazyText]:
    for reason in reasons:
        match reason.place:
            case MatchLocation.UPVOTES:
                yield t("from {day}, now ▲{votes}", day=paper.listed_on, votes=paper.upvotes)
            case MatchLocation.ASSET:
                yield _asset_note(reason, paper)
            case MatchLocation.KEYWORD:
                yield t("from {day}, keyword added", day=paper.listed_on)


def _asset_note(reason: MatchReason, paper: Paper) -> LazyText:
    if "project" in reason.wanted:
        return t("from {day}, project page appeared", day=paper.listed_on)
    return t("from {day}, code appeared", day=paper.listed_on)


def _listed_on_note(paper: Paper) -> LazyText:
    return t("from {day}", day=paper.listed_on)
