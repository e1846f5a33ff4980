"""A day's list is ranked once, when it is complete; votes that come later change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.decisions.materializer import materialize_decisions
from bot.decisions.most_voted import find_standing, most_voted, rank_complete_days
from bot.papers import Paper, PaperListing
from bot.topics import TRENDING
from storage.database import Database
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import TUESDAY, make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeClock

WEDNESDAY = TUESDAY + timedelta(days=1)


def listed_on_tuesday() -> list[Paper]:
    """Fourteen papers; the later ones have more votes, and two have as many."""
    return [replace(make_paper(n, f"Tides {n}"), upvotes=min(n, 13), listed_on=TUESDAY) for n in range(1, 15)]


def test_the_ten_with_most_votes_are_chosen_in_their_order() -> None:
    papers = listed_on_tuesday()
    chosen = most_voted(papers, TUESDAY)
    assert [paper.upvotes for paper, _ in chosen] == [13, 13, 12, 11, 10, 9, 8, 7, 6, 5]
    assert chosen == most_voted(reversed(papers), TUESDAY)
    assert [decision.reasons[0].count for _, decision in chosen] == list(range(1, 11))


async def test_a_list_is_ranked_once_for_everybody(sqlite_storage: Database) -> None:
    environment = DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(TUESDAY, 6)))
    papers = listed_on_tuesday()
    await environment.list_papers(*papers)
    assert await rank_complete_days(sqlite_storage, {TUESDAY}, WEDNESDAY) == 0, "nobody follows it"
    await environment.chat("trending")
    assert await rank_complete_days(sqlite_storage, set(), WEDNESDAY) == 0, "the list still grows"
    assert await rank_complete_days(sqlite_storage, {TUESDAY}, WEDNESDAY) == 10

    risen, fallen = replace(papers[0], upvotes=99), replace(papers[12], upvotes=1)
    async with sqlite_storage.write() as work:
        await work.papers.upsert(
            [PaperListing(each, "huggingface", TUESDAY) for each in (risen, fallen)], utc(WEDNESDAY, 6)
        )
        await work.commit()
    await materialize_decisions(sqlite_storage, WEDNESDAY)
    assert await rank_complete_days(sqlite_storage, {TUESDAY}, WEDNESDAY) == 0
    late = await find_standing(sqlite_storage, risen, WEDNESDAY)
    assert (late.final, late.decision.is_match) == (True, False)
    assert (await find_standing(sqlite_storage, fallen, WEDNESDAY)).place == 1
    assert TRENDING.is_trending
