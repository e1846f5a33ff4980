"""While the search index is made, answers come all the same and say what they lack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ingest.index_sync import IndexProgress
from tests.bot.commands.conftest import CommandEnvironment

SAID = "I am still making the search index: 30 of 54 papers are in it, the others are not found yet."


@pytest.mark.parametrize("typed", ["/search clustering", "/search xylophone", "/status"])
async def test_an_answer_says_how_far_the_search_index_is(world: CommandEnvironment, typed: str) -> None:
    assert SAID not in await world.person().says(typed)
    world.services = replace(world.services, indexing=lambda: IndexProgress(24, 54))
    assert SAID in await world.person().says(typed)
