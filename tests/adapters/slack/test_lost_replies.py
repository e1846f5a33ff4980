"""Answers to people in Slack that were lost on the way: shown once more, and not twice where Slack can be asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.adapters.slack.slack_platform import NonWaitingClock, echo_call, harness_by_socket
from tests.fakes.slack import (
    FakeSlack,
    SlackChannel,
    SlackFault,
    SlackUser,
    SlackWorkspace,
    dropped,
    html,
    http,
    refused,
    too_many,
)


@pytest.fixture
async def team() -> AsyncIterator[SlackWorkspace]:
    async with FakeSlack() as slack:
        yield slack.workspace("T1")


@pytest.fixture
def anna(team: SlackWorkspace) -> SlackUser:
    return team.person("Anna")


@pytest.fixture
def channel(team: SlackWorkspace, anna: SlackUser) -> SlackChannel:
    return team.channel("gen-video", members=[anna], bot=True)


FAULTS = [dropped(accepted=False), http(500), html(), too_many(1), refused("internal_error"), refused("fatal_error")]


async def asked(team: SlackWorkspace, anna: SlackUser, *faults: SlackFault) -> list[str]:
    """What stands in the conversation after Anna asked, and these went wrong."""
    async with harness_by_socket(team, clock=NonWaitingClock()) as desk:
        for fault in faults:
            team.slack.fail("chat.postMessage", fault)
        await anna.dm("topics")
        await desk.wait_until_idle()
    return [message.shown for message in anna.dm_channel.posts]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_an_answer_that_was_lost_is_posted_once_more(
    team: SlackWorkspace, anna: SlackUser, fault: SlackFault
) -> None:
    assert await asked(team, anna, fault) == ["|topics"]


async def test_one_that_arrived_after_all_is_found_and_not_posted_again(team: SlackWorkspace, anna: SlackUser) -> None:
    assert await asked(team, anna, dropped(accepted=True)) == ["|topics"]
    assert len(team.slack.calls.of("chat.postMessage")) == 1


async def test_it_is_not_tried_for_ever(team: SlackWorkspace, anna: SlackUser) -> None:
    assert await asked(team, anna, *[dropped(accepted=False)] * 5) == []
    assert len(team.slack.calls.of("chat.postMessage")) == 2


async def test_nobody_waits_long_for_an_answer(team: SlackWorkspace, anna: SlackUser) -> None:
    assert await asked(team, anna, too_many(60)) == []


async def test_a_whisper_that_was_lost_is_whispered_again(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    """Nobody can look for one; heard twice does less harm than never."""
    async with harness_by_socket(
        team, lambda call: replace(echo_call(call), private=True), clock=NonWaitingClock()
    ) as desk:
        team.slack.fail("chat.postEphemeral", dropped(accepted=False))
        await anna.say(channel, "@paperboy topics")
        await desk.wait_until_idle()
    assert [message.shown for message in anna.ephemeral(channel)] == ["|topics"]
    assert len(team.slack.calls.of("chat.postEphemeral")) == 2
