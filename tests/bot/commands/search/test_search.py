"""Searching: first what a subscription would deliver, then what else there is."""

from __future__ import annotations

import pytest

from bot.commands.search.results import search_archive, search_results_data
from bot.decisions.on_the_fly import find_matches
from bot.topics.parser import parse
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.plain_renderer import render_text
from tests.bot.commands.sample_archive import ARCHIVE, TODAY
from tests.bot.commands.simulated_user import SimulatedUser


async def test_what_a_subscription_would_deliver_stands_first_and_is_counted_apart(anna: SimulatedUser) -> None:
    assert await anna.says("/search clustering") == "\n".join(
        [
            "clustering: 2 papers about it, 1 that mentions it",
            "1 Soft Clustering in Little Memory · 12 Jun ▲2",
            "2 Clustering of Turkish Word Forms · 2 Jun ▲1",
            "mention it",
            "3 A Benchmark of Video Knowledge · 11 Aug ▲4",
            "Archive: 2 months, 54 papers.",
            "[1][2][3]",
            "[Follow clustering]",
        ]
    )


async def test_plain_words_are_a_search(anna: SimulatedUser) -> None:
    assert await anna.says("clustering") == await anna.says("/search clustering")


@pytest.mark.parametrize(
    "query", ["diffusion", "clustering", "benchmark has:code", "harbour -benchmark", 'author:"Hao Li"']
)
async def test_a_search_delivers_what_the_topic_would(world: CommandEnvironment, query: str) -> None:
    results = await search_archive(world.services, query, TODAY)
    first = min(each.listed_on for each in ARCHIVE)
    delivered = await find_matches(world.storage, world.index, parse(query), first, TODAY)
    assert [match.paper.id for match in results.delivered] == [match.paper.id for match in delivered]
    assert delivered
    both = {match.paper.id for match in delivered} & {each.paper.id for each in results.related}
    assert not both


async def test_related_papers_hold_to_the_conditions(world: CommandEnvironment) -> None:
    results = await search_archive(world.services, "rivers has:code", TODAY)
    assert all(each.paper.code_url for each in results.related)


async def test_many_results_turn_their_pages(anna: SimulatedUser) -> None:
    seen = await anna.says("/search benchmark")
    assert "benchmark: 31 papers about it" in seen
    assert "11 Benchmark" in await anna.taps("Next 10")
    assert anna.view.replaces_message


async def test_a_misspelt_word_is_answered_with_the_right_one(anna: SimulatedUser) -> None:
    assert "No paper says difusion. Did you mean diffusion?" in await anna.says("/search difusion")
    assert "diffusion: 4 papers about it" in await anna.taps("Search diffusion")


async def test_nothing_found_can_still_be_followed(anna: SimulatedUser) -> None:
    seen = await anna.says('/search "zzzz qqqq"')
    assert 'Nothing on "zzzz qqqq". Follow it, and you hear when something comes.' in seen
    assert "✓ Following" in await anna.taps("Follow")


async def test_a_query_that_cannot_be_read_says_where(anna: SimulatedUser) -> None:
    assert "I can’t read upvotes>=many" in await anna.says("/search upvotes>=many")
    assert "What are you looking for?" in await anna.says("/search")


async def test_rows_for_machines_say_the_same(world: CommandEnvironment) -> None:
    rows = search_results_data(await search_archive(world.services, "clustering", TODAY))
    assert (rows["query"], rows["total"]) == ("clustering", 3)
    assert [row["delivered_by_topic"] for row in rows["papers"]] == [True, True, False]
    first = rows["papers"][0]
    assert set(first) == {"id", "title", "url", "listed_on", "upvotes", "score", "delivered_by_topic", "why"}
    assert (first["id"], first["url"], first["listed_on"]) == (
        "2606.00001",
        "https://hf.co/papers/2606.00001",
        "2026-06-12",
    )
    assert [why.casefold() for why in first["why"]] == ["clustering"]
    assert rows["papers"][2]["why"] == ["mentions clustering"]


async def test_an_empty_archive_says_so(empty_world: CommandEnvironment) -> None:
    early = empty_world.person()
    await early.says("/search diffusion")
    assert "The archive is still empty" in render_text(early.view)


async def test_what_is_followed_is_not_offered_again(anna: SimulatedUser) -> None:
    await anna.says("/search diffusion")
    assert "Follow diffusion" in anna.labels
    await anna.taps("Follow diffusion")
    for asked in ("/search diffusion", "/search Diffusion", "/preview diffusion", "/week diffusion"):
        await anna.says(asked)
        assert "✓ Following" in anna.labels, asked
        assert not any(label.startswith("Follow ") for label in anna.labels), asked
    assert "1 topic" in await anna.taps("✓ Following")
    await anna.says('/subscribe "quaternions"')
    await anna.says('/search "quaternions"')
    assert "✓ Following" in anna.labels
    await anna.says("/search clustering")
    assert "Follow clustering" in anna.labels


async def test_a_name_stands_in_the_headline_without_the_grammar(anna: SimulatedUser) -> None:
    assert (await anna.says('/search author:"Hao Li"')).startswith("the author Hao Li: 5 papers about it")
