"""A day on which almost everything is followed: one message in Telegram, one post with its thread in Slack."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.support.assertions import (
    Subscriber,
    expected_digests,
    slack_digests,
    slack_papers,
    telegram_digests,
    telegram_papers,
)
from tests.e2e.support.environment import Environment
from tests.e2e.support.sample_days import BEFORE, hour, make_row
from tests.e2e.support.subscribers import BERLIN, NEW_YORK, Subscribers

DAY = date(2026, 7, 8)
TOPICS = (
    "diffusion",
    "agents",
    "reasoning",
    "world models",
    "video generation",
    "retrieval",
    "robotic manipulation",
    "speculative decoding",
    "vision language action",
    "long context",
)
# Which further names a topic takes by itself is told elsewhere; this is about the room.
FOLLOWED = tuple(f"{topic} also:none" for topic in TOPICS)
TITLES = (
    "Diffusion Models That Paint <Harbours> & Skies",
    "Agents on the Night Shift: Who Books the Ferry?",
    "Reasoning by the Quay, Step by Step",
    "World Models of a Small Bakery",
    "Video Generation for Very Short Films",
    "Retrieval from Shoe Boxes",
    "Robotic Manipulation of Wet Laundry",
    "Speculative Decoding with a Patient Partner",
    "Vision-Language-Action Policies for Stacking Chairs",
    "Long Context Without Long Waits",
    "Diffusion & Reasoning in One Kitchen",
    "Agents That Retrieve Before They Ask",
    "A Reasoning Test that Crows Pass",
    "World Models and What They Forget",
    "Video Generation from a Bus Window, with a Title that Goes On and On because Somebody Wanted to Say Everything",
    "Retrieval with a Broken Index",
    "Agents, Agents, Agents: A Census of *Stars* and _Lines_",
    "Diffusion in 4 Steps ~ or 3",
    "Long Context, Short Memory",
    "Speculative Decoding on a Phone",
    "A Survey of Umbrella Stands",
    "Chess Clocks for Two",
)


@pytest.fixture
async def environment(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Environment]:
    async with Environment.create(tmp_path, hour(DAY, 5)) as environment:
        if DAY not in environment.hub.serve_real_days():
            rows = [
                make_row(n, title, f"{BEFORE} We present {title}.", 60 - 2 * n) for n, title in enumerate(TITLES, 1)
            ]
            environment.hub.add_day(DAY, rows)
        yield environment
        assert environment.violations() == []


async def test_everything_fits_and_every_paper_is_there_once(environment: Environment, tmp_path: Path) -> None:
    """The services count characters, blocks and links themselves, and refuse what is too much."""
    readers = Subscribers.of(environment)
    async with environment.run_connected() as paperboy:
        await readers.sign_up(FOLLOWED, FOLLOWED)
        await paperboy.advance_to(hour(DAY, 14))

    (digest,) = telegram_digests(readers.anna.messages)
    (post,) = slack_digests(readers.channel)
    (tmp_path / "telegram.html").write_text(digest.raw, encoding="utf-8")
    messages = [{"text": each.text, "blocks": each.blocks} for each in (post, *post.replies)]
    (tmp_path / "slack.json").write_text(json.dumps(messages, ensure_ascii=False, indent=1), encoding="utf-8")

    anna = Subscriber(FOLLOWED, BERLIN, hour(DAY, 5), weekends=True)
    ben = Subscriber(FOLLOWED, NEW_YORK, hour(DAY, 5), weekends=False)
    due = expected_digests(environment.hub, anna, hour(DAY, 14))[DAY]
    assert expected_digests(environment.hub, ben, hour(DAY, 14))[DAY] == due
    assert len(due) >= 15

    in_telegram = telegram_papers(digest)
    assert in_telegram.keys() == due.keys()
    assert digest.overflow == ()
    assert digest.text.startswith(f"{len(due)} papers for you")
    assert {paper_id: why for paper_id, why in in_telegram.items() if why}.items() <= due.items()

    in_post, in_thread = slack_papers(post), [slack_papers(reply) for reply in post.replies]
    assert in_post.keys() == due.keys()
    titles_only = [paper_id for paper_id, why in in_post.items() if not why]
    assert [paper_id for reply in in_thread for paper_id in reply] == titles_only
    explained = {paper_id: why for part in (in_post, *in_thread) for paper_id, why in part.items() if why}
    assert explained == due
    assert not any(message.pings for message in (post, *post.replies))
