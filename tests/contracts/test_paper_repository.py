"""What the paper repository promises, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from adapters.arxiv.capabilities import ARXIV
from adapters.huggingface.capabilities import HUGGING_FACE
from bot.papers import Author, Organization, Paper
from bot.ports import ChangePage, ListVersion, PollRecord, Storage, UpsertResult
from tests.contracts.factories import (
    NOW,
    TODAY,
    make_address,
    make_listing,
    make_paper,
    make_plan,
    store_chat,
    store_papers,
    write_plans,
)

YESTERDAY = TODAY - timedelta(days=1)

FULL = make_paper(
    "2608.00009",
    title='A <b>"nasty"</b> \U0001f600 title & $x_1$',
    authors=(Author("Ada Łovelace", user="ada"), Author("Ghost", hidden=True)),
    organization=Organization("lab", "The Lab"),
    tldr="It is short.",
    keywords=("diffusion", "clustering"),
    upvotes=12,
    comments=3,
    code_url="https://github.com/a/b",
    code_stars=7,
    project_url="https://a.example",
    thumbnail_url="https://a.example/picture.png",
    published_on=YESTERDAY,
)


async def get(storage: Storage, *ids: str) -> list[Paper]:
    async with storage.read() as work:
        return await work.papers.get(ids)


async def upsert(storage: Storage, *papers: Paper, source: str = HUGGING_FACE, day: date | None = None) -> UpsertResult:
    async with storage.write() as work:
        upserted = await work.papers.upsert([make_listing(paper, source, day) for paper in papers], NOW)
        await work.commit()
    return upserted


async def test_a_paper_comes_back_as_it_was(storage: Storage) -> None:
    upserted = await upsert(storage, FULL)
    assert upserted == UpsertResult(new=frozenset({FULL.id}), changed=frozenset())
    assert await get(storage, FULL.id) == [FULL]


async def test_papers_come_in_the_order_asked_for(storage: Storage) -> None:
    await store_papers(storage, *(make_paper(str(n)) for n in range(3)))
    assert [paper.id for paper in await get(storage, "2", "nowhere", "0")] == ["2", "0"]


async def test_more_papers_than_a_statement_holds(storage: Storage) -> None:
    ids = [f"{n:05}" for n in range(2000)]
    await store_papers(storage, *(make_paper(each) for each in ids))
    assert [paper.id for paper in await get(storage, *ids, "nowhere")] == ids


async def test_characters_no_database_keeps_are_left_out(storage: Storage) -> None:
    await store_papers(storage, replace(FULL, title="A\0B\ud800C", keywords=("a\ud800",)))
    assert (await get(storage, FULL.id))[0].title == "ABC"


async def test_what_is_not_new_changes_nothing(storage: Storage) -> None:
    await upsert(storage, FULL)
    assert await upsert(storage, FULL) == UpsertResult(frozenset(), frozenset())
    assert await upsert(storage, FULL, day=TODAY + timedelta(days=3)) == UpsertResult(frozenset(), frozenset())
    async with storage.read() as work:
        assert await work.papers.latest_revision() == 1


async def test_every_change_gets_the_next_revision(storage: Storage) -> None:
    await upsert(storage, make_paper("1"), make_paper("2"))
    assert await upsert(storage, make_paper("1", upvotes=5), make_paper("2")) == UpsertResult(
        frozenset(), frozenset({"1"})
    )
    async with storage.read() as work:
        changes = await work.papers.changed_since(0)
        assert [(paper.id, paper.upvotes) for paper in changes.papers] == [("2", 0), ("1", 5)]
        assert (changes.revision, changes.more) == (3, False)
        assert await work.papers.latest_revision() == 3


async def test_changes_come_page_by_page(storage: Storage) -> None:
    await store_papers(storage, *(make_paper(str(n)) for n in range(5)))
    async with storage.read() as work:
        first = await work.papers.changed_since(0, limit=3)
        rest = await work.papers.changed_since(first.revision, limit=3)
    assert [len(first.papers), first.more, first.revision] == [3, True, 3]
    assert [len(rest.papers), rest.more, rest.revision] == [2, False, 5]


async def test_changes_of_recent_papers_still_reach_the_newest_revision(storage: Storage) -> None:
    await store_papers(storage, make_paper("new"), make_paper("old", listed_on=YESTERDAY))
    async with storage.read() as work:
        changes = await work.papers.changed_since(0, listed_from=TODAY)
    assert [paper.id for paper in changes.papers] == ["new"]
    assert changes.revision == 2


async def test_simultaneous_polls_give_out_each_revision_once(storage: Storage) -> None:
    batches = [[make_paper(f"{batch}-{n}") for n in range(5)] for batch in range(6)]
    await asyncio.gather(*(upsert(storage, *batch) for batch in batches))
    async with storage.read() as work:
        changes = await work.papers.changed_since(0)
    assert (len(changes.papers), changes.revision) == (30, 30)


async def test_no_revision_comes_into_sight_after_a_higher_one(storage: Storage) -> None:
    """Whoever has taken in the papers up to a revision never looks below it again."""
    async with storage.write() as first:
        await first.papers.upsert([make_listing(make_paper("first"))], NOW)
        second = asyncio.create_task(upsert(storage, make_paper("second")))
        await asyncio.sleep(0.05)
        async with storage.read() as work:
            assert await work.papers.changed_since(0) == ChangePage((), 0)
        await first.commit()
    await second
    async with storage.read() as work:
        assert [paper.id for paper in (await work.papers.changed_since(0)).papers] == ["first", "second"]


async def test_hugging_faces_facts_win_whichever_comes_first(storage: Storage) -> None:
    hub = make_paper("1", title="From the hub", upvotes=3, tldr="Short.", authors=(Author("A"),))
    feed = make_paper("1", title="From arXiv", abstract="Longer.", published_on=YESTERDAY, sources=frozenset({ARXIV}))
    hub = replace(hub, abstract="")
    for first, second in (((hub, HUGGING_FACE), (feed, ARXIV)), ((feed, ARXIV), (hub, HUGGING_FACE))):
        for paper, source in (first, second):
            other = replace(paper, id=f"1-{first[1]}")
            await upsert(storage, other, source=source)
        [merged] = await get(storage, f"1-{first[1]}")
        assert (merged.title, merged.abstract, merged.upvotes) == ("From the hub", "Longer.", 3)
        assert (merged.tldr, merged.published_on, merged.authors) == ("Short.", YESTERDAY, (Author("A"),))
        assert merged.sources == {HUGGING_FACE, ARXIV}


async def test_a_fact_that_a_source_stops_naming_is_kept(storage: Storage) -> None:
    await upsert(storage, FULL)
    await upsert(storage, replace(FULL, tldr="", keywords=(), code_url="", upvotes=20))
    [paper] = await get(storage, FULL.id)
    assert paper == replace(FULL, upvotes=20)


async def test_a_relisted_paper_keeps_its_first_day_and_stands_on_both(storage: Storage) -> None:
    await upsert(storage, FULL, day=TODAY)
    await upsert(storage, FULL, day=YESTERDAY, source=ARXIV)
    await upsert(storage, FULL, day=TODAY)
    [paper] = await get(storage, FULL.id)
    assert paper.listed_on == YESTERDAY
    async with storage.read() as work:
        assert await work.papers.count_listed(YESTERDAY - timedelta(days=1), TODAY) == {
            YESTERDAY - timedelta(days=1): 0,
            YESTERDAY: 1,
            TODAY: 1,
        }
        assert [p.id for p in await work.papers.listed_between(YESTERDAY, TODAY)] == [FULL.id]
        assert await work.papers.listed_between(YESTERDAY, YESTERDAY, source=HUGGING_FACE) == []
        assert await work.papers.days_with_papers(TODAY, 5) == [TODAY, YESTERDAY]
        assert await work.papers.days_with_papers(YESTERDAY, 5) == [YESTERDAY]
        assert await work.papers.days_with_papers(TODAY, 1) == [TODAY]


async def test_lists_are_in_the_order_of_votes(storage: Storage) -> None:
    await store_papers(storage, make_paper("a", upvotes=1), make_paper("b", upvotes=9), make_paper("c", upvotes=1))
    async with storage.read() as work:
        assert [paper.id for paper in await work.papers.listed_between(TODAY, TODAY)] == ["b", "a", "c"]


async def test_the_archive_says_how_far_it_reaches(storage: Storage) -> None:
    async with storage.read() as work:
        empty = await work.papers.archive_extent()
    assert (empty.paper_count, empty.first_day, empty.last_day, empty.sample) == (0, None, None, False)
    await store_papers(storage, make_paper("1"), make_paper("2", listed_on=YESTERDAY))
    async with storage.read() as work:
        archive = await work.papers.archive_extent()
    assert (archive.paper_count, archive.first_day, archive.last_day, archive.sample) == (2, YESTERDAY, TODAY, False)


async def test_the_sample_goes_with_everything_that_hangs_on_it(storage: Storage) -> None:
    chat = await store_chat(storage, make_address())
    await store_papers(storage, make_paper("sample", sample=True), make_paper("real"))
    await write_plans(storage, make_plan(chat, ["sample"]))
    async with storage.write() as work:
        assert (await work.papers.archive_extent()).sample
        assert await work.papers.delete_sample() == ["sample"]
        assert await work.papers.delete_sample() == []
        await work.commit()
    async with storage.read() as work:
        assert [paper.id for paper in await work.papers.listed_between(TODAY, TODAY)] == ["real"]
        assert not (await work.papers.archive_extent()).sample
        [edition] = await work.outbox.editions(chat.id)
        assert edition.state == "expired"


async def test_a_real_paper_takes_the_place_of_a_sample_and_never_the_other_way_round(storage: Storage) -> None:
    await upsert(storage, replace(FULL, sample=True), day=YESTERDAY)
    assert await upsert(storage, FULL) == UpsertResult(new=frozenset({FULL.id}), changed=frozenset())
    assert await upsert(storage, replace(FULL, sample=True, title="Sample"), day=YESTERDAY) == UpsertResult(
        frozenset(), frozenset()
    )
    assert await get(storage, FULL.id) == [FULL]
    async with storage.read() as work:
        assert await work.papers.days_with_papers(TODAY, 5) == [TODAY]


def a_poll(minutes: int, *, day: date = TODAY, rows: int = 3, new: int = 0, problem: str = "") -> PollRecord:
    return PollRecord(HUGGING_FACE, day, NOW + timedelta(minutes=minutes), rows, new, problem)


async def record_polls(storage: Storage, *polls: PollRecord, retry_minutes: int | None = None) -> None:
    retry_at = None if retry_minutes is None else NOW + timedelta(minutes=retry_minutes)
    async with storage.write() as work:
        await work.papers.record_polls(polls, retry_at)
        await work.commit()


async def test_polls_are_remembered_in_their_order(storage: Storage) -> None:
    later, first = a_poll(15, new=0), a_poll(0, new=3)
    await record_polls(storage, later, first, a_poll(0, day=YESTERDAY))
    async with storage.read() as work:
        assert await work.papers.polls(HUGGING_FACE, TODAY) == [first, later]
        assert await work.papers.polls(ARXIV, TODAY) == []


async def test_a_source_tells_since_when_it_fails_and_recovers(storage: Storage) -> None:
    await store_papers(storage, make_paper("1"), make_paper("2", listed_on=YESTERDAY))
    await record_polls(storage, a_poll(0))
    await record_polls(storage, a_poll(15, problem="HTTP 500"), retry_minutes=20)
    await record_polls(storage, a_poll(30, problem="HTTP 429"), retry_minutes=60)
    async with storage.read() as work:
        [state] = await work.papers.source_states()
    assert (state.name, state.paper_count, state.latest_day) == (HUGGING_FACE, 2, TODAY)
    assert (state.last_success_at, state.failing_since) == (NOW, NOW + timedelta(minutes=15))
    assert (state.problem, state.retry_at) == ("HTTP 429", NOW + timedelta(minutes=60))
    await record_polls(storage, a_poll(45))
    async with storage.read() as work:
        [state] = await work.papers.source_states()
    assert (state.problem, state.failing_since, state.retry_at) == ("", None, None)
    assert state.last_success_at == NOW + timedelta(minutes=45)


async def test_the_newest_day_says_how_a_source_is_and_each_failed_day_is_named(storage: Storage) -> None:
    await record_polls(storage, a_poll(0), a_poll(0, day=YESTERDAY, problem="HTTP 500"))
    async with storage.read() as work:
        [state] = await work.papers.source_states()
    assert (state.problem, state.failing_since, state.last_success_at) == (f"{YESTERDAY}: HTTP 500", None, NOW)
    assert state.failed_days == (YESTERDAY,)
    await record_polls(storage, a_poll(15, problem="HTTP 502"))
    await record_polls(storage, a_poll(16, day=YESTERDAY))
    async with storage.read() as work:
        [state] = await work.papers.source_states()
    assert (state.problem, state.failing_since) == ("HTTP 502", NOW + timedelta(minutes=15))
    assert (state.failed_days, state.last_success_at) == ((TODAY,), NOW)


async def test_a_source_that_never_answered_is_a_source(storage: Storage) -> None:
    await record_polls(storage, a_poll(0, problem="no answer"))
    async with storage.read() as work:
        [state] = await work.papers.source_states()
    assert (state.last_success_at, state.latest_day, state.paper_count) == (None, None, 0)
    assert await days_read(storage) == frozenset()


async def days_read(storage: Storage) -> frozenset[date]:
    async with storage.read() as work:
        return await work.papers.days_polled(HUGGING_FACE)


@pytest.mark.parametrize("later_problem", ["", "HTTP 500"])
async def test_old_polls_go_but_a_day_once_read_stays_read(storage: Storage, later_problem: str) -> None:
    month = 30 * 24 * 60
    await record_polls(storage, a_poll(0), a_poll(1), a_poll(2, problem="HTTP 500"))
    await record_polls(storage, a_poll(month, day=TODAY + timedelta(days=30), problem=later_problem))
    async with storage.read() as work:
        assert await work.papers.polls(HUGGING_FACE, TODAY) == [a_poll(1)]
    assert TODAY in await days_read(storage)


async def version(storage: Storage, first: date = TODAY, last: date = TODAY) -> ListVersion:
    async with storage.read() as work:
        return await work.papers.list_version(first, last)


async def test_a_list_without_papers_has_a_version_too(storage: Storage) -> None:
    assert await version(storage) == ListVersion(0, 0, None, None, None, None, False, False, 0)


async def test_the_version_of_a_list_moves_with_its_papers_and_names_its_neighbours(storage: Storage) -> None:
    older, newer = TODAY - timedelta(days=4), TODAY + timedelta(days=1)
    await upsert(storage, make_paper("2608.00001", upvotes=1))
    alone = await version(storage)
    assert (alone.revision, alone.paper_count, alone.changed_at, alone.previous_day) == (1, 1, NOW, None)
    await upsert(storage, make_paper("2608.00002"), day=older)
    await upsert(storage, make_paper("2608.00003"), day=newer)
    beside = await version(storage)
    assert (beside.revision, beside.previous_day, beside.next_day) == (1, older, newer)
    assert beside.newest_revision == 3
    await upsert(storage, make_paper("2608.00001", upvotes=2))
    assert (await version(storage)).revision == 4
    assert (await version(storage, older, newer)).paper_count == 3


async def test_a_list_is_read_to_the_end_by_a_good_poll_after_its_midnight(storage: Storage) -> None:
    over = datetime.combine(TODAY + timedelta(days=1), time(), UTC)
    for at, problem, expected in ((over - timedelta(seconds=1), "", False), (over, "down", False), (over, "", True)):
        async with storage.write() as work:
            await work.papers.record_polls([PollRecord(HUGGING_FACE, TODAY, at, rows=1, problem=problem)])
            await work.commit()
        assert (await version(storage)).read_to_the_end is expected


async def test_invented_papers_are_told_in_every_version(storage: Storage) -> None:
    await upsert(storage, make_paper("9900.00001", sample=True), day=YESTERDAY)
    assert (await version(storage, YESTERDAY, YESTERDAY)).sample
    assert not (await version(storage)).sample


async def test_votes_do_not_change_the_moment_of_a_text(storage: Storage) -> None:
    async def told(at: datetime, **facts: Any) -> datetime:
        async with storage.write() as work:
            await work.papers.upsert([make_listing(make_paper("2608.00001", **facts))], at)
            await work.commit()
        async with storage.read() as work:
            changed = await work.papers.texts_changed_at(["2608.00001", "2608.00099"])
            assert (await work.papers.list_version(TODAY, TODAY)).text_changed_at == changed["2608.00001"]
        assert list(changed) == ["2608.00001"]
        return changed["2608.00001"]

    later, latest = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    assert await told(NOW, upvotes=1) == NOW
    assert await told(later, upvotes=9, comments=4) == NOW
    assert await told(later, upvotes=9, tldr="It is short.") == later
    assert await told(latest, upvotes=10, tldr="It is short.") == later
