"""Any number of workspaces: each installs Paperboy from a browser, has its own digests, and may take it away again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from adapters.slack.capabilities import SLACK
from adapters.slack.install.scopes import SCOPES
from bot.chats import ChatStatus
from bot.deliveries import DeliveryState
from bot.delivery.message_refresh import MessageRefresher
from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.slack_env import MultiWorkspace, count_rows, invite_and_follow, morning, paper_titles
from tests.fakes.slack import SlackChannel, SlackUser, SlackWorkspace, refused


async def test_from_the_browser_to_the_first_digest(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    paperboy, address = many
    async with paperboy.slack.http.get(f"{address}/slack/install") as page:
        shown = await page.text()
    assert "Add Paperboy to Slack" in shown
    assert "Nothing is posted anywhere until you choose" in shown
    done = await anna.installs(address)
    assert (done.status, "Paperboy is installed" in done.page) == (200, True)
    assert anna.team.scopes == set(SCOPES)

    welcome = await anna.sees("Hi Anna. Paperboy posts the AI papers your team follows")
    assert [message.shown for message in channel.everything] == []
    await anna.press(welcome, "Follow topics just for me")
    taps = await anna.sees("Tap what you work on")
    await anna.press(taps, "Diffusion 2")
    await anna.sees("Following: diffusion")
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(morning(24))
    assert any("Diffusion on Monday" in message.shown for message in anna.dms)
    assert channel.everything == []


async def test_the_installer_sets_up_a_channel_from_the_first_word(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    paperboy, address = many
    await anna.installs(address)
    await anna.invite(channel)
    await anna.press(await anna.sees("Hi Anna"), "Set up a channel")
    await paperboy.slack.until(lambda: anna.modals, "the form")
    await anna.choose(anna.modal, "Where", "#gen-video")
    await paperboy.slack.until(lambda: f"hour:{channel.id}" in str(anna.modal.blocks), "the channel's values")
    await anna.submit(anna.modal, {"Topics": "diffusion"})
    await anna.sees("✓ Done: #gen-video")
    assert "Anna set up Paperboy here: diffusion" in channel.posts[0].shown


@pytest.mark.parametrize("many", ["http", "socket"], indirect=True)
async def test_two_workspaces_at_once_know_nothing_of_each_other(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel, other: SlackWorkspace, carl: SlackUser
) -> None:
    paperboy, address = many
    for person in (anna, carl):
        await person.installs(address)
    lab = other.channel("lab", members=[carl])
    await invite_and_follow(anna, channel, "diffusion")
    await invite_and_follow(carl, lab, "clustering")
    await paperboy.list_papers(
        make_paper(11, "Diffusion on Monday", august(24)), make_paper(12, "Clustering on Monday", august(24))
    )
    await paperboy.deliver(morning(24))
    await paperboy.deliver(morning(24) + timedelta(hours=6))
    for place, title in ((channel, "Diffusion on Monday"), (lab, "Clustering on Monday")):
        assert [found for post in slack_digests(place) for found in paper_titles(post) if "Monday" in found] == [title]
    await carl.opens_home()
    await paperboy.slack.until(lambda: carl.home is not None and "#lab" in carl.home.shown, "Carl's home")
    assert carl.home
    assert "gen-video" not in carl.home.shown
    tokens = {call.token for call in paperboy.slack.calls if call.method == "chat.postMessage"}
    assert tokens == {anna.team.bot_token, other.bot_token}


async def test_a_workspace_that_refuses_holds_up_no_other(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel, other: SlackWorkspace, carl: SlackUser
) -> None:
    paperboy, address = many
    for person in (anna, carl):
        await person.installs(address)
    lab = other.channel("lab", members=[carl])
    for person, place in ((anna, channel), (carl, lab)):
        await invite_and_follow(person, place, "diffusion")
    current = MessageRefresher(paperboy.storage, {SLACK: paperboy.platform})
    await current.refresh(paperboy.clock.now())
    monday = make_paper(11, "Diffusion on Monday", august(24))
    await paperboy.list_papers(monday)
    await paperboy.deliver(morning(24) + timedelta(hours=6))
    await paperboy.list_papers(replace(monday, upvotes=77), make_paper(12, "Diffusion on Tuesday", august(25)))
    paperboy.slack.fail("chat.update", refused("account_inactive"), times=9, when=lambda call: call.team == "T1")
    assert await current.refresh(paperboy.clock.now()) == 1
    assert ("▲ 77" in slack_digests(channel)[-1].shown, "▲ 77" in slack_digests(lab)[-1].shown) == (False, True)
    paperboy.slack.fail("chat.postMessage", refused("ratelimited"), times=9, when=lambda call: call.team == "T1")
    async with paperboy.clock.auto_advancing():
        await paperboy.deliver(morning(25) + timedelta(hours=6))
    assert any("Diffusion on Tuesday" in paper_titles(post) for post in slack_digests(lab))


async def test_what_was_begun_elsewhere_or_was_cancelled_installs_nothing(
    many: MultiWorkspace, anna: SlackUser
) -> None:
    paperboy, address = many
    cancelled = await anna.installs(address, cancels=True)
    assert (cancelled.status, "You cancelled it, so nothing was installed" in cancelled.page) == (200, True)
    forged = await anna.installs(address, state="00000000-0000-0000-0000-000000000000")
    assert (forged.status, "begun in another browser" in forged.page) == (400, True)
    async with paperboy.slack.http.get(f"{address}/slack/oauth_redirect?code=x&state=y") as elsewhere:
        assert elsewhere.status == 400
        assert "Try again" in await elsewhere.text()
    for table in ("slack_bots", "slack_installations"):
        assert await count_rows(paperboy.storage, table) == 0
    assert anna.dms == []


async def test_whoever_had_everything_forgotten_is_a_stranger_again(many: MultiWorkspace, anna: SlackUser) -> None:
    paperboy, address = many
    await anna.installs(address)
    await anna.sees("Hi Anna")
    await anna.dm("forget")
    await anna.press(await anna.sees("Erase everything I know about you"), "Erase everything")
    await anna.sees("Everything is erased")
    paperboy.clock.move_to(morning(22))
    await anna.installs(address)
    await paperboy.slack.until(
        lambda: len([message for message in anna.dms if "Hi Anna" in message.shown]) == 2, "a second welcome"
    )


async def test_a_state_is_good_once(many: MultiWorkspace, anna: SlackUser) -> None:
    paperboy, address = many
    async with paperboy.slack.http.get(f"{address}/slack/install") as page:
        state = re.search(r"state=([0-9a-f-]+)", await page.text())
        cookie = {"Cookie": f"slack-app-oauth-state={page.cookies['slack-app-oauth-state'].value}"}
    assert state
    answers = []
    for _ in range(2):
        anna.team.install()
        query = {"state": state[1], "code": paperboy.slack.new_code(anna.team, anna.id)}
        async with paperboy.slack.http.get(f"{address}/slack/oauth_redirect", params=query, headers=cookie) as back:
            answers.append(back.status)
    assert answers == [200, 401]


async def test_taken_away_its_tokens_are_erased_and_brought_back_all_goes_on(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel, other: SlackWorkspace, carl: SlackUser
) -> None:
    paperboy, address = many
    for person in (anna, carl):
        await person.installs(address)
    await anna.sees("Hi Anna")
    lab = other.channel("lab", members=[carl])
    await invite_and_follow(anna, channel, "diffusion")
    await invite_and_follow(carl, lab, "diffusion")
    paperboy.clock.move_to(morning(22))
    await anna.team.uninstall()
    await paperboy.wait_for_status(channel, ChatStatus.PAUSED)
    await paperboy.slack.idle()
    for table in ("slack_bots", "slack_installations"):
        assert await count_rows(paperboy.storage, table) == 1
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(morning(24) + timedelta(hours=6))
    assert (len(slack_digests(channel)), len(slack_digests(lab))) == (0, 1)

    paperboy.clock.move_to(morning(25) - timedelta(hours=3))
    await anna.installs(address)
    await anna.sees("Welcome back")
    await paperboy.wait_for_status(channel, ChatStatus.ACTIVE)
    await paperboy.list_papers(make_paper(12, "Diffusion on Tuesday", august(25)))
    await paperboy.deliver(morning(25))
    assert ["Diffusion on Tuesday" in post.shown for post in slack_digests(channel)] == [True]
    assert len([message for message in anna.dms if "Hi Anna" in message.shown]) == 1


async def test_who_installs_again_before_anything_was_followed_is_not_told_that_it_goes_on(
    many: MultiWorkspace, anna: SlackUser
) -> None:
    paperboy, address = many
    await anna.installs(address)
    await anna.sees("Hi Anna")
    await anna.team.uninstall()
    await paperboy.slack.idle()
    paperboy.clock.move_to(paperboy.clock.now() + timedelta(days=1))
    await anna.installs(address)
    await paperboy.slack.until(lambda: len([each for each in anna.dms if "Hi Anna" in each.shown]) == 2, "a greeting")
    assert anna.can_see("Welcome back") is None


async def test_an_old_word_of_its_end_does_not_end_a_new_installation(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    """Slack repeats what it got no acknowledgement for, up to five minutes later."""
    paperboy, address = many
    await anna.installs(address)
    await invite_and_follow(anna, channel, "diffusion")
    paperboy.clock.move_to(morning(22))
    await anna.team.uninstall()
    await paperboy.wait_for_status(channel, ChatStatus.PAUSED)
    (told,) = paperboy.slack.deliveries.of("app_uninstalled")
    paperboy.clock.move_to(morning(22) + timedelta(minutes=2))
    await anna.installs(address)
    await paperboy.wait_for_status(channel, ChatStatus.ACTIVE)
    told.payload["event_id"] = "Ev0REPEATED"
    await told.again()
    await paperboy.slack.idle()
    await anna.command(channel, "/papers topics")
    await anna.sees("1 topic", channel)
    assert (await paperboy.chat(channel)).status is ChatStatus.ACTIVE


async def test_installed_again_for_more_rights_the_next_digest_goes_by_the_new_token(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    paperboy, address = many
    await anna.installs(address)
    await invite_and_follow(anna, channel, "diffusion")
    old = anna.team.bot_token
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    paperboy.clock.move_to(morning(24))
    anna.team.install()  # by another process than this one, which still knows the old token
    assert anna.team.bot_token != old
    async with paperboy.storage.engine.begin() as connection:
        await connection.execute(text("UPDATE slack_bots SET bot_token = :token"), {"token": anna.team.bot_token})
    await paperboy.deliver(morning(24))
    assert len(slack_digests(channel)) == 1
    async with paperboy.storage.read() as work:
        assert (await work.outbox.count_by_state())[DeliveryState.SENT] == 1


async def test_where_it_is_not_installed_people_are_told_how_it_comes_back(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel
) -> None:
    paperboy, address = many
    await anna.installs(address)
    await anna.sees("Hi Anna")
    async with paperboy.storage.engine.begin() as connection:
        await connection.execute(text("DELETE FROM slack_bots"))
    paperboy.clock.move_to(morning(22))
    await anna.command(channel, "/papers today")
    await anna.sees("Paperboy is not installed in this workspace any more", channel)


async def test_a_button_of_another_workspace_opens_nothing_of_it(
    many: MultiWorkspace, anna: SlackUser, channel: SlackChannel, other: SlackWorkspace, carl: SlackUser
) -> None:
    paperboy, address = many
    for person in (anna, carl):
        await person.installs(address)
    await invite_and_follow(anna, channel, "diffusion")
    await carl.opens_home()
    await paperboy.slack.until(lambda: carl.home is not None, "Carl's home")
    assert carl.home
    button = next(block for block in carl.home.json["blocks"] if block["type"] == "actions")
    button["block_id"] = f"for:{channel.id}:3"
    button["elements"][0]["value"] = "overview pause"
    await carl.press(carl.home, button["elements"][0]["text"]["text"])
    await paperboy.slack.idle()
    assert (await paperboy.chat(channel)).status is ChatStatus.ACTIVE
