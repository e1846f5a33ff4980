"""Words without a slash: commands, sentences and names as people type them."""

from __future__ import annotations

import pytest

from bot.chats import ChatKind
from bot.commands.fallback import strip_filler
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("today", "Fri 21 Aug"),
        ("Settings", "Hour"),
        ("what's new today?", "Fri 21 Aug"),
        ("stop", "Nothing is followed here yet"),
        ("pause", "Paused"),
    ],
)
async def test_what_is_a_command_alone_needs_no_slash(anna: SimulatedUser, said: str, answered: str) -> None:
    assert answered in await anna.says(said)


async def test_where_others_are_only_what_changes_nothing_needs_none(world: CommandEnvironment) -> None:
    """A person's right to change things is looked up for commands alone."""
    member = world.person(kind=ChatKind.GROUP)
    await member.says("/subscribe diffusion")
    assert "Fri 21 Aug" in await member.says("today")
    assert "Paused" not in await member.says("pause")
    assert "Paused" in await member.says("/pause")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("papers about diffusion", "diffusion"),
        ("Show me some new papers on speech recognition?", "speech recognition"),
        ("please find me papers about robots that learn from videos", "robots that learn from videos"),
        ("I'm interested in protein folding", "protein folding"),
        ("what about clustering?", "clustering"),
        ("papers about", "papers about"),
        ("papers we love", "papers we love"),
        ("diffusion", "diffusion"),
    ],
)
def test_a_polite_beginning_is_not_searched_for(said: str, meant: str) -> None:
    assert strip_filler(said) == meant


async def test_an_author_or_a_lab_is_found_by_its_name_alone(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await world.list_papers(
        make_paper("2608.06001", "Letters in Boxes", TODAY, author="Giuditta Malaspina-Roy"),
        make_paper("2608.06002", "Boxes in Letters", TODAY, lab="Lumen Bay Research"),
    )
    seen = await anna.says("Giuditta Malaspina-Roy")
    assert seen.startswith("No paper is about Giuditta Malaspina-Roy.\nIt is a name here; in brackets its papers:")
    assert "Letters in Boxes" in await anna.taps("The author")
    seen = await anna.says("/subscribe Lumen Bay Research")
    assert "✓ Following the lab Lumen Bay Research" in seen
    assert "1. the lab Lumen Bay Research" in await anna.says("/topics")
