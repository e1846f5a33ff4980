"""Buttons of version 0.1 still stand in people's chats: what they carry stands here as it was sent, and is answered."""

from __future__ import annotations

import pytest

from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import FRIDAY
from tests.e2e.support.slack_env import SlackPaperboy as OnSlack
from tests.e2e.support.slack_env import invite_and_follow, morning
from tests.e2e.support.telegram_env import TelegramPaperboy as OnTelegram
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser
from tests.fakes.telegram import FakeTelegram

LONG = 'diffusion also:"' + ", ".join(f"name number {n}" for n in range(20)) + '"'
# The first 132 bits of the command's SHA-256, as 0.1 numbered its long commands.
LONG_TOKEN = "VIXhCMpZE8OO3IJv1zeXU3"

# What the message said that carried it, the button's data, and how the answer begins or what it says.
ON_TELEGRAM = {
    "a topic of the welcome": ("pick diffusion", "brings you the ones on your topics"),
    "a digest's first paper": ("paper 2608.00001 from edition 1", "Mira Aldous, Tom Brandt"),
    "a digest's topics": ("topics", "Next digest: tomorrow"),
    "a digest's reasons": ("why digest 1", "Why these"),
    "a list's paper": ("paper 2608.00002 from saved", "Mira Aldous, Tom Brandt"),
    "settings": ("settings", "When: daily"),
    "one setting": ("settings layout", "How much of the papers?"),
    "a setting's value": ("settings sound off", "Sound: off"),
    "back to the defaults": ("settings defaults again", "When: daily"),
    "the hour": ("when Europe/London", "London"),
    "one page on": ("page 2 search diffusion", "2 papers about it"),
    "a paper to keep": ("save 2608.00001", "Saved"),
    "a paper not to keep": ("unsave 2608.00001", "not on your list"),
    "less of it": ("less 2608.00001", "what shall I keep out"),
    "a subject to mute": ('mute author:"Mira Aldous"', "Muted"),
    "a subject to hear of again": ('unmute author:"Mira Aldous"', "is not muted here"),
    "a topic to edit": ("edit diffusion", "Tap a name to drop it or to add it"),
    "undo": ("unsubscribe diffusion", "Stopped diffusion"),
    "pause": ("pause", "Paused"),
    "a long command": (f"~{LONG_TOKEN}", "Tap a name to drop it or to add it"),
}


@pytest.mark.parametrize("which", ON_TELEGRAM)
async def test_a_button_of_telegram_is_answered(paperboy: OnTelegram, telegram: FakeTelegram, which: str) -> None:
    data, said = ON_TELEGRAM[which]
    chat = telegram.private(telegram.person("Anna"))
    await chat.ask("/subscribe diffusion")
    await paperboy.deliver(FRIDAY.replace(hour=13))
    async with paperboy.storage.write() as work:
        assert await work.inbox.store_callback(f"edit {LONG}", FRIDAY) == LONG_TOKEN
        await work.commit()
    carrier = await chat.ask("/topics")
    carrier.keyboard[0][0]["callback_data"] = data
    answer = await chat.press(carrier.buttons[0][0], on=carrier)
    shown = answer.text or ""
    while said not in shown:
        message = await chat.reply()
        shown += f"\n{message.text} {message.buttons}"
    assert "too old" not in shown
    assert "went wrong" not in shown


DEEP_LINKS = {
    "c-cGFwZXIgMjYwOC4wMDAwMQ": "Mira Aldous, Tom Brandt",  # paper 2608.00001
    "c-c2V2ZXJhbCAxIDI2MDguMDAwMDEgMjYwOC4wMDAwMg": "Fast Diffusion Sampling",  # several 1 2608.00001 2608.00002
    "c-cHJldmlldyBkaWZmdXNpb24": "Follow",  # preview diffusion
}


@pytest.mark.parametrize("payload", DEEP_LINKS)
async def test_a_link_into_ones_own_chat_is_answered(
    paperboy: OnTelegram, telegram: FakeTelegram, payload: str
) -> None:
    answer = await telegram.private(telegram.person("Anna")).ask(f"/start {payload}")
    assert DEEP_LINKS[payload] in answer.text + str(answer.buttons)


# The label under which it stood, the value behind it, and what the presser then reads.
ON_SLACK = {
    "a digest's settings": ("Topics and time", "setup", "Time zone"),
    "a digest's search": ("Topics and time", "search", "What are you looking for?"),
    "its reasons": ("Topics and time", "why digest 1", "Why these"),
    "undo": ("Topics and time", "unsubscribe diffusion", "Stopped diffusion"),
    "settings": ("Topics and time", "settings", "Back to the defaults"),
    "the reading list": ("Topics and time", "saved", "eading list"),
    "one paper not to keep": ("Topics and time", "unsave 2608.00001", "was not on your list"),
    "an answer shown to everybody": ("Topics and time", "share-here search clustering", "shares:"),
}
MENU = {
    "paper 2608.00001": "Mira Aldous, Tom Brandt",
    "save 2608.00001": "aved",
    "discuss 2608.00001": "brings up",
    "why 2608.00001": "It is in your digest of",
    "less 2608.00001": "what shall I keep out",
}


def carrying(post: SlackMessage, action_id: str, value: str) -> None:
    """The post as 0.1 sent it: this value behind its first button, or its menu's first entry."""
    elements = [element for block in post.blocks for element in [*block.get("elements", ()), block.get("accessory")]]
    element = next(each for each in elements if each and each.get("action_id") == action_id)
    (element["options"][0] if "options" in element else element)["value"] = value


@pytest.fixture
async def post(on_slack: OnSlack, anna: SlackUser, channel: SlackChannel) -> SlackMessage:
    await invite_and_follow(anna, channel, "diffusion")
    await on_slack.deliver(morning(24))
    return slack_digests(channel)[0]


@pytest.mark.parametrize("which", ON_SLACK)
async def test_a_button_of_slack_is_answered(post: SlackMessage, ben: SlackUser, which: str) -> None:
    label, value, said = ON_SLACK[which]
    carrying(post, "b0", value)
    assert ben.can_see(said) is None
    await ben.press(post, label)
    await ben.sees(said)
    assert ben.can_see("went wrong") is None


@pytest.mark.parametrize("value", MENU)
async def test_a_menu_of_slack_is_answered(post: SlackMessage, ben: SlackUser, value: str) -> None:
    carrying(post, "paper", value)
    assert ben.can_see(MENU[value]) is None
    await ben.press(post, post.menu[0], within="1.")
    await ben.sees(MENU[value])
    assert ben.can_see("went wrong") is None


async def test_a_long_command_of_slack_is_answered(on_slack: OnSlack, post: SlackMessage, ben: SlackUser) -> None:
    async with on_slack.storage.write() as work:
        await work.inbox.store_callback(f"edit {LONG}", FRIDAY)
        await work.commit()
    carrying(post, "b0", f"={LONG_TOKEN}")
    await ben.press(post, "Topics and time")
    await ben.sees("Tap a name to drop it or to add it")
