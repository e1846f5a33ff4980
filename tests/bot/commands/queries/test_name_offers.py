"""The names that count for a topic: written into it when it is followed, shown, and dropped or added by a tap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.search.results import search_archive
from bot.decisions.on_the_fly import find_matches
from bot.matching.catalogue.catalogue import extend_catalogue
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from tests.bot.commands.conftest import CATALOGUE, CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser

SAILING = (
    make_paper("2608.04001", "Sailing by Night", TODAY, upvotes=40),
    make_paper("2608.04002", "Sailing with Children", TODAY, upvotes=20),
    make_paper("2608.04003", "Yachting for Beginners", TODAY, upvotes=30),
    make_paper("2608.04004", "A Field Guide to Windsurfing", TODAY, upvotes=10),
    make_paper("2608.04005", "Rowing up a River", TODAY, upvotes=5),
)
WHOLE = 'sailing also:"same: yachting; kinds: windsurfing, rowing"'


@pytest.fixture
async def sea(world: CommandEnvironment) -> CommandEnvironment:
    await world.list_papers(*SAILING)
    return world


@pytest.fixture
def bo(sea: CommandEnvironment) -> SimulatedUser:
    return sea.person(name="Bo")


async def test_names_that_are_the_same_or_kinds_count_and_wider_ones_are_offered(
    bo: SimulatedUser, sea: CommandEnvironment
) -> None:
    assert await bo.says("/subscribe sailing") == "\n".join(
        [
            "✓ Following sailing",
            "Counted too: yachting, windsurfing, rowing",
            "Last 7 days: 5 of 51 papers, at most 5 a day.",
            "· Sailing by Night",
            "· Yachting for Beginners (“Yachting”)",
            "· Sailing with Children",
            "Not counted: papers that only say “boats”, “ships”.",
            "Next digest: today 13:00 UTC.",
            "I don’t know your time zone yet. Tap a city, or say it: /when 09:00 Europe/Berlin",
            "[All 5][Send me today’s now]",
            "[Only clear ones (2)][Only “sailing” (2)]",
            "[+ boats, ships (35)]",
            "[Counted: 3 names]",
            "[Undo][13:00 UTC · change]",
            "[New York][London][Kolkata]",
        ]
    )
    assert await sea.topics_of(bo) == [WHOLE]


async def test_a_form_brings_as_many_papers_as_its_button_says(bo: SimulatedUser, sea: CommandEnvironment) -> None:
    await bo.says("/subscribe sailing")
    assert "Last 7 days: 2 of 51 papers" in await bo.taps("Only “sailing” (2)")
    assert await sea.topics_of(bo) == ["sailing also:none"]
    assert "Counted too: yachting, windsurfing, rowing\nLast 7 days: 5 of 51" in await bo.taps("Undo")
    assert "Last 7 days: 35 of 51 papers" in await bo.taps("+ boats, ships (35)")
    assert await sea.topics_of(bo) == ['sailing also:"boats, ships; same: yachting; kinds: windsurfing, rowing"']
    assert "5 papers on sailing\n" in await bo.says(f"/week {WHOLE}")


async def test_the_short_name_is_shown_and_understood_everywhere(bo: SimulatedUser, sea: CommandEnvironment) -> None:
    await bo.says("/subscribe sailing")
    assert "1. sailing · since" in await bo.says("/topics")
    assert "[✕ sailing][Edit]" in await bo.says("/topics")
    seen = await bo.says("/why 2608.04003")
    assert "✓ sailing: “Yachting” is in the title" in seen
    assert "(topic sailing)" in await bo.says("/paper 2608.04003")
    assert "also:" not in seen
    assert "Stopped sailing. No more digests will come." in await bo.says("/unsubscribe Sailing")
    assert "✓ Following sailing" in await bo.taps("Undo")
    assert await sea.topics_of(bo) == [WHOLE]
    await bo.says("/unsubscribe all")
    await bo.says(f"/again {WHOLE} ;; diffusion")
    assert await sea.topics_of(bo) == [WHOLE, "diffusion"]


async def test_following_again_shows_what_counts_and_the_buttons_to_change_it(
    bo: SimulatedUser, sea: CommandEnvironment
) -> None:
    await bo.says("/subscribe sailing also:none")
    assert await sea.topics_of(bo) == ["sailing also:none"]
    seen = await bo.says("/subscribe sailing")
    assert "You already follow sailing, since Fri 21 Aug." in seen
    assert "Last 7 days: 2 of 51 papers" in seen
    assert await sea.topics_of(bo) == ["sailing also:none"]
    assert "Counted too: yachting\n" in await bo.taps("+ yachting (3)")


async def test_names_that_are_typed_take_the_place_of_those_that_counted(
    bo: SimulatedUser, sea: CommandEnvironment
) -> None:
    await bo.says("/subscribe sailing")
    seen = await bo.says('/subscribe sailing also:"rowing, punting"')
    assert "✓ Following sailing\nCounted too: rowing, punting\n" in seen
    assert await sea.topics_of(bo) == ['sailing also:"rowing, punting"']
    await bo.taps("Undo")
    assert await sea.topics_of(bo) == [WHOLE]


async def test_each_name_is_dropped_and_added_by_itself_in_the_same_message(
    bo: SimulatedUser, sea: CommandEnvironment
) -> None:
    await bo.says("/subscribe sailing")
    seen = await bo.taps("Counted: 3 names")
    assert bo.view.replaces_message
    assert "sailing: 5 papers in the last 7 days." in seen
    assert "[✓ yachting (4)]" in seen
    assert "[✓ rowing (4)]" in seen
    assert "[+ boats (35)]" in seen
    seen = await bo.taps("✓ yachting")
    assert bo.view.replaces_message
    assert "sailing: 4 papers in the last 7 days." in seen
    assert "[+ yachting (5)]" in seen
    assert await sea.topics_of(bo) == ['sailing also:"kinds: windsurfing, rowing"']
    await bo.taps("+ yachting")
    assert await sea.topics_of(bo) == ['sailing also:"yachting; kinds: windsurfing, rowing"']


async def test_how_strictly_a_topic_is_meant_is_tapped_too(bo: SimulatedUser, sea: CommandEnvironment) -> None:
    await bo.says("/subscribe clustering")
    await bo.says("/topics")
    assert "[Only clear ones (0)]" in await bo.taps("Edit")
    assert "[● Normal (0)]" in await bo.taps("Mentions too") or "● Mentions too" in " ".join(bo.labels)
    assert await sea.topics_of(bo) == ["clustering match:wide"]


async def test_a_member_may_look_at_the_names_but_not_change_them(sea: CommandEnvironment) -> None:
    group = sea.group(name="Anna")
    await group.says("/subscribe sailing")
    member = sea.group(may_change=False)
    assert "5 papers in the last 7 days" in await member.says("/edit sailing")
    assert "set by admins" in await member.taps("✓ yachting")


@pytest.mark.parametrize("query", ["sailing", "sailing OR clustering", "sailing -rowing", "harbour AND sailing"])
async def test_a_search_finds_first_what_a_subscription_would_deliver(
    bo: SimulatedUser, sea: CommandEnvironment, query: str
) -> None:
    await bo.says(f"/subscribe {query}")
    chat = await sea.chat_of(bo)
    async with sea.storage.read() as work:
        (followed,) = await work.subscriptions.of_chat(chat.id)
    results = await search_archive(sea.services, query, TODAY)
    first = results.archive.first_day or TODAY
    delivered = await find_matches(sea.storage, sea.index, followed.topic, first, TODAY)
    assert [match.paper.id for match in results.delivered] == [match.paper.id for match in delivered]


async def test_a_search_says_what_is_counted(bo: SimulatedUser) -> None:
    seen = await bo.says("/search sailing")
    assert seen.startswith("sailing: 5 papers about it\nCounted too: yachting, windsurfing, rowing\n1 Sailing by Night")
    assert "✓ Following sailing" in await bo.taps("Follow sailing")


async def test_what_is_left_out_is_counted(bo: SimulatedUser) -> None:
    seen = await bo.says("/subscribe boats -benchmark")
    assert "Read as: papers about boats, leaving out what is about benchmark" in seen
    assert "Leaves out 30 papers of the last 7 days about benchmark." in seen


async def test_a_topic_never_gets_more_names_than_can_be_read_again(sea: CommandEnvironment) -> None:
    kinds = [[f"a rather long name of a gull number {n} {m}" for m in range(40)] for n in range(2)]
    entries = "".join(f'[[topic]]\nname = "gull{n}"\nkinds = {kinds[n]}\n' for n in range(2))
    sea.services = replace(sea.services, catalogue=extend_catalogue(CATALOGUE, entries, "many.toml"))
    bo = sea.person()
    assert "✓ Following gull0 AND gull1" in await bo.says("/subscribe gull0 AND gull1")
    (stored,) = await sea.topics_of(bo)
    assert format_topic(parse(stored)) == stored
    assert "Stopped gull0 AND gull1." in await bo.says("/unsubscribe 1")
