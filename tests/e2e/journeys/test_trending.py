"""The day's most voted papers, followed without a subject, and a digest once a week: the same on every platform."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.ports import PollRecord
from tests.e2e.journeys.platforms import JourneyPaperboy
from tests.e2e.support.single_platform import august

HARBOURS = ("Diffusion of Harbours", *(f"Harbour {number:02} of Twelve" for number in range(2, 13)))


async def morning(paperboy: JourneyPaperboy, day: int, *titles: str) -> str:
    """A morning before which the list of the day before was read once more, after its midnight."""
    at = datetime.combine(august(day), time(0, 30), UTC)
    async with paperboy.running.app.storage.write() as work:
        await work.papers.record_polls([PollRecord("huggingface", august(day) - timedelta(days=1), at)])
        await work.commit()
    return await paperboy.morning(day, *titles)


async def test_trending_brings_the_ten_most_voted_of_each_complete_list_once(paperboy: JourneyPaperboy) -> None:
    assert "most voted" in await paperboy.ask("/subscribe trending")
    await paperboy.ask("/subscribe diffusion")
    assert "trending" in await paperboy.ask("/topics")
    assert "so far" in await paperboy.ask("/why 2608.01701")

    digest = await morning(paperboy, 18, *HARBOURS)
    assert "among the day’s most voted (place 2, 5 votes)" in digest
    assert digest.count("Diffusion for Timetables") == 1, "by both topics, once"
    assert "Diffusion of Harbours" in digest, "by its topic, at once"
    assert "Harbour 02" not in digest, "the list of the 18th is not complete"

    digest = await morning(paperboy, 19)
    assert [title in digest for title in HARBOURS] == [False] + 9 * [True] + 2 * [False]
    assert "your digest of" in await paperboy.ask("/why 2608.01809")
    assert "place 11 of its day" in await paperboy.ask("/why 2608.01810")

    assert "Stopped" in await paperboy.ask("/unsubscribe trending")
    assert await morning(paperboy, 20, "Harbour After All") == ""
    assert await morning(paperboy, 21) == ""


async def test_a_weekly_digest_holds_the_whole_week(paperboy: JourneyPaperboy) -> None:
    await paperboy.ask("/subscribe trending")
    await paperboy.ask("/subscribe diffusion")
    assert "Once a week" in await paperboy.ask("/when weekly")
    for day, titles in ((18, ("Diffusion on Tuesday", "Tides")), (19, ("Diffusion on Wednesday",)), (21, ("Buoys",))):
        assert await morning(paperboy, day, *titles) == ""
    await morning(paperboy, 22)
    week = await morning(paperboy, 24, "Diffusion on Monday", "Anchors")
    for title in ("Speech in Noise", "Diffusion on Tuesday", "Tides", "Diffusion on Wednesday", "Buoys"):
        assert week.count(title) == 1, title
    assert "Diffusion on Monday" in week
    assert "Anchors" not in week, "for the next week"
    assert await morning(paperboy, 25) == ""
