"""Who may change what a channel of a Slack workspace follows."""

from __future__ import annotations

from tests.e2e.support.slack_env import SlackPaperboy
from tests.fakes.slack import SlackChannel, SlackUser


async def test_members_may_until_an_admin_wants_it_otherwise(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    anna.admin = True
    await anna.invite(channel)
    await ben.command(channel, "/papers subscribe diffusion")
    await ben.sees("✓ This channel follows diffusion", channel)
    await ben.command(channel, "/papers who admins")
    await ben.sees("only its admins can choose it", channel)
    await anna.command(channel, "/papers who")
    now = await anna.sees("Whoever is in a channel may change", channel)
    await anna.press(now, "Admins only")
    await anna.sees("Only admins of the workspace may change", channel)

    await ben.command(channel, "/papers subscribe clustering")
    await ben.sees("set by admins of the workspace", channel)
    await anna.command(channel, "/papers subscribe clustering")
    await anna.sees("✓ This channel follows clustering", channel)
    await ben.command(channel, "/papers search clustering")
    await ben.sees("Soft Clustering", channel)
    await ben.dm("subscribe clustering")
    await ben.sees("✓ Following clustering")


async def test_whoever_may_not_hears_it_in_the_form_and_at_a_button(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    anna.admin = True
    await anna.invite(channel)
    await anna.command(channel, "/papers who admins")
    await anna.sees("Only admins of the workspace", channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓", channel)

    await ben.command(channel, "/papers subscribe")
    await on_slack.slack.until(lambda: ben.modals, "the form")
    await ben.submit(ben.modal, {"Topics": "clustering"})
    assert "set by admins of the workspace" in " ".join(ben.modal.errors.values())
    await ben.opens_home()
    await on_slack.slack.until(lambda: ben.home is not None and "#gen-video" in ben.home.shown, "Ben's home")
    assert ben.home
    await ben.press(ben.home, "Pause")
    await on_slack.slack.idle()
    assert (await on_slack.chat(channel)).status.value == "active"
