"""What Slack's own client would never send, what comes too late, and what an older version of the app left behind."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.slack.test_setup_form import form_of
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.slack_env import SlackPaperboy, morning
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser, payloads

Json = dict[str, Any]


async def told(slack: SlackPaperboy, body: Json) -> None:
    """Slack would tell it again if it were not acknowledged."""
    delivery = await slack.slack.deliveries.deliver("interactive", body)
    assert delivery.failure is None
    await slack.slack.idle()


def without(*path: str | int) -> Callable[[Json], None]:
    def cut(body: Json) -> None:
        inside: Any = body
        for name in path[:-1]:
            inside = inside[name]
        del inside[path[-1]]

    return cut


def setting(value: object, *path: str | int) -> Callable[[Json], None]:
    def put(body: Json) -> None:
        inside: Any = body
        for name in path[:-1]:
            inside = inside[name]
        inside[path[-1]] = value

    return put


@pytest.mark.parametrize(
    "damage",
    [
        without("view", "state"),
        setting({}, "view", "state", "values"),
        setting(None, "view", "state", "values"),
        setting([], "view", "blocks"),
        setting("other", "view", "callback_id"),
        setting("x" * 4000, "view", "private_metadata"),
        setting("[" * 3000, "view", "private_metadata"),
        without("view", "private_metadata"),
        setting({"me": 5}, "view", "state", "values", "topics:me:0"),
        setting({"topics": {"value": ["a"]}}, "view", "state", "values", "topics:me:0"),
        setting({"topics": {"value": "diffusion\n" * 900}}, "view", "state", "values", "topics:me:0"),
        setting({"topics": {"value": "y" * 3000}}, "view", "state", "values", "topics:me:0"),
        setting({"zone": {"value": "\x00\ud800"}}, "view", "state", "values", "zone:me"),
        setting({"days": {"selected_options": [{"value": "someday"}]}}, "view", "state", "values", "days:me"),
        setting({"summaries": {"selected_option": {"value": "9" * 30}}}, "view", "state", "values", "summaries:me"),
        setting({"hour": {"selected_time": "25:99"}}, "view", "state", "values", "hour:me"),
        without("view", "blocks", 0),
    ],
)
async def test_a_damaged_form_breaks_nothing(
    damage: Callable[[Json], None], on_slack: SlackPaperboy, anna: SlackUser
) -> None:
    await anna.shortcut("setup")
    form = await form_of(anna, on_slack)
    await anna._fill(form, "Topics", "diffusion")
    body = copy.deepcopy(payloads.view_submission(anna, form))
    damage(body)
    await told(on_slack, body)
    await anna.dm("hello")
    await anna.sees("Paperboy")


async def test_a_form_that_cannot_be_read_is_opened_anew(on_slack: SlackPaperboy, anna: SlackUser) -> None:
    await anna.shortcut("setup")
    form = await form_of(anna, on_slack)
    body = copy.deepcopy(payloads.view_submission(anna, form))
    body["view"]["blocks"], body["view"]["state"] = [], {"values": {}}
    anna.modals.clear()
    await told(on_slack, body)
    again = await form_of(anna, on_slack)
    assert again.fields[0] == "Topics"


@pytest.mark.parametrize(
    "damage",
    [
        without("actions"),
        without("user"),
        without("container"),
        setting({"type": "message"}, "container"),
        setting({"type": "view", "view_id": "V0"}, "container"),
        setting({"type": "message_attachment"}, "container"),
        setting(None, "actions", 0, "value"),
        setting(7, "actions", 0, "value"),
        setting("=nosuchtoken", "actions", 0, "value"),
        setting("abstract:2608.00001", "actions", 0, "value"),
        setting("setup {", "actions", 0, "value"),
        setting("setup " + "[" * 1900, "actions", 0, "value"),
        setting('setup {"add": 5}', "actions", 0, "value"),
        setting('setup {"add": [["x"]], "hour": {}}', "actions", 0, "value"),
        setting("setup [1]", "actions", 0, "value"),
        setting("share-here ", "actions", 0, "value"),
        setting("share-here share-here today", "actions", 0, "value"),
        setting("discuss 9999.99999", "actions", 0, "value"),
        setting("overview later", "actions", 0, "value"),
        setting("glance (", "actions", 0, "value"),
    ],
)
async def test_an_odd_press_is_answered_or_let_go(
    damage: Callable[[Json], None], on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers today")
    shown = await anna.sees("Letters from the Harbour", channel)
    assert isinstance(shown, SlackMessage)
    action = {"type": "button", "action_id": "b0", "block_id": "x", "value": "topics", "action_ts": "1.1"}
    body = payloads.block_actions(anna, shown, action)
    damage(body)
    await told(on_slack, body)
    await anna.command(channel, "/papers search clustering")
    await anna.sees("Soft Clustering", channel)
    assert not any("setup" in message.shown or "went wrong" in message.shown for message in channel.posts)
    assert anna.can_see("Something went wrong") is None


async def test_a_button_of_an_older_version_says_what_to_do(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers today")
    shown = await anna.sees("Letters from the Harbour", channel)
    assert isinstance(shown, SlackMessage)
    action = {"type": "button", "action_id": "b0", "block_id": "x", "value": "abstrakt 2608.00001", "action_ts": "1.1"}
    await told(on_slack, payloads.block_actions(anna, shown, action))
    await anna.sees("This button is too old for me. Ask again for a fresh one.")


async def test_old_windows_and_shortcuts_of_others_are_let_go(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    body = payloads.shortcut(anna, "some_other_app")
    await told(on_slack, body)
    await told(on_slack, {"type": "view_closed", "view": {"id": "V1"}, "user": {"id": anna.id}})
    await told(on_slack, {"type": "workflow_step_edit", "user": {"id": anna.id}})
    assert anna.modals == []


async def test_pressed_twice_and_told_twice_is_done_once(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers subscribe diffusion")
    await anna.sees("✓")
    await on_slack.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await on_slack.deliver(morning(24))
    action = {"type": "overflow", "action_id": "paper", "block_id": "x", "action_ts": "1.1"}
    option = {"text": {"type": "plain_text", "text": "Discuss"}, "value": "discuss 2608.00011"}
    body = payloads.block_actions(anna, channel.posts[0], action | {"selected_option": option})
    for _ in range(3):
        await told(on_slack, copy.deepcopy(body))
    await anna.sees("brings up", channel)
    await anna.command(channel, "/papers search harbour")
    await anna.sees("Letters from the Harbour", channel)
    assert sum("brings up" in message.shown for message in channel.posts) == 1


@pytest.mark.parametrize("thread_ts", ["", "soon"])
async def test_a_question_that_was_tampered_with_is_answered_here_and_nowhere_else(
    thread_ts: str, on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    """Whatever address a form came back with, nothing is sent there."""
    await anna.invite(channel)
    await anna.command(channel, "/papers search")
    await on_slack.slack.until(lambda: anna.modals, "the question")
    body = copy.deepcopy(payloads.view_submission(anna, anna.modal))
    body["view"]["state"] = {"values": {"argument": {"argument": {"value": "clustering"}}}}
    stranger = f"{on_slack.slack.address}/api/another.address"
    carried = {"command": "search", "channel": channel.id, "thread_ts": thread_ts, "response_url": stranger}
    body["view"]["private_metadata"] = json.dumps(carried)
    await told(on_slack, body)
    await anna.sees("Soft Clustering", channel)
    assert on_slack.slack.calls.of("another.address") == []


async def test_forms_without_a_trigger_are_each_taken_in_once(on_slack: SlackPaperboy, anna: SlackUser) -> None:
    await anna.shortcut("setup")
    form = await form_of(anna, on_slack)
    for topic in ("diffusion", "clustering"):
        await anna._fill(form, "Topics", topic)
        body = payloads.view_submission(anna, form)
        del body["trigger_id"]
        for _ in range(2):
            await told(on_slack, copy.deepcopy(body))
        await anna.sees(topic, anna.dm_channel)
    await anna.command(None, "/papers topics")
    await anna.sees("2 topics")
    assert sum("✓ Done" in message.shown for message in anna.dms) == 2
