"""Reading the sources: what is asked, what stays, and what happens when they don't answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.decisions.on_the_fly import matches
from bot.errors import SourceUnavailable
from bot.ingest.ingestor import Progress
from bot.papers import Listed
from bot.ports import Archive, Poll, SourceState, Storage
from bot.topics.parser import parse
from tests.bot.digest_env import House
from tests.bot.factories import TUESDAY, listed, paper, utc
from tests.fakes.ports import FakeClock, FakeSource, WatchedStorage

MONDAY = TUESDAY - timedelta(days=1)
FRIDAY_BEFORE = date(2026, 8, 14)


@pytest.fixture
def house(sqlite_storage: Storage) -> House:
    return House(WatchedStorage(sqlite_storage), FakeClock(utc(TUESDAY, 9)))


def sample(today: date) -> Sequence[Listed]:
    return listed(paper(90001, "An invented paper on diffusion", day=today, sample=True))


async def archive(house: House) -> Archive:
    async with house.storage.read() as work:
        return await work.papers.archive()


async def state(house: House) -> SourceState:
    async with house.storage.read() as work:
        (found,) = await work.papers.source_states()
    return found


async def polls(house: House, day: date) -> list[Poll]:
    async with house.storage.read() as work:
        return await work.papers.polls("huggingface", day)


async def test_a_poll_stores_indexes_decides_and_remembers(house: House) -> None:
    await house.chat("diffusion")
    house.source.days = {TUESDAY: (paper(1, "Diffusion"), paper(2)), MONDAY: (paper(3, day=MONDAY),)}
    await house.gatherer().poll(house.clock.now())
    assert house.source.asked == [(TUESDAY, MONDAY, FRIDAY_BEFORE)]
    assert set(house.index.papers) == {"2608.00001", "2608.00002", "2608.00003"}
    assert [(poll.rows, poll.new_rows) for poll in await polls(house, TUESDAY)] == [(2, 2)]
    async with house.storage.read() as work:
        candidates = await work.topics.candidates([1], TUESDAY)
    assert [one.paper.id for one in candidates[1]] == ["2608.00001"]


async def test_the_second_poll_counts_only_what_is_new(house: House) -> None:
    gatherer = house.gatherer()
    house.source.days = {TUESDAY: (paper(1),)}
    await gatherer.poll(house.clock.now())
    house.clock.move_to(utc(TUESDAY, 9, 15))
    house.source.days = {TUESDAY: (paper(1, votes=5), paper(2))}
    await gatherer.poll(house.clock.now())
    assert [(poll.rows, poll.new_rows) for poll in await polls(house, TUESDAY)] == [(1, 1), (2, 1)]
    assert house.index.papers["2608.00001"].upvotes == 5


async def test_the_evenings_deep_poll_comes_once_also_after_a_restart(house: House) -> None:
    house.clock.move_to(utc(TUESDAY, 18, 1))
    await house.gatherer().poll(house.clock.now())
    house.clock.move_to(utc(TUESDAY, 18, 16))
    await house.gatherer().poll(house.clock.now())
    assert [len(days) for days in house.source.asked] == [7, 3]


async def test_a_source_that_fails_stops_no_other_and_is_noted(house: House) -> None:
    other = FakeSource({TUESDAY: (paper(7, sources=frozenset({"arxiv"})),)}, name="arxiv")
    house.source.problems = [SourceUnavailable("503")]
    gatherer = type(house.gatherer())([house.source, other], house.storage, house.index, house.clock)
    await gatherer.poll(house.clock.now())
    assert (await archive(house)).papers == 1
    async with house.storage.read() as work:
        states = {one.name: one for one in await work.papers.source_states()}
    assert states["huggingface"].problem == "503"
    assert states["huggingface"].failing_since == utc(TUESDAY, 9)
    assert states["arxiv"].problem == ""


async def test_a_source_that_breaks_in_a_new_way_is_noted_too(house: House) -> None:
    house.source.problems = [ValueError("secret")]
    await house.gatherer().poll(house.clock.now())
    assert (await state(house)).problem == "ValueError"


async def test_a_source_is_never_asked_before_the_moment_it_named(house: House) -> None:
    house.source.problems = [SourceUnavailable("429", retry_at=utc(TUESDAY, 9, 20))]
    await house.gatherer().poll(house.clock.now())
    house.clock.move_to(utc(TUESDAY, 9, 15))
    await house.gatherer().poll(house.clock.now())
    with pytest.raises(SourceUnavailable):
        await house.gatherer().fetch([TUESDAY])
    assert len(house.source.asked) == 1
    house.clock.move_to(utc(TUESDAY, 9, 20))
    await house.gatherer().poll(house.clock.now())
    assert len(house.source.asked) == 2


async def test_the_first_start_reads_ten_list_days_newest_first(house: House) -> None:
    house.source.days = {TUESDAY: (paper(1),)}
    assert await house.gatherer(sample=sample).first_start()
    assert [days[0] for days in house.source.asked] == sorted((days[0] for days in house.source.asked), reverse=True)
    assert len(house.source.asked) == 10
    assert await archive(house) == Archive(1, TUESDAY, TUESDAY)
    assert await house.gatherer().first_start()
    assert len(house.source.asked) == 10


@pytest.mark.parametrize("hangs", [True, False])
async def test_without_a_network_the_sample_is_shown_until_the_first_real_paper(house: House, hangs: bool) -> None:
    house.source.hangs = hangs
    house.source.problems = [SourceUnavailable("no route"), SourceUnavailable("no route")]
    gatherer = house.gatherer(sample=sample, patience=0.05)
    assert not await gatherer.first_start()
    assert (await archive(house)).sample
    assert set(house.index.papers) == {"2608.90001"}
    assert not await gatherer.first_start()
    assert (await archive(house)).papers == 1
    house.source.hangs, house.source.problems = False, []
    house.source.days = {TUESDAY: (paper(1),)}
    await gatherer.poll(house.clock.now())
    assert await archive(house) == Archive(1, TUESDAY, TUESDAY)
    assert set(house.index.papers) == {"2608.00001"}


async def test_an_empty_list_is_an_answer_and_leaves_the_sample_alone(house: House) -> None:
    house.source.problems = [SourceUnavailable("no route")]
    gatherer = house.gatherer(sample=sample)
    await gatherer.first_start()
    await gatherer.poll(house.clock.now())
    assert (await archive(house)).sample


async def test_the_archive_is_read_day_by_day_and_goes_on_where_it_stopped(house: House) -> None:
    async def read_on(days: int) -> Progress:
        gatherer = house.gatherer()
        async with house.hurrying():
            reading = asyncio.create_task(gatherer.backfill())
            await house.source.asked_for(len(house.source.asked) + days)
            reading.cancel()
            await asyncio.wait([reading])
        assert gatherer.progress is not None
        return gatherer.progress

    first, second = await read_on(5), await read_on(5)
    assert 4 <= first.days_done < first.days_total
    assert second.days_total == first.days_total - first.days_done
    asked = [days[0] for days in house.source.asked]
    assert asked == sorted(asked, reverse=True)
    assert len(set(asked)) >= len(asked) - 1  # only the day that was cut off is asked for again


async def test_the_archive_leaves_two_seconds_between_requests_and_waits_for_a_source_that_refuses(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bot.ingest.ingestor.to_backfill", lambda today, read: [day for day in (TUESDAY, MONDAY) if day not in read]
    )
    house.source.problems = [None, SourceUnavailable("429", retry_at=utc(TUESDAY, 9, 5)), None]
    house.source.days = {MONDAY: (paper(1, day=MONDAY),)}
    async with house.hurrying():
        await house.gatherer().backfill()
    assert house.source.asked == [(TUESDAY,), (MONDAY,), (MONDAY,)]
    assert house.clock.now() >= utc(TUESDAY, 9, 5)
    assert set(house.index.papers) == {"2608.00001"}


async def test_one_day_that_cannot_be_read_does_not_hide_the_archive_behind_it_and_comes_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ingest.ingestor.to_backfill", lambda today, read: [TUESDAY, MONDAY])
    house.source.problems = [ValueError("half a JSON")]
    house.source.days = {TUESDAY: (paper(1),)}
    gatherer = house.gatherer()
    async with house.hurrying():
        await gatherer.backfill()
    assert house.source.asked == [(TUESDAY,), (MONDAY,), (TUESDAY,)]
    assert (await archive(house)).papers == 1
    assert gatherer.progress == Progress(2, 2)


async def test_an_archived_day_that_cannot_be_stored_comes_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.ingest.ingestor.to_backfill", lambda today, read: [TUESDAY, MONDAY])
    house.storage.write_failures = [OSError("the disk is full")]
    house.source.days = {TUESDAY: (paper(1),), MONDAY: (paper(2, day=MONDAY),)}
    async with house.hurrying():
        await house.gatherer().backfill()
    assert (await archive(house)).papers == 2


async def test_a_day_that_never_can_be_read_is_left_for_the_next_start(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.ingest.ingestor.to_backfill", lambda today, read: [TUESDAY, MONDAY])
    house.source.problems = [ValueError("half a JSON"), None, *[ValueError("half a JSON")] * 4]
    gatherer = house.gatherer()
    async with house.hurrying():
        await gatherer.backfill()
    assert house.source.asked == [(TUESDAY,), (MONDAY,), *[(TUESDAY,)] * 4]
    assert "left for the next start" in caplog.text
    assert gatherer.progress is not None
    assert gatherer.progress.done


async def test_fetched_days_are_archive_and_never_owed_to_anybody(house: House) -> None:
    chat = await house.chat("diffusion")
    old = paper(1, "Diffusion", day=MONDAY)
    house.source.days = {MONDAY: (old,)}
    read = await house.gatherer().fetch([MONDAY])
    assert (read.new, read.counts[MONDAY]) == (1, 1)
    async with house.storage.read() as work:
        assert (await work.topics.candidates([chat.id], TUESDAY))[chat.id] == []
    assert [one.paper.id for one in await matches(house.storage, house.index, parse("diffusion"), MONDAY, TUESDAY)]


async def test_an_index_that_breaks_keeps_nothing_from_being_read(house: House) -> None:
    async def broken() -> int:
        raise OSError("disk full")

    house.index.revision = broken  # type: ignore[method-assign]  # watched or broken on purpose
    house.source.days = {TUESDAY: (paper(1),)}
    await house.gatherer().poll(house.clock.now())
    assert (await archive(house)).papers == 1


async def test_an_index_of_another_database_is_filled_anew(house: House) -> None:
    house.index.reached = 99_999
    house.source.days = {TUESDAY: (paper(1),)}
    await house.gatherer().poll(house.clock.now())
    assert set(house.index.papers) == {"2608.00001"}


async def test_matches_are_the_same_over_a_short_and_a_long_time(house: House) -> None:
    await house.lists(
        paper(1, "Diffusion", votes=1), paper(2, "Diffusion too", votes=9), paper(3, "Diffusion", day=MONDAY)
    )
    topic = parse("diffusion")
    short = await matches(house.storage, house.index, topic, MONDAY, TUESDAY)
    long = await matches(house.storage, house.index, topic, MONDAY - timedelta(days=200), TUESDAY)
    assert short == long
    assert [one.paper.id for one in short] == ["2608.00002", "2608.00001", "2608.00003"]
    assert await matches(house.storage, house.index, topic, TUESDAY, TUESDAY) == short[:2]


async def test_a_topic_added_later_is_decided_on_the_last_thirty_days(house: House) -> None:
    gatherer = house.gatherer()
    house.source.days = {TUESDAY: (paper(1, "Diffusion"),), MONDAY: (paper(2, "Diffusion", day=MONDAY),)}
    await gatherer.poll(house.clock.now())
    await house.chat("diffusion", since=MONDAY)
    await gatherer.catch_up(TUESDAY)
    async with house.storage.read() as work:
        candidates = await work.topics.candidates([1], TUESDAY)
    assert {one.paper.id for one in candidates[1]} == {"2608.00001", "2608.00002"}
