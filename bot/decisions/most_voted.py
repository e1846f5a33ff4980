"""The day's most voted papers: what ``trending`` brings.

A list day is ranked once, when its list is complete, for everybody who follows it; what votes do later changes nothing.
So a day brings at most ten papers, each a decision like any other, and none of them twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.matching import Decision, MatchLocation, MatchReason, Verdict
from bot.matching.rule.decide import RULE_VERSION
from bot.papers import Paper
from bot.ports import Storage, StoredDecision
from bot.topics.ast import TRENDING_SIZE
from bot.topics.formatter import TRENDING_NAME

# As far back as other topics are decided.
_WINDOW: Final = timedelta(days=30)
# A list older than this is over, whether or not its polls are still known.
_SURELY_OVER: Final = timedelta(days=7)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """A paper's place by votes on its list: ``decision`` has it as a reason, whatever the verdict. ``final``: the list
    was ranked, or is over."""

    place: int
    decision: Decision
    final: bool


def rank_by_votes(papers: Iterable[Paper], day: date) -> list[tuple[Paper, Decision]]:
    """The papers of a day's list, most votes first; the first ten with a YES. Pure."""
    ranked = sorted(papers, key=lambda paper: (-paper.upvotes, paper.id))
    return [(paper, _decide(paper, day, place)) for place, paper in enumerate(ranked, 1)]


def most_voted(papers: Iterable[Paper], until: date) -> list[tuple[Paper, Decision]]:
    """Those with a YES, each ranked among the papers of its own list day (as of ``until``)."""
    ranked = (rank_by_votes(listed, day) for day, listed in _by_day(papers, until).items())
    return [each for day in ranked for each in day[:TRENDING_SIZE]]


async def rank_complete_days(storage: Storage, complete_days: Collection[date], today: date) -> int:
    """Ranks every complete list of the last 30 days that was not ranked yet, where anybody follows ``trending``;
    returns how many decisions were stored."""
    first = today - _WINDOW
    async with storage.read() as work:
        known = await work.subscriptions.decisions_of(TRENDING_NAME, first)
        if known is None:
            return 0
        topic, decided = known
        over = {day for day in await work.papers.count_listed(first, today) if today - day >= _SURELY_OVER}
        days = (over | set(complete_days)) - _ranked_days(decided)
        listed = _by_day(await work.papers.listed_between(min(days), max(days)), today) if days else {}
    days &= listed.keys()
    if not days:
        return 0
    async with storage.write() as work:
        if not await work.subscriptions.hold([topic]):
            return 0
        _, decided = await work.subscriptions.decisions_of(TRENDING_NAME, first) or (topic, [])
        new = [
            StoredDecision(topic.id, paper.id, decision, RULE_VERSION)
            for day in sorted(days - _ranked_days(decided))
            for paper, decision in rank_by_votes(listed[day], day)[:TRENDING_SIZE]
        ]
        await work.subscriptions.store_decisions(new, {}, RULE_VERSION)
        await work.commit()
    return len(new)


async def find_standing(storage: Storage, paper: Paper, today: date) -> Standing:
    """Where a paper stands: as its list was ranked for those who follow it, else by the votes it has now."""
    day = paper.list_day()
    async with storage.read() as work:
        known = await work.subscriptions.decisions_of(TRENDING_NAME, day)
        listed = _by_day(await work.papers.listed_between(day, day), day).get(day, [])
    decided = known[1] if known else []
    ranked = next((each.decision for each in decided if each.paper_id == paper.id and _ranks(each)), None)
    if ranked is not None:
        return Standing(ranked.reasons[0].count, ranked, final=True)
    now = {each.id: decision for each, decision in rank_by_votes({*listed, paper}, day)}[paper.id]
    was_ranked = day in _ranked_days(decided)
    if was_ranked and now.is_match:
        now = Decision(Verdict.NO, now.reasons)
    return Standing(now.reasons[0].count, now, final=was_ranked or day < today - _ONE_DAY)


def _decide(paper: Paper, day: date, place: int) -> Decision:
    reason = MatchReason(day.isoformat(), MatchLocation.RANK, str(paper.upvotes), place)
    return Decision(Verdict.YES if place <= TRENDING_SIZE else Verdict.NO, (reason,))


def _by_day(papers: Iterable[Paper], until: date) -> Mapping[date, list[Paper]]:
    days = defaultdict[date, list[Paper]](list)
    for paper in papers:
        days[paper.list_day(until)].append(paper)
    return days


def _ranked_days(decided: Sequence[StoredDecision]) -> set[date]:
    return {date.fromisoformat(each.decision.reasons[0].wanted) for each in decided if _ranks(each)}


def _ranks(each: StoredDecision) -> bool:
    """Whether it is one of these; an earlier version took ``trending`` for a word that papers say."""
    return any(reason.place is MatchLocation.RANK for reason in each.decision.reasons)
