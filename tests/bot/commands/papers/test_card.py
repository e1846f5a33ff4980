"""One paper: its card, its neighbours, and why it came."""

from __future__ import annotations

from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser


async def test_an_address_opens_the_card(anna: SimulatedUser) -> None:
    for named in ("2608.00004", "https://arxiv.org/abs/2608.00004v2", "https://huggingface.co/papers/2608.00004"):
        assert (await anna.says(named)).startswith("Rivers Drawn from Noise | We draw rivers.")
        assert await anna.says(f"/paper {named}") == await anna.says(named)


async def test_the_card_says_why_it_came(anna: SimulatedUser) -> None:
    assert "Why" not in (await anna.says("/paper 2608.00001")).replace("[Why", "")
    await anna.says("/subscribe diffusion")
    assert "Why: “Diffusion” is in the title (topic diffusion)" in await anna.says("/paper 2608.00001")


async def test_an_unknown_paper_leads_to_where_it_may_be_read(anna: SimulatedUser) -> None:
    seen = await anna.says("/paper 2512.99999")
    assert "I don’t have 2512.99999" in seen
    assert "See Hugging Face or arXiv." in seen
    assert "foo bar is not a paper’s id or address." in await anna.says("/paper foo bar")
    assert "Which paper?" in await anna.says("/paper")


async def test_neighbours_are_other_papers(anna: SimulatedUser) -> None:
    await anna.says("/paper 2608.00002")
    seen = await anna.taps("More like this")
    assert "papers like Fast Diffusion Sampling on a Phone:\n1 " in seen
    assert "Painting Rivers by Diffusion" in seen
    assert (await anna.taps("‹ Fast Diffusion")).startswith("Fast Diffusion Sampling on a Phone | ")


async def test_why_nothing_came_without_topics(anna: SimulatedUser) -> None:
    assert "It did not come: nothing is followed here yet." in await anna.says("/why 2608.00001")


async def test_why_a_paper_from_before_did_not_come(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    assert (
        "It did not come: it was listed on Wed 19 Aug, before you followed diffusion (Fri 21 Aug).\n"
        "✓ diffusion: “diffusion” is in the abstract’s first words"
    ) in await anna.says("/why 2608.00004")


async def test_why_a_paper_is_still_to_come_and_then_that_it_came(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    assert "It comes with your next digest: today 13:00 UTC." in await anna.says("/why 2608.00001")
    await anna.says("/digest")
    assert "It is in your digest of Fri 21 Aug." in await anna.says("/why 2608.00001")


async def test_why_a_paper_that_waits_for_votes_or_code_has_not_come(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion upvotes>=20 has:code")
    seen = await anna.says("/why 2608.00001")
    assert "Not yet: it comes if what is still missing appears within 7 days of its list." in seen
    assert "… diffusion upvotes>=20 has:code: waits, it has 17 votes, not 20\n" in seen


async def test_why_a_paper_that_only_mentions_it_did_not_come(anna: SimulatedUser) -> None:
    await anna.says("/subscribe clustering")
    await anna.says("/follow-anyway pelicans")
    assert (
        "It did not come: none of your 2 topics matches.\n✗ clustering: it says “clustering” once, in the abstract; "
        "a paper must say it in the title, in its opening, where it says what it does, or twice\n"
        "1 topic has nothing to do with it."
    ) in await anna.says("/why 2608.00010")


async def test_why_a_paper_listed_while_paused_did_not_come(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/pause")
    assert "your digests are paused" in await anna.says("/why 2608.00001")
    world.clock.pass_by(days=4)
    await anna.says("/resume")
    assert "your digests start with the list of Tue 25 Aug" in await anna.says("/why 2608.00001")


async def test_a_whole_digest_is_explained(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await world.list_papers(make_paper("2608.09002", "Clustering by Diffusion", TODAY, upvotes=50))
    await anna.says("/subscribe diffusion")
    await anna.says("/subscribe clustering")
    await anna.says("/digest")
    seen = await anna.says("/why digest 1")
    assert seen.startswith("Why these · Fri 21 Aug · ")
    assert "1 Clustering by Diffusion (diffusion + clustering)" in seen
    assert "2 Diffusion Models for Tidal Maps (diffusion)" in seen


async def test_another_chats_digest_is_not_explained(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/digest")
    assert "I don’t have that digest any more." in await world.group().says("/why digest 1")
    assert "I don’t have that digest any more." in await anna.says("/why digest x")
