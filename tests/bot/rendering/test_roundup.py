"""The week's best at its end: under the last digest, or by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chats import Chat, ChatKind
from bot.planning.weekly_best import best_of_the_week
from bot.ports import Storage
from tests.bot.digest_env import DigestEnvironment
from tests.bot.factories import FRIDAY, make_paper, utc
from tests.bot.plain_renderer import render_lines as drawn
from tests.fakes.ports import ActivityTrackingStorage, FakeClock


@pytest.fixture
def environment(sqlite_storage: Storage) -> DigestEnvironment:
    """It is Tuesday 06:00 UTC, 08:00 in Berlin."""
    return DigestEnvironment(ActivityTrackingStorage(sqlite_storage), FakeClock(utc(FRIDAY - timedelta(days=3), 6)))


WEDNESDAY, THURSDAY = FRIDAY - timedelta(days=2), FRIDAY - timedelta(days=1)


async def a_week(
    environment: DigestEnvironment, *, roundup: bool, today: bool, kind: ChatKind = ChatKind.PRIVATE
) -> Chat:
    """Three papers until Thursday, all delivered, and perhaps one on Friday."""
    chat = await environment.chat("diffusion", kind=kind, since=FRIDAY - timedelta(days=30), roundup=roundup)
    environment.clock.move_to(utc(THURSDAY, 8))
    await environment.list_papers(
        make_paper(1, "Old Diffusion", votes=900, day=FRIDAY - timedelta(days=7)),
        make_paper(2, "Diffusion on Wednesday", votes=7, day=WEDNESDAY),
        make_paper(3, "Diffusion on Thursday", votes=70, day=THURSDAY),
        make_paper(4, "Something Else", votes=500, day=THURSDAY),
    )
    await environment.plan(utc(THURSDAY, 9))
    await environment.deliver()
    environment.clock.move_to(utc(FRIDAY, 8))
    await environment.list_papers(
        *([make_paper(5, "Diffusion on Friday", votes=1, day=FRIDAY)] if today else []), make_paper(6, day=FRIDAY)
    )
    await environment.plan(utc(FRIDAY, 9))
    await environment.deliver()
    return chat


@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.GROUP])
async def test_it_stands_under_the_last_digest_of_the_week(environment: DigestEnvironment, kind: ChatKind) -> None:
    await a_week(environment, roundup=True, today=True, kind=kind)
    shown = drawn(environment.telegram.sent[-1].view)
    assert "Diffusion on Friday" in shown[1]
    place = shown.index("The week’s best on these topics")
    assert [line for line in shown[place + 1 :] if "Diffusion" in line] == [
        "0 Diffusion on Thursday ▲70",
        "0 Diffusion on Wednesday ▲7",
    ]


async def test_on_a_day_without_papers_it_comes_by_itself(environment: DigestEnvironment) -> None:
    await a_week(environment, roundup=True, today=False)
    shown = drawn(environment.telegram.sent[-1].view)
    assert shown == [
        "The week’s 2 best papers on your topics · Fri 21 Aug",
        "",
        "1 Diffusion on Thursday ▲70",
        "2 Diffusion on Wednesday ▲7",
        "[1] [2]",
        "[Topics] [No roundup, please]",
    ]


@pytest.mark.parametrize("today", [True, False])
async def test_who_did_not_ask_for_it_hears_nothing_of_it(environment: DigestEnvironment, today: bool) -> None:
    await a_week(environment, roundup=False, today=today)
    assert not any("best" in line for sent in environment.telegram.sent for line in drawn(sent.view))


async def test_it_comes_once_a_week_and_without_what_is_muted(environment: DigestEnvironment) -> None:
    chat = await a_week(environment, roundup=True, today=False)
    for day in (FRIDAY, FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3)):
        await environment.plan(utc(day, 10))
        await environment.deliver()
    assert sum("best" in drawn(sent.view)[0] for sent in environment.telegram.sent) == 1
    settings = replace((await environment.reload_chat(chat)).settings, muted=("thursday",))
    papers = [make_paper(2, "Diffusion on Wednesday", votes=7), make_paper(3, "Diffusion on Thursday", votes=70)]
    assert best_of_the_week(settings, papers) == ("2608.00002",)
