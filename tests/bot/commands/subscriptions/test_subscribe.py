"""Following topics: what a person types, and what they see."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.slack.capabilities import SLACK
from bot.chats import ChatAddress, ChatDefaults
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.plain_renderer import label_of
from tests.bot.commands.sample_archive import BENCHMARKS, CLUSTERING, DIFFUSION, TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser

BUSIEST = BENCHMARKS[0].listed_on
# With these the busiest day has ten benchmarks.
FLOOD = tuple(make_paper(f"2608.0019{n}", f"Another Benchmark of Boats {n}", BUSIEST) for n in range(4))


async def test_a_good_topic_is_followed_at_once_and_says_what_it_would_have_brought(anna: SimulatedUser) -> None:
    assert await anna.says("/subscribe diffusion") == "\n".join(
        [
            "✓ Following diffusion",
            "Last 7 days: 4 of 46 papers, at most 2 a day.",
            "· Diffusion Models for Tidal Maps",
            "· Fast Diffusion Sampling on a Phone",
            "· Painting Rivers by Diffusion",
            "Next digest: today 13:00 UTC.",
            "I don’t know your time zone yet. Tap a city, or say it: /when 09:00 Europe/Berlin",
            "[All 4][Send me today’s now]",
            "[Only clear ones (3)]",
            "[Undo][13:00 UTC · change]",
            "[New York][London][Kolkata]",
        ]
    )


async def test_a_title_that_does_not_show_the_topic_says_where_the_paper_does(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(make_paper("2608.00009", "Rivers at Night", TODAY, DIFFUSION[3].abstract, upvotes=99))
    assert "· Rivers at Night (in the opening)" in await anna.says("/subscribe diffusion")


async def test_the_zone_is_explained_once(anna: SimulatedUser) -> None:
    assert "time zone" in await anna.says("/subscribe diffusion")
    assert "time zone" not in await anna.says("/subscribe sails")


async def test_a_rare_topic_reaches_back_and_counts_what_only_mentions_it(anna: SimulatedUser) -> None:
    seen = await anna.says("/follow clustering")
    assert "Nothing in the last 7 days (46 papers). It is rare here: 2 papers since Tue 2 Jun" in seen
    assert "the latest on Fri 12 Jun:\n· Soft Clustering in Little Memory · 12 Jun\n· Clustering of Turkish" in seen
    assert "1 more only mentions it. You hear from me when one comes." in seen
    assert anna.labels[:2] == ["Show the 2", "Mentions too (3)"]

    assert "Read as: papers about clustering; also where they only mention it" in await anna.taps("Mentions too")
    assert "1. clustering, also where it is only mentioned" in await anna.says("/topics")


async def test_rare_reaches_twelve_weeks_before_it_reaches_the_whole_archive(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(make_paper("2508.00001", "Pelicans", datetime(2025, 9, 1, tzinfo=UTC).date()))
    assert "2 papers in the last 12 weeks" in await anna.says("/subscribe clustering")
    assert "1 paper since Mon 1 Sep" in await anna.says("/subscribe pelicans")


async def test_a_flooding_topic_offers_at_most_three_narrower_forms_with_their_price(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(*FLOOD)
    seen = await anna.says("/subscribe benchmark")
    assert "Last 7 days: 34 of 50 papers, up to 10 a day. That is a lot: five come with a summary" in seen
    assert anna.labels == [
        "All 34",
        "Send me today’s now",
        "With code (10)",
        "20+ votes (6)",
        "Undo",
        "13:00 UTC · change",
        "New York",
        "London",
        "Kolkata",
    ]
    seen = await anna.taps("20+ votes")
    assert anna.view.replaces_message
    assert "✓ Following benchmark upvotes>=20" in seen
    assert "Last 7 days: 6 of 50 papers" in seen
    assert "✓ Following benchmark\n" in await anna.taps("Undo")


async def test_eight_a_day_are_not_too_many(anna: SimulatedUser) -> None:
    seen = await anna.says("/subscribe benchmark")
    assert "Last 7 days: 30 of 46 papers, at most 6 a day.\n· Benchmark" in seen
    assert "a lot" not in seen


async def test_a_narrowing_brings_as_many_papers_as_its_button_says(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(*FLOOD)
    await anna.says("/subscribe benchmark")
    assert "10 of 50 papers" in await anna.taps("With code (10)")
    assert "10 papers on benchmark, with code" in await anna.taps("All 10")


async def test_a_misspelt_topic_is_asked_about_and_the_right_one_offered(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    assert "No paper says difusion. Did you mean diffusion?" in await anna.says("/subscribe difusion")
    assert await world.topics_of(anna) == []
    assert "✓ Following diffusion" in await anna.taps("Follow diffusion (4)")
    assert await world.topics_of(anna) == ["diffusion"]


async def test_a_word_that_no_paper_knows_is_asked_about(anna: SimulatedUser, world: CommandEnvironment) -> None:
    seen = await anna.says("/subscribe asdfgh")
    assert seen.startswith("No paper says asdfgh. Follow it all the same?")
    assert anna.labels == ["Follow asdfgh all the same"]
    assert await world.topics_of(anna) == []
    assert "✓ Following asdfgh" in await anna.taps("Follow asdfgh all the same")
    assert await world.topics_of(anna) == ["asdfgh"]


async def test_a_known_topic_and_words_that_papers_say_are_not_asked_about(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    for topic in ("lighthouses", "turkish diffusion", "diffusion OR asdfgh", 'author:"Asdf Gh"', '"asdfgh"'):
        assert "✓ Following" in await anna.says(f"/subscribe {topic}"), topic


async def test_nothing_is_asked_while_there_is_no_archive(empty_world: CommandEnvironment) -> None:
    assert "✓ Following asdfgh" in await empty_world.person().says("/subscribe asdfgh")


async def test_a_topic_that_cannot_be_read_is_answered_with_one_that_can(anna: SimulatedUser) -> None:
    seen = await anna.says("/subscribe (diffusion OR")
    assert seen == "I can’t read (diffusion OR: the bracket is never closed.\nDid you mean this?\n[diffusion]"
    assert "✓ Following diffusion" in await anna.taps("diffusion")


async def test_a_topic_is_followed_once(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    assert "You already follow diffusion, since Fri 21 Aug. Next digest: today 13:00 UTC." in await anna.says(
        "/subscribe  diffusion"
    )


async def test_without_a_topic_it_asks_and_suggests(anna: SimulatedUser) -> None:
    assert "What do you want to follow?" in await anna.says("/subscribe")
    assert "✓ Following diffusion" in await anna.taps("diffusion")


async def test_the_limit_is_said_and_kept(world: CommandEnvironment) -> None:
    small = world.with_defaults(ChatDefaults(max_topics=2)).person()
    await small.says("/subscribe diffusion")
    await small.says("/subscribe clustering")
    assert "a chat can follow 2 topics" in await small.says("/subscribe sails")
    assert await world.topics_of(small) == ["diffusion", "clustering"]


async def test_undo_stops_it_and_undoing_that_follows_again(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await anna.says("/subscribe diffusion")
    assert "Stopped diffusion. No more digests will come." in await anna.taps("Undo")
    assert "✓ Following diffusion" in await anna.taps("Undo")


async def test_the_next_digest_comes_with_the_first_topic_and_goes_with_the_last(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await anna.says("/subscribe diffusion")
    chat = await world.chat_of(anna)
    assert chat.next_digest_at == datetime(2026, 8, 21, 13, tzinfo=UTC)
    world.clock.pass_by(hours=1, minutes=1)
    await anna.says("/subscribe clustering")
    assert (await world.chat_of(anna)).next_digest_at == chat.next_digest_at, "a due digest is not put off"
    await anna.says("/unsubscribe all")
    assert (await world.chat_of(anna)).next_digest_at is None


async def test_all_topics_are_stopped_and_taken_back_together(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/subscribe clustering")
    assert "Stopped all 2 topics." in await anna.says("/unsubscribe all")
    assert "Nothing is followed here yet." in await anna.says("/topics")
    await anna.says("/unsubscribe all")
    await anna.says("/again diffusion ;; clustering")
    assert await world.topics_of(anna) == ["diffusion", "clustering"]


@pytest.mark.parametrize("said", ["2", "clustering", "CLUSTERING"])
async def test_a_topic_is_stopped_by_number_or_by_name(
    anna: SimulatedUser, world: CommandEnvironment, said: str
) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/subscribe clustering")
    assert "Stopped clustering. 1 topic is left." in await anna.says(f"/unsubscribe {said}")
    assert await world.topics_of(anna) == ["diffusion"]


async def test_stopping_what_is_not_followed_suggests_what_is(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    assert await anna.says("/unsubscribe difusion") == "\n".join(
        ["You don’t follow difusion. Did you mean one of these?", "[diffusion]"]
    )
    await anna.says('/subscribe author:"Hao Li"')
    assert '[author:"Hao Li"]' in await anna.says("/unsubscribe somebody")
    assert "There is no topic number 7" in await anna.says("/unsubscribe 7")
    assert "Which topic shall I stop?" in await anna.says("/unsubscribe")


async def test_many_topics_stand_on_pages(anna: SimulatedUser) -> None:
    for n in range(12):
        await anna.says(f"/subscribe harbour{n}")
    seen = await anna.says("/topics")
    assert "12 topics · daily 13:00 UTC" in seen
    assert "10. harbour9" in seen
    assert "harbour10" not in seen
    assert "12. harbour11" in await anna.taps("Next 2 ›")


async def test_a_lab_comes_with_a_warning_that_many_papers_name_none(anna: SimulatedUser) -> None:
    seen = await anna.says('/subscribe org:"Delta Lab"')
    assert (
        "✓ Following the lab Delta Lab\nAbout a third of all papers name no lab (45 of the last 46); those I can’t see."
        in seen
    )


async def test_a_group_is_told_who_set_it_and_takes_over_the_admins_zone(world: CommandEnvironment) -> None:
    group = world.group(name="Anna", zone="Europe/Berlin")
    seen = await group.says("/subscribe diffusion")
    assert seen == (
        "✓ This group follows diffusion (set by Anna). 4 papers last week; daily 09:00 Berlin, without sound.\n"
        "[Settings][Undo]"
    )
    assert group.view.private, "only the person who configures needs the answer"
    assert (await group.says("/topics")).startswith("1 topic · daily 09:00 Berlin: diffusion\n[")
    await world.group(name="Bo", zone="Asia/Tokyo").says("/subscribe sails")
    assert (await world.chat_of(group)).settings.zone == "Europe/Berlin"


async def test_whoever_only_asks_in_a_group_does_not_set_its_zone(world: CommandEnvironment) -> None:
    group = world.group(zone="Asia/Tokyo")
    await group.says("/today")
    assert (await world.chat_of(group)).settings.zone == ""


async def test_slack_knows_the_zone_of_a_person(world: CommandEnvironment) -> None:
    bo = world.person(chat=ChatAddress(SLACK, "T1", "U1"), zone="America/New_York")
    assert "Next digest: today 09:00." in await bo.says("/subscribe diffusion")
    assert label_of(bo.button("09:00")) == "09:00 · change"


async def test_before_anything_was_read_it_follows_and_asks_for_patience(empty_world: CommandEnvironment) -> None:
    early = empty_world.person()
    assert "I am still fetching the papers." in await early.says("/subscribe diffusion")


async def test_while_the_week_is_being_read_it_says_how_far_it_is(empty_world: CommandEnvironment) -> None:
    await empty_world.list_papers(DIFFUSION[0], DIFFUSION[1], CLUSTERING[0])
    seen = await empty_world.person().says("/subscribe diffusion")
    assert "I have read 4 of the last 7 days so far; the others follow." in seen
