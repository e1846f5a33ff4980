"""Slack refuses, waits or is not there while somebody asks: they are told, and nothing is lost."""

from __future__ import annotations

import pytest

from bot.chats import ChatStatus
from tests.e2e.slack.test_setup_form import form_of
from tests.e2e.support.slack_env import MultiWorkspace, SlackPaperboy, run_multi_workspace
from tests.fakes.slack import FakeSlack, SlackChannel, SlackUser, held, refused, too_many

NOT_NOW = "I could not find out what I need to know for that. Nothing was changed; please try again soon."


async def test_a_form_is_not_lost_where_slack_does_not_say_who_is_in_the_channel(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe")
    form = await form_of(anna, on_slack)
    on_slack.slack.fail("users.conversations", too_many())
    await anna.submit(form, {"Topics": "diffusion"})
    assert NOT_NOW in form.shown
    await anna.submit(form)
    await anna.sees("✓ Done: #gen-video")


@pytest.mark.parametrize("ending", ["left", "archived"])
async def test_a_form_for_a_channel_that_ended_meanwhile_keeps_what_was_filled_in(
    ending: str, on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe")
    form = await form_of(anna, on_slack)
    if ending == "archived":
        await channel.archive()
        await on_slack.slack.idle()
    else:
        channel.members.discard(anna.id)
    await anna.submit(form, {"Topics": "diffusion"})
    assert "One of us is not in that conversation any more. Choose another place" in form.shown
    await anna.choose(form, "Where", "Just me, as a direct message")
    await on_slack.slack.until(lambda: "hour:me" in str(anna.modal.blocks), "the values of the other place")
    await anna.submit(anna.modal)
    await anna.sees("✓ Done: you", anna.dm_channel)


async def test_a_press_on_home_is_answered_where_slack_does_not_say_it(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await anna.opens_home()
    await on_slack.slack.until(lambda: anna.home is not None and "diffusion" in anna.home.shown, "Anna's home")
    on_slack.slack.fail("users.conversations", refused("internal_error"))
    assert anna.home
    await anna.press(anna.home, "Pause")
    await anna.sees(NOT_NOW)
    assert (await on_slack.chat(channel)).status is ChatStatus.ACTIVE


async def test_a_greeting_waits_for_its_turn(many: MultiWorkspace, anna: SlackUser, channel: SlackChannel) -> None:
    """Nobody would ask for it again, and it is how people learn what to do."""
    paperboy, address = many
    paperboy.slack.fail("chat.postMessage", too_many(40))
    await anna.installs(address)
    async with paperboy.clock.auto_advancing():
        await anna.sees("Hi Anna. Paperboy posts")
        paperboy.slack.fail("chat.postEphemeral", too_many(40))
        await anna.invite(channel)
        await anna.sees("Thanks for inviting me to #gen-video", channel)


async def test_a_greeting_that_a_crash_cut_off_is_the_same_at_the_next_start(
    many: MultiWorkspace, anna: SlackUser, slack: FakeSlack
) -> None:
    paperboy, address = many
    hanging = slack.fail("chat.postMessage", held(accepted=False))
    await anna.installs(address)
    await hanging.reached.wait()
    for work in paperboy.platform._receiver._tasks:
        work.cancel()
    async with run_multi_workspace(slack, paperboy.storage, paperboy.index, paperboy.clock):
        await anna.sees("Hi Anna. Paperboy posts")
    assert anna.can_see("Welcome back") is None


async def test_an_admin_of_another_company_in_a_shared_channel_is_a_member_like_others(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    """Slack tells of people from there what they are at home."""
    ben.admin, ben.at_home = True, "T0ELSEWHERE"
    await anna.invite(channel)
    await ben.command(channel, "/papers who admins")
    await ben.sees("only its admins can choose it", channel)
    await ben.command(channel, "/papers unfurl off")
    await ben.sees("only its admins can switch it", channel)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("<!channel>", "<!channel> set up Paperboy here: diffusion"),
        ("<https://evil.example|Anna>", "<https://evil.example|Anna> set up Paperboy here: diffusion"),
        ("Anna\n> and\r\u2028*others*", "Anna > and ∗others∗ set up Paperboy here: diffusion"),
        ("\u202eannA\u2066", "annA set up Paperboy here: diffusion"),
        ("👩‍🔬 Anna", "👩‍🔬 Anna set up Paperboy here: diffusion"),
        ("\x07\u200b \t", "Somebody set up Paperboy here: diffusion"),
    ],
)
async def test_a_name_stays_a_name_in_a_line_that_everybody_reads(
    name: str, line: str, on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    anna.name = name
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await on_slack.slack.until(lambda: channel.posts, "the line")
    (said,) = channel.posts
    assert said.shown.startswith(line)
    assert (said.pings, said.links, len(said.shown.splitlines())) == ([], [], 1)
