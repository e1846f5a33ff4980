"""App Home: what a person and their channels follow, as it is at this moment."""

from __future__ import annotations

from datetime import timedelta

from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.slack_env import SlackPaperboy, morning
from tests.fakes.slack import SlackChannel, SlackUser, SlackWorkspace


async def home_of(person: SlackUser, slack: SlackPaperboy, shows: str) -> str:
    """Their Home tab once it shows this."""
    await slack.slack.until(
        lambda: person.home is not None and shows in person.home.shown,
        lambda: f"{shows!r} on Home; there is:\n{person.home.shown if person.home else None}",
    )
    assert person.home
    return person.home.shown


async def test_an_empty_home_says_what_it_is_and_offers_topics(on_slack: SlackPaperboy, anna: SlackUser) -> None:
    await anna.opens_home()
    shown = await home_of(anna, on_slack, "Nothing is posted anywhere until you choose")
    assert anna.home
    assert any("Diffusion" in label for label in anna.home.buttons)
    assert "#" not in shown.replace("/invite", "")


async def test_home_shows_each_channel_with_its_next_and_last_digest(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel, team: SlackWorkspace
) -> None:
    secret = team.channel("secret", members=[ben], private=True)
    for person, place in ((anna, channel), (ben, secret)):
        await person.invite(place)
        await person.command(place, "/papers subscribe diffusion")
        await person.sees("✓", place)
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    await anna.opens_home()
    shown = await home_of(anna, on_slack, "#gen-video")
    assert "Next digest: tomorrow 09:00" in shown
    assert "Last digest: today 09:00, 2 papers, delivered" in shown
    assert "secret" not in shown
    await ben.opens_home()
    assert "#secret" in await home_of(ben, on_slack, "#gen-video")


async def test_home_follows_every_change_and_pauses_and_resumes(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    for person in (anna, ben):
        await person.opens_home()
        await home_of(person, on_slack, "until you choose")
    await ben.command(channel, "/papers subscribe diffusion")
    await home_of(anna, on_slack, "#gen-video")
    assert anna.home
    await anna.press(anna.home, "Pause")
    await home_of(anna, on_slack, "Digests are paused")
    await home_of(ben, on_slack, "Digests are paused")
    await anna.press(anna.home, "Resume")
    await home_of(ben, on_slack, "Next digest")
    await anna.press(anna.home, "Pause")
    await home_of(ben, on_slack, "Digests are paused")
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    assert slack_digests(channel) == []


async def test_a_topic_is_taken_up_and_edited_from_home(on_slack: SlackPaperboy, anna: SlackUser) -> None:
    await anna.opens_home()
    await home_of(anna, on_slack, "until you choose")
    assert anna.home
    label = next(label for label in anna.home.buttons if label.startswith("Diffusion"))
    await anna.press(anna.home, label)
    await home_of(anna, on_slack, "Just for you")
    await anna.press(anna.home, "Edit")
    await on_slack.slack.until(lambda: anna.modals, "the form")
    await anna.submit(anna.modal, {"When": "10:30"})
    await home_of(anna, on_slack, "10:30")
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    assert not [message for message in anna.dms if "for you" in message.shown]
    await on_slack.deliver(morning(24) + timedelta(minutes=90))
    assert any("Diffusion on Monday" in message.shown for message in anna.dms)


async def test_what_is_pressed_for_a_channel_one_has_left_changes_nothing(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await anna.opens_home()
    await home_of(anna, on_slack, "#gen-video")
    assert anna.home
    await on_slack.slack.events.left(channel, anna.id)
    await anna.press(anna.home, "Pause")
    await anna.sees("too old")
    assert (await on_slack.chat(channel)).status.value == "active"


async def test_home_asks_slack_nothing_that_is_refused(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    """A refusal is not remembered, so each channel would cost one with every look at Home."""
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await anna.opens_home()
    await on_slack.slack.until(lambda: anna.home is not None and "#gen-video" in anna.home.shown, "Anna's home")
    assert on_slack.slack.calls.errors == []
