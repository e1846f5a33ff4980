"""What is typed in short: the beginning of a command's name, and what stands on a button of the last answer."""

from __future__ import annotations

import pytest

from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.simulated_user import SimulatedUser


async def test_a_beginning_that_one_command_alone_has_is_that_command(
    world: CommandEnvironment, anna: SimulatedUser
) -> None:
    assert "✓ Following diffusion" in await anna.says("/sub diffusion")
    assert await world.topics_of(anna)
    assert "diffusion" in await anna.says("/topi")


@pytest.mark.parametrize("typed", ["/s diffusion", "/un diffusion", "/sav 2608.00001x", "/overv pause", "/no"])
async def test_a_beginning_of_several_of_none_or_of_a_hidden_one_is_asked_about(
    world: CommandEnvironment, anna: SimulatedUser, typed: str
) -> None:
    said = await anna.says(typed)
    assert said.startswith("I don’t know") or "save" in said


async def test_where_others_are_a_beginning_changes_nothing_that_is_not_allowed(world: CommandEnvironment) -> None:
    member = world.group(may_change=False)
    assert "admins" in await member.says("/sub diffusion")
    assert "Following" not in await member.says("/topics")


async def test_what_stands_on_a_button_of_the_last_answer_presses_it(
    world: CommandEnvironment, anna: SimulatedUser
) -> None:
    await anna.says("/subscribe diffusion")
    assert "Undo" in anna.labels
    await anna.says("undo")
    assert await world.topics_of(anna) == []
    await anna.says("/search harbour")
    assert "Next 2 ›" in anna.labels
    assert "Harbour" in await anna.says("next 2")
    assert "‹ Previous 10" in anna.labels


async def test_only_the_last_answers_buttons_count(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await anna.says("/search harbour")
    await anna.says("/help subscribe")
    assert "Next 2 ›" not in anna.labels
    assert "Harbour" not in await anna.says("next 2")


async def test_in_a_group_words_are_words(world: CommandEnvironment) -> None:
    """Several people talk there, each under another answer."""
    boss = world.group()
    await boss.says("/subscribe diffusion")
    await boss.says("undo")
    assert await world.topics_of(boss)
