"""Commands that only lack their slash, what they change, and how it is taken back."""

from __future__ import annotations

import pytest

from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser


@pytest.mark.parametrize(
    "said",
    ["sound off", "only titles", "settings summaries 7", "settings notes never", "settings hour 08:00",
     "settings days weekdays", "settings complete wait", "settings roundup on"],
)  # fmt: skip
async def test_every_setting_is_taken_back(world: CommandEnvironment, anna: SimulatedUser, said: str) -> None:
    await anna.says("/when 09:00 Berlin")
    before = (await world.chat_of(anna)).settings
    await anna.says(said)
    assert (await world.chat_of(anna)).settings != before
    await anna.says("undo that")
    assert (await world.chat_of(anna)).settings == before


async def test_all_settings_are_taken_back_together(world: CommandEnvironment, anna: SimulatedUser) -> None:
    for said in ("/when 09:00 Berlin weekdays", "/settings sound off", "/settings layout titles"):
        await anna.says(said)
    before = (await world.chat_of(anna)).settings
    await anna.says("/settings defaults again")
    assert (await world.chat_of(anna)).settings != before
    await anna.taps("Undo")
    assert (await world.chat_of(anna)).settings == before


async def test_what_changes_nothing_has_no_undo(anna: SimulatedUser) -> None:
    await anna.says("/settings layout titles")
    await anna.says("/settings layout titles")
    assert "Undo" not in anna.labels


async def test_behind_a_mention_a_command_is_one(world: CommandEnvironment) -> None:
    admin, member = world.group(), world.group(may_change=False)
    assert "Topics here are set by admins" in await member.says("subscribe diffusion")
    assert "✓ This group follows diffusion" in await admin.says("subscribe diffusion")


async def test_words_that_are_one_lab_are_followed_as_such(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await world.list_papers(make_paper("2608.09001", "Keels", TODAY, abstract="", lab="Brightwater Group"))
    assert "✓ Following the lab Brightwater Group" in await anna.says("/subscribe Brightwater Group")
    await anna.taps("The words")
    assert await world.topics_of(anna) == ["Brightwater Group"]
