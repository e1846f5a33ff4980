"""Every error name of Slack's that is known, and what is made of it, by the real client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.errors import MEANING
from bot.errors import ChatGone, DeliveryError, GoneReason, NotAuthorised, OutcomeUnknown, Refused, Scope, TryLater
from bot.sentences import say
from bot.views import Line, View
from tests.adapters.slack_at_work import Desk, chat_of, desk
from tests.standins.core import FakeClock
from tests.standins.slack import Channel, Fault, SlackStandIn, dropped, html, http, refused, too_many

NOW = datetime(2026, 8, 18, 12, tzinfo=UTC)
LATER = {
    "ratelimited": timedelta(seconds=30),
    "rate_limited": timedelta(seconds=30),
    "message_limit_exceeded": timedelta(hours=6),
    "org_login_required": timedelta(hours=1),
    "team_added_to_org": timedelta(hours=1),
    "external_channel_migrating": timedelta(hours=1),
}
UNKNOWN = ("fatal_error", "internal_error", "service_unavailable", "request_timeout")
NOT_AUTHORISED = (
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "access_denied",
    "accesslimited",
    "app_access_restricted",
    "ekm_access_denied",
    "team_access_not_granted",
    "two_factor_setup_required",
    "enterprise_is_restricted",
)
GONE = {
    "not_in_channel": GoneReason.NOT_A_MEMBER,
    "channel_not_found": GoneReason.NOT_A_MEMBER,
    "is_archived": GoneReason.ARCHIVED,
    "user_not_found": GoneReason.DEACTIVATED,
    "user_disabled": GoneReason.DEACTIVATED,
    "user_not_visible": GoneReason.DEACTIVATED,
    "no_permission": GoneReason.NO_RIGHT_TO_POST,
    "messages_tab_disabled": GoneReason.NO_RIGHT_TO_POST,
    "restricted_action": GoneReason.NO_RIGHT_TO_POST,
    "restricted_action_read_only_channel": GoneReason.NO_RIGHT_TO_POST,
    "restricted_action_thread_only_channel": GoneReason.NO_RIGHT_TO_POST,
}
REFUSED = (
    "invalid_arguments",
    "invalid_form_data",
    "no_text",
    "thread_not_found",
    "restricted_action_thread_locked",
    "cannot_reply_to_message",
    "something_new",
)


@pytest.fixture
async def made() -> AsyncIterator[Desk]:
    async with SlackStandIn() as slack, desk(slack.workspace("T1"), clock=FakeClock(NOW)) as made:
        yield made


@pytest.fixture
def channel(made: Desk) -> Channel:
    return made.slack.workspace("T1").channel("gen-video", bot=True)


async def problem(made: Desk, channel: Channel, fault: Fault) -> DeliveryError:
    made.slack.fail("chat.postMessage", fault)
    with pytest.raises(DeliveryError) as raised:
        await made.platform.send(chat_of(channel), View((Line(say("hello")),)), key="k")
    return raised.value


def test_every_line_of_the_table_is_tried_here() -> None:
    assert set(MEANING) == {*LATER, *UNKNOWN, *NOT_AUTHORISED, *GONE}


@pytest.mark.parametrize("name", LATER)
async def test_surely_not_sent(name: str, made: Desk, channel: Channel) -> None:
    error = await problem(made, channel, refused(name))
    assert isinstance(error, TryLater)
    assert (error.at, error.scope) == (NOW + LATER[name], Scope.WORKSPACE)


@pytest.mark.parametrize(("seconds", "waits"), [(7, 8), (None, 31), (10_072, 10_073)])
async def test_slack_says_how_long_to_wait(seconds: int | None, waits: int, made: Desk, channel: Channel) -> None:
    error = await problem(made, channel, too_many(seconds))
    assert isinstance(error, TryLater)
    assert (error.at, error.scope) == (NOW + timedelta(seconds=waits), Scope.WORKSPACE)


@pytest.mark.parametrize("name", UNKNOWN)
async def test_perhaps_sent_by_slacks_own_word(name: str, made: Desk, channel: Channel) -> None:
    assert isinstance(await problem(made, channel, refused(name)), OutcomeUnknown)


@pytest.mark.parametrize("fault", [dropped(), http(500), http(502), http(503), html()], ids=str)
async def test_perhaps_sent_since_no_answer_came(fault: Fault, made: Desk, channel: Channel) -> None:
    assert isinstance(await problem(made, channel, fault), OutcomeUnknown)


@pytest.mark.parametrize("name", NOT_AUTHORISED)
async def test_the_installation_is_refused(name: str, made: Desk, channel: Channel) -> None:
    error = await problem(made, channel, refused(name))
    assert isinstance(error, NotAuthorised)
    assert (error.scope, error.reason) == (Scope.WORKSPACE, f"Slack says {name}")


@pytest.mark.parametrize("name", GONE)
async def test_the_conversation_takes_nothing(name: str, made: Desk, channel: Channel) -> None:
    error = await problem(made, channel, refused(name))
    assert isinstance(error, ChatGone)
    assert (error.gone, error.reason) == (GONE[name], name)


@pytest.mark.parametrize("name", REFUSED)
async def test_the_message_itself_is_refused(name: str, made: Desk, channel: Channel) -> None:
    """A deleted or locked thread is one of these: it is one reply that is lost, the channel goes on."""
    error = await problem(made, channel, refused(name))
    assert isinstance(error, Refused)
    assert name in error.reason
