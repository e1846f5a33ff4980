"""A channel managed from the private chat of one of its admins."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.chats import ChatKind, ChatStatus
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.telegram_env import TelegramPaperboy
from tests.fakes.telegram import FakeTelegram, PrivateChat, TelegramChannel, TelegramMessage, TelegramUser

MONDAY = datetime(2026, 8, 24, 13, tzinfo=UTC)


@pytest.fixture
def anna(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Anna")


@pytest.fixture
def chat(telegram: FakeTelegram, anna: TelegramUser) -> PrivateChat:
    return telegram.private(anna)


@pytest.fixture
def channel(telegram: FakeTelegram, anna: TelegramUser) -> TelegramChannel:
    return telegram.channel("Lab news", admins=[anna])


async def manages(chat: PrivateChat, channel: TelegramChannel) -> TelegramMessage:
    """Picks the channel; returns what is shown of it."""
    await chat.ask("/remote")
    await chat.choose_chat("channel", channel)
    said = await chat.reply()
    assert said.text == "✓ From here you manage Lab news now. What you type is about it, until you say /remote off."
    return await chat.reply()


async def test_a_channel_is_set_up_from_the_private_chat_and_its_digest_comes_there(
    paperboy: TelegramPaperboy, chat: PrivateChat, channel: TelegramChannel
) -> None:
    await chat.ask("/subscribe clustering")
    asked = await chat.ask("/remote")
    assert chat.keyboard == [["Choose a channel"], ["Choose a group"]]
    assert asked.text.startswith("Which channel or group do you want to manage from here?")
    shown = await manages(chat, channel)
    assert chat.keyboard == [], "the phone's own keyboard is back"
    assert shown.text.startswith("In Lab news\n\nNothing is followed here yet.")

    followed = await chat.ask("/subscribe diffusion")
    assert followed.text.startswith("In Lab news\n\n✓ This channel follows diffusion")
    assert channel.messages == [], "nothing is said in the channel itself"
    settings = await chat.ask("/settings")
    for opens, taps in (("Zone", "Berlin"), ("Layout", "Titles only")):
        for label in (opens, taps):
            await chat.press(label, on=settings)
            assert await chat.reply() is settings
    assert "When: daily 09:00 Berlin" in settings.text
    stored = await paperboy.chat(channel)
    assert (stored.kind, stored.settings.zone) == (ChatKind.CHANNEL, "Europe/Berlin")

    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(MONDAY)
    assert "Diffusion on Monday" in channel.last.text
    assert "Diffusion on Monday" not in chat.last.text

    back = await chat.ask("/remote off")
    assert back.text == "This chat is about your own topics again."
    assert "clustering" in (await chat.ask("/topics")).text


async def test_words_are_searched_and_followed_for_the_channel(
    paperboy: TelegramPaperboy, chat: PrivateChat, channel: TelegramChannel
) -> None:
    await manages(chat, channel)
    found = await chat.ask("diffusion")
    await chat.press("Follow diffusion", on=found)
    assert (await chat.reply()).text.startswith("In Lab news\n\n✓ This channel follows diffusion")
    listed = (await chat.ask("/topics")).text
    assert "1 topic" in listed
    assert "diffusion" in listed


async def test_a_button_stays_about_the_chat_it_was_made_for(
    paperboy: TelegramPaperboy, chat: PrivateChat, channel: TelegramChannel
) -> None:
    """Also after the way back, and the person's own buttons while another chat is managed."""
    own = await chat.ask("/subscribe clustering")
    await manages(chat, channel)
    theirs = await chat.ask("/subscribe diffusion")
    await chat.press("Undo", on=own)
    assert (await chat.reply()).text.startswith("Stopped clustering.")
    assert "diffusion" in (await chat.ask("/topics")).text
    await chat.ask("/remote off")
    await chat.press("Undo", on=theirs)
    assert (await chat.reply()).text.startswith("In Lab news\n\nStopped diffusion.")


async def test_what_is_the_persons_own_stays_so(
    paperboy: TelegramPaperboy, chat: PrivateChat, channel: TelegramChannel
) -> None:
    await manages(chat, channel)
    assert not (await chat.ask("/saved")).text.startswith("In Lab news")
    assert not (await chat.ask("/start")).text.startswith("In Lab news")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("person", "Only admins of Lab news can change what comes there, and you are none at the moment."),
        ("right", "I may not post in Lab news. Make me an admin with the right to post, then try again."),
        ("bot", "I am not in that chat. Add me there, as an admin where it is a channel, and choose it again."),
    ],
)
async def test_both_have_to_be_admins_when_it_is_chosen(
    paperboy: TelegramPaperboy, chat: PrivateChat, channel: TelegramChannel, anna: TelegramUser, change: str, why: str
) -> None:
    _take_away(channel, anna, change)
    await chat.ask("/remote")
    await chat.choose_chat("channel", channel)
    assert (await chat.reply()).text == why
    assert not (await chat.ask("/topics")).text.startswith("In Lab news")


@pytest.mark.parametrize("change", ["person", "right", "bot"])
async def test_both_have_to_be_admins_each_time(
    paperboy: TelegramPaperboy, chat: PrivateChat, channel: TelegramChannel, anna: TelegramUser, change: str
) -> None:
    await manages(chat, channel)
    followed = await chat.ask("/subscribe diffusion")
    _take_away(channel, anna, change)
    paperboy.clock.move_to(MONDAY)
    refused = await chat.ask("/subscribe clustering")
    assert refused.buttons == [["Choose another", "Back to my own chat"]]
    await chat.press("Undo", on=followed)
    assert (await chat.reply()).buttons == refused.buttons
    async with paperboy.storage.read() as work:
        topics = await work.subscriptions.of_chat((await paperboy.chat(channel)).id)
    assert len(topics) == 1
    await chat.press("Back to my own", on=refused)
    assert (await chat.reply()).text == "This chat is about your own topics again."


async def test_a_forged_address_shows_and_changes_nothing(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, chat: PrivateChat, channel: TelegramChannel
) -> None:
    """A button's data is what its owner's program says it is."""
    await manages(chat, channel)
    await chat.ask("/subscribe diffusion")
    mallory = telegram.person("Mallory")
    theirs = telegram.private(mallory)
    message = await theirs.ask("/topics")
    for data in (f"in {channel.id} topics", f"in {channel.id} unsubscribe all", "in -1 topics", "in x topics", "in -1"):
        message.keyboard[0][0]["callback_data"] = data
        await theirs.press(message.buttons[0][0], on=message)
        seen = (await theirs.reply()).text
        assert "1 topic" not in seen
        assert "Stopped" not in seen
    assert "1 topic" in (await chat.ask("/topics")).text


async def test_telegram_that_does_not_say_who_is_admin_is_no_yes(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, chat: PrivateChat, channel: TelegramChannel
) -> None:
    telegram.fail_next("getChatMember", times=2)
    await chat.ask("/remote")
    await chat.choose_chat("channel", channel)
    assert "did not tell me who is an admin" in (await chat.reply()).text


async def test_a_group_is_managed_from_a_private_chat_too_and_that_outlives_its_migration(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, chat: PrivateChat, anna: TelegramUser
) -> None:
    group = telegram.group("Lab", admins=[anna])
    assert (await group.ask("/remote", by=anna)).text.startswith("Say /remote in a private chat with me")
    await chat.ask("/remote")
    await chat.choose_chat("group", group)
    await chat.reply()
    await chat.reply()
    await chat.ask("/subscribe diffusion")
    large = group.migrate()
    paperboy.clock.move_to(MONDAY)
    assert "diffusion" in (await large.ask("/topics", by=anna)).text
    assert (await chat.ask("/topics")).text.startswith("In Lab\n\n1 topic")


@pytest.mark.parametrize(
    ("stop", "go_on", "why"),
    [("kick_bot", "add_bot", "I was removed"), ("mute_bot", "unmute_bot", "I may not write there")],
)
async def test_who_set_a_channel_up_hears_why_it_stopped_and_it_goes_on(
    paperboy: TelegramPaperboy,
    chat: PrivateChat,
    channel: TelegramChannel,
    anna: TelegramUser,
    stop: str,
    go_on: str,
    why: str,
) -> None:
    await manages(chat, channel)
    await chat.ask("/subscribe diffusion")
    getattr(channel, stop)(by=anna)
    await paperboy.wait_for_status(channel, ChatStatus.PAUSED)
    await paperboy.deliver()
    assert chat.last.text.startswith(f"I can’t post in Lab news any more ({why}).")
    getattr(channel, go_on)(by=anna)
    await paperboy.wait_for_status(channel, ChatStatus.ACTIVE)
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(MONDAY)
    assert "Diffusion on Monday" in channel.last.text


def _take_away(channel: TelegramChannel, anna: TelegramUser, change: str) -> None:
    match change:
        case "person":
            channel.demote(anna)
        case "right":
            channel.mute_bot(by=anna)
        case "bot":
            channel.kick_bot(by=anna)
