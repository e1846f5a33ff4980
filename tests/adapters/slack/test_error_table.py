"""Every error name of Slack's that is known, and what is made of it, by the real client."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.slack.client.error_table import ERROR_RULES, SlackRemedy
from bot.errors import (
    ChatUnavailable,
    DeliveryError,
    ErrorScope,
    MessageRejected,
    NotAuthorised,
    OutcomeUnknown,
    RetryLater,
)
from bot.i18n import t
from bot.ports import LookupUnsupported
from bot.views import TextBlock, View
from tests.adapters.slack.slack_platform import SlackHarness, make_chat, make_harness
from tests.fakes.ports import FakeClock
from tests.fakes.slack import FakeSlack, SlackChannel, SlackFault, dropped, html, http, refused, too_many

NOW = datetime(2026, 8, 18, 12, tzinfo=UTC)
SHOWN = View((TextBlock(t("hello")),))


def named(does: SlackRemedy) -> list[str]:
    return [name for name, case in ERROR_RULES.items() if case.remedy is does]


@pytest.fixture
async def made() -> AsyncIterator[SlackHarness]:
    async with FakeSlack() as slack, make_harness(slack.workspace("T1"), clock=FakeClock(NOW)) as made:
        yield made


@pytest.fixture
def channel(made: SlackHarness) -> SlackChannel:
    return made.slack.workspace("T1").channel("gen-video", bot=True)


async def problem(made: SlackHarness, channel: SlackChannel, fault: SlackFault) -> DeliveryError:
    made.slack.fail("chat.postMessage", fault)
    with pytest.raises(DeliveryError) as raised:
        await made.platform.send(make_chat(channel), SHOWN, key="k")
    return raised.value


@pytest.mark.parametrize("name", named(SlackRemedy.WAIT))
async def test_surely_not_sent(name: str, made: SlackHarness, channel: SlackChannel) -> None:
    error = await problem(made, channel, refused(name))
    assert isinstance(error, RetryLater)
    assert (error.at, error.scope) == (NOW + ERROR_RULES[name].wait, ErrorScope.WORKSPACE)
    assert ERROR_RULES[name].wait >= timedelta(seconds=30)


@pytest.mark.parametrize(("seconds", "waits"), [(7, 8), (None, 31), (10_072, 10_073)])
async def test_slack_says_how_long_to_wait(
    seconds: int | None, waits: int, made: SlackHarness, channel: SlackChannel
) -> None:
    error = await problem(made, channel, too_many(seconds))
    assert isinstance(error, RetryLater)
    assert (error.at, error.scope) == (NOW + timedelta(seconds=waits), ErrorScope.WORKSPACE)


@pytest.mark.parametrize("name", named(SlackRemedy.UNCERTAIN))
async def test_perhaps_sent_by_slacks_own_word(name: str, made: SlackHarness, channel: SlackChannel) -> None:
    assert isinstance(await problem(made, channel, refused(name)), OutcomeUnknown)


@pytest.mark.parametrize("fault", [dropped(), http(500), http(502), http(503), html()], ids=str)
async def test_perhaps_sent_since_no_answer_came(fault: SlackFault, made: SlackHarness, channel: SlackChannel) -> None:
    assert isinstance(await problem(made, channel, fault), OutcomeUnknown)


@pytest.mark.parametrize("name", named(SlackRemedy.HOLD_AND_ALERT))
async def test_the_installation_is_refused(name: str, made: SlackHarness, channel: SlackChannel) -> None:
    error = await problem(made, channel, refused(name))
    assert isinstance(error, NotAuthorised)
    assert (error.scope, error.reason) == (ErrorScope.WORKSPACE, f"Slack says {name}")


@pytest.mark.parametrize("name", named(SlackRemedy.PAUSE))
async def test_the_conversation_takes_nothing(name: str, made: SlackHarness, channel: SlackChannel) -> None:
    error = await problem(made, channel, refused(name))
    assert isinstance(error, ChatUnavailable)
    assert (error.cause, error.reason) == (ERROR_RULES[name].unavailable_reason, name)


@pytest.mark.parametrize("name", [*named(SlackRemedy.FAIL), "something_new"])
async def test_the_message_itself_is_refused(name: str, made: SlackHarness, channel: SlackChannel) -> None:
    """A deleted or locked thread is one of these: it is one reply that is lost, the channel goes on."""
    error = await problem(made, channel, refused(name))
    assert isinstance(error, MessageRejected)
    assert name in error.reason
    assert len(made.slack.calls.of("chat.postMessage")) == 1


@pytest.mark.parametrize("name", named(SlackRemedy.RETRY_PLAIN))
async def test_blocks_that_are_refused_go_as_text(
    name: str, made: SlackHarness, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    made.slack.fail("chat.postMessage", refused(name))
    await made.platform.send(make_chat(channel), SHOWN, key="k")
    first, second = made.slack.calls.of("chat.postMessage")
    assert ("blocks" in first.args, "blocks" in second.args) == (True, False)
    assert second.args["text"] == "hello"
    assert second.args["metadata"] == first.args["metadata"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("name", named(SlackRemedy.RETRY_KEYLESS))
async def test_a_key_that_is_refused_is_left_out_and_never_looked_for(
    name: str, made: SlackHarness, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    """Looking would not find it, and it would be posted again and again."""
    made.slack.fail("chat.postMessage", refused(name))
    made.slack.fail("chat.postMessage", dropped())
    with pytest.raises(OutcomeUnknown):
        await made.platform.send(make_chat(channel), SHOWN, key="k")
    assert len(channel.posts) == 1
    assert await made.platform.find_sent(make_chat(channel), "k", NOW) is LookupUnsupported.UNSUPPORTED
    assert await made.platform.find_sent(make_chat(channel), "another", NOW) is None
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_blocks_and_key_may_both_be_refused(made: SlackHarness, channel: SlackChannel) -> None:
    made.slack.fail("chat.postMessage", refused("invalid_blocks"))
    made.slack.fail("chat.postMessage", refused("metadata_too_large"))
    await made.platform.send(make_chat(channel), SHOWN, key="k")
    assert len(channel.posts) == 1


@pytest.mark.parametrize("name", named(SlackRemedy.RETRY_PLAIN) + named(SlackRemedy.RETRY_KEYLESS))
async def test_what_stays_refused_is_our_mistake(name: str, made: SlackHarness, channel: SlackChannel) -> None:
    made.slack.fail("chat.postMessage", refused(name), times=9)
    with pytest.raises(MessageRejected):
        await made.platform.send(make_chat(channel), SHOWN, key="k")
    assert len(made.slack.calls.of("chat.postMessage")) == 2


def test_every_documented_name_has_its_row() -> None:
    """Those of chat.postMessage, chat.postEphemeral, conversations.open and auth.test (docs.slack.dev, 2026-08)."""
    documented = (Path(__file__).parents[2] / "fixtures" / "slack-error-names.txt").read_text().split()
    assert set(documented) - set(ERROR_RULES) == set()
    assert {case.name for case in ERROR_RULES.values() if case.unavailable_reason} == set(named(SlackRemedy.PAUSE))
