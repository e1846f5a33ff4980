"""What is said of the list shown last."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.core.last_lists import ShownList
from bot.commands.core.weekly_counts import WeeklyCounts
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from tests.bot.commands.conftest import CommandEnvironment, SteppedClock
from tests.bot.commands.simulated_user import SimulatedUser


async def test_numbers_and_this_mean_the_list_shown_last(clock: SteppedClock, anna: SimulatedUser) -> None:
    shown = (await anna.says("diffusion")).splitlines()
    second = next(line for line in shown if line.startswith("2 "))[2:].partition(" · ")[0]
    assert f"✓ Saved {second}" in await anna.says("save 2")
    assert second in await anna.says("open the second one")
    assert f"like {second}" in await anna.says("more like this")
    clock.pass_by(hours=2)
    assert "I have shown no list here lately" in await anna.says("open 2")


def test_an_ordinal_is_a_place_on_the_page() -> None:
    shown = ShownList(((11, "a"), (12, "b"), (13, "c")))
    assert [shown.find(named) for named in ("2.", "12", "last", "2", "9.", "")] == ["b", "b", "c", None, None, None]


async def test_the_only_topic_shown_is_followed(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await anna.says("diffusion")
    assert "✓ Following diffusion" in await anna.says("yes follow that")
    assert await world.topics_of(anna) == ["diffusion"]


async def test_a_command_of_a_field_shows_its_parts(world: CommandEnvironment) -> None:
    world.services = replace(world.services, catalogue=load_bundled_catalogue(), weekly_counts=WeeklyCounts(max_wait=0))
    anna = world.person()
    for said in ("/subscribe computer vision", "/search computer vision"):
        assert "That is a whole field; tap a part of it" in await anna.says(said)
        assert "All of vision (4)" in anna.labels
    await anna.says("/subscribe computer vision")
    assert await world.topics_of(anna) == []
    await anna.taps("Only the words")
    assert await world.topics_of(anna) == ["computer vision"]
