"""Sentences that no rule knows: what they are about is shown, and no button follows a sentence."""

from __future__ import annotations

import pytest

from bot.commands.queries.sentence_topics import is_sentence_like, topics_inside
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser

CATALOGUE = load_bundled_catalogue()


@pytest.mark.parametrize(
    ("said", "inside"),
    [
        ("training robots from human videos", ["robots"]),
        ("reduce hallucination in RAG", ["hallucination", "RAG"]),
        ("which papers have code for video generation", ["video generation"]),
        ("i need related work for my paper on speculative decoding", ["speculative decoding"]),
        ("Ich möchte etwas über Diffusionsmodelle lesen", ["diffusion"]),
        ("why did I get this paper?", []),
    ],
)
def test_the_topics_of_a_sentence(said: str, inside: list[str]) -> None:
    assert is_sentence_like(said, CATALOGUE)
    assert topics_inside(said, CATALOGUE) == inside


@pytest.mark.parametrize(
    "name", ["tree of thoughts", "text to image", "vision and language", "mixture of experts", "vllm"]
)
def test_the_name_of_a_subject_is_no_sentence(name: str) -> None:
    assert not is_sentence_like(name, CATALOGUE)


async def test_a_short_sentence_is_read_as_its_topic(anna: SimulatedUser) -> None:
    seen = await anna.says("diffusion homework for my cousin please")
    assert seen.startswith("Nothing is about exactly this. Read as: diffusion")
    assert "Follow diffusion" in anna.labels
    assert not (await anna.taps("Search for the words")).count("Read as")
    assert not [label for label in anna.labels if label.startswith("Follow ")]


async def test_near_papers_share_most_of_the_words(world: CommandEnvironment, anna: SimulatedUser) -> None:
    near = [make_paper(f"2608.081{n:02}", f"Ballast tanks of dinghy number {n}", TODAY, abstract="") for n in range(7)]
    far = make_paper("2608.08200", "A dinghy alone", TODAY, abstract="")
    await world.list_papers(*near, far)
    seen = await anna.says("ballast pumps for dinghy")
    assert len([line for line in seen.splitlines() if "Ballast tanks" in line]) == 5
    assert "A dinghy alone" not in seen
    assert not [label for label in anna.labels if label.startswith("Follow ")]


async def test_an_empty_list_offers_nothing_to_follow(anna: SimulatedUser) -> None:
    seen = await anna.says("anything by LeCun this week")
    assert "Read as: the author LeCun, the last 7 days, by votes" in seen
    assert "nothing on the author LeCun" in seen
    assert anna.labels == ["Search everything", "Search for the words", "The last 30 days instead"]


async def test_a_command_needs_no_slash_in_private(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await anna.says("/mute clustering")
    assert "Shall I?" not in await anna.says("unmute clustering")
    assert (await world.chat_of(anna)).settings.muted == ()
    await anna.says("settings sound off")
    assert (await world.chat_of(anna)).settings.silent
