"""Handing a topic on."""

from __future__ import annotations

from adapters.slack.capabilities import SLACK
from bot.chats import ChatAddress
from bot.views import Button
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.simulated_user import SimulatedUser


async def test_a_topic_is_shared_with_the_names_that_count_for_it(anna: SimulatedUser) -> None:
    await anna.says('/subscribe sailing also:"yachting, rowing"')
    await anna.says("/share")
    seen = await anna.taps("sailing")
    assert "Share sailing: whoever opens the link sees what it brings" in seen
    share: Button = anna.button("Send to somebody")
    assert share.target == "share"
    assert anna.button("Take into a group").target == "group"
    assert share.command == 'preview sailing also:"yachting, rowing"'


async def test_a_preview_follows_nothing_until_it_is_tapped(anna: SimulatedUser, world: CommandEnvironment) -> None:
    seen = await anna.says("/preview diffusion")
    assert seen.startswith("diffusion\nLast 7 days: 4 of 46 papers, at most 2 a day.")
    assert await world.topics_of(anna) == []
    await anna.taps("Follow diffusion")
    assert await world.topics_of(anna) == ["diffusion"]


async def test_without_links_into_chats_there_are_words_to_hand_on(world: CommandEnvironment) -> None:
    bo = world.person(chat=ChatAddress(SLACK, "T1", "U1"))
    seen = await bo.says("/share diffusion")
    assert "/papers subscribe diffusion" in seen
    assert bo.labels == ["See what it brings"]


async def test_what_can_not_be_read_is_not_shared(anna: SimulatedUser) -> None:
    assert "Nothing is followed here yet." in await anna.says("/share")
    assert "the bracket is never closed" in await anna.says("/share (diffusion OR")
    assert "the bracket is never closed" in await anna.says("/preview (diffusion OR")
    assert "Which topic?" in await anna.says("/preview")
