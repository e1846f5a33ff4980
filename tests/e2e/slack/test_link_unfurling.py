"""Links to papers that people send, and the shortcut on a message."""

from __future__ import annotations

import pytest

from tests.e2e.support.slack_env import SlackPaperboy
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser

PAPER = "https://arxiv.org/abs/2608.00002"
SAME = "https://huggingface.co/papers/2608.00002"
OTHER = "https://hf.co/papers/2608.00003"
TITLE = "Fast Diffusion Sampling on a Phone"


async def carded(slack: SlackPaperboy, message: SlackMessage) -> str:
    await slack.slack.until(lambda: message.unfurls, "a card")
    return str(message.unfurls)


async def quiet(anna: SlackUser, message: SlackMessage) -> bool:
    """What is asked in a channel is worked on in its order, so the link is done with when the question is."""
    await anna.command(message.channel, "/papers search harbour")
    await anna.sees("Letters from the Harbour", message.channel)
    return message.unfurls == {}


async def test_a_link_gets_a_card_once(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    first = await anna.say(channel, f"Have you seen {PAPER} already?")
    assert TITLE in await carded(on_slack, first)
    assert list(first.unfurls) == [PAPER]
    again = await ben.say(channel, f"Yes, {SAME} and now {OTHER}")
    assert "Soft Clustering" in await carded(on_slack, again)
    assert list(again.unfurls) == [OTHER]
    assert channel.messages == [first, again]


@pytest.mark.parametrize(
    "text",
    [
        "Nothing of ours: https://arxiv.org/abs/2501.99999",
        "No paper: https://huggingface.co/datasets",
        f"Many: {PAPER} {OTHER} https://hf.co/papers/2608.00001 https://hf.co/papers/2608.00004",
    ],
)
async def test_other_messages_stay_as_they_are(
    text: str, on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    assert await quiet(anna, await anna.say(channel, text))


async def test_an_admin_switches_it_off_for_the_workspace(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    anna.admin = True
    await anna.invite(channel)
    await ben.command(channel, "/papers unfurl off")
    await ben.sees("only its admins can switch it")
    await anna.command(channel, "/papers unfurl off")
    await anna.sees("Links to papers stay as they are")
    assert await quiet(anna, await anna.say(channel, PAPER))
    await anna.command(channel, "/papers unfurl on")
    await anna.sees("gets a card")
    assert TITLE in await carded(on_slack, await anna.say(channel, PAPER))


async def test_the_shortcut_on_a_message_finds_its_paper(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    message = await anna.say(channel, f"This one: {SAME}")
    await anna.shortcut("find", message)
    await on_slack.slack.until(lambda: anna.modals, "the paper")
    assert TITLE in anna.modal.shown
    await anna.press(anna.modal, "More like this")
    await on_slack.slack.until(lambda: len(anna.modals) == 2, "its neighbours")


async def test_the_shortcut_on_words_finds_what_comes_near(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await anna.shortcut("find", await anna.say(channel, "clustering in little memory"))
    await on_slack.slack.until(lambda: anna.modals, "what was found")
    assert "Soft Clustering in Little Memory" in anna.modal.shown
    assert channel.posts == []
