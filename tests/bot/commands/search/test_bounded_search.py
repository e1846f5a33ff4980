"""An answer in a chat goes as far as it is shown and may cost so much; what machines read is complete."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.search.results import search_archive
from bot.decisions.on_the_fly import Match, SearchBounds, find_matches
from bot.decisions.step_budget import StepBudget
from bot.topics.parser import parse
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import ARCHIVE, TODAY
from tests.bot.commands.simulated_user import SimulatedUser

FIRST = min(each.listed_on for each in ARCHIVE)


async def matches(world: CommandEnvironment, query: str, bounds: SearchBounds | None = None) -> list[Match]:
    return await find_matches(world.storage, world.index, parse(query), FIRST, TODAY, bounds)


@pytest.mark.parametrize("query", ["benchmark", "benchmark -harbour", "has:code", "upvotes>=2"])
@pytest.mark.parametrize("enough", [0, 1, 5, 30, 200])
async def test_a_bounded_search_finds_the_newest_and_whole_list_days(
    world: CommandEnvironment, query: str, enough: int
) -> None:
    complete = await matches(world, query)
    found = await matches(world, query, SearchBounds(StepBudget(), enough))
    assert found == complete[: len(found)]
    assert len(found) == len(complete) or len(found) > enough
    behind = complete[len(found) :]
    assert not behind or behind[0].paper.listed_on < found[-1].paper.listed_on


@pytest.mark.parametrize("query", ["benchmark", "has:code"])
async def test_a_spent_budget_leaves_out_the_oldest_and_says_how_far_it_came(
    world: CommandEnvironment, query: str
) -> None:
    complete = await matches(world, query)
    sizes = []
    for steps in (0, 1, 7, 20):
        budget = StepBudget(steps)
        found = await matches(world, query, SearchBounds(budget))
        assert budget.looked_through == steps
        assert {match.paper.id for match in found} <= {match.paper.id for match in complete}
        assert [match.decision for match in complete if match in found] == [match.decision for match in found]
        sizes.append(len(found))
    assert sizes == sorted(sizes)
    assert sizes[-1] > 0


@pytest.mark.parametrize("command", ["/search benchmark", "/subscribe benchmark", "/month benchmark"])
async def test_a_partial_answer_says_so(world: CommandEnvironment, command: str) -> None:
    assert "there may be more" not in await world.person().says(command)
    world.services = replace(world.services, steps_per_answer=4)
    assert "I looked at the newest 4 papers, so there may be more." in await world.person().says(command)


async def test_a_partial_search_counts_at_least(world: CommandEnvironment) -> None:
    world.services = replace(world.services, steps_per_answer=20)
    assert "benchmark: at least " in await world.person().says("/search benchmark")


async def test_what_machines_read_is_complete(world: CommandEnvironment) -> None:
    results = await search_archive(replace(world.services, steps_per_answer=1), "benchmark", TODAY)
    assert len(results.delivered) == len(await matches(world, "benchmark")) == 31


@pytest.mark.parametrize("joiner", ["'", "/", "-", " "])
async def test_many_words_joined_are_not_one_word(anna: SimulatedUser, joiner: str) -> None:
    seen = await anna.says(f"/search {joiner.join('ab' * 100)}"[:960])
    assert "A subject has at most 64 words, this one has" in seen
