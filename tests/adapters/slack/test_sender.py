"""Digests on their way into Slack: posted, continued, edited, looked for."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.slack.capabilities import SLACK
from bot.chats import ChatAddress, MessageRef
from bot.errors import ChatUnavailable, MessageRejected, NotAuthorised, OutcomeUnknown, RetryLater, UnavailableReason
from bot.i18n import t
from bot.ports import LookupUnsupported
from bot.views import PaperSummary, Quote, TextBlock, View
from tests.adapters.slack.slack_platform import (
    NonWaitingClock,
    harness_by_socket,
    make_chat,
    make_harness,
    make_paper,
    moment_ago,
)
from tests.fakes.slack import SlackChannel, SlackUser, SlackWorkspace, dropped, html, http, refused

POST = View(
    (TextBlock(t("<b>1 new paper</b>")), PaperSummary(1, make_paper(), "They move boxes.")), t("1 new paper: Boxes")
)


@pytest.fixture
def anna(team: SlackWorkspace) -> SlackUser:
    return team.person("Anna")


@pytest.fixture
def channel(team: SlackWorkspace, anna: SlackUser) -> SlackChannel:
    return team.channel("gen-video", members=[anna], bot=True)


async def test_a_post_carries_its_key_and_unfurls_nothing(team: SlackWorkspace, channel: SlackChannel) -> None:
    async with make_harness(team) as made:
        receipt = await made.platform.send(make_chat(channel), POST, key="k1")
    (post,) = channel.posts
    assert receipt == MessageRef(f"{channel.id} {post.ts}")
    assert post.metadata == {"event_type": "paperboy_digest", "event_payload": {"k": "k1"}}
    assert (post.options["unfurl_links"], post.options["unfurl_media"]) == (False, False)
    assert post.notification == "1 new paper: Boxes"
    assert "1. Paper 1: Moving Boxes with Two Arms\nThey move boxes." in post.shown


async def test_a_direct_conversation_is_opened_by_the_persons_id(team: SlackWorkspace, anna: SlackUser) -> None:
    async with make_harness(team) as made:
        receipt = await made.platform.send(make_chat(anna), POST, key="k1")
        assert receipt.id.startswith(anna.dm_channel.id)
        await made.platform.edit(make_chat(anna), receipt, View((TextBlock(t("changed")),)))
        assert await made.platform.find_sent(make_chat(anna), "k1", moment_ago(minutes=1)) == receipt
    assert [message.shown for message in anna.dms] == ["changed"]


async def test_what_does_not_fit_follows_in_the_thread(team: SlackWorkspace, channel: SlackChannel) -> None:
    long = View((TextBlock(t("Long")), *(Quote("word " * 580) for _ in range(9))))
    async with make_harness(team, clock=NonWaitingClock()) as made:
        receipt = await made.platform.send(make_chat(channel), long, key="k1")
    (post,) = channel.posts
    assert receipt.id.endswith(post.ts)
    assert [reply.metadata for reply in post.replies] == [None, None]
    assert [reply.notification for reply in post.replies] == ["Long (2/3)", "Long (3/3)"]
    assert sum(message.shown.count("word") for message in [post, *post.replies]) == 9 * 580


async def test_a_part_of_a_digest_replies_to_its_first(team: SlackWorkspace, channel: SlackChannel) -> None:
    async with make_harness(team) as made:
        first = await made.platform.send(make_chat(channel), POST, key="k1")
        second = await made.platform.send(make_chat(channel), POST, key="k2", reply_to=first)
    (post,) = channel.posts
    assert [second.id.split()[1]] == [reply.ts for reply in post.replies]


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_blocks_that_are_refused_go_as_text_once(error: str, team: SlackWorkspace, channel: SlackChannel) -> None:
    team.slack.fail("chat.postMessage", refused(error))
    async with make_harness(team) as made:
        await made.platform.send(make_chat(channel), POST, key="k1")
        (post,) = channel.posts
        assert post.blocks == []
        assert "1. Paper 1: Moving Boxes with Two Arms https://hf.co/papers/2608.00001" in post.shown
        assert post.metadata is not None
        team.slack.fail("chat.postMessage", refused("msg_too_long"), times=2)
        with pytest.raises(MessageRejected, match="msg_too_long"):
            await made.platform.send(make_chat(channel), POST, key="k2")


async def test_a_key_that_is_refused_is_left_out(team: SlackWorkspace, channel: SlackChannel) -> None:
    team.slack.fail("chat.postMessage", refused("metadata_too_large"))
    async with make_harness(team) as made:
        await made.platform.send(make_chat(channel), POST, key="k1")
    assert [(post.metadata, bool(post.blocks)) for post in channel.posts] == [(None, True)]


async def test_a_message_that_is_gone_is_no_error_to_edit(team: SlackWorkspace, channel: SlackChannel) -> None:
    async with make_harness(team) as made:
        receipt = await made.platform.send(make_chat(channel), POST, key="k1")
        channel.posts[0].deleted = True
        await made.platform.edit(make_chat(channel), receipt, POST)
        team.slack.fail("chat.update", http(500))
        with pytest.raises(OutcomeUnknown):
            await made.platform.edit(make_chat(channel), receipt, POST)


async def test_a_message_that_was_taken_is_found_by_its_key(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    for fault in (dropped(), http(502, accepted=True), html(accepted=True)):
        team.slack.fail("chat.postMessage", fault)
    async with make_harness(team) as made:
        for key in ("k1", "k2", "k3"):
            with pytest.raises(OutcomeUnknown):
                await made.platform.send(make_chat(channel), POST, key=key)
            await anna.say(channel, "chatter")
        assert len(channel.posts) == 3  # nothing was posted again behind our back
        found = await made.platform.find_sent(make_chat(channel), "k2", moment_ago(minutes=1))
        assert found == MessageRef(f"{channel.id} {channel.posts[1].ts}")
        assert await made.platform.find_sent(make_chat(channel), "k4", moment_ago(minutes=1)) is None


async def test_it_is_looked_for_through_a_busy_channel(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    def chatter(n: int) -> None:
        for number in range(n):
            team.slack.poster.add(channel, user=anna.id, text=f"chatter {number}", blocks=[])

    async with make_harness(team) as made:
        receipt = await made.platform.send(make_chat(channel), POST, key="k1")
        chatter(100)
        assert await made.platform.find_sent(make_chat(channel), "k1", moment_ago(minutes=1)) == receipt
        chatter(100)
        assert (
            await made.platform.find_sent(make_chat(channel), "k1", moment_ago(minutes=1))
            is LookupUnsupported.UNSUPPORTED
        )


async def test_what_was_said_later_is_not_read(team: SlackWorkspace, anna: SlackUser, channel: SlackChannel) -> None:
    """An app that is distributed outside the marketplace may ask for fifteen messages, once a minute."""
    async with make_harness(team) as made:
        since = datetime.now(UTC)
        receipt = await made.platform.send(make_chat(channel), POST, key="k1")
        team.slack.advance(600)
        for number in range(300):
            team.slack.poster.add(channel, user=anna.id, text=f"chatter {number}", blocks=[])
        assert await made.platform.find_sent(make_chat(channel), "k1", since) == receipt
        asked = team.slack.calls.of("conversations.history")
        assert [call.args["limit"] for call in asked] == ["15"]


async def test_a_reply_in_a_channels_thread_leaves_the_question_open(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    """The history folds threads, so a key that is not in it may still stand in a thread that we wrote in since."""
    async with make_harness(team) as made:
        first = await made.platform.send(make_chat(channel), POST, key="k1")

        async def found() -> object:
            return await made.platform.find_sent(make_chat(channel), "k2", moment_ago(minutes=1), first)

        assert await found() is None
        await anna.say(channel, "nice", thread=channel.posts[0])
        assert await found() is None
        await made.platform.send(make_chat(channel), POST, key="k2", reply_to=first)
        assert await found() is LookupUnsupported.UNSUPPORTED


async def test_in_a_direct_conversation_threads_can_be_read(team: SlackWorkspace, anna: SlackUser) -> None:
    async with make_harness(team) as made:
        first = await made.platform.send(make_chat(anna), POST, key="k1")
        second = await made.platform.send(make_chat(anna), POST, key="k2", reply_to=first)
        assert await made.platform.find_sent(make_chat(anna), "k2", moment_ago(minutes=1), first) == second
        assert await made.platform.find_sent(make_chat(anna), "k3", moment_ago(minutes=1), first) is None


async def test_without_the_right_to_read_nobody_can_know(
    team: SlackWorkspace, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    team.scopes.discard("channels:history")
    async with make_harness(team) as made:
        assert (
            await made.platform.find_sent(make_chat(channel), "k1", moment_ago(minutes=1))
            is LookupUnsupported.UNSUPPORTED
        )
    assert "the app lacks channels:history; add it to the Bot Token Scopes" in caplog.text


async def test_a_digest_that_waits_for_a_scope_names_it(team: SlackWorkspace, channel: SlackChannel) -> None:
    team.scopes.discard("chat:write")
    async with make_harness(team) as made:
        with pytest.raises(NotAuthorised) as caught:
            await made.platform.send(make_chat(channel), POST, key="k1")
    assert "missing_scope: the app lacks chat:write; add it to the Bot Token Scopes" in caught.value.reason


async def test_doctor_and_the_start_name_the_scopes_that_are_missing(
    team: SlackWorkspace, caplog: pytest.LogCaptureFixture
) -> None:
    async with harness_by_socket(team) as made:
        assert await made.platform.check_connection() == ""
    team.scopes -= {"chat:write", "im:write"}
    assert caplog.text == ""
    async with harness_by_socket(team) as made:
        told = await made.platform.check_connection()
        assert "the app lacks chat:write, im:write; add it to the Bot Token Scopes" in told
        assert "install the app in the workspace again" in told
        assert told in caplog.text


async def test_a_search_without_an_answer_is_for_later(team: SlackWorkspace, channel: SlackChannel) -> None:
    team.slack.fail("conversations.history", http(503))
    async with make_harness(team) as made:
        with pytest.raises(RetryLater):
            await made.platform.find_sent(make_chat(channel), "k1", moment_ago(minutes=1))


async def test_a_chat_of_another_workspace_is_never_written_to(team: SlackWorkspace, channel: SlackChannel) -> None:
    elsewhere = replace(make_chat(channel), address=ChatAddress(SLACK, "T2", channel.id))
    async with make_harness(team) as made:
        for doing in (
            made.platform.send(elsewhere, POST, key="k"),
            made.platform.edit(elsewhere, MessageRef("C1 1.0"), POST),
            made.platform.find_sent(elsewhere, "k", moment_ago(minutes=1)),
        ):
            with pytest.raises(NotAuthorised):
                await doing
    assert channel.posts == []


async def test_where_nothing_can_be_posted_the_chat_is_gone(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    async with make_harness(team) as made:
        await anna.kick(channel)
        with pytest.raises(ChatUnavailable) as not_there:
            await made.platform.send(make_chat(channel), POST, key="k")
        await channel.archive()
        with pytest.raises(ChatUnavailable) as archived:
            await made.platform.send(make_chat(channel), POST, key="k")
    assert (not_there.value.cause, archived.value.cause) == (UnavailableReason.NOT_A_MEMBER, UnavailableReason.ARCHIVED)


async def test_a_slack_that_is_not_there_is_for_later(team: SlackWorkspace, channel: SlackChannel) -> None:
    async with make_harness(team, api_url="http://127.0.0.1:1/api") as made:
        with pytest.raises(RetryLater) as problem:
            await made.platform.send(make_chat(channel), POST, key="k")
    assert problem.value.reason == "Slack can't be reached"


async def test_asking_who_we_are_leaves_nothing_uncertain(team: SlackWorkspace, channel: SlackChannel) -> None:
    team.slack.fail("auth.test", http(500))
    async with make_harness(team) as made:
        with pytest.raises(RetryLater):
            await made.platform.send(make_chat(channel), POST, key="k")


async def test_turns_come_twice_a_second(team: SlackWorkspace, channel: SlackChannel) -> None:
    async with make_harness(team) as made:
        began = time.monotonic()
        await asyncio.gather(*(made.platform.wait_turn(make_chat(channel).address) for _ in range(3)))
        assert time.monotonic() - began > 0.9


async def test_nothing_secret_is_in_an_error_or_the_log(
    team: SlackWorkspace, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    team.slack.fail("chat.postMessage", refused("restricted_action"))
    team.slack.fail("chat.postMessage", dropped())
    caplog.set_level("DEBUG")
    async with make_harness(team) as made:
        for _ in range(2):
            with pytest.raises((ChatUnavailable, OutcomeUnknown)) as problem:
                await made.platform.send(make_chat(channel), POST, key="k")
            assert problem.value.__cause__ is None
            said = repr(problem.value) + problem.value.reason + caplog.text
            assert team.bot_token not in said
            assert "Moving Boxes" not in said
