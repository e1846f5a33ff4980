"""Buttons of version 0.1 still stand in people's chats: what they carry stands here as it was sent, and is answered."""

from __future__ import annotations

import pytest

from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import FRIDAY
from tests.e2e.support.slack_env import SlackPaperboy as OnSlack
from tests.e2e.support.slack_env import invite_and_follow, morning
from tests.e2e.support.telegram_env import TelegramPaperboy as OnTelegram
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser, SlackWorkspace
from tests.fakes.telegram import FakeTelegram, PrivateChat

LONG = 'diffusion also:"' + ", ".join(f"name number {n}" for n in range(20)) + '"'
# The first 132 bits of the command's SHA-256, as 0.1 numbered its long commands.
LONG_TOKEN = "VIXhCMpZE8OO3IJv1zeXU3"

# What the message said that carried it, the button's data, and how the answer begins or what it says.
ON_TELEGRAM = {
    "a topic of the welcome": ("pick diffusion", "brings you the ones on your topics"),
    "a digest's first paper": ("paper 2608.00001 from edition {digest}", "Mira Aldous, Tom Brandt"),
    "a digest's topics": ("topics", "Next digest: tomorrow"),
    "a digest's reasons": ("why digest {digest}", "Why these"),
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


async def test_the_buttons_of_telegram_are_answered(paperboy: OnTelegram, telegram: FakeTelegram) -> None:
    """Each in a chat of its own, so that none changes what another one finds."""
    chats = {which: telegram.private(telegram.person(f"Anna, {which}")) for which in ON_TELEGRAM}
    for chat in chats.values():
        await chat.ask("/subscribe diffusion")
    await paperboy.deliver(FRIDAY.replace(hour=13))
    async with paperboy.storage.write() as work:
        assert await work.inbox.store_callback(f"edit {LONG}", FRIDAY) == LONG_TOKEN
        await work.commit()
    for which, chat in chats.items():
        await press_on_telegram(paperboy, chat, which)


async def press_on_telegram(paperboy: OnTelegram, chat: PrivateChat, which: str) -> None:
    data, said = ON_TELEGRAM[which]
    async with paperboy.storage.read() as work:
        (digest,) = await work.outbox.editions((await paperboy.chat(chat)).id, 2)
    carrier = await chat.ask("/topics")
    carrier.keyboard[0][0]["callback_data"] = data.format(digest=digest.delivery_id)
    answer = await chat.press(carrier.buttons[0][0], on=carrier)
    shown = answer.text or ""
    while said not in shown:
        message = await chat.reply()
        shown += f"\n{message.text} {message.buttons}"
    assert "too old" not in shown, which
    assert "went wrong" not in shown, which


DEEP_LINKS = {
    "c-cGFwZXIgMjYwOC4wMDAwMQ": "Mira Aldous, Tom Brandt",  # paper 2608.00001
    "c-c2V2ZXJhbCAxIDI2MDguMDAwMDEgMjYwOC4wMDAwMg": "Fast Diffusion Sampling",  # several 1 2608.00001 2608.00002
    "c-cHJldmlldyBkaWZmdXNpb24": "Follow",  # preview diffusion
}


async def test_the_links_into_ones_own_chat_are_answered(paperboy: OnTelegram, telegram: FakeTelegram) -> None:
    for payload, said in DEEP_LINKS.items():
        answer = await telegram.private(telegram.person(f"Anna, {payload}")).ask(f"/start {payload}")
        assert said in answer.text + str(answer.buttons), payload


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
    "less 2608.00001": "what shall I propose to keep out",
}


def carrying(post: SlackMessage, action_id: str, value: str) -> None:
    """The post as 0.1 sent it: this value behind its first button, or its menu's first entry."""
    elements = [element for block in post.blocks for element in [*block.get("elements", ()), block.get("accessory")]]
    element = next(each for each in elements if each and each.get("action_id") == action_id)
    (element["options"][0] if "options" in element else element)["value"] = value


def joining(team: SlackWorkspace, channel: SlackChannel, name: str) -> SlackUser:
    """Somebody who has been in the channel for long."""
    person = team.person(name, tz="Europe/Berlin")
    channel.members.add(person.id)
    return person


@pytest.fixture
async def post(on_slack: OnSlack, anna: SlackUser, channel: SlackChannel) -> SlackMessage:
    await invite_and_follow(anna, channel, "diffusion")
    await on_slack.deliver(morning(24))
    return slack_digests(channel)[0]


async def test_the_buttons_of_slack_are_answered(
    post: SlackMessage, team: SlackWorkspace, channel: SlackChannel
) -> None:
    """Each to somebody of their own, so that nobody reads what another press brought."""
    for which, (label, value, said) in ON_SLACK.items():
        carrying(post, "b0", value)
        presser = joining(team, channel, which)
        assert presser.can_see(said) is None, which
        await presser.press(post, label)
        await presser.sees(said)
        assert presser.can_see("went wrong") is None, which


async def test_the_menu_of_slack_is_answered(post: SlackMessage, team: SlackWorkspace, channel: SlackChannel) -> None:
    for value, said in MENU.items():
        carrying(post, "paper", value)
        presser = joining(team, channel, value)
        assert presser.can_see(said) is None, value
        await presser.press(post, post.menu[0], within="1.")
        await presser.sees(said)
        assert presser.can_see("went wrong") is None, value


async def test_a_long_command_of_slack_is_answered(on_slack: OnSlack, post: SlackMessage, ben: SlackUser) -> None:
    async with on_slack.storage.write() as work:
        await work.inbox.store_callback(f"edit {LONG}", FRIDAY)
        await work.commit()
    carrying(post, "b0", f"={LONG_TOKEN}")
    await ben.press(post, "Topics and time")
    await ben.sees("Tap a name to drop it or to add it")
