"""A whole field: its papers of the week are said before it is followed, beside its parts."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.core.weekly_counts import WeeklyCounts
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.simulated_user import SimulatedUser


async def test_a_whole_field_is_offered_and_followed(world: CommandEnvironment, anna: SimulatedUser) -> None:
    assert "That is a whole field; tap a part of it" in await anna.says("/field vision")
    seen = await anna.says("/subscribe field:vision")
    assert "✓ Following the whole field vision" in seen
    assert "papers in the field of vision" in seen
    assert await world.topics_of(anna) == ["field:vision"]
    assert "field: knows agents, language" in await anna.says("/subscribe field:cooking")


async def test_the_whole_field_stands_beside_its_parts(world: CommandEnvironment) -> None:
    world.services = replace(world.services, catalogue=load_bundled_catalogue(), weekly_counts=WeeklyCounts(max_wait=0))
    anna = world.person()
    await anna.says("follow computer vision")
    assert await world.topics_of(anna) == []
    assert "✓ Following the whole field vision" in await anna.taps("All of vision (4)")
