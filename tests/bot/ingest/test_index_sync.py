"""The search index follows the papers, says how far it is, and keeps nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from bot.ingest import index_sync
from bot.ingest.index_sync import IndexProgress, IndexSynchronizer
from bot.papers import Paper
from bot.ports import Storage
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import TUESDAY, make_paper, utc
from tests.fakes.ports import ActivityTrackingStorage, FakeClock, FakePaperIndex


class SlowIndex(FakePaperIndex):
    """Takes a page whenever it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = asyncio.Semaphore(0)

    async def add(self, papers: Sequence[Paper], revision: int, *, since: int | None = None) -> bool:
        await self.turns.acquire()
        return await super().add(papers, revision, since=since)


@pytest.fixture
def index() -> SlowIndex:
    return SlowIndex()


@pytest.fixture
def environment(sqlite_storage: Storage, index: SlowIndex, monkeypatch: pytest.MonkeyPatch) -> DigestEnvironment:
    monkeypatch.setattr(index_sync, "PAGE_SIZE", 2)
    monkeypatch.setattr(index_sync, "RECHECK_SECONDS", 0.01)
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(TUESDAY, 9)), index)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(120):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.001)


async def test_it_says_how_far_it_is_while_it_is_made(environment: DigestEnvironment, index: SlowIndex) -> None:
    await environment.list_papers(*(make_paper(number) for number in range(1, 6)))
    index_sync = IndexSynchronizer(environment.storage, index)
    making = asyncio.create_task(index_sync.sync())
    assert index_sync.progress is None
    for held in (2, 4):
        index.turns.release()
        await until(partial(says, index_sync, IndexProgress(5 - held, 5)))
    index.turns.release()
    await making
    assert (len(index.papers), index_sync.progress) == (5, None)


def says(index_sync: IndexSynchronizer, progress: IndexProgress) -> bool:
    return index_sync.progress == progress


async def test_an_index_that_was_cut_off_goes_on_where_it_stopped(
    environment: DigestEnvironment, index: SlowIndex
) -> None:
    await environment.list_papers(*(make_paper(number) for number in range(1, 6)))
    making = asyncio.create_task(IndexSynchronizer(environment.storage, index).sync())
    index.turns.release()
    await until(lambda: len(index.papers) == 2)
    making.cancel()
    await asyncio.wait([making])
    index.papers.clear()
    for _ in range(2):
        index.turns.release()
    await IndexSynchronizer(environment.storage, index).sync()
    assert sorted(index.papers) == ["2608.00003", "2608.00004", "2608.00005"]


async def test_a_poll_does_not_wait_for_an_index_that_is_kept(environment: DigestEnvironment, index: SlowIndex) -> None:
    await environment.chat("diffusion")
    ingestor = environment.ingestor()
    keeping = asyncio.create_task(ingestor.run_index_sync())
    environment.source.days = {TUESDAY: tuple(make_paper(number, "Diffusion") for number in range(1, 4))}
    async with asyncio.timeout(120):
        await ingestor.poll(environment.clock.now())
    assert index.papers == {}
    async with environment.storage.read() as work:
        assert len((await work.subscriptions.candidates([1], TUESDAY))[1]) == 3
    for _ in range(2):
        index.turns.release()
    await until(lambda: len(index.papers) == 3)
    keeping.cancel()
    await asyncio.wait([keeping])


async def test_an_index_found_empty_is_filled_without_being_told(
    environment: DigestEnvironment, index: SlowIndex
) -> None:
    await environment.list_papers(make_paper(1))
    keeping = asyncio.create_task(IndexSynchronizer(environment.storage, index).run())
    index.turns.release()
    await until(lambda: index.papers)
    index.papers.clear()
    index.reached = 0
    index.turns.release()
    await until(lambda: index.papers)
    keeping.cancel()
    await asyncio.wait([keeping])


async def test_an_index_emptied_between_two_pages_is_begun_anew(
    environment: DigestEnvironment, index: SlowIndex
) -> None:
    await environment.list_papers(*(make_paper(number) for number in range(1, 6)))
    making = asyncio.create_task(IndexSynchronizer(environment.storage, index).sync())
    index.turns.release()
    await until(lambda: len(index.papers) == 2)
    index.papers.clear()
    index.reached = 0
    for _ in range(4):
        index.turns.release()
    await making
    assert (len(index.papers), index.reached) == (5, 5)


async def test_an_index_that_others_keep_changing_is_left_for_later(
    environment: DigestEnvironment, index: SlowIndex
) -> None:
    class Contested(SlowIndex):
        async def add(self, papers: Sequence[Paper], revision: int, *, since: int | None = None) -> bool:
            return False

    await environment.list_papers(*(make_paper(number) for number in range(1, 6)))
    async with asyncio.timeout(10):
        await IndexSynchronizer(environment.storage, Contested()).sync()


async def test_an_index_of_other_papers_is_filled_from_the_first(
    environment: DigestEnvironment, index: SlowIndex
) -> None:
    await environment.list_papers(make_paper(1))
    index.reached = 1000
    index.turns.release()
    await IndexSynchronizer(environment.storage, index).sync()
    assert (len(index.papers), index.reached) == (1, 1)


async def test_an_index_that_fails_is_tried_again(
    environment: DigestEnvironment, index: SlowIndex, caplog: pytest.LogCaptureFixture
) -> None:
    await environment.list_papers(make_paper(1))
    revision, index.indexed_revision = index.indexed_revision, broken  # type: ignore[method-assign]  # watched or broken on purpose
    keeping = asyncio.create_task(IndexSynchronizer(environment.storage, index).run())
    await until(lambda: "disk" in caplog.text)
    index.indexed_revision = revision  # type: ignore[method-assign]  # watched or broken on purpose
    index.turns.release()
    await until(lambda: index.papers)
    keeping.cancel()
    await asyncio.wait([keeping])


async def broken() -> int:
    raise OSError("no disk")
