"""Less like this: muted words, authors and labs stay out of digests, can be looked at, and come back."""

from __future__ import annotations

from dataclasses import replace

from bot.planning.planner import plan_due
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser

SALT = replace(
    make_paper(
        "2608.09001", "Diffusion of Salt", TODAY, "We show how salt moves by diffusion.", lab="Salt Lab", upvotes=70
    ),
    keywords=("salt", "pepper"),
)


async def test_what_a_card_offers_to_mute_is_kept_out_and_comes_back(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(SALT)
    await anna.says("/subscribe diffusion")
    await anna.says("/today")
    await anna.taps("1")
    seen = await anna.taps("Less like this")
    assert "“salt” (1)" in seen
    assert "pepper" not in seen, "it is not there"
    assert {"Mira Aldous (5)", "Tom Brandt (5)", "Salt Lab (1)"} <= set(anna.labels)
    assert {"Stop diffusion", "Make it stricter"} <= set(anna.labels)

    seen = await anna.taps("“salt”")
    assert seen.startswith('✓ Muted "salt": 1 paper of the last 30 days would not have come.')
    assert anna.view.replaces_message
    assert 'It did not come: "salt" is muted here.' in await anna.says("/why 2608.09001")
    await anna.says("/digest")
    assert "Diffusion of Salt" not in await anna.says("/edition 1")
    assert 'Muted: "salt"' in await anna.says("/topics")

    await anna.says("/mute")
    assert '"salt" is not muted any more.' in await anna.taps("✕")
    assert "Muted" not in await anna.says("/topics")
    world.clock.pass_by(minutes=1)
    await anna.says("/digest")
    assert "Diffusion of Salt" in await anna.says("/edition 2")


async def test_undo_and_the_way_back_to_the_card(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await world.list_papers(SALT)
    await anna.says("/subscribe diffusion")
    await anna.says("/paper 2608.09001")
    await anna.taps("Less like this")
    await anna.taps("Mira Aldous")
    assert (await world.chat_of(anna)).settings.muted == ('author:"Mira Aldous"',)
    await anna.taps("Undo")
    assert (await world.chat_of(anna)).settings.muted == ()
    await anna.taps("Undo")
    assert (await world.chat_of(anna)).settings.muted == ('author:"Mira Aldous"',)
    assert (await anna.taps("‹ Back to the paper")).startswith("Diffusion of Salt | ")


async def test_muted_papers_stay_out_of_the_daily_digest_too(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await world.list_papers(SALT)
    await anna.says("/subscribe diffusion")
    await anna.says("/mute salt")
    world.clock.pass_by(hours=2)
    await world.list_papers(make_paper("2608.09002", "Diffusion of Sugar", TODAY))
    assert await plan_due(world.storage, world.index, world.clock.now(), {}) == 1
    seen = await anna.says("/edition 1")
    assert "Diffusion of Sugar" in seen
    assert "Salt" not in seen


async def test_muting_twice_is_muting_once_and_mistakes_are_kind(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    assert "Nothing is muted." in await anna.says("/mute")
    await anna.says("/mute salt")
    await anna.says("/mute salt")
    assert (await world.chat_of(anna)).settings.muted == ("salt",)
    assert "pepper is not muted here.\n[salt]" in await anna.says("/unmute pepper")
    assert "the bracket is never closed" in await anna.says("/mute (salt OR")


async def test_in_a_group_only_admins_mute(world: CommandEnvironment) -> None:
    member = world.group(may_change=False)
    assert "set by admins" in await member.says("/mute salt")


async def test_in_a_group_it_is_proposed_to_everybody(world: CommandEnvironment) -> None:
    """Whoever may not change anything may propose; who may agrees, and everybody reads of it."""
    await world.list_papers(SALT)
    admin, member = world.group(name="Anna"), world.group(name="Bo", user="2", may_change=False)
    await admin.says("/subscribe diffusion")
    said = await member.says("/less 2608.09001")
    assert "what shall I propose to keep out of the digests here?" in said
    assert "your" not in said
    assert not [each for each in member.labels if each.startswith("Stop")]
    assert member.view.private
    said = await member.taps("“salt”")
    assert said.startswith('Bo proposes to keep "salt" out of the digests here.\n1 paper of the last 30 days would not')
    assert member.view.post_publicly
    admin.seen += member.seen
    assert "set by admins" in await member.taps("Keep it out")
    assert (await world.chat_of(admin)).settings.muted == ()
    assert '✓ Muted "salt"' in await admin.taps("Keep it out")
    assert admin.view.post_publicly
    assert not admin.view.private
    assert (await world.chat_of(admin)).settings.muted == ('"salt"',)
    assert '"salt" is muted here.' in await member.says('/propose "salt"')
    assert "diffusion is followed here too" in await admin.says("/mute diffusion")
    await admin.says("/mute")
    assert admin.view.private


async def test_a_mute_that_leaves_nothing_of_a_topic_is_said(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    said = await anna.says("/mute diffusion")
    assert "You follow diffusion too: while this is muted, nothing of it comes." in said
    assert "nothing of it comes" not in await anna.says("/mute harbour")


async def test_who_follows_what_is_muted_is_told(anna: SimulatedUser) -> None:
    await anna.says("/mute diffusion")
    said = await anna.says("/subscribe diffusion")
    assert "diffusion is muted here, so nothing of it comes." in said
    await anna.taps("Unmute diffusion")
    assert "muted" not in await anna.says("/topics")
