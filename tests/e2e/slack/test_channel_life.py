"""Slack from a team's side: the whole core behind the real client libraries, against a Slack of our own.

The app there has exactly the rights and events of the manifest.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.search.fts_index import FtsIndex
from bot.chats import ChatStatus
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.slack_env import ARCHIVE, SlackPaperboy, morning, paper_titles, run_in_workspace
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser, SlackWorkspace, dropped


@pytest.fixture
def paperboy(on_slack: SlackPaperboy) -> SlackPaperboy:
    return on_slack


@pytest.fixture
def clock(slack_clock: AutoAdvancingClock) -> AutoAdvancingClock:
    return slack_clock


async def test_a_channel_is_set_up_by_a_form_and_gets_its_post(
    paperboy: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    """Invited, asked what to follow, posted once on Monday; the channel saw before who set it up, and nothing else."""
    await anna.invite(channel)
    greeting = await anna.sees("Thanks for inviting me to #gen-video. I stay silent")
    assert ben.can_see("Thanks for inviting me") is None
    assert isinstance(greeting, SlackMessage)

    await anna.command(channel, "/papers subscribe")
    await paperboy.slack.until(lambda: anna.modals, "the form")
    await anna.submit(anna.modal, {"Topics": "(diffusion"})
    assert anna.modals
    assert anna.modal.errors
    await anna.submit(anna.modal, {"Topics": "diffusion"})
    followed = await anna.sees("✓")
    assert "diffusion" in followed.shown
    told = "Anna set up Paperboy here: diffusion, weekdays 09:00 Berlin. Change it: /papers topics"
    assert [message.shown for message in channel.messages] == [told]

    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(morning(24))
    await paperboy.deliver(morning(24) + timedelta(minutes=1))
    (post,) = slack_digests(channel)
    assert post.shown.startswith(
        "2 new papers · Mon 24 Aug · diffusion\n1. Diffusion Models for <!channel> & ∗Other∗ Maps"
    )
    assert post.pings == []
    assert post.notification.startswith("2 new papers on diffusion: ")
    assert post.replies == []

    await ben.press(post, "Abstract", within="1.")
    await ben.sees("Mira Aldous, Tom Brandt")
    assert "Mira Aldous, Tom Brandt" in ben.modal.shown
    await ben.close(ben.modal)
    await ben.press(post, "Save for me", within="1.")
    await ben.sees("aved")
    await ben.command(channel, "/papers saved")
    saved = await ben.sees("eading list", channel)
    assert isinstance(saved, SlackMessage)
    assert paper_titles(saved) == ["Diffusion Models for <!channel> & ∗Other∗ Maps"]
    assert anna.can_see("Mira Aldous, Tom Brandt") is None
    assert [message.edits for message in slack_digests(channel)] == [0]


async def test_one_post_a_day_with_only_what_is_new_over_a_restart(
    team: SlackWorkspace,
    sqlite_storage: Database,
    index: FtsIndex,
    clock: AutoAdvancingClock,
    anna: SlackUser,
    channel: SlackChannel,
) -> None:
    async with run_in_workspace(team, sqlite_storage, index, clock) as paperboy:
        await paperboy.list_papers(*ARCHIVE)
        await anna.invite(channel)
        await anna.command(channel, "/papers subscribe diffusion")
        await anna.sees("✓")
        await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
        await paperboy.deliver(morning(24))
    async with run_in_workspace(team, sqlite_storage, index, clock) as paperboy:
        await paperboy.deliver(morning(24) + timedelta(hours=1))
        clock.move_to(morning(25) - timedelta(hours=1))
        await paperboy.list_papers(make_paper(12, "Diffusion on Tuesday", august(25)))
        await paperboy.deliver(morning(25))
    assert [paper_titles(post)[-1] for post in slack_digests(channel)] == [
        "Diffusion on Monday",
        "Diffusion on Tuesday",
    ]
    assert len(paper_titles(slack_digests(channel)[1])) == 1


async def test_a_post_whose_answer_was_lost_is_not_posted_twice(
    paperboy: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    paperboy.slack.fail("chat.postMessage", dropped(accepted=True))
    await paperboy.deliver(morning(24))
    assert len(slack_digests(channel)) == 1
    paperboy.slack.fail("chat.postMessage", dropped(accepted=False))
    await paperboy.list_papers(make_paper(12, "Diffusion on Tuesday", august(25)))
    await paperboy.deliver(morning(25))
    assert [paper_titles(post)[-1] for post in slack_digests(channel)][1:] == ["Diffusion on Tuesday"]


async def test_a_long_day_goes_on_in_the_thread(
    paperboy: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    many = [make_paper(20 + n, f"Diffusion Number {n}", august(24), upvotes=50 - n) for n in range(24)]
    await paperboy.list_papers(*many)
    await paperboy.deliver(morning(24))
    (post,) = slack_digests(channel)
    assert len(paper_titles(post)) == 25
    assert [len(paper_titles(reply)) for reply in post.replies] == [12, 8]
    assert post.replies[0].shown.startswith("6. ")


async def test_a_person_follows_alone_from_where_the_bot_is_not(
    paperboy: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await anna.command(channel, "/papers subscribe diffusion")
    told = await anna.sees("/invite @paperboy")
    assert "Following diffusion" in told.shown
    await anna.dm("harbour letters")
    searched = await anna.sees("Letters from the Harbour")
    assert isinstance(searched, SlackMessage)
    assert any("Follow" in label for label in searched.buttons)
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(morning(24))
    assert channel.messages == []
    digest = anna.dms[-1]
    assert digest.shown.startswith("2 papers for you · Mon 24 Aug")
    assert ben.dms == []


async def test_an_archived_channel_rests_until_it_is_back(
    paperboy: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await channel.archive()
    await paperboy.wait_for_status(channel, ChatStatus.PAUSED)
    assert (await paperboy.chat(channel)).pause_reason == "archived"
    await paperboy.deliver(morning(24))
    await channel.unarchive()
    await paperboy.wait_for_status(channel, ChatStatus.ACTIVE)
    assert slack_digests(channel) == []


async def test_an_app_that_is_installed_again_goes_on(
    team: SlackWorkspace,
    sqlite_storage: Database,
    index: FtsIndex,
    clock: AutoAdvancingClock,
    anna: SlackUser,
    channel: SlackChannel,
) -> None:
    """What had stopped for a reason of its own stays as it was."""
    other = team.channel("old-stuff", members=[anna])
    async with run_in_workspace(team, sqlite_storage, index, clock) as paperboy:
        for place in (channel, other):
            await anna.invite(place)
            await anna.command(place, "/papers subscribe diffusion")
            await anna.sees("✓", place)
        await other.archive()
        await paperboy.wait_for_status(other, ChatStatus.PAUSED)
        await team.uninstall()
        await paperboy.wait_for_status(channel, ChatStatus.PAUSED)
    team.install()
    async with run_in_workspace(team, sqlite_storage, index, clock) as paperboy:
        await paperboy.wait_for_status(channel, ChatStatus.ACTIVE)
        assert (await paperboy.chat(other)).pause_reason == "archived"


async def test_a_mention_is_answered_in_its_thread(
    paperboy: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    question = await anna.say(channel, "@paperboy search clustering")
    await anna.sees("Soft Clustering in Little Memory")
    assert channel.messages == [question]
    assert paper_titles(question.replies[0]) == ["Soft Clustering in Little Memory"]
