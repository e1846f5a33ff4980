"""Who may open a chat's feed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import FeedAddresses
from tests.bot.commands.conftest import CommandEnvironment


@pytest.fixture
def serving(world: CommandEnvironment) -> CommandEnvironment:
    world.services = replace(
        world.services, feed_addresses=lambda token: FeedAddresses(f"secret {token}", "as j", "as o")
    )
    return world


@pytest.mark.parametrize("typed", ["/feed", "/feed new", "/feed off"])
async def test_in_groups_only_admins_may(serving: CommandEnvironment, typed: str) -> None:
    admin = serving.group(name="Anna")
    assert "This chat’s digests as a feed." in await admin.says("/feed")
    member = serving.group(name="Bo", may_change=False, user="1002")
    seen = await member.says(typed)
    assert "secret" not in seen
    assert "admins" in seen
    assert "This chat has a feed since Fri 21 Aug." in await admin.says("/feed"), "nothing was changed"


async def test_where_nothing_is_served_it_says_so_and_a_feed_can_still_be_ended(serving: CommandEnvironment) -> None:
    anna = serving.person()
    await anna.says("/feed")
    serving.services = replace(serving.services, feed_addresses=None)
    anna = serving.person()
    assert "its operator has turned them off" in await anna.says("/feed")
    assert "The feed has ended" in await anna.says("/feed off")
