"""Reading the sources: what is asked, what stays, and what happens when they don't answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.decisions.on_the_fly import find_matches
from bot.errors import SourceUnavailable
from bot.ingest.ingestor import BackfillProgress
from bot.papers import PaperListing
from bot.ports import ArchiveExtent, PollFailure, PollRecord, SourceState, Storage
from bot.topics.parser import parse
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import TUESDAY, make_listings, make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeClock, FakePaperSource

MONDAY = TUESDAY - timedelta(days=1)
FRIDAY_BEFORE = date(2026, 8, 14)


@pytest.fixture
def environment(sqlite_storage: Storage) -> DigestEnvironment:
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(TUESDAY, 9)))


def sample(today: date) -> Sequence[PaperListing]:
    return make_listings(make_paper(90001, "An invented paper on diffusion", day=today, sample=True))


async def archive(environment: DigestEnvironment) -> ArchiveExtent:
    async with environment.storage.read() as work:
        return await work.papers.archive_extent()


async def state(environment: DigestEnvironment) -> SourceState:
    async with environment.storage.read() as work:
        (found,) = await work.papers.source_states()
    return found


async def polls(environment: DigestEnvironment, day: date) -> list[PollRecord]:
    async with environment.storage.read() as work:
        return await work.papers.polls("huggingface", day)


async def test_a_poll_stores_indexes_decides_and_remembers(environment: DigestEnvironment) -> None:
    await environment.chat("diffusion")
    environment.source.days = {
        TUESDAY: (make_paper(1, "Diffusion"), make_paper(2)),
        MONDAY: (make_paper(3, day=MONDAY),),
    }
    await environment.ingestor().poll(environment.clock.now())
    assert environment.source.polled_days == [(TUESDAY, MONDAY, FRIDAY_BEFORE)]
    assert set(environment.index.papers) == {"2608.00001", "2608.00002", "2608.00003"}
    assert [(poll.rows, poll.new_rows) for poll in await polls(environment, TUESDAY)] == [(2, 2)]
    async with environment.storage.read() as work:
        candidates = await work.subscriptions.candidates([1], TUESDAY)
    assert [one.paper.id for one in candidates[1]] == ["2608.00001"]


async def test_the_second_poll_counts_only_what_is_new(environment: DigestEnvironment) -> None:
    ingestor = environment.ingestor()
    environment.source.days = {TUESDAY: (make_paper(1),)}
    await ingestor.poll(environment.clock.now())
    environment.clock.move_to(utc(TUESDAY, 9, 15))
    environment.source.days = {TUESDAY: (make_paper(1, votes=5), make_paper(2))}
    await ingestor.poll(environment.clock.now())
    assert [(poll.rows, poll.new_rows) for poll in await polls(environment, TUESDAY)] == [(1, 1), (2, 1)]
    assert environment.index.papers["2608.00001"].upvotes == 5


async def test_the_evenings_deep_poll_comes_once_also_after_a_restart(environment: DigestEnvironment) -> None:
    environment.clock.move_to(utc(TUESDAY, 18, 1))
    await environment.ingestor().poll(environment.clock.now())
    environment.clock.move_to(utc(TUESDAY, 18, 16))
    await environment.ingestor().poll(environment.clock.now())
    assert [len(days) for days in environment.source.polled_days] == [7, 3]


async def test_a_source_that_fails_stops_no_other_and_is_noted(environment: DigestEnvironment) -> None:
    other = FakePaperSource({TUESDAY: (make_paper(7, sources=frozenset({"arxiv"})),)}, name="arxiv")
    environment.source.problems = [SourceUnavailable("503")]
    ingestor = type(environment.ingestor())(
        [environment.source, other], environment.storage, environment.index, environment.clock
    )
    await ingestor.poll(environment.clock.now())
    assert (await archive(environment)).paper_count == 1
    async with environment.storage.read() as work:
        states = {one.name: one for one in await work.papers.source_states()}
    assert states["huggingface"].problem == "503"
    assert states["huggingface"].failing_since == utc(TUESDAY, 9)
    assert states["arxiv"].problem == ""


async def test_a_source_that_breaks_in_a_new_way_is_noted_too(environment: DigestEnvironment) -> None:
    environment.source.problems = [ValueError("secret")]
    await environment.ingestor().poll(environment.clock.now())
    assert (await state(environment)).problem == "ValueError"


async def test_a_source_is_never_asked_before_the_moment_it_named(environment: DigestEnvironment) -> None:
    environment.source.problems = [SourceUnavailable("429", retry_at=utc(TUESDAY, 9, 20))]
    await environment.ingestor().poll(environment.clock.now())
    environment.clock.move_to(utc(TUESDAY, 9, 15))
    await environment.ingestor().poll(environment.clock.now())
    with pytest.raises(SourceUnavailable):
        await environment.ingestor().fetch_days([TUESDAY])
    assert len(environment.source.polled_days) == 1
    environment.clock.move_to(utc(TUESDAY, 9, 20))
    await environment.ingestor().poll(environment.clock.now())
    assert len(environment.source.polled_days) == 2


async def test_the_first_start_reads_ten_list_days_newest_first(environment: DigestEnvironment) -> None:
    environment.source.days = {TUESDAY: (make_paper(1),)}
    assert await environment.ingestor(sample=sample).bootstrap()
    assert [days[0] for days in environment.source.polled_days] == sorted(
        (days[0] for days in environment.source.polled_days), reverse=True
    )
    assert len(environment.source.polled_days) == 10
    assert await archive(environment) == ArchiveExtent(1, TUESDAY, TUESDAY)
    assert await environment.ingestor().bootstrap()
    assert len(environment.source.polled_days) == 10


@pytest.mark.parametrize("hangs", [True, False])
async def test_without_a_network_the_sample_is_shown_until_the_first_real_paper(
    environment: DigestEnvironment, hangs: bool
) -> None:
    environment.source.hangs = hangs
    environment.source.problems = [SourceUnavailable("no route"), SourceUnavailable("no route")]
    ingestor = environment.ingestor(sample=sample, first_answer_timeout=0.05)
    assert not await ingestor.bootstrap()
    assert (await archive(environment)).sample
    assert set(environment.index.papers) == {"2608.90001"}
    assert not await ingestor.bootstrap()
    assert (await archive(environment)).paper_count == 1
    environment.source.hangs, environment.source.problems = False, []
    environment.source.days = {TUESDAY: (make_paper(1),)}
    await ingestor.poll(environment.clock.now())
    assert await archive(environment) == ArchiveExtent(1, TUESDAY, TUESDAY)
    assert set(environment.index.papers) == {"2608.00001"}


async def test_an_empty_list_is_an_answer_and_leaves_the_sample_alone(environment: DigestEnvironment) -> None:
    environment.source.problems = [SourceUnavailable("no route")]
    ingestor = environment.ingestor(sample=sample)
    await ingestor.bootstrap()
    await ingestor.poll(environment.clock.now())
    assert (await archive(environment)).sample


async def test_the_archive_is_read_day_by_day_and_goes_on_where_it_stopped(environment: DigestEnvironment) -> None:
    async def read_on(days: int) -> BackfillProgress:
        ingestor = environment.ingestor()
        async with environment.advancing_while_idle():
            reading = asyncio.create_task(ingestor.backfill())
            await environment.source.wait_for_polls(len(environment.source.polled_days) + days)
            reading.cancel()
            await asyncio.wait([reading])
        assert ingestor.backfill_progress is not None
        return ingestor.backfill_progress

    first, second = await read_on(5), await read_on(5)
    assert 4 <= first.days_done < first.days_total
    assert second.days_total == first.days_total - first.days_done
    asked = [days[0] for days in environment.source.polled_days]
    assert asked == sorted(asked, reverse=True)
    assert len(set(asked)) >= len(asked) - 1  # only the day that was cut off is asked for again


async def test_the_archive_leaves_two_seconds_between_requests_and_waits_for_a_source_that_refuses(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bot.ingest.ingestor.days_to_backfill",
        lambda today, read: [day for day in (TUESDAY, MONDAY) if day not in read],
    )
    environment.source.problems = [None, SourceUnavailable("429", retry_at=utc(TUESDAY, 9, 5)), None]
    environment.source.days = {MONDAY: (make_paper(1, day=MONDAY),)}
    async with environment.advancing_while_idle():
        await environment.ingestor().backfill()
    assert environment.source.polled_days == [(TUESDAY,), (MONDAY,), (MONDAY,)]
    assert environment.clock.now() >= utc(TUESDAY, 9, 5)
    assert set(environment.index.papers) == {"2608.00001"}


async def test_one_day_that_cannot_be_read_does_not_hide_the_archive_behind_it_and_comes_again(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ingest.ingestor.days_to_backfill", lambda today, read: [TUESDAY, MONDAY])
    environment.source.problems = [ValueError("half a JSON")]
    environment.source.days = {TUESDAY: (make_paper(1),)}
    ingestor = environment.ingestor()
    async with environment.advancing_while_idle():
        await ingestor.backfill()
    assert environment.source.polled_days == [(TUESDAY,), (MONDAY,), (TUESDAY,)]
    assert (await archive(environment)).paper_count == 1
    assert ingestor.backfill_progress == BackfillProgress(2, 2)


async def test_an_archived_day_that_cannot_be_stored_comes_again(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ingest.ingestor.days_to_backfill", lambda today, read: [TUESDAY, MONDAY])
    environment.storage.write_failures = [OSError("the disk is full")]
    environment.source.days = {TUESDAY: (make_paper(1),), MONDAY: (make_paper(2, day=MONDAY),)}
    async with environment.advancing_while_idle():
        await environment.ingestor().backfill()
    assert (await archive(environment)).paper_count == 2


async def test_a_day_that_never_can_be_read_is_left_for_the_next_start(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.ingest.ingestor.days_to_backfill", lambda today, read: [TUESDAY, MONDAY])
    environment.source.problems = [ValueError("half a JSON"), None, *[ValueError("half a JSON")] * 4]
    ingestor = environment.ingestor()
    async with environment.advancing_while_idle():
        await ingestor.backfill()
    assert environment.source.polled_days == [(TUESDAY,), (MONDAY,), *[(TUESDAY,)] * 4]
    assert "left for the next start" in caplog.text
    assert ingestor.backfill_progress is not None
    assert ingestor.backfill_progress.finished


async def test_fetched_days_are_archive_and_never_owed_to_anybody(environment: DigestEnvironment) -> None:
    chat = await environment.chat("diffusion")
    old = make_paper(1, "Diffusion", day=MONDAY)
    environment.source.days = {MONDAY: (old,)}
    read = await environment.ingestor().fetch_days([MONDAY])
    assert (read.new, read.counts[MONDAY]) == (1, 1)
    async with environment.storage.read() as work:
        assert (await work.subscriptions.candidates([chat.id], TUESDAY))[chat.id] == []
    assert [
        one.paper.id
        for one in await find_matches(environment.storage, environment.index, parse("diffusion"), MONDAY, TUESDAY)
    ]


async def test_an_index_that_breaks_keeps_nothing_from_being_read(environment: DigestEnvironment) -> None:
    async def broken() -> int:
        raise OSError("disk full")

    environment.index.indexed_revision = broken  # type: ignore[method-assign]  # watched or broken on purpose
    environment.source.days = {TUESDAY: (make_paper(1),)}
    await environment.ingestor().poll(environment.clock.now())
    assert (await archive(environment)).paper_count == 1


async def test_an_index_of_another_database_is_filled_anew(environment: DigestEnvironment) -> None:
    environment.index.reached = 99_999
    environment.source.days = {TUESDAY: (make_paper(1),)}
    await environment.ingestor().poll(environment.clock.now())
    assert set(environment.index.papers) == {"2608.00001"}


async def test_matches_are_the_same_over_a_short_and_a_long_time(environment: DigestEnvironment) -> None:
    await environment.list_papers(
        make_paper(1, "Diffusion", votes=1),
        make_paper(2, "Diffusion too", votes=9),
        make_paper(3, "Diffusion", day=MONDAY),
    )
    topic = parse("diffusion")
    short = await find_matches(environment.storage, environment.index, topic, MONDAY, TUESDAY)
    long = await find_matches(environment.storage, environment.index, topic, MONDAY - timedelta(days=200), TUESDAY)
    assert short == long
    assert [one.paper.id for one in short] == ["2608.00002", "2608.00001", "2608.00003"]
    assert await find_matches(environment.storage, environment.index, topic, TUESDAY, TUESDAY) == short[:2]


async def test_a_topic_added_later_is_decided_on_the_last_thirty_days(environment: DigestEnvironment) -> None:
    ingestor = environment.ingestor()
    environment.source.days = {
        TUESDAY: (make_paper(1, "Diffusion"),),
        MONDAY: (make_paper(2, "Diffusion", day=MONDAY),),
    }
    await ingestor.poll(environment.clock.now())
    await environment.chat("diffusion", since=MONDAY)
    await ingestor.sync_derived(TUESDAY)
    async with environment.storage.read() as work:
        candidates = await work.subscriptions.candidates([1], TUESDAY)
    assert {one.paper.id for one in candidates[1]} == {"2608.00001", "2608.00002"}


async def test_one_failing_list_day_costs_no_other_and_is_asked_for_until_it_is_read(
    environment: DigestEnvironment,
) -> None:
    """Also when polls have moved on and would no longer ask for it."""
    environment.source.days = {TUESDAY: (make_paper(1),), MONDAY: (make_paper(2, day=MONDAY),)}
    environment.source.failing_days = {MONDAY: "HTTP 500"}
    ingestor = environment.ingestor()
    await ingestor.poll(environment.clock.now())
    found = await state(environment)
    assert (await archive(environment)).paper_count == 1
    assert (found.problem, found.failing_since, found.failed_days) == (f"{MONDAY}: HTTP 500", None, (MONDAY,))
    assert found.last_success_at == utc(TUESDAY, 9)
    environment.clock.move_to(utc(TUESDAY + timedelta(days=7), 9))
    async with environment.storage.write() as work:
        await work.papers.record_polls(
            [PollRecord("huggingface", environment.clock.now().date(), environment.clock.now())]
        )
        await work.commit()
    environment.source.failing_days = {}
    await ingestor.poll(environment.clock.now())
    assert MONDAY in environment.source.polled_days[-1]
    assert (await archive(environment)).paper_count == 2
    assert (await state(environment)).problem == ""
    await ingestor.poll(environment.clock.now())
    assert MONDAY not in environment.source.polled_days[-1]


async def test_a_source_whose_newest_day_fails_is_failing_whatever_older_days_bring(
    environment: DigestEnvironment,
) -> None:
    """Else a digest would go out as if there were no list today."""
    await environment.ingestor().poll(environment.clock.now())
    environment.clock.move_to(utc(TUESDAY, 9, 15))
    environment.source.days = {MONDAY: (make_paper(2, day=MONDAY),)}
    environment.source.failing_days = {TUESDAY: "HTTP 500"}
    await environment.ingestor().poll(environment.clock.now())
    environment.clock.move_to(utc(TUESDAY, 9, 20))
    await environment.ingestor().fetch_days([MONDAY])
    found = await state(environment)
    assert (found.problem, found.failing_since) == ("HTTP 500", utc(TUESDAY, 9, 15))
    assert found.last_success_at == utc(TUESDAY, 9)


async def test_what_fails_beside_the_list_days_is_named_until_the_next_reading(environment: DigestEnvironment) -> None:
    environment.source.other_failures = (PollFailure("HF_TOKEN", "refused (HTTP 401), read without it"),)
    await environment.ingestor().poll(environment.clock.now())
    found = await state(environment)
    assert found.problem == "HF_TOKEN: refused (HTTP 401), read without it"
    assert (found.failing_since, found.last_success_at) == (None, utc(TUESDAY, 9))
    environment.source.other_failures = ()
    await environment.ingestor().poll(environment.clock.now())
    assert (await state(environment)).problem == ""


async def test_fetching_reads_the_other_sources_where_one_is_silent(environment: DigestEnvironment) -> None:
    other = FakePaperSource({TUESDAY: (make_paper(7, sources=frozenset({"arxiv"})),)}, name="arxiv")
    environment.source.problems = [SourceUnavailable("503")]
    ingestor = type(environment.ingestor())(
        [environment.source, other], environment.storage, environment.index, environment.clock
    )
    read = await ingestor.fetch_days([TUESDAY])
    assert (read.new, read.failures) == (1, (PollFailure("huggingface", "503"),))


async def test_one_archived_day_that_the_source_refuses_does_not_hold_the_archive_up(
    environment: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ingest.ingestor.days_to_backfill", lambda today, read: [TUESDAY, MONDAY])
    environment.source.problems = [SourceUnavailable("HTTP 500")] * 3
    ingestor = environment.ingestor()
    async with environment.advancing_while_idle():
        await ingestor.backfill()
    assert environment.source.polled_days == [*[(TUESDAY,)] * 3, (MONDAY,), (TUESDAY,)]
    assert ingestor.backfill_progress == BackfillProgress(2, 2)


async def test_the_first_start_goes_on_behind_a_day_that_fails(environment: DigestEnvironment) -> None:
    environment.source.days = {FRIDAY_BEFORE: (make_paper(1, day=FRIDAY_BEFORE),)}
    environment.source.problems = [None, SourceUnavailable("HTTP 500")]
    assert await environment.ingestor().bootstrap()
    assert len(environment.source.polled_days) == 10
    assert (await archive(environment)).paper_count == 1
