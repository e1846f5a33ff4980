"""What may have been meant: two subjects, another person of that name, a slip of the keys, a lab by another name."""

from __future__ import annotations

import pytest

from bot.commands.queries.phrase_corrections import correct_phrase
from bot.commands.queries.suggestions import complete_line, is_likely_typo, suggest_topics
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from tests.bot.commands.conftest import CATALOGUE, CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser

BOTH = (
    make_paper("2608.05001", "Pelicans in Wintry Harbours", TODAY),
    make_paper(
        "2608.05002",
        "Where Pelicans Sleep",
        TODAY,
        "Lighthouses are warm. We stay with pelicans for a winter and count the nights. Lighthouses keep them dry, and "
        "pelicans keep coming back to lighthouses.",
    ),
    make_paper(
        "2608.05003",
        "Lighthouses as Homes",
        TODAY,
        "We visit lighthouses and ask who lives there. In most of them pelicans do. Few people like it. Those who do "
        "feed pelicans every morning and write down what they eat.",
    ),
)


async def test_words_that_never_stand_together_are_offered_with_and(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(*BOTH)
    seen = await anna.says("/subscribe pelicans lighthouses")
    assert (
        "As one subject “pelicans lighthouses” brought 1 paper since Tue 2 Jun; about both pelicans and "
        "lighthouses there are 2."
    ) in seen
    seen = await anna.taps("pelicans AND lighthouses (2)")
    assert "✓ Following pelicans AND lighthouses" in seen
    assert "Last 7 days: 2 of" in seen
    assert await world.topics_of(anna) == ["pelicans AND lighthouses"]


async def test_a_search_offers_and_too(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await world.list_papers(*BOTH)
    await anna.says("pelicans lighthouses")
    assert "pelicans AND lighthouses: 2 papers about it" in await anna.taps("pelicans AND lighthouses (2)")


async def test_a_small_and_is_offered_as_what_it_means(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await world.list_papers(*BOTH)
    await anna.says("pelicans and lighthouses")
    assert "pelicans AND lighthouses (2)" in anna.labels


@pytest.mark.parametrize("typed", ["tidal maps", "letters from harbour", "the benchmark", "image editing", "sails"])
async def test_one_subject_is_left_one(anna: SimulatedUser, typed: str) -> None:
    await anna.says(f"/subscribe {typed}")
    assert not [label for label in anna.labels if " AND " in label]


HAO_LI = (
    make_paper("2608.06001", "Ropes", TODAY, author="Hao Li", lab="Lab 1"),
    make_paper("2608.06002", "Knots", TODAY, author="Hao Li", lab="Lab 1"),
    make_paper("2608.06003", "Nets", TODAY, author="Li Hao", lab="Lab 2"),
)


async def test_an_author_of_many_labs_is_named_as_several_people(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await world.list_papers(*HAO_LI)
    seen = await anna.says('/subscribe author:"Hao Li"')
    assert (
        "✓ Following the author Hao Li\n"
        "8 papers since Tue 2 Jun, from 5 labs: perhaps several people of that name. A lab or a co-author tells them "
        "apart:\n"
    ) in seen
    assert anna.labels[:2] == ["The 8", "Lab 1 (3)"]
    seen = await anna.taps("Lab 1 (3)")
    assert '✓ Following author:"Hao Li" org:"Lab 1"' in seen
    assert "About a third of all papers name no lab" in seen, "also inside AND"
    assert await world.topics_of(anna) == ['author:"Hao Li" org:"Lab 1"']
    assert "3 papers about it" in await anna.says('/search author:"Hao Li" org:"Lab 1"')


async def test_an_author_of_few_labs_is_one_person(anna: SimulatedUser) -> None:
    assert "several people" not in await anna.says('/subscribe author:"Mira Aldous"')


async def test_an_author_who_is_not_there_is_watched(anna: SimulatedUser) -> None:
    seen = await anna.says('/subscribe author:"Yann LeCun"')
    assert (
        "No paper by that name since Tue 2 Jun. I match the name as Hugging Face lists it, and keep watching." in seen
    )


async def test_an_author_by_nearly_that_name_is_offered(anna: SimulatedUser) -> None:
    seen = await anna.says('/subscribe author:"Mira Aldus"')
    assert "No paper by that name since Tue 2 Jun. Did you mean one of these?" in seen
    assert "✓ Following the author Mira Aldous" in await anna.taps("Mira Aldous instead (")


async def test_a_lab_nobody_names_is_answered_with_the_nearest(anna: SimulatedUser) -> None:
    seen = await anna.says("/subscribe org:delta")
    assert "Last 7 days: 1 of 46" in seen
    seen = await anna.says('/subscribe org:"Dellta Lab"')
    assert "No paper names that lab since Tue 2 Jun. Did you mean one of these?" in seen
    assert "✓ Following the lab Delta Lab" in await anna.taps("Delta Lab instead (1)")


async def test_a_slip_of_the_keys_is_mended_with_its_price(anna: SimulatedUser) -> None:
    assert "No paper says difusion. Did you mean diffusion?" in await anna.says("/subscribe difusion")
    assert "Follow diffusion (4)" in anna.labels


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("difusion modls", "diffusion models"),
        ("reinforcment lerning", "reinforcement learning"),
        ("lage langauge modles", "large language models"),
        ("retreival augmented genration", "retrieval augmented generation"),
        ("Yann LeCun", None),
        ("knowledge graphs", None),
        ("text generator", None),
    ],
)
def test_whole_phrases_are_corrected_by_the_catalogue(typed: str, meant: str | None) -> None:
    assert correct_phrase(typed, load_bundled_catalogue()) == meant


async def test_two_slips_are_mended_at_once(anna: SimulatedUser) -> None:
    assert "No paper says clustring difusion. Did you mean clustering diffusion?" in await anna.says(
        "/search clustring difusion"
    )
    assert not [label for label in anna.labels if label.startswith("Follow ")]


@pytest.mark.parametrize("words", ["yahcting", "sailing", "yachting", "quietness"])
async def test_nothing_is_offered_that_brings_nothing(anna: SimulatedUser, words: str) -> None:
    """Nor a topic in place of itself."""
    await anna.says(f"/subscribe {words}")
    assert not [label for label in anna.labels if "instead" in label]


@pytest.mark.parametrize(
    ("wrong", "known"),
    [
        ("difusion", "diffusion"),
        ("clustring", "clustering"),
        ("modle", "model"),
        ("reinforcment", "reinforcement"),
        ("langchain", "lang chain"),
    ],
)
def test_a_slip_is_sure(wrong: str, known: str) -> None:
    assert is_likely_typo(wrong, known)


@pytest.mark.parametrize(
    ("wrong", "known"),
    [
        ("my", "mt"),
        ("cats", "cast"),
        ("hello", "cello"),
        ("weather", "leather"),
        ("kitchen", "kitten"),
        ("foo", "food"),
    ],
)
def test_everyday_words_are_not_corrected_into_nonsense(wrong: str, known: str) -> None:
    assert not is_likely_typo(wrong, known)


@pytest.mark.parametrize(
    ("typed", "complete"),
    [
        ("diff", ["diffusion"]),
        ("Diff", ["diffusion"]),
        ("robotics AND diff", ["robotics AND diffusion"]),
        ("clustering OR sail", ["clustering OR sailing"]),
        ("robots -sail", ["robots -sailing"]),
        ("(clustering OR sail", ["(clustering OR sailing"]),
        ("yach", ["sailing"]),
        ("", []),
        ("author:Di", []),
        ('"diff', []),
        ("robotics AND ", []),
    ],
)
def test_while_typing_the_last_part_is_completed(typed: str, complete: list[str]) -> None:
    assert suggest_topics(typed, CATALOGUE) == complete


@pytest.mark.parametrize(
    ("typed", "complete"),
    [
        ("/subscribe diff", ["/subscribe diffusion"]),
        ("/papers subscribe diff", ["/papers subscribe diffusion"]),
        ("diff", ["diffusion"]),
        ("/when sail", []),
        ("/", []),
    ],
)
def test_a_whole_line_is_completed_where_a_topic_stands(typed: str, complete: list[str]) -> None:
    assert complete_line(typed, CATALOGUE, ("subscribe", "search")) == complete


async def test_the_catalogue_is_tapped_through_by_area(anna: SimulatedUser, world: CommandEnvironment) -> None:
    seen = await anna.says("/subscribe")
    assert "What do you want to follow?" in seen
    assert "[Generation · 2][At sea · 2]\n[Agents · 1]" in seen
    seen = await anna.taps("At sea")
    assert anna.view.replaces_message
    assert "At sea: 2 topics. Tap to follow; in brackets the papers of the last 7 days." in seen
    assert "[Sailing (0)]" in seen
    seen = await anna.taps("Sailing")
    assert "[✓ Sailing (0)]" in seen
    assert await world.topics_of(anna) == ['sailing also:"same: yachting; kinds: windsurfing, rowing"']
    await anna.taps("✓ Sailing")
    assert await world.topics_of(anna) == []
    assert "There is no area nowhere." in await anna.says("/browse nowhere")
