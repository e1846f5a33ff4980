"""The first minute."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.slack.capabilities import SLACK
from bot.chats import ChatAddress
from bot.topics import Topic
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser


async def test_a_newcomer_sees_topics_with_what_they_brought(anna: SimulatedUser) -> None:
    seen = await anna.says("/start")
    assert "one message a day, none when there is nothing." in seen
    assert "[Diffusion 4][Video][RL]" in seen
    assert "[Today’s top 5][Help]" in seen


async def test_tapping_follows_in_the_same_message_and_tapping_again_stops(anna: SimulatedUser) -> None:
    await anna.says("/start")
    seen = await anna.taps("Diffusion")
    assert anna.view.replaces_message
    assert "Following: diffusion\nLast 7 days: 4 of 46 papers, at most 2 a day.\n· Diffusion Models for Tidal" in seen
    assert "Next digest: today 13:00 UTC." in seen
    assert "[✓ Diffusion]" in seen
    assert "Following: diffusion, LLM agents\nLLM agents · Nothing in the last 7 days" in await anna.taps("Agents")
    assert "Following: LLM agents\n" in await anna.taps("✓ Diffusion")
    assert "[Send me today’s now][Done]" in await anna.says("/start")
    assert "1. LLM agents" in await anna.taps("Done")


async def test_the_city_is_one_tap_in_the_same_message(world: CommandEnvironment) -> None:
    anna = world.person(language="de")
    await anna.says("/start")
    assert "Where are you?" not in anna.labels
    assert "Where are you? Then it comes at 09:00 there." in await anna.taps("Diffusion")
    seen = await anna.taps("Zurich")
    assert "Next digest: tomorrow 09:00." in seen
    assert "Where are you?" not in seen
    assert anna.view.replaces_message
    assert "I don’t know the time zone <b>Atlantis" not in await anna.says("/here Atlantis")
    assert (await world.chat_of(anna)).settings.zone == "Europe/Zurich"


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("hello", "Tap what you work on"),
        ("Hi!", "Tap what you work on"),
        ("help", "What you can say:"),
        ("?", "What you"),
    ],
)
async def test_a_bare_greeting_is_no_search(anna: SimulatedUser, said: str, answered: str) -> None:
    assert answered in await anna.says(said)


async def test_the_counts_are_kept_for_an_hour_unless_papers_arrive(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await anna.says("/start")
    await world.list_papers(make_paper("2608.09001", "Diffusion of Salt", TODAY))
    assert "[Diffusion 5]" in await anna.says("/start")


async def test_before_anything_was_read_the_topics_stand_without_numbers(empty_world: CommandEnvironment) -> None:
    seen = await empty_world.person().says("/start")
    assert "[Agents][Reasoning][VLMs]" in seen
    assert "Tap what you work on, or just type it." in seen


async def test_todays_best_look_as_in_a_digest(anna: SimulatedUser) -> None:
    await anna.says("/start")
    seen = await anna.taps("Today’s top 5")
    assert seen.startswith("Top 5 of 7 · Fri 21 Aug\n1 Benchmark Number 4")
    assert "7 papers" in await anna.taps("All 7 of the list")


async def test_a_group_hears_what_paperboy_is_for_and_admins_choose(world: CommandEnvironment) -> None:
    group = world.group()
    assert "Nothing is chosen yet.\n[Choose (admins)][What is this?]" in await group.says("/start")
    assert "[Diffusion 4]" in await group.taps("Choose")
    await group.taps("Diffusion")
    assert "Hello! 1 topic · daily 13:00 UTC." in await group.says("/start")


async def test_who_comes_back_to_a_pause_finds_everything_kept(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/pause")
    assert "Nothing was deleted. Shall your digests come again?" in await anna.says("/start")
    assert "✓ Digests come again." in await anna.taps("Yes, resume")


async def test_a_page_of_ones_own_tells_how_to_begin_and_later_what_is_followed(world: CommandEnvironment) -> None:
    bo = world.person(chat=ChatAddress(SLACK, "T1", "U1"))
    seen = await bo.says("/home")
    assert "/papers subscribe diffusion" in seen
    await bo.taps("Diffusion")
    assert "Just for you · 1 topic" in (seen := await bo.says("/home"))
    assert "\ndiffusion\n" in seen


async def test_nobody_waits_for_numbers_and_the_next_look_has_them(world: CommandEnvironment) -> None:
    counts = world.services.weekly_counts
    counts.max_wait = 0
    assert "[Agents][Reasoning][VLMs]" in await world.person().says("/start")
    counts.max_wait = 60
    assert "[Diffusion 4]" in await world.person().says("/start")


async def test_numbers_stay_while_older_lists_are_read(world: CommandEnvironment) -> None:
    """Old days don't change what the last week brought, so nothing is counted anew for them."""
    counted = []

    def expand(topic: Topic) -> Topic:
        counted.append(topic)
        return topic

    async def count() -> int:
        found = await world.services.weekly_counts.count_topics(world.storage, expand, ["diffusion"], TODAY)
        return found["diffusion"]

    assert await count() == 4
    await world.list_papers(make_paper("2607.00900", "Diffusion of Old", TODAY - timedelta(days=30)))
    assert await count() == 4
    assert len(counted) == 1
    await world.list_papers(make_paper("2608.00901", "Diffusion of Today", TODAY))
    assert await count() == 5
