"""Whole sentences said in chats, and what comes of them."""

from __future__ import annotations

from tests.bot.commands.conftest import CommandEnvironment, SteppedClock
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser


async def test_a_sure_wish_is_done_and_taken_back_in_words(world: CommandEnvironment, anna: SimulatedUser) -> None:
    assert "✓ Following diffusion" in await anna.says("could you please subscribe me to diffusion?")
    assert await world.topics_of(anna) == ["diffusion"]
    assert "diffusion" in await anna.says("oops, wrong topic")
    assert await world.topics_of(anna) == []
    assert "I know of no change of yours here" in await anna.says("undo that")


async def test_a_likely_wish_is_offered_and_changes_nothing(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await anna.says("/subscribe clustering")
    assert "nothing is changed yet" in await anna.says("subscribe difusion")
    assert await world.topics_of(anna) == ["clustering"]
    assert "✓ Following diffusion" in await anna.taps("Follow diffusion")


async def test_an_hour_later_nothing_is_undone(
    world: CommandEnvironment, anna: SimulatedUser, clock: SteppedClock
) -> None:
    await anna.says("/subscribe diffusion")
    clock.pass_by(minutes=61)
    assert "I know of no change of yours here" in await anna.says("undo")
    assert await world.topics_of(anna) == ["diffusion"]


async def test_nobody_undoes_what_another_changed(world: CommandEnvironment) -> None:
    anna, ben = world.group(user="1001"), world.group(user="1002")
    await anna.says("/subscribe diffusion")
    assert "I know of no change of yours here" in await ben.says("/undo")
    assert await world.topics_of(anna) == ["diffusion"]


async def test_where_others_are_a_wish_is_offered_to_those_who_may(world: CommandEnvironment) -> None:
    """A person's right is looked up for commands alone: the button asks for it."""
    admin, member = world.group(), world.group(may_change=False)
    assert "nothing is changed yet" in await admin.says("subscribe this group to diffusion")
    await member.says("subscribe this group to diffusion")
    assert "Topics here are set by admins" in await member.taps("Follow diffusion")
    assert "✓ This group follows diffusion" in await admin.taps("Follow diffusion")


async def test_two_wishes_are_both_done(world: CommandEnvironment, anna: SimulatedUser) -> None:
    seen = await anna.says("subscribe to clustering and not on weekends")
    assert "✓ Following clustering" in seen
    assert "✓ Digests come weekdays" in seen


async def test_a_question_says_how_it_was_read(anna: SimulatedUser) -> None:
    seen = await anna.says("most upvoted papers on diffusion this month?")
    assert seen.startswith("Read as: diffusion, the last 30 days, by votes")
    assert "The last 30 days" in seen


async def test_a_day_that_no_calendar_has_is_said_kindly(anna: SimulatedUser) -> None:
    assert "I can’t read February 30 as a day" in await anna.says("papers from last February 30")


async def test_thanks_and_anger_change_nothing(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    assert "With pleasure!" in await anna.says("thanks!")
    assert "Sorry that I am no better help" in await anna.says("you are stupid")
    assert "next: " in (await anna.says("don't stop")).lower()
    assert await world.topics_of(anna) == ["diffusion"]


async def test_a_whole_field_shows_its_parts(anna: SimulatedUser) -> None:
    assert "That is a whole field; tap a part of it" in await anna.says("computer vision")


async def test_a_pasted_abstract_is_its_paper(world: CommandEnvironment, anna: SimulatedUser) -> None:
    abstract = (
        "We teach harbour pilots to predict eddies behind breakwaters from cheap buoys. Twelve sensors were moored for "
        "a "
        "winter, and their drift was compared with radar. A small network forecasts turning currents two hours ahead, "
        "so that ferries wait less. We release all measurements, drawings of the moorings and trained weights."
    )
    await world.list_papers(make_paper("2608.07001", "Eddies Behind Breakwaters", TODAY, abstract=abstract))
    seen = await anna.says(f"Abstract. {abstract}")
    assert "That is this paper:" in seen
    assert "Eddies Behind Breakwaters" in seen


async def test_when_and_pausing_are_taken_back(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/when 09:00 Berlin")
    before = await world.chat_of(anna)
    for said in ("send it at 8 in the morning", "not on weekends", "i live in Tokyo", "stop for two weeks", "pause"):
        await anna.says(said)
        assert await world.chat_of(anna) != before
        assert "Taken back: digests come" in await anna.says("undo that")
        assert await world.chat_of(anna) == before


async def test_nothing_is_about_a_sentence(anna: SimulatedUser) -> None:
    """It is said so above a few near papers at most, and no button follows the sentence."""
    seen = await anna.says("whatever makes the small boats of my grandmother float so very nicely")
    assert seen.startswith("Nothing is about exactly this")
    assert not [label for label in anna.labels if label.startswith("Follow ")]
    assert len([line for line in seen.splitlines() if line[:1].isdigit()]) <= 5
