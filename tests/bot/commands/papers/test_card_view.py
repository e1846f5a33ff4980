"""A card in the place of the list it was opened from: on, back, kept, and less of the same."""

from __future__ import annotations

import pytest

from adapters.telegram.capabilities import TELEGRAM
from bot.chats import ChatAddress
from bot.views import PaperList, PaperSummary
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser


async def sent(somebody: SimulatedUser, world: CommandEnvironment) -> None:
    """A digest that waits to be sent, number 1."""
    await somebody.says("/subscribe diffusion")
    await somebody.says("/digest")


async def test_cards_of_a_digest_are_paged_through_in_its_place(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await world.list_papers(
        *(make_paper(f"2608.0910{n}", f"Diffusion of Salt {n}", TODAY, upvotes=90 - n) for n in range(3))
    )
    await sent(anna, world)
    await anna.says("/edition 1")
    assert (await anna.taps("1")).startswith("Diffusion of Salt 0 | ")
    assert anna.view.replaces_message
    assert "‹ 1" not in anna.labels
    assert (await anna.taps("2 ›")).startswith("Diffusion of Salt 1 | ")
    assert (await anna.taps("3 ›")).startswith("Diffusion of Salt 2 | ")
    assert {"‹ 2", "4 ›"} <= set(anna.labels)
    assert (await anna.taps("‹ Back to the 4 papers")).startswith("4 papers for you · Fri 21 Aug")
    assert anna.view.replaces_message


async def test_a_search_is_gone_through_and_come_back_to(anna: SimulatedUser) -> None:
    await anna.says("diffusion")
    first = anna.view
    assert (await anna.taps("2")).startswith("Diffusion Models for Tidal Maps | ") or anna.view.replaces_message
    await anna.taps("‹ Back to")
    assert anna.view.blocks == first.blocks
    assert anna.view.replaces_message


async def test_what_is_opened_on_a_card_leads_back_to_it_and_from_there_to_the_list(anna: SimulatedUser) -> None:
    await anna.says("/week diffusion")
    await anna.taps("1")
    card = anna.view
    for opened, back in (("More like this", "‹ Fast"), ("Why", "The card"), ("Less like this", "‹ Fast")):
        await anna.taps(opened)
        assert anna.view.replaces_message
        await anna.taps(back)
        assert anna.view == card
    await anna.taps("More like this")
    assert "‹ Back to the" in " ".join([(await anna.taps("1")), *anna.labels])


async def test_a_card_without_a_list_has_nothing_to_go_back_to(anna: SimulatedUser) -> None:
    await anna.says("/paper 2608.00001")
    assert not [label for label in anna.labels if label.startswith(("‹", "1", "2"))]
    assert not anna.view.replaces_message


@pytest.mark.parametrize(
    "origin", ["edition 99", "edition 9" + "9" * 40, "unsubscribe all", "page 2", "from from", "forget"]
)
async def test_an_origin_that_is_none_is_done_without(
    anna: SimulatedUser, world: CommandEnvironment, origin: str
) -> None:
    await anna.says("/subscribe diffusion")
    assert (await anna.says(f"/paper 2608.00001 from {origin}")).startswith("Diffusion Models for Tidal Maps | ")
    assert not [label for label in anna.labels if label.startswith("‹")]
    assert await world.topics_of(anna) == ["diffusion"]


async def test_nobody_reads_a_digest_of_another_chat(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await sent(anna, world)
    bo = world.person(chat=ChatAddress(TELEGRAM, "77", "2002"), user="2002")
    for command in ("/edition 1", "/edition 1 others", "/why digest 1"):
        assert "I don’t have that digest any more." in await bo.says(command)


async def test_where_others_read_nothing_unfolds(world: CommandEnvironment) -> None:
    group = world.group()
    await group.says("/search diffusion")
    assert group.button("1").command == "paper 2608.00001"
    await group.says("/paper 2608.00001 from today")
    assert not group.view.replaces_message
    assert "Less like this" not in group.labels


async def test_titles_of_a_long_digest_have_their_summaries_and_numbers_behind_one_button(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(
        *(make_paper(f"2608.092{n:02}", f"Diffusion of Salt {n}", TODAY, upvotes=90 - n) for n in range(19))
    )
    await sent(anna, world)
    await anna.says("/edition 1")
    assert sum(len(block.items) for block in anna.view.blocks if isinstance(block, PaperList)) == 15
    assert (await anna.taps("The other 15")).startswith("Papers 6 to 12\n6 Diffusion of Salt 5\n")
    assert len([block for block in anna.view.blocks if isinstance(block, PaperSummary)]) == 7
    assert (await anna.taps("7")).startswith("Diffusion of Salt 6 | ")
    await anna.taps("‹ Back")
    seen = await anna.taps("Next 7 ›")
    assert seen.startswith("Papers 13 to 19\n13 Diffusion of Salt 12\n")
    assert (await anna.taps("14")).startswith("Diffusion of Salt 13 | ")
    assert (await anna.taps("‹ Back")).startswith("Papers 13 to 19\n")
    assert (await anna.taps("‹ Back to the 20 papers")).startswith("20 papers for you")


async def test_papers_named_by_their_ids(anna: SimulatedUser) -> None:
    assert (await anna.says("/several 6 2608.00001 2512.99999 hf.co/papers/2608.00002")).startswith(
        "Papers 6 to 7\n6 Diffusion Models for Tidal Maps\n"
    )
    assert "1 more I don’t have." in await anna.says("/several 2608.00001 2512.99999")
    assert "I have none of these papers." in await anna.says("/several 2512.99999")
    assert "Which papers?" in await anna.says("/several these ones")


@pytest.mark.parametrize(
    "words",
    [
        "look at this: https://arxiv.org/abs/2608.00001v2, it is nice",
        "https://huggingface.co/papers/2608.00001.",
        "(arxiv:2608.00001)",
        "see HF.co/papers/2608.00001 and https://arxiv.org/pdf/2608.00001",
    ],
)
async def test_an_address_amid_words_is_answered_with_its_card(anna: SimulatedUser, words: str) -> None:
    assert (await anna.says(words)).startswith("Diffusion Models for Tidal Maps | ")


async def test_several_addresses_are_a_list(anna: SimulatedUser) -> None:
    seen = await anna.says("https://arxiv.org/abs/2608.00002 or https://arxiv.org/abs/2608.00001 ?")
    assert seen.startswith("Papers 1 to 2\n1 Fast Diffusion Sampling on a Phone\n")


@pytest.mark.parametrize("words", ["2608.00001 dollars", "https://example.org/arxiv.org/abs/2608.00001", "arxiv.org"])
async def test_what_is_no_address_of_a_paper_is_searched_for(anna: SimulatedUser, words: str) -> None:
    assert " | " not in await anna.says(words)
