"""The form that sets up a digest: from the command, Home, the shortcut, the digest; its preview and its mistakes."""

from __future__ import annotations

import json
import re

import pytest

from bot.chats import WEEKDAYS
from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.slack_env import SlackPaperboy, morning
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser, SlackWorkspace, refused
from tests.fakes.slack.modals import SlackView


async def form_of(person: SlackUser, slack: SlackPaperboy) -> SlackView:
    await slack.slack.until(lambda: person.modals, "the form")
    return person.modal


async def shows(person: SlackUser, slack: SlackPaperboy, text: str) -> None:
    await slack.slack.until(
        lambda: person.modals and text in person.modal.shown,
        lambda: f"{text!r} in a window; there is:\n{person.modal.shown if person.modals else None}",
    )


async def test_a_channel_is_set_up_with_everything_at_once(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe")
    form = await form_of(anna, on_slack)
    assert form.fields == ["Topics", "Where", "When", "Time zone", "Days", "Layout"]
    await anna.choose(form, "Topics", "diff")
    await anna.choose(form, "Topics", "diffusion\nclustering")
    await shows(anna, on_slack, "Last 7 days: 2 of 3 papers")
    assert "Fast Diffusion Sampling on a Phone" in anna.modal.shown
    await anna.submit(anna.modal, {"When": "08:30", "Days": ["Monday", "Thursday"], "Layout": "3 papers with summary"})
    done = await anna.sees("✓ Done: #gen-video", channel)
    assert isinstance(done, SlackMessage)
    assert done.ephemeral_for == anna.id
    assert "Mon, Thu 08:30 Berlin" in done.shown
    assert [post.shown for post in channel.posts] == [
        "Anna set up Paperboy here: diffusion, clustering, Mon, Thu 08:30 Berlin. Change it: /papers topics"
    ]
    chat = await on_slack.chat(channel)
    assert (chat.settings.zone, chat.settings.days) == ("Europe/Berlin", frozenset({0, 3}))
    assert chat.settings.compact_summaries == 3


async def test_each_mistake_stands_at_its_field_and_nothing_is_changed(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe")
    form = await form_of(anna, on_slack)
    place = channel.id
    await anna.submit(form, {"Topics": "diffusion\n(clustering"})
    assert list(form.errors) == [f"topics:{place}:0"]
    assert "bracket" in form.errors[f"topics:{place}:0"]
    await anna.submit(form, {"Topics": "diffusion", "Time zone": "Berln"})
    assert list(form.errors) == [f"zone:{place}"]
    await anna.submit(form, {"Time zone": "monday"})
    assert list(form.errors) == [f"zone:{place}"]
    await anna.choose(form, "Topics", "(clustering")
    await shows(anna, on_slack, "bracket")
    assert (await on_slack.chat(channel)).next_digest_at is None


async def test_what_is_followed_stands_there_and_can_be_taken_out(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await anna.command(channel, "/papers subscribe harbour")
    await anna.sees("harbour")
    await on_slack.deliver(morning(24))
    (post,) = slack_digests(channel)
    await ben.press(post, "Topics and time")
    form = await form_of(ben, on_slack)
    assert form.state[f"topics:{channel.id}:2"]["topics"]["value"] == "diffusion\nharbour"
    await anna.command(channel, "/papers subscribe clustering")
    await anna.sees("✓ This channel follows clustering")
    await ben.submit(form, {"Topics": "harbour\nrobotics"})
    done = await ben.sees("✓ Done: #gen-video")
    assert "harbour, clustering, robotics" in done.shown
    assert (await on_slack.chat(channel)).settings.days == WEEKDAYS


async def test_another_place_shows_what_is_set_there_and_keeps_what_was_typed(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await anna.shortcut("setup")
    form = await form_of(anna, on_slack)
    await anna.choose(form, "Topics", "clustering")
    await anna.choose(form, "Where", "#gen-video")
    await on_slack.slack.until(
        lambda: f"topics:{channel.id}:1" in form.state, lambda: f"the channel's values; there is {form.state}"
    )
    assert form.state[f"topics:{channel.id}:1"]["topics"]["value"] == "diffusion\nclustering"
    await anna.submit(form)
    told = await anna.sees("✓ Done: #gen-video")
    assert "diffusion, clustering" in told.shown


async def test_saving_before_the_values_of_the_place_have_come_stops_nothing(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    """Else the one topic typed for oneself would stand for all topics of the channel."""
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await anna.shortcut("setup")
    form = await form_of(anna, on_slack)
    await anna.submit(form, {"Topics": "clustering", "Where": "#gen-video"})
    assert anna.modal is form
    assert form.state[f"topics:{channel.id}:1"]["topics"]["value"] == "diffusion\nclustering"
    await anna.submit(form)
    assert "diffusion, clustering" in (await anna.sees("✓ Done: #gen-video")).shown


async def test_for_oneself_from_a_channel_where_the_bot_is_not(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.command(channel, "/papers subscribe")
    form = await form_of(anna, on_slack)
    assert "/invite @Paperboy" in form.shown
    assert "Just me, as a direct message" in json.dumps(form.blocks)
    assert "#gen-video" not in json.dumps(form.blocks)
    await anna.submit(form, {"Topics": "diffusion"})
    await anna.sees("✓ Done: you")
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    assert any("Diffusion on Monday" in message.shown for message in anna.dms)


async def test_a_trigger_that_came_too_late_is_answered_in_words(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    on_slack.slack.fail("views.open", refused("expired_trigger_id"))
    await anna.command(channel, "/papers subscribe")
    told = await anna.sees("To change it by words")
    assert "/papers subscribe diffusion" in told.shown
    assert anna.modals == []


@pytest.mark.parametrize("place", ["C999FOREIGN", "secret", "me:D1", "", "C1:0:0"])
async def test_a_form_for_a_place_that_is_not_theirs_changes_nothing(
    place: str, on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel, team: SlackWorkspace
) -> None:
    """Slack's client can't send it; whoever else did is not obeyed."""
    secret = team.channel("secret", members=[ben], private=True)
    await ben.invite(secret)
    await anna.shortcut("setup")
    form = await form_of(anna, on_slack)
    named = secret.id if place == "secret" else place
    tampered = json.loads(json.dumps(form.json).replace(":me", f":{named}"))
    for block in tampered["blocks"]:
        if block["block_id"] == "where":
            block["element"]["options"][0]["value"] = block["element"]["initial_option"]["value"] = named or "x"
    form.state = {name.replace(":me", f":{named}"): inside for name, inside in form.state.items()}
    form.state["where"]["where"]["selected_option"]["value"] = named or "x"
    form.json = tampered
    await anna.submit(form, {"Topics": "diffusion"})
    await on_slack.slack.until(lambda: anna.modals or anna.dms, "an answer")
    async with on_slack.storage.read() as work:
        chats = await work.chats.chats_of_workspace("slack", "T1")  # type: ignore[arg-type]  # a platform by its name
        followed = [await work.subscriptions.of_chat(chat.id) for chat in chats if chat.address.chat != anna.id]
    assert not any(followed)


@pytest.mark.parametrize(
    "carried", ["", "{", "[]", '{"channel": 5}', '{"channel": "<!channel>"}', '{"channel":"D0BENSOWN"}']
)
async def test_a_form_whose_own_notes_were_tampered_with_is_answered_in_ones_own_conversation(
    carried: str, on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser
) -> None:
    await anna.shortcut("setup")
    form = await form_of(anna, on_slack)
    form.json["private_metadata"] = carried.replace("D0BENSOWN", ben.dm_channel.id)
    await anna.submit(form, {"Topics": "diffusion"})
    await anna.sees(re.compile("too old for me|✓ Done"))
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    assert ben.dms == []
