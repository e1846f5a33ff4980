"""Settings at a glance, and how things stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ingest.ingestor import BackfillProgress
from bot.planning.planner import plan_due
from bot.ports import PollRecord
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY
from tests.bot.commands.simulated_user import SimulatedUser


async def test_every_setting_is_shown_and_changed_by_a_tap(anna: SimulatedUser) -> None:
    await anna.says("/when 09:00 Berlin")
    assert await anna.says("/settings") == "\n".join(
        [
            "When: daily 09:00 Berlin",
            "Layout: 5 papers with summary, the others as titles · default",
            "Sound: on, but never between 22:00 and 08:00 · default",
            "When nothing comes: a word on Fridays after a whole empty week · default",
            "When the list is late: the digest waits up to 3 hours · default",
            "Pictures: none · default",
            "Look: text, which every app shows · default",
            "At the end of the week: no roundup · default",
            "[Hour · 09:00][Zone · Berlin]",
            "[Days · daily][Layout · compact]",
            "[How many · 5][If late · 3 h]",
            "[Sound · on][If empty · weekly]",
            "[Roundup · off][Pictures · off]",
            "[Look · plain]",
            "[Back to the defaults]",
            "[Topics][Pause]",
        ]
    )
    first = anna.view
    assert not first.replaces_message
    for opens, taps, seen in CHANGES:
        if opens:
            await anna.taps(opens)
            assert anna.view.replaces_message
        assert seen in await anna.taps(taps)
        assert anna.view.replaces_message
        if "‹ Settings" in anna.labels:
            await anna.taps("‹ Settings")
    await anna.says("/settings look rich")  # its button shows a sample first
    assert "· default" not in await anna.says("/settings")
    seen = await anna.taps("Back to the defaults")
    assert seen.count("· default") == 8
    assert "Back to the defaults" not in anna.labels


CHANGES = (
    ("Hour ·", "18:00", "When: daily 18:00 Berlin"),
    ("Hour ·", "Wait for the full list", "when the list is complete"),
    ("Hour ·", "Don’t wait", "When: daily 18:00 Berlin"),
    ("Zone ·", "Tokyo", "When: daily 18:00 Tokyo"),
    ("Days ·", "✓ Sat", "Mon, Tue, Wed, Thu, Fri, Sun 18:00 Tokyo"),
    ("Days ·", "Weekdays", "weekdays 18:00 Tokyo"),
    ("Layout ·", "Full", "Layout: all with summary"),
    ("Layout ·", "Titles only", "Layout: titles only"),
    ("Layout ·", "Compact", "Layout: 5 papers with summary"),
    ("How many ·", "7", "Layout: 7 papers with summary"),
    ("If late ·", "6 h", "the digest waits up to 6 hours"),
    ("If late ·", "Don’t wait", "the digest goes without it"),
    ("If empty ·", "A word every day", "When nothing comes: a word every day"),
    ("", "Sound · on", "Sound: off"),
    ("", "Roundup · off", "At the end of the week: the best of the week once more"),
    ("", "Pictures · off", "Pictures: a large one with each digest"),
)

# The second time nothing changes, so nothing is taken back.
UNDO = "\n[Undo]"


@pytest.mark.parametrize("start", ["Sound · on", "Roundup · off", "Pictures · off"])
async def test_pressing_twice_is_pressing_once(anna: SimulatedUser, start: str) -> None:
    await anna.says("/settings")
    command = "/" + anna.button(start).command
    assert await anna.says(command) == await anna.says(command) + UNDO
    await anna.says("/settings days")
    command = "/" + anna.button("✓ Sat").command
    assert await anna.says(command) == await anna.says(command) + UNDO


async def test_the_last_day_stays(anna: SimulatedUser) -> None:
    await anna.says("/when mon 09:00 Berlin")
    await anna.says("/settings days")
    assert "Now: Mon 09:00 Berlin." in await anna.taps("✓ Mon")


async def test_an_hour_without_a_city_asks_for_one(anna: SimulatedUser) -> None:
    await anna.says("/settings hour")
    assert "By which city’s clock?" in await anna.taps("08:00")
    assert "When: daily 08:00 Kolkata" in await anna.taps("Kolkata")


async def test_a_wrong_setting_is_answered_with_right_ones(anna: SimulatedUser) -> None:
    assert await anna.says("/settings notes foo") == "\n".join(
        ["notes can’t be foo. It can be:", "[notes never]", "[notes weekly]", "[notes daily]"]
    )
    assert "There is no setting colour." in await anna.says("/settings colour red")
    assert "[sound on]" in await anna.says("/settings soun")


async def test_a_group_has_neither_sound_nor_notes(world: CommandEnvironment) -> None:
    group = world.group()
    assert (await group.says("/settings")).startswith("Settings: daily 13:00 UTC · 5 with summary\n[")
    assert not any(label.startswith(("Sound", "If empty")) for label in group.labels)


async def test_status_tells_the_last_digests_and_the_source(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/when 14:00 UTC")
    world.clock.pass_by(hours=2)
    await world.list_papers()
    async with world.storage.write() as work:
        await work.papers.record_polls([PollRecord("huggingface", TODAY, world.clock.now(), rows=7)])
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


async def test_status_tells_when_the_source_is_down_and_the_archive_incomplete(world: CommandEnvironment) -> None:
    world.services = replace(world.services, progress=lambda: BackfillProgress(12, 260))
    async with world.storage.write() as work:
        await work.papers.record_polls([PollRecord("huggingface", TODAY, world.clock.now(), problem="500")])
        await work.commit()
    world.clock.pass_by(hours=3)
    seen = await world.person().says("/status")
    assert "No topics yet, so no digest is planned." in seen
    assert "Source Hugging Face: no answer, last read 3 hours ago. Nothing is lost; I keep trying." in seen
    assert "I am still reading older lists: 12 of 260 days." in seen


async def test_a_digest_now_is_planned_once_and_wakes_the_dispatcher(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await anna.says("/subscribe diffusion")
    assert await anna.taps("Send me today’s now") == ""
    assert anna.view.toast is not None
    assert world.wake_count == 1
    assert await anna.says("/digest") == (
        "All papers of Fri 21 Aug on your topics have come to you already.\n[The top 5 of 7]"
    )
    assert world.wake_count == 1


async def test_a_digest_now_says_why_there_is_none(anna: SimulatedUser) -> None:
    assert "Nothing is followed here yet." in await anna.says("/digest")
    await anna.says("/subscribe clustering")
    assert (
        "Nothing for you today so far: 7 papers, none on clustering. The list grows until evening (UTC)."
        in await anna.says("/digest")
    )
    await anna.says("/pause")
    assert "Digests are paused here." in await anna.says("/digest")
