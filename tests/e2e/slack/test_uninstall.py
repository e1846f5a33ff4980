"""What ends in Slack: paused with the reason, whoever set it up told in private, and going on when it can."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.chats import ChatStatus
from bot.errors import UnavailableReason
from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.slack_env import SlackPaperboy, morning
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser, refused


async def set_up(person: SlackUser, channel: SlackChannel) -> None:
    await person.invite(channel)
    await person.command(channel, "/papers subscribe diffusion")
    await person.sees("✓", channel)


def told(person: SlackUser) -> list[str]:
    return [message.shown for message in person.dms if "#gen-video" in message.shown or "gen-video" in message.shown]


@pytest.mark.parametrize(
    ("ending", "reason", "why"),
    [
        ("archived", UnavailableReason.ARCHIVED, "it was archived"),
        ("removed", UnavailableReason.KICKED, "I was removed"),
        ("deleted", UnavailableReason.DELETED, "it was deleted"),
    ],
)
async def test_whoever_set_a_channel_up_hears_that_it_stopped_and_why(
    on_slack: SlackPaperboy,
    anna: SlackUser,
    ben: SlackUser,
    channel: SlackChannel,
    ending: str,
    reason: UnavailableReason,
    why: str,
) -> None:
    """Anna never wrote to Paperboy herself."""
    await set_up(anna, channel)
    match ending:
        case "archived":
            await channel.archive()
        case "removed":
            await ben.kick(channel)
        case "deleted":
            await on_slack.slack.events.send_event(channel.team, {"type": "channel_deleted", "channel": channel.id})
    await on_slack.wait_for_status(channel, ChatStatus.PAUSED)
    assert (await on_slack.chat(channel)).pause_reason == reason.value
    await on_slack.deliver(morning(22))
    (word,) = told(anna)
    assert why in word
    assert ben.dms == []
    async with on_slack.storage.read() as work:
        assert await work.subscriptions.of_chat((await on_slack.chat(channel)).id)


async def test_back_from_the_archive_the_next_digest_comes(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await set_up(anna, channel)
    await channel.archive()
    await on_slack.wait_for_status(channel, ChatStatus.PAUSED)
    on_slack.clock.move_to(morning(23))
    await channel.unarchive()
    await on_slack.wait_for_status(channel, ChatStatus.ACTIVE)
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    assert ["Diffusion on Monday" in post.shown for post in slack_digests(channel)] == [True]


async def test_what_slack_did_not_tell_is_found_out_by_the_next_digest(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await set_up(anna, channel)
    channel.archived = True
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    assert (await on_slack.chat(channel)).pause_reason == UnavailableReason.ARCHIVED.value
    assert len(told(anna)) == 1
    await on_slack.deliver(morning(24) + timedelta(hours=1))
    assert len(told(anna)) == 1
    channel.archived = False
    await anna.command(channel, "/papers resume")
    back = await anna.sees("Digests come again", channel)
    assert isinstance(back, SlackMessage)
    assert (await on_slack.chat(channel)).status is ChatStatus.ACTIVE


async def test_a_person_who_left_is_no_reason_to_stop_the_others(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    for person in (anna, ben):
        await person.dm("subscribe diffusion")
        await person.sees("✓")
    on_slack.slack.fail(
        "chat.postMessage",
        refused("user_disabled"),
        times=5,
        when=lambda call: call.args["channel"] == ben.dm_channel.id,
    )
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    assert (await on_slack.chat(ben)).pause_reason == UnavailableReason.DEACTIVATED.value
    assert any("Diffusion on Monday" in message.shown for message in anna.dms)
