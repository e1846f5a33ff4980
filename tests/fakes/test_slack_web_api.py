"""What the Slack fake's Web API refuses, error by error, and the faults that tests script."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.loop_watch import LoopWatch
from tests.fakes.slack import (
    FakeSlack,
    SlackChannel,
    SlackUser,
    SlackWorkspace,
    dropped,
    held,
    html,
    http,
    refused,
    slow,
    too_many,
)
from tests.fakes.slack.faults import ChannelRateMonitor
from tests.fakes.slack_echo_app import button, client_of, section


@pytest.fixture
def anna(team: SlackWorkspace) -> SlackUser:
    return team.person("Anna", tz="America/New_York")


@pytest.fixture
def channel(team: SlackWorkspace, anna: SlackUser) -> SlackChannel:
    return team.channel("gen-video", members=[anna], bot=True)


@pytest.fixture
def client(slack: FakeSlack, team: SlackWorkspace) -> AsyncWebClient:
    return client_of(slack, team.bot_token)


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-test-nobody", "invalid_auth"), ("xapp-test", "not_allowed_token_type")],
)
async def test_tokens(slack, token, error):
    assert await error_of(client_of(slack, token).auth_test()) == error


async def test_a_revoked_token(client):
    await client.auth_revoke()
    assert await error_of(client.auth_test()) == "token_revoked"


async def test_a_bot_token_opens_no_socket(client, team):
    assert await error_of(client.apps_connections_open(app_token=team.bot_token)) == "not_allowed_token_type"


async def test_a_missing_scope_is_named(team, client):
    team.scopes.discard("users:read")
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user="U1")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "users:read"


async def test_what_a_message_needs(client, channel):
    assert await error_of(client.chat_postMessage(channel="", text="hello")) == "invalid_arguments"
    assert await error_of(client.chat_postMessage(channel=channel.id, text="")) == "no_text"
    too_long = "x" * 40_001
    assert await error_of(client.chat_postMessage(channel=channel.id, text=too_long)) == "msg_too_long"
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"


async def test_where_a_message_may_go(team, anna, client, channel):
    public, private = (
        team.channel("open", members=[anna]),
        team.channel("closed", members=[anna], private=True),
    )
    assert await error_of(client.chat_postMessage(channel="C404", text="x")) == "channel_not_found"
    assert await error_of(client.chat_postMessage(channel=public.id, text="x")) == "not_in_channel"
    assert await error_of(client.chat_postMessage(channel=private.id, text="x")) == "channel_not_found"
    await client.conversations_join(channel=public.id)
    await client.chat_postMessage(channel=public.id, text="x")
    team.scopes.add("chat:write.public")
    await client.chat_postMessage(channel=team.channel("later").id, text="x")
    await channel.archive()
    assert await error_of(client.chat_postMessage(channel=channel.id, text="x")) == "is_archived"
    assert await error_of(client.conversations_join(channel=channel.id)) == "is_archived"


async def test_a_person_is_written_to_by_their_id(slack, client, anna):
    sent = await client.chat_postMessage(channel=anna.id, text="hello")
    assert sent["channel"] == anna.dm_channel.id
    opened = await client.conversations_open(users=anna.id)
    assert opened["channel"]["id"] == anna.dm_channel.id
    assert [m.text for m in anna.dms] == ["hello"]
    slack.messages_tab = False
    assert await error_of(client.chat_postMessage(channel=anna.id, text="x")) == "messages_tab_disabled"


async def test_ephemerals_reach_members_only(team, client, anna, channel):
    outsider = team.person("Ben")
    await client.chat_postEphemeral(channel=channel.id, user=anna.id, text="psst")
    assert [m.text for m in anna.ephemeral(channel)] == ["psst"]
    call = client.chat_postEphemeral(channel=channel.id, user=outsider.id, text="psst")
    assert await error_of(call) == "user_not_in_channel"


async def test_blocks_are_refused_with_the_place(client, channel):
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=channel.id, text="x", blocks=[section("y" * 3001)])
    assert caught.value.response["error"] == "invalid_blocks"
    messages = caught.value.response["response_metadata"]["messages"]
    assert messages == ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]
    long = [section("y" * 2800) for _ in range(5)]
    assert await error_of(client.chat_postMessage(channel=channel.id, text="x", blocks=long)) == "msg_blocks_too_long"
    call = client.chat_postMessage(channel=channel.id, text="x", blocks="no json")
    assert await error_of(call) == "invalid_blocks_format"


async def test_metadata_is_kept_for_those_who_ask(client, channel):
    metadata = {"event_type": "paperboy_digest", "event_payload": {"k": "opaque"}}
    await client.chat_postMessage(channel=channel.id, text="x", metadata=metadata)
    plain = (await client.conversations_history(channel=channel.id))["messages"][0]
    assert "metadata" not in plain
    asked = await client.conversations_history(channel=channel.id, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == metadata
    bad: list[tuple[Any, str]] = [
        ({"event_type": "x", "event_payload": {"k": "y" * 20_000}}, "metadata_too_large"),
        ({"event_payload": {}}, "invalid_metadata_schema"),
        ("no json", "invalid_metadata_format"),
    ]
    for value, error in bad:
        assert await error_of(client.chat_postMessage(channel=channel.id, text="x", metadata=value)) == error


async def test_history_has_ranges_pages_and_no_thread_replies(slack, client, anna, channel):
    parent = await client.chat_postMessage(channel=channel.id, text="one")
    reply = await client.chat_postMessage(channel=channel.id, text="aside", thread_ts=parent["ts"])
    second = await client.chat_postMessage(channel=channel.id, text="two")
    page = await client.conversations_history(channel=channel.id, limit=1)
    assert [m["text"] for m in page["messages"]] == ["two"]
    cursor = page["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel=channel.id, limit=1, cursor=cursor)
    assert rest["messages"][0]["text"] == "one"
    assert rest["messages"][0]["latest_reply"] == reply["ts"]
    newer = await client.conversations_history(channel=channel.id, oldest=parent["ts"])
    assert [m["ts"] for m in newer["messages"]] == [second["ts"]]
    call = client.conversations_replies(channel=channel.id, ts=parent["ts"])
    assert await error_of(call) == "not_allowed_token_type"
    nowhere = client.chat_postMessage(channel=channel.id, text="x", thread_ts="1.000001")
    assert await error_of(nowhere) == "thread_not_found"


async def test_updating_keeps_what_is_not_named(client, anna, channel):
    sent = await client.chat_postMessage(channel=channel.id, text="a", blocks=[section("body")])
    await client.chat_update(channel=channel.id, ts=sent["ts"], text="b")
    [message] = channel.messages
    assert (message.text, message.shown, message.edits) == ("b", "body", 1)
    await client.chat_update(channel=channel.id, ts=sent["ts"], text="b", blocks=[])
    assert message.shown == "b"
    hers = await anna.say(channel, "mine")
    call = client.chat_update(channel=channel.id, ts=hers.ts, text="yours")
    assert await error_of(call) == "cant_update_message"
    await client.chat_delete(channel=channel.id, ts=sent["ts"])
    assert channel.messages == [hers]
    gone = client.chat_update(channel=channel.id, ts=sent["ts"], text="c")
    assert await error_of(gone) == "message_not_found"


async def test_people_and_channels_can_be_asked_about(team, client, anna, channel):
    profile = (await client.users_info(user=anna.id))["user"]
    assert profile["tz"] == "America/New_York"
    assert profile["tz_offset"] in (-4 * 3600, -5 * 3600)
    assert (await client.conversations_info(channel=channel.id))["channel"]["is_member"]
    assert set((await client.conversations_members(channel=channel.id))["members"]) == channel.members
    hidden = team.channel("hidden", members=[anna], private=True)
    mine = await client.users_conversations(types="public_channel,private_channel")
    assert [c["id"] for c in mine["channels"]] == [channel.id]
    assert await error_of(client.conversations_info(channel=hidden.id)) == "channel_not_found"
    assert await error_of(client.users_info(user="U404")) == "user_not_found"


async def test_views_are_checked_and_guarded_by_their_hash(client, anna):
    home = {"type": "home", "blocks": [section("one")]}
    first = (await client.views_publish(user_id=anna.id, view=home))["view"]
    await client.views_update(view_id=first["id"], hash=first["hash"], view=home)
    stale = client.views_update(view_id=first["id"], hash=first["hash"], view=home)
    assert await error_of(stale) == "hash_conflict"
    with pytest.raises(SlackApiError) as caught:
        await client.views_publish(user_id=anna.id, view={"type": "home"})
    assert caught.value.response["error"] == "invalid_arguments"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: blocks [json-pointer:/view]"
    ]


async def test_reactions_and_files(client, slack, channel):
    sent = await client.chat_postMessage(channel=channel.id, text="x")
    await client.reactions_add(channel=channel.id, name="eyes", timestamp=sent["ts"])
    again = client.reactions_add(channel=channel.id, name="eyes", timestamp=sent["ts"])
    assert await error_of(again) == "already_reacted"
    await client.files_upload_v2(channel=channel.id, filename="saved.bib", content="@misc{}")
    [upload] = slack.uploads.values()
    assert (upload.content, upload.shared_to) == (b"@misc{}", channel.id)


async def test_a_code_is_exchanged_once(slack, team, anna):
    code = slack.new_code(team, anna.id)
    client = client_of(slack, "")
    given = {"client_id": slack.client_id, "client_secret": slack.client_secret, "code": code}
    assert (await client.oauth_v2_access(**given))["access_token"] == team.bot_token
    assert await error_of(client.oauth_v2_access(**given)) == "invalid_code"
    wrong = client.oauth_v2_access(**{**given, "client_secret": "guess"})
    assert await error_of(wrong) == "bad_client_secret"


def test_a_post_that_was_taken_in_late_is_no_haste_of_the_next() -> None:
    seconds = [0.0]
    pace = ChannelRateMonitor(LoopWatch(lambda: seconds[0]))

    def post(at: float) -> bool:
        seconds[0] = at
        return pace.allows("C1", at)

    pace.watch.tick()
    post(0.4)  # held up since 0, so it may have come at any moment since
    for hundredths in range(40, 121):
        seconds[0] = hundredths / 100
        pace.watch.tick()
    post(1.2)
    assert pace.violations == []
    post(1.9)
    assert [round(gap, 2) for _, gap in pace.violations] == [0.7]


async def test_two_posts_within_a_second_are_noted(slack, client, channel):
    for text in ("one", "two"):
        await client.chat_postMessage(channel=channel.id, text=text)
    assert [where for where, _ in slack.rate_monitor.violations] == [channel.id]
    slack.rate_monitor.enforce = True
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=channel.id, text="three")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    slack.advance(1.0)
    await client.chat_postMessage(channel=channel.id, text="three")


async def test_scripted_refusals(slack, client, channel):
    post = {"channel": channel.id, "text": "x"}
    slack.fail("chat.postMessage", refused("fatal_error"), times=2)
    assert [await error_of(client.chat_postMessage(**post)) for _ in range(2)] == ["fatal_error"] * 2
    slack.fail("chat.postMessage", too_many(17))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(**post)
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "17")
    assert channel.messages == []
    slack.fail("chat.postMessage", refused("internal_error"), when=lambda call: call.args["text"] == "y")
    await client.chat_postMessage(**post)


async def test_scripted_breakage(slack, client, channel):
    post = {"channel": channel.id, "text": "x"}
    for fault, arrives in ((http(500), 0), (html(), 0), (http(502, accepted=True), 1)):
        slack.fail("chat.postMessage", fault)
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(**post)
        assert len(channel.messages) == arrives
    for fault, arrives in ((dropped(accepted=False), 1), (dropped(), 2)):
        slack.fail("chat.postMessage", fault)
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(**post)
        assert len(channel.messages) == arrives
    slack.fail("chat.postMessage", slow(0.01))
    await client.chat_postMessage(**post)


async def test_the_sdks_own_retry_posts_twice_after_a_dropped_answer(slack, team, channel):
    """Why the product switches the client's default retry handler off."""
    slack.fail("chat.postMessage", dropped())
    eager = AsyncWebClient(token=team.bot_token, base_url=slack.url)
    await eager.chat_postMessage(channel=channel.id, text="x")
    assert len(channel.messages) == 2


async def test_a_held_answer_waits_for_release(slack, client, channel):
    hold = slack.fail("chat.postMessage", held())
    sending = asyncio.create_task(client.chat_postMessage(channel=channel.id, text="x"))
    await hold.reached.wait()
    assert len(channel.messages) == 1
    assert not sending.done()
    hold.release()
    assert (await sending)["ok"]


async def test_every_call_is_logged(slack, client, channel):
    await client.chat_postMessage(channel=channel.id, text="x", blocks=[section("y")])
    [call] = slack.calls.of("chat.postMessage", channel=channel.id)
    assert (call.team, call.status, call.error) == ("T1", 200, None)


async def test_a_manifest_decides_what_is_allowed(slack, team, client, anna, channel):
    slack.use_manifest(
        {
            "oauth_config": {"scopes": {"bot": ["commands"]}},
            "settings": {"event_subscriptions": {"bot_events": []}},
        }
    )
    assert await error_of(client.chat_postMessage(channel=channel.id, text="x")) == "missing_scope"
    await anna.say(channel, "@paperboy hello")
    assert slack.deliveries == []


async def test_buttons_with_the_same_words_are_told_apart(client, anna, channel):
    blocks = [section(f"paper {n}", accessory=button("Save", "save")) for n in (1, 2)]
    await client.chat_postMessage(channel=channel.id, text="x", blocks=blocks)
    with pytest.raises(AssertionError, match="stands there 2 times"):
        await anna.press(channel, "Save")
    pressed = await anna.press(channel, "Save", within="paper 2")
    assert pressed.payload["actions"][0]["block_id"] == channel.messages[0].blocks[1]["block_id"]
