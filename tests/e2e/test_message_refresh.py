"""A post in Slack stays true for a day, as a running process wires it: votes that come later, also while it was off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.environment import Environment, RunningPaperboy
from tests.e2e.support.sample_days import BEFORE, hour, make_row
from tests.e2e.support.subscribers import Subscribers

DAY = date(2026, 7, 8)
PAPER = make_row(1, "Diffusion Models That Paint Harbours", f"{BEFORE} We present diffusion for harbours.", 10)
PAPER_ID = str(PAPER["paper"]["id"])


@pytest.fixture
async def environment(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Environment]:
    async with Environment.create(tmp_path, hour(DAY, 5)) as environment:
        environment.hub.add_day(DAY, [PAPER])
        yield environment
        assert environment.violations() == []


async def an_hour_later(paperboy: RunningPaperboy) -> None:
    """The next poll, and the job that looks at what was sent."""
    paperboy.clock.move_to(paperboy.clock.now() + timedelta(hours=1))
    await paperboy.poll_and_plan()
    await paperboy.app.jobs.refresh_sent(paperboy.clock.now())


async def test_votes_that_come_after_the_post_stand_in_it(environment: Environment) -> None:
    readers = Subscribers.of(environment)
    async with environment.run_connected() as paperboy:
        await readers.sign_up(["diffusion"], ["diffusion"])
        await paperboy.advance_to(hour(DAY, 14))
        await an_hour_later(paperboy)
        environment.hub.update_paper(PAPER_ID, upvotes=44)
        await an_hour_later(paperboy)
        (post,) = slack_digests(readers.channel)
        assert "▲ 44" in post.shown

    environment.hub.update_paper(PAPER_ID, upvotes=55)
    async with environment.run_connected() as paperboy:  # which polls before anything else
        await paperboy.app.jobs.refresh_sent(paperboy.clock.now())
    assert "▲ 55" in post.shown
    assert [each.shown for each in slack_digests(readers.channel)] == [post.shown]
