"""A paper that is listed once more after a long time comes to those who never got it, and to nobody twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.chats import ChatKind
from bot.papers import Paper, last_relisting
from bot.ports import Storage
from tests.bot.digest_env import DigestEnvironment, paper_ids_in
from tests.bot.factories import make_paper, utc
from tests.bot.plain_renderer import render_lines
from tests.fakes.ports import ActivityTrackingStorage, FakeClock

JUNE = date(2026, 6, 1)
NOVEMBER = date(2026, 11, 19)
A_DAY = timedelta(days=1)
RELISTED = replace(make_paper(1, "Diffusion for Everything", day=JUNE), id="2405.20216")
OTHER = make_paper(2, "Speech Synthesis in the Wild", day=NOVEMBER)


@pytest.mark.parametrize(
    ("days", "relisted"),
    [
        ([JUNE], None),
        ([JUNE, JUNE + 30 * A_DAY], None),
        ([JUNE + 31 * A_DAY, JUNE], JUNE + 31 * A_DAY),
        ([JUNE, NOVEMBER, NOVEMBER + A_DAY], NOVEMBER),
        ([JUNE + 25 * n * A_DAY for n in range(5)], None),
        ([JUNE, JUNE + 50 * A_DAY, NOVEMBER], NOVEMBER),
        ([], None),
    ],
)
def test_a_paper_is_listed_again_after_more_than_thirty_days_on_no_list(
    days: Sequence[date], relisted: date | None
) -> None:
    assert last_relisting(days) == relisted


@pytest.fixture
def environment(storage: Storage) -> DigestEnvironment:
    return DigestEnvironment(ActivityTrackingStorage(storage), FakeClock(utc(JUNE, 6)))


async def digest(environment: DigestEnvironment, day: date) -> Sequence[tuple[str, Sequence[str]]]:
    """The chats that papers came to on that day, and which."""
    before = len(environment.telegram.sent)
    await environment.plan(utc(day, 12))
    await environment.deliver()
    sent = enumerate(environment.telegram.sent[before:], before)
    brought = [(one.chat.address.chat, paper_ids_in(environment.telegram, place)) for place, one in sent]
    return sorted((chat, papers) for chat, papers in brought if papers)


async def listed_in_june_and_again(environment: DigestEnvironment) -> None:
    """One chat got the paper in June, another follows the topic since 17 November."""
    await environment.chat("diffusion", name="june")
    await environment.list_papers(RELISTED)
    assert await digest(environment, JUNE) == [("june", ["2405.20216"])]
    environment.clock.move_to(utc(NOVEMBER - 2 * A_DAY, 6))
    await environment.chat("diffusion", name="november")
    await digest(environment, NOVEMBER - A_DAY)
    environment.clock.move_to(utc(NOVEMBER, 6))
    await environment.list_papers(replace(RELISTED, listed_on=NOVEMBER), OTHER)


async def stored(environment: DigestEnvironment) -> Paper:
    async with environment.storage.read() as work:
        [paper] = await work.papers.get([RELISTED.id])
    return paper


async def test_it_comes_once_to_the_chat_that_never_got_it_and_says_so(environment: DigestEnvironment) -> None:
    await listed_in_june_and_again(environment)
    paper = await stored(environment)
    assert (paper.listed_on, paper.relisted_on) == (JUNE, NOVEMBER)
    assert await digest(environment, NOVEMBER) == [("november", ["2405.20216"])]
    assert "listed again, first on Mon 1 Jun" in "\n".join(render_lines(environment.telegram.sent[-1].view))

    later = NOVEMBER + A_DAY
    environment.clock.move_to(utc(later, 6))
    await environment.chat("diffusion", name="too late")
    await environment.list_papers(replace(RELISTED, listed_on=later, upvotes=9))
    assert (await stored(environment)).relisted_on == NOVEMBER
    assert await digest(environment, later) == []


async def test_it_is_on_the_list_of_both_days_but_new_on_the_first_alone(environment: DigestEnvironment) -> None:
    await listed_in_june_and_again(environment)
    async with environment.storage.read() as work:
        assert {paper.id for paper in await work.papers.listed_between(NOVEMBER, NOVEMBER)} == {RELISTED.id, OTHER.id}
        assert await work.papers.count_listed(JUNE, JUNE) == {JUNE: 1}
        assert await work.papers.count_listed(NOVEMBER, NOVEMBER) == {NOVEMBER: 1}


async def test_the_digest_that_holds_it_counts_the_others_of_its_new_day(environment: DigestEnvironment) -> None:
    await environment.list_papers(RELISTED)
    environment.clock.move_to(utc(NOVEMBER, 6))
    await environment.chat("diffusion", name="group", kind=ChatKind.GROUP)
    await environment.list_papers(replace(RELISTED, listed_on=NOVEMBER), OTHER)
    assert await digest(environment, NOVEMBER) == [("group", ["2405.20216"])]
    seen = "\n".join(render_lines(environment.telegram.sent[-1].view))
    assert "1 other paper of Thu 19 Nov matched none of the topics here · all 1" in seen


async def test_the_archive_that_is_read_later_tells_of_the_first_day(environment: DigestEnvironment) -> None:
    """Whoever got it as new in November does not get it again."""
    environment.clock.move_to(utc(NOVEMBER, 6))
    await environment.chat("diffusion", name="november")
    await environment.list_papers(replace(RELISTED, listed_on=NOVEMBER))
    assert await digest(environment, NOVEMBER) == [("november", ["2405.20216"])]
    await environment.list_papers(RELISTED)
    paper = await stored(environment)
    assert (paper.listed_on, paper.relisted_on) == (JUNE, NOVEMBER)
    assert await digest(environment, NOVEMBER + A_DAY) == []
