"""What is said in a Slack channel is said in Slack's words, and tells where to type."""

from __future__ import annotations

from tests.e2e.slack.test_home_tab import home_of
from tests.e2e.slack.test_setup_form import form_of
from tests.e2e.support.slack_env import SlackPaperboy
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser


async def test_nobody_hears_of_groups_sounds_or_links(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    for asked, answered in (
        ("subscribe diffusion", "✓ This channel follows diffusion"),
        ("settings", "When nothing comes"),
        ("share diffusion", "by these words"),
        ("forget", "Erase everything"),
    ):
        await anna.command(channel, f"/papers {asked}")
        said = await anna.sees(answered, channel)
        for word in ("group", "sound", "Sound", "link"):
            assert word not in said.shown, (asked, said.shown)


async def test_a_word_that_is_no_command_is_offered_as_a_search(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers kitchen robots")
    said = await anna.sees("I don’t know /papers kitchen", channel)
    assert isinstance(said, SlackMessage)
    assert "search kitchen robots" in said.buttons


async def test_the_home_of_a_paused_channel_says_where_to_type(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓", channel)
    await anna.opens_home()
    await home_of(anna, on_slack, "#gen-video")
    assert anna.home
    await anna.press(anna.home, "Pause")
    shown = await home_of(anna, on_slack, "Digests are paused")
    assert "/papers resume in #gen-video starts them again" in shown
    assert "Resume" in anna.home.buttons


async def test_a_channel_chosen_in_the_form_begins_monday_to_friday(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    """The form was opened elsewhere, and the channel was not known yet."""
    await anna.invite(channel)
    await anna.opens_home()
    await home_of(anna, on_slack, "until you choose")
    await anna.shortcut("setup")
    form = await form_of(anna, on_slack)
    await anna.choose(form, "Where", "#gen-video")
    await on_slack.slack.until(lambda: f"topics:{channel.id}" in str(form.state), "the channel's values")
    await anna.submit(form, {"Topics": "diffusion"})
    done = await anna.sees("✓ Done: #gen-video")
    assert "weekdays 09:00 Berlin" in done.shown
