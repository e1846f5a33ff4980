"""What people say and press in Slack, over Socket Mode and over HTTP, and what they get to see."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.capabilities import SLACK
from bot.calls import NO_COMMAND, CommandCall
from bot.chats import ChatAddress, ChatKind, PersonAddress
from bot.errors import UnavailableReason
from bot.i18n import t
from bot.views import Button, Buttons, InputErrorBlock, Prompt, View
from tests.adapters.slack.slack_platform import (
    echo_call,
    harness_by_http,
    harness_by_socket,
    make_harness,
    menu_view,
    serve_routes,
    wait_until,
)
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser, SlackWorkspace, refused

LONG = "subscribe " + " OR ".join(f'"subject number {n}"' for n in range(120))


@pytest.fixture
def anna(team: SlackWorkspace) -> SlackUser:
    return team.person("Anna", tz="Europe/Berlin")


@pytest.fixture
def ben(team: SlackWorkspace) -> SlackUser:
    return team.person("Ben")


@pytest.fixture
def channel(team: SlackWorkspace, anna: SlackUser, ben: SlackUser) -> SlackChannel:
    return team.channel("gen-video", members=[anna, ben], bot=True)


@pytest.mark.parametrize("working", [harness_by_socket, harness_by_http])
async def test_a_command_in_a_channel_is_answered_to_its_author_alone(
    working: Callable, team: SlackWorkspace, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    async with working(team) as desk:
        delivery = await anna.command(channel, "/papers subscribe  upvotes>=20 & more")
        await anna.sees("subscribe|upvotes>=20 & more")
        assert delivery.acked
    assert channel.messages == []
    assert ben.can_see("subscribe") is None
    (call,) = desk.calls
    assert call == CommandCall(
        name="subscribe",
        argument="upvotes>=20 & more",
        chat=ChatAddress(SLACK, "T1", channel.id),
        kind=ChatKind.CHANNEL,
        person=PersonAddress(SLACK, "T1", anna.id),
        person_name="Anna",
        chat_title="gen-video",
        zone_hint="Europe/Berlin",
    )
    assert team.slack.complaints == []


async def test_a_mention_is_answered_in_its_thread(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    async with harness_by_socket(team) as desk:
        question = await anna.say(channel, "@paperboy see https://arxiv.org/abs/2608.17271 <please>")
        await anna.sees("see https://arxiv.org/abs/2608.17271 <please>")
        await desk.wait_until_idle()
    assert channel.messages == [question]
    assert len(question.replies) == 1
    assert (desk.calls[0].name, desk.calls[0].kind) == (NO_COMMAND, ChatKind.CHANNEL)


async def test_a_private_answer_to_a_mention_is_seen_by_its_author_alone(
    team: SlackWorkspace, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    async with harness_by_socket(team, lambda call: replace(echo_call(call), private=True)):
        question = await anna.say(channel, "@paperboy topics")
        await anna.sees("|topics")
    assert ben.can_see("|topics") is None
    assert [message.thread_ts for message in anna.ephemeral(channel)] == [question.ts]


async def test_a_direct_message_needs_no_slash(team: SlackWorkspace, anna: SlackUser) -> None:
    async with harness_by_socket(team) as desk:
        for said in ("world model", "/papers today", "/today"):
            await anna.dm(said)
        await desk.wait_until_idle()
        assert [message.shown for message in anna.dm_channel.posts] == ["|world model", "|today", "|today"]
    assert desk.calls[0].chat == ChatAddress(SLACK, "T1", anna.id)
    assert desk.calls[0].dm_channel == anna.dm_channel.id
    assert desk.calls[0].kind is ChatKind.PRIVATE


async def test_a_command_typed_to_the_bot_itself_is_answered_by_a_message(
    team: SlackWorkspace, anna: SlackUser
) -> None:
    async with harness_by_socket(team) as desk:
        await anna.command(None, "/papers")
        await anna.sees("start|")
    assert [message.ephemeral_for for message in anna.dms] == [None]
    assert desk.calls[0].dm_channel == anna.dm_channel.id


async def test_where_the_bot_is_no_member_a_subscription_is_the_persons_own(
    team: SlackWorkspace, anna: SlackUser
) -> None:
    elsewhere = team.channel("elsewhere", members=[anna])
    async with harness_by_socket(team) as desk:
        await anna.command(elsewhere, "/papers subscribe diffusion")
        await anna.sees("/invite @paperboy")
        await anna.command(elsewhere, "/papers today")
        await desk.wait_until_idle()
        assert anna.ephemeral(elsewhere)[-1].shown == "today|"
        await anna.invite(elsewhere)
        await desk.wait_until_idle()
        await anna.command(elsewhere, "/papers subscribe diffusion")
        await desk.wait_until_idle()
    chats = [call.chat.chat for call in desk.calls]
    assert chats == [anna.id, anna.id, elsewhere.id, elsewhere.id]
    assert desk.calls[0].kind is ChatKind.PRIVATE
    assert desk.calls[0].dm_channel == ""


async def test_in_colleagues_own_conversation_too(team: SlackWorkspace, anna: SlackUser, ben: SlackUser) -> None:
    """A direct conversation that is not the bot's looks like its own by the id alone."""
    theirs = team.channel("anna-and-ben", members=[anna, ben], private=True)
    team.channels.pop(theirs.id)
    theirs.id = "D9ANNABEN"
    team.channels[theirs.id] = theirs
    async with harness_by_socket(team) as desk:
        await anna.command(theirs, "/papers subscribe diffusion")
        await anna.sees("this counts for you alone")
        await desk.wait_until_idle()
    assert desk.calls[0].chat.chat == anna.id
    assert desk.calls[0].dm_channel == ""
    assert ben.can_see("counts for you") is None


async def test_a_press_in_the_own_conversation_changes_the_message(team: SlackWorkspace, anna: SlackUser) -> None:
    def script(call: CommandCall) -> View:
        return (
            replace(echo_call(call), replaces_message=True)
            if call.pressed_message
            else menu_view("page 2 search upvotes>=5", LONG)
        )

    async with harness_by_socket(team, script) as desk:
        await anna.dm("hello")
        menu = await anna.sees("Choose")
        assert isinstance(menu, SlackMessage)
        await anna.press(menu, "page 2 search upvotes>=5")
        await anna.sees("page|2 search upvotes>=5")
        await desk.wait_until_idle()
    assert [message.edits for message in anna.dms] == [0, 1]
    assert desk.calls[1].pressed_message is not None
    assert desk.calls[1].pressed_message.id == f"{anna.dm_channel.id} {menu.ts}"


async def test_a_command_too_long_for_a_button_is_kept_for_it(team: SlackWorkspace, anna: SlackUser) -> None:
    async with harness_by_socket(
        team, lambda call: echo_call(call) if call.pressed_message else menu_view(LONG, "today")
    ) as desk:
        await anna.dm("hello")
        menu = await anna.sees("Choose")
        await anna.press(menu, LONG[:30])
        await desk.wait_until_idle()
        assert f"{desk.calls[1].name} {desk.calls[1].argument}" == LONG
        desk.state.callbacks.clear()
        await anna.press(menu, LONG[:30])
        await anna.sees("too old for me")


async def test_a_press_on_a_post_of_the_channel_leaves_it_as_it_is(
    team: SlackWorkspace, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    def script(call: CommandCall) -> View:
        return replace(echo_call(call), replaces_message=True) if call.pressed_message else menu_view("page 2 today")

    async with harness_by_socket(team, script) as desk:
        question = await anna.say(channel, "@paperboy today")
        await anna.sees("Choose")
        await ben.press(question.replies[0], "page 2 today")
        await ben.sees("page|2 today")
        await desk.wait_until_idle()
    assert anna.can_see("page|2 today") is None
    assert [message.edits for message in question.replies] == [0]
    assert ben.ephemeral(channel)[0].thread_ts == question.ts


async def test_a_private_answer_is_replaced_where_it_stands(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    def script(call: CommandCall) -> View:
        return replace(echo_call(call), replaces_message=True) if call.pressed_message else menu_view("resume")

    async with harness_by_socket(team, script):
        await anna.command(channel, "/papers pause")
        await anna.press(await anna.sees("Choose"), "resume")
        await anna.sees("resume|")
    assert [message.shown for message in anna.ephemeral(channel)] == ["resume|"]


async def test_a_toast_is_a_whisper_that_leaves_the_post_alone(
    team: SlackWorkspace, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    def script(call: CommandCall) -> View:
        return View((), toast=t("Saved")) if call.pressed_message else menu_view("save 2608.00001")

    async with harness_by_socket(team, script):
        await anna.dm("hello")
        await anna.press(await anna.sees("Choose"), "save 2608.00001")
        await anna.sees("Saved")
    assert anna.ephemeral(anna.dm_channel)[0].shown == "Saved"
    assert len(anna.dms) == 2


async def test_a_missing_argument_is_asked_for_in_a_form(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    def script(call: CommandCall) -> View:
        if call.argument in ("", "subscribe"):
            question = Prompt(t("What do you want to follow?"), "subscribe", t("for example: diffusion"))
            return View((question, Buttons(((Button(t("diffusion"), "subscribe diffusion"),),))))
        if call.argument == "(":
            return View((InputErrorBlock(t("There is a bracket too many."), "(", (0, 1)),), private=True)
        return echo_call(call)

    async with harness_by_socket(team, script) as desk:
        await anna.command(channel, "/papers subscribe")
        await team.slack.until(lambda: anna.modals, "the form")
        form = anna.modal
        await anna.submit(form, {"What do you want to follow?": "("})
        assert "There is a bracket too many." in form.shown
        await anna.submit(form, {"What do you want to follow?": "world model"})
        assert anna.modals == []
        await anna.sees("subscribe|world model")
        await desk.wait_until_idle()
        assert len(anna.ephemeral(channel)) == 1
        await anna.dm("subscribe")
        await anna.sees("[diffusion]")
    assert [call.chat.chat for call in desk.calls[:3]] == [channel.id] * 3
    assert team.slack.complaints == []


async def test_a_form_that_comes_too_late_is_a_message(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    team.slack.fail("views.open", refused("expired_trigger_id"))
    async with harness_by_socket(team, lambda call: View((Prompt(t("Which paper?"), "paper"),))):
        await anna.command(channel, "/papers paper")
        await anna.sees("Which paper?")
    assert anna.modals == []


async def test_whoever_invites_the_bot_is_greeted_alone(team: SlackWorkspace, anna: SlackUser, ben: SlackUser) -> None:
    elsewhere = team.channel("elsewhere", members=[anna, ben])
    async with harness_by_socket(team) as desk:
        await anna.invite(elsewhere)
        await anna.sees("start|")
        await anna.invite(elsewhere, ben)
        await desk.wait_until_idle()
    assert ben.can_see("start|") is None
    assert elsewhere.messages == []
    assert desk.chat_events.available == ["slack:T1", f"slack:T1/{elsewhere.id}"]
    assert len(desk.calls) == 1


async def test_endings_and_returns_are_told(team: SlackWorkspace, anna: SlackUser, channel: SlackChannel) -> None:
    async with harness_by_socket(team) as desk:
        await channel.archive()
        await channel.unarchive()
        await anna.kick(channel)
        await desk.wait_until_idle()
        await team.uninstall()
        await desk.wait_until_idle()
    here = f"slack:T1/{channel.id}"
    assert desk.chat_events.available == ["slack:T1", here]
    assert desk.chat_events.unavailable == [
        (here, UnavailableReason.ARCHIVED),
        (here, UnavailableReason.KICKED),
        (here, UnavailableReason.KICKED),
        ("slack:T1", UnavailableReason.UNINSTALLED),
        ("slack:T1", UnavailableReason.UNINSTALLED),
    ]


async def test_a_message_that_was_changed_is_not_asked_again(
    team: SlackWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    async with harness_by_socket(team) as desk:
        message = await anna.dm("diffusion")
        edited = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": anna.dm_channel.id,
            "channel_type": "im",
            "message": message.as_json(),
        }
        await team.slack.events.send_event(team, edited, name="message.im")
        await desk.wait_until_idle()
    assert len(desk.calls) == 1


async def test_nothing_unknown_is_held_against_us(team: SlackWorkspace) -> None:
    """Slack switches off an app that leaves events unanswered."""
    team.slack.subscriptions.add("emoji_changed")
    async with harness_by_http(team):
        told = await team.slack.events.send_event(team, {"type": "emoji_changed"})
        assert told is not None
        assert told.acked


async def test_signatures_that_are_wrong_or_old_are_refused(team: SlackWorkspace, anna: SlackUser) -> None:
    async with harness_by_http(team) as desk:
        await anna.dm("diffusion")
        await desk.wait_until_idle()
        (right, *_) = team.slack.deliveries.of("message")
        forged = await right.again(secret="another-secret")
        old = await right.again(age=600)
        assert await team.slack.deliveries.verify_url()
    assert [delivery.status for delivery in (right, forged, old)] == [200, 401, 401]
    assert len(desk.calls) == 1


async def test_a_body_without_an_end_is_not_read(team: SlackWorkspace) -> None:
    """Anybody can post here, and the signature stands for the whole body."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            yield b"x" * 1000

    async with (
        make_harness(team, app_token="", signing_secret="secret") as made,
        serve_routes(made.platform) as address,
        made.listening(),
        httpx.AsyncClient() as client,
    ):
        await wait_until(lambda: made.chat_events.available)
        answer = await client.post(f"{address}/slack/events", content=endless())
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b"{", b"payload=%7B", b"payload=" + b"[" * 100_000]
)
async def test_what_is_signed_and_no_event_is_a_bad_request(team: SlackWorkspace, body: bytes) -> None:
    """Whoever knows the secret may make mistakes too; none of them is ours."""
    async with harness_by_http(team) as desk, httpx.AsyncClient() as client:
        now = str(int(time.time()))
        signature = SignatureVerifier(team.slack.signing_secret).generate_signature(timestamp=now, body=body)
        form = "json" if body[:1] in b"{[" else "x-www-form-urlencoded"
        headers = {
            "Content-Type": f"application/{form}",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": str(signature),
        }
        answer = await client.post(str(team.slack.deliveries.url), content=body, headers=headers)
    assert (answer.status_code, desk.calls) == (400, [])


UNSIGNED: list[tuple[bytes, dict[str, str]]] = [
    (b"{", {}),
    (b"[1]", {}),
    (b"[" * 100_000, {}),
    (b'{"team": 5}', {}),
    (b'{"authorizations": 5}', {}),
    (b"payload=%7B", {}),
    (b"payload=" + b"[" * 100_000, {}),
    (b'payload={"response_urls": 5}', {}),
    (b"ssl_check=1&command=/papers&trigger_id=1", {}),
    (b"\xff", {}),
    (b"{}", {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=1"}),
    (b"{}", {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=\u00e9"}),
]


@pytest.mark.parametrize(("body", "headers"), UNSIGNED)
async def test_what_is_not_signed_is_not_even_read(
    team: SlackWorkspace, caplog: pytest.LogCaptureFixture, body: bytes, headers: dict[str, str]
) -> None:
    """Anybody can post here, whatever they like."""
    async with harness_by_http(team) as desk, httpx.AsyncClient() as client:
        url = str(team.slack.deliveries.url)
        content = {"Content-Type": "application/json"} if body[:1] in b"{[" else {}
        sent = [(name.encode(), value.encode("latin-1")) for name, value in (content | headers).items()]
        answer = await client.post(url, content=body, headers=sent)
    assert (answer.status_code, desk.calls) == (401, [])
    assert "Traceback" not in caplog.text
