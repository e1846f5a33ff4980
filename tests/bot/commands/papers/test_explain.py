"""Why a paper did not come: what it lacks, from the decision itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.papers.mismatch import match_fraction, mismatch_reasons
from bot.decisions.materializer import materialize_decisions
from bot.i18n import Translator
from bot.topics.parser import parse
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser

say = Translator().plain_text
PLAIN = "We spend a year on the coast and write down every evening what we saw, heard and smelt from the pier. "
ONCE = PLAIN * 3 + "Later in the year somebody told us of pelicans."
NIGHTS = replace(
    make_paper("2608.07001", "Nights on the Pier", TODAY, ONCE, upvotes=12, lab="Delta Lab"), keywords=("sea",)
)


@pytest.mark.parametrize(
    ("topic", "missing"),
    [
        (
            "pelicans",
            "it says “pelicans” once, in the abstract; a paper must say it in the title, in its opening, where it says "
            "what it does, or twice",
        ),
        ("walruses", "it never says “walruses”"),
        ('walruses also:"seals, otters"', "it never says “walruses”, nor “seals”, “otters”"),
        (
            'walruses also:"pelicans"',
            "it says “pelicans” once, in the abstract; a paper must say it in the title, in its opening, where it says "
            "what it does, or twice",
        ),
        (
            "pelicans match:strict",
            "it says “pelicans” once, in the abstract; with match:strict it must say so in its title or 3 times in the "
            "abstract",
        ),
        ("nights AND walruses", "it never says “walruses”"),
        ("nights -pier", "left out by -pier: it says “Pier” in the title"),
        ("walruses OR otters", "none of walruses, otters is in it"),
        ('"night on the pier"', "it nowhere says exactly “night on the pier”"),
        ("nights upvotes>=20", "it has 12 votes, not 20"),
        ("nights has:code", "it names no code"),
        ("nights since:2026-08-22", "it was listed on Fri 21 Aug, before Sat 22 Aug"),
        ('nights author:"Yann LeCun"', "Yann LeCun is none of its authors"),
        ("nights org:nvidia", "it comes from Delta Lab, not from nvidia"),
        ("nights title:pelicans", "its title doesn’t say “pelicans”"),
        ("nights keyword:rlhf", "“rlhf” is none of its keywords"),
        ("nights source:arxiv", "it was not listed at arxiv"),
    ],
)
def test_each_part_that_fails_is_named(topic: str, missing: str) -> None:
    assert [say(each) for each in mismatch_reasons(parse(topic), NIGHTS)] == [missing]


def test_a_topic_that_matches_lacks_nothing() -> None:
    assert mismatch_reasons(parse("nights AND pier -walruses"), NIGHTS) == []


def test_a_paper_without_a_lab_says_so() -> None:
    (missing,) = mismatch_reasons(parse("nights org:nvidia"), replace(NIGHTS, organization=None))
    assert say(missing) == "it names no lab"


def test_nearest_is_the_topic_of_which_most_holds() -> None:
    said = ["walruses", "pelicans", "nights AND walruses", "nights AND pelicans"]
    assert [match_fraction(parse(topic), NIGHTS) for topic in said] == [0, 0.5, 0.5, 0.75]


async def test_of_many_topics_the_nearest_are_told_and_the_others_counted(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(NIGHTS)
    for topic in ("walruses", "otters", "pelicans", "nights AND walruses", "seals"):
        await anna.says(f"/follow-anyway {topic}")
    seen = await anna.says("/why 2608.07001")
    assert "It did not come: none of your 5 topics matches.\n✗ pelicans: it says “pelicans” once" in seen
    assert "✗ nights AND walruses: it never says “walruses”\n3 topics have nothing to do with it." in seen


async def test_the_minus_that_kept_it_away_is_named(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await world.list_papers(NIGHTS)
    await anna.says("/subscribe nights -pier")
    assert "✗ nights -pier: left out by -pier: it says “Pier” in the title" in await anna.says("/why 2608.07001")


async def test_what_can_no_longer_come_is_not_promised(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await world.list_papers(NIGHTS)
    await anna.says("/subscribe nights upvotes>=20")
    assert "Not yet: it comes if what is still missing appears within 7 days" in await anna.says("/why 2608.07001")
    world.clock.pass_by(days=8)
    assert "It did not come: what is missing had to appear within 7 days of its list." in await anna.says(
        "/why 2608.07001"
    )


async def test_a_paper_that_is_listed_again_says_both_days(anna: SimulatedUser, world: CommandEnvironment) -> None:
    first = replace(NIGHTS, listed_on=TODAY - timedelta(days=60))
    await world.list_papers(first)
    await anna.says("/subscribe nights")
    assert "It did not come: it was listed on Mon 22 Jun, before you followed nights" in await anna.says(
        f"/why {NIGHTS.id}"
    )
    await world.list_papers(NIGHTS)
    await materialize_decisions(world.storage, TODAY)
    assert "It was listed again on Fri 21 Aug and comes with your next digest: " in await anna.says(f"/why {NIGHTS.id}")
    assert NIGHTS.title in await anna.says("/today")
    week = await anna.says("/week")
    assert NIGHTS.title in week
    assert "22 Jun" not in week
