"""The Slack fake with the real client libraries, over Socket Mode and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fakes.slack import FakeSlack, SlackChannel, SlackMessage, SlackUser, SlackView, SlackWorkspace
from tests.fakes.slack_echo_app import FORM, by_http, by_socket, client_of, installable


@pytest.fixture
def anna(team: SlackWorkspace) -> SlackUser:
    return team.person("Anna", tz="Europe/Berlin")


@pytest.fixture
def channel(team: SlackWorkspace, anna: SlackUser) -> SlackChannel:
    return team.channel("gen-video", members=[anna], bot=True)


@pytest.fixture(params=["socket", "http"])
async def connected(request, slack: FakeSlack, team: SlackWorkspace) -> AsyncIterator[str]:
    """The echo app, once over each way."""
    async with AsyncExitStack() as stack:
        way = by_socket if request.param == "socket" else by_http
        await stack.enter_async_context(way(slack, team))
        yield request.param


async def test_a_command_is_answered_to_its_author_alone(slack, team, anna, channel, connected):
    ben = team.person("Ben")
    delivery = await anna.command(channel, "/echo upvotes>=20")
    assert delivery.acked
    assert delivery.via == connected
    answer = await anna.sees("You said upvotes>=20")
    assert isinstance(answer, SlackMessage)
    assert answer.buttons == ["Undo", "Tell all"]
    assert answer.menu == ["Abstract", "Save"]
    assert anna.ephemeral(channel) == [answer]
    assert channel.messages == []
    assert ben.can_see("You said") is None
    assert delivery.payload["text"] == "upvotes&gt;=20"


async def test_buttons_and_menus_are_pressed_by_what_they_say(slack, anna, channel, connected):
    await anna.command(channel, "/echo hello")
    answer = await anna.sees("You said hello")
    await anna.press(answer, "Save")
    await anna.sees("picked save")
    await anna.press(channel, "Tell all")
    await slack.until(lambda: channel.messages, "the public answer")
    await anna.press(channel, "Undo")
    await anna.sees("Undone")
    assert anna.can_see("You said hello") is None
    assert slack.complaints == []
    with pytest.raises(AssertionError, match="nothing to press says 'Undo'"):
        await anna.press(channel, "Undo")


async def test_an_acknowledgement_may_carry_the_answer(anna, channel, connected):
    await anna.command(channel, "/slip")
    assert [m.shown for m in anna.ephemeral(channel)] == ["said in the acknowledgement"]


async def test_mentions_direct_messages_and_threads(team, anna, channel, connected):
    question = await anna.say(channel, "@paperboy search <diffusion> & more")
    assert question.text == f"<@{team.bot_user}> search &lt;diffusion&gt; &amp; more"
    reply = await anna.sees("mentioned: @paperboy search <diffusion> & more")
    assert question.replies == [reply]
    assert channel.messages == [question]
    await anna.dm("diffusion")
    await anna.sees("got: diffusion")
    assert [m.shown for m in anna.dms] == ["diffusion", "got: diffusion"]


async def test_the_app_hears_its_own_words_and_bolt_keeps_quiet(slack, anna, connected):
    await anna.dm("hello")
    await anna.sees("got: hello")
    await slack.idle()
    assert [d.event["text"] for d in slack.deliveries.of("message")] == ["hello", "got: hello"]
    assert len(anna.dms) == 2


async def test_the_app_is_silent_where_it_is_not(slack, team, anna, connected):
    elsewhere = team.channel("elsewhere", members=[anna])
    await anna.say(elsewhere, "@paperboy hello")
    assert slack.deliveries == []
    await anna.invite(elsewhere)
    await anna.sees("Thanks for inviting me")
    await anna.kick(elsewhere)
    assert not elsewhere.has_bot
    assert [d.event["type"] for d in slack.deliveries][-2:] == ["channel_left", "member_left_channel"]


async def test_a_form_from_opening_to_the_answer(slack, anna, channel, connected):
    await anna.command(channel, "/form")
    await slack.until(lambda: anna.modals, "the form")
    form = anna.modal
    assert form.title == "Topics"
    assert form.fields == ["Topic", "When"]
    assert await anna.submit(form) is None
    assert form.errors == {"topic": "Please complete this required field."}
    assert await anna.suggestions(form, "Topic", "di") == ["diffusion"]
    await anna.submit(form, {"Topic": "diffusion", "When": "05:00"})
    assert "Everyone is asleep then" in form.shown
    await anna.submit(form, {"When": "09:30"})
    assert anna.modals == []
    await anna.sees("following diffusion at 09:30")
    assert slack.complaints == []


async def test_closing_a_form_is_told_if_asked_for(slack, anna, connected):
    await anna.shortcut("search")
    await slack.until(lambda: anna.modals, "the form")
    await anna.close(anna.modal)
    await anna.sees("never mind")


async def test_app_home_belongs_to_each_person(slack, team, anna, connected):
    await anna.opens_home()
    assert isinstance(await anna.sees("Home, visit 1"), SlackView)
    await anna.opens_home()
    await anna.sees("Home, visit 2")
    assert team.person("Ben").home is None


async def test_a_command_nobody_acknowledges(slack, anna, channel, connected):
    slack.deliveries.patience = 0.05
    delivery = await anna.command(channel, "/late hello")
    assert not delivery.acked
    assert [m.shown for m in anna.ephemeral(channel)] == ['/late failed with the error "operation_timeout"']


async def test_a_command_with_no_app_at_all(slack, anna, channel):
    delivery = await anna.command(channel, "/echo hello")
    assert delivery.via == "nowhere"
    assert 'failed with the error "dispatch_failed"' in anna.ephemeral(channel)[0].shown


async def test_signatures_that_are_wrong_or_old_are_refused_by_bolt(slack, team, anna, channel):
    async with by_http(slack, team):
        right = await anna.command(channel, "/echo once")
        forged = await right.again(secret="another-secret")
        old = await right.again(age=600)
        assert [d.status for d in (right, forged, old)] == [200, 401, 401]


async def test_a_retry_says_so(slack, team, anna):
    async with by_http(slack, team):
        await anna.dm("twice")
        [first, *_] = slack.deliveries.of("message")
        again = await first.again(retry_num=1, retry_reason="http_timeout")
        assert again.acked
        assert again.payload["event_id"] == first.payload["event_id"]
        await slack.until(lambda: len(anna.dms) == 3, "an app that keeps no record answers twice")


async def test_the_address_is_verified(slack, team):
    async with by_http(slack, team):
        assert await slack.deliveries.verify_url()


async def test_socket_mode_reconnects_when_asked_and_when_cut(slack, team, anna, channel):
    async with by_socket(slack, team):
        await slack.socket.refresh()
        await anna.command(channel, "/echo after the refresh")
        await anna.sees("after the refresh")
        await slack.socket.cut()
        await slack.connected()
        await anna.command(channel, "/echo after the cut")
        await anna.sees("after the cut")
        assert slack.socket.connections == 3


async def test_an_event_nobody_takes_is_complained_about(slack, team, anna, channel):
    slack.deliveries.patience = 0.05
    async with by_socket(slack, team):
        await channel.archive()
    assert slack.complaints == ["channel_archive: operation_timeout"]


async def test_a_connection_that_died_silently_delivers_nothing(slack, team, anna, channel):
    async with by_socket(slack, team):
        slack.socket.silent = True
        slack.deliveries.patience = 0.05
        assert not (await anna.command(channel, "/echo hello")).acked


async def test_a_link_to_the_socket_works_once(slack):
    client = client_of(slack, "")
    link = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with slack.http.ws_connect(link) as socket:
        assert (await socket.receive_json())["type"] == "hello"
    async with slack.http.get(link.replace("ws", "http", 1)) as response:
        assert response.status == 408


async def test_uninstalling_kills_the_token_and_is_told(slack, team, anna, channel):
    async with by_socket(slack, team):
        await team.uninstall()
    assert [d.event["type"] for d in slack.deliveries] == ["tokens_revoked", "app_uninstalled"]
    old = team.bot_token
    team.install()
    await client_of(slack, team.bot_token).auth_test()
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client_of(slack, old).auth_test()
    assert slack.calls.errors == ["auth.test: account_inactive"]


async def test_installing_by_oauth_in_two_workspaces(slack, tmp_path):
    async with installable(slack, tmp_path) as address:
        for team in (slack.workspace("T1"), slack.workspace("T2")):
            anna = team.person("Anna")
            assert "access_denied" in (await anna.installs(address, cancels=True)).page
            assert (await anna.installs(address, state="forged")).status == 400
            assert (await anna.installs(address)).status == 200
            channel = team.channel("general", members=[anna])
            await anna.command(channel, "/echo from " + team.id)
            await anna.sees("You said from " + team.id)
            assert slack.calls.of("auth.test")[-1].token == team.bot_token
            assert team.scopes == {"commands", "chat:write"}


async def test_shared_links_can_be_unfurled(slack, team, anna, channel):
    slack.unfurl_domains = {"hf.co"}
    async with by_socket(slack, team):
        message = await anna.say(channel, "see https://hf.co/papers/2608.18063")
    [told] = slack.deliveries.of("link_shared")
    url = told.event["links"][0]["url"]
    client = client_of(slack, team.bot_token)
    await client.chat_unfurl(
        unfurl_id=told.event["unfurl_id"],
        source="conversations_history",
        unfurls={url: {"blocks": [{"type": "divider"}]}},
    )
    assert message.unfurls == {url: {"blocks": [{"type": "divider"}]}}


async def test_a_modal_needs_a_fresh_trigger(slack, team, anna, channel):
    client = client_of(slack, team.bot_token)
    trigger = slack.triggers.new(team, anna.id)
    await client.views_open(trigger_id=trigger, view=FORM)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=FORM)
    late = slack.triggers.new(team, anna.id)
    slack.advance(3.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=late, view=FORM)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="made-up", view=FORM)


async def test_an_answer_address_works_five_times_in_half_an_hour(slack, anna, channel):
    fresh = AsyncWebhookClient(slack.response_urls.new(channel, anna.id, None))
    statuses = [(await fresh.send(text=f"answer {n}")).status_code for n in range(6)]
    assert statuses == [200] * 5 + [404]
    old = AsyncWebhookClient(slack.response_urls.new(channel, anna.id, None))
    slack.advance(31 * 60)
    assert (await old.send(text="late")).status_code == 404
    assert slack.complaints == ["response_url: used_url", "response_url: expired_url"]
    assert len(anna.ephemeral(channel)) == 5


async def test_waiting_in_vain_tells_what_there_is(anna, channel):
    await anna.say(channel, "hello")
    with pytest.raises(AssertionError, match="Anna to see 'goodbye'; there is:\nhello"):
        await anna.sees("goodbye", timeout=0.01)
