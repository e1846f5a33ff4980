"""Settings at a glance, and how things stand."""

from __future__ import annotations

from dataclasses import replace

from bot.digests.gather import Progress
from bot.digests.plan import plan_due
from bot.ports import Poll
from tests.bot.commands.archive import TODAY
from tests.bot.commands.conftest import World
from tests.bot.commands.person import Somebody


async def test_every_setting_is_shown_and_changed_by_a_tap(anna: Somebody) -> None:
    await anna.says("/when 09:00 Berlin")
    assert await anna.says("/settings") == "\n".join(
        [
            "When: daily 09:00 Berlin",
            "Long digests: 5 papers with summary, the others as titles",
            "Sound: on, but never between 22:00 and 08:00",
            "When nothing comes: a word on Fridays after a whole empty week",
            "When the list is late: the digest waits up to 3 hours",
            "[Hour, zone, days][Wait for full list]",
            "[Sound off][Empty: tell daily]",
            "[7 with summary][If late: wait 6 h]",
            "[Topics][Pause]",
        ]
    )
    assert "Sound: off" in await anna.taps("Sound off")
    assert anna.view.in_place
    assert "When nothing comes: a word every day" in await anna.taps("Empty: tell daily")
    assert "When nothing comes: silence" in await anna.taps("Empty: say nothing")
    assert "Long digests: 7 papers" in await anna.taps("7 with")
    assert "the digest waits up to 6 hours" in await anna.taps("If late")
    assert "when the list is complete" in await anna.taps("Wait for full list")


async def test_a_wrong_setting_is_answered_with_right_ones(anna: Somebody) -> None:
    assert await anna.says("/settings notes foo") == "\n".join(
        ["notes can’t be foo. It can be:", "[notes never]", "[notes weekly]", "[notes daily]"]
    )
    assert "There is no setting colour." in await anna.says("/settings colour red")
    assert "[sound on]" in await anna.says("/settings soun")


async def test_a_group_has_neither_sound_nor_notes(world: World) -> None:
    group = world.group()
    seen = await group.says("/settings")
    assert "Sound: never in a group" in seen
    assert "Sound off" not in group.labels


async def test_status_tells_the_last_digests_and_the_source(anna: Somebody, world: World) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/when 14:00 UTC")
    world.clock.pass_by(hours=2)
    await world.lists()
    async with world.storage.write() as work:
        await work.papers.record_polls([Poll("huggingface", TODAY, world.clock.now(), rows=7)])
        await work.commit()
    assert await plan_due(world.storage, world.index, world.clock.now(), {}) == 1
    world.clock.pass_by(minutes=4)
    assert await anna.says("/status") == "\n".join(
        [
            "1 topic · daily 14:00 UTC · next: tomorrow 14:00",
            "Last digest: today 14:00, 1 paper, waiting to be sent.",
            "Source Hugging Face: read 4 minutes ago, 7 papers today.",
            "Archive: 2 months, 54 papers.",
            "[Topics][Settings][Pause]",
        ]
    )


async def test_status_tells_when_the_source_is_down_and_the_archive_incomplete(world: World) -> None:
    world.services = replace(world.services, progress=lambda: Progress(12, 260))
    async with world.storage.write() as work:
        await work.papers.record_polls([Poll("huggingface", TODAY, world.clock.now(), problem="500")])
        await work.commit()
    world.clock.pass_by(hours=3)
    seen = await world.person().says("/status")
    assert "No topics yet, so no digest is planned." in seen
    assert "Source Hugging Face: no answer, last read 3 hours ago. Nothing is lost; I keep trying." in seen
    assert "I am still reading older lists: 12 of 260 days." in seen


async def test_a_digest_now_is_planned_once_and_wakes_the_courier(anna: Somebody, world: World) -> None:
    await anna.says("/subscribe diffusion")
    assert await anna.taps("Send me today’s now") == ""
    assert anna.view.toast is not None
    assert world.woken == 1
    assert await anna.says("/digest") == (
        "All papers of Fri 21 Aug on your topics have come to you already.\n[The top 5 of 7]"
    )
    assert world.woken == 1


async def test_a_digest_now_says_why_there_is_none(anna: Somebody) -> None:
    assert "Nothing is followed here yet." in await anna.says("/digest")
    await anna.says("/subscribe clustering")
    assert (
        "Nothing for you today so far: 7 papers, none on clustering. The list grows until evening (UTC)."
        in await anna.says("/digest")
    )
    await anna.says("/pause")
    assert "Digests are paused here." in await anna.says("/digest")
