"""Every way in which Telegram, or the way to it, says no; the words it says it in are gone through beside this."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import TelegramError

from adapters.clock import SystemClock
from adapters.telegram.client.errors import is_missing_method, to_delivery_error
from adapters.telegram.client.server_methods import has_method
from adapters.telegram.replies import sender
from bot.errors import (
    ChatIdChanged,
    ChatUnavailable,
    DeliveryError,
    ErrorScope,
    MessageRejected,
    NotAuthorised,
    OutcomeUnknown,
    RetryLater,
    UnavailableReason,
)
from bot.i18n import t
from bot.views import Button, Buttons, TextBlock, View
from tests.adapters.telegram.telegram_platform import make_chat, make_harness
from tests.fakes.telegram import FakeTelegram, PrivateChat, TelegramConversation, bad_request, forbidden
from tests.fakes.telegram.client import bot_client
from tests.fakes.telegram.refusals import TelegramRefusal, no_bot_path, restarting, unauthorized, unknown_method

HELLO = View((TextBlock(t("Hello")),))


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> PrivateChat:
    return telegram.private(telegram.person("Anna"))


async def problem(telegram: FakeTelegram, where: TelegramConversation, thread: str = "") -> DeliveryError:
    """What a delivery hears that is sent there now."""
    async with make_harness(telegram) as made:
        with pytest.raises(DeliveryError) as raised:
            await made.platform.send(make_chat(where, thread=thread), HELLO, key="k")
    assert telegram.token not in repr(raised.value)
    return raised.value


async def test_a_refusal_nobody_foresaw_pauses_the_chat(telegram: FakeTelegram, anna: PrivateChat) -> None:
    """Forbidden is about the chat, whatever the words."""
    telegram.refuse_next("sendMessage", forbidden("something new"))
    error = await problem(telegram, anna)
    assert isinstance(error, ChatUnavailable)
    assert (error.cause, error.reason) == (UnavailableReason.NO_RIGHT_TO_POST, "something new")


async def test_chats_that_are_really_gone(telegram: FakeTelegram) -> None:
    """The same by what people do instead of by words."""
    boss, blocker, leaver = (telegram.person(name) for name in ("Boss", "Blocker", "Leaver"))
    group, forum = telegram.group("Lab", admins=[boss]), telegram.supergroup("Forum", admins=[boss], forum=True)
    private, gone = telegram.private(blocker), telegram.private(leaver)
    topic = forum.topic("Papers")
    blocker.block()
    leaver.delete_account()
    group.kick_bot()
    topic.close()
    found = [await problem(telegram, each) for each in (private, gone, group)]
    found.append(await problem(telegram, forum, str(topic.thread_id)))
    assert [error.cause for error in found if isinstance(error, ChatUnavailable)] == [
        UnavailableReason.BLOCKED,
        UnavailableReason.DEACTIVATED,
        UnavailableReason.KICKED,
        UnavailableReason.THREAD_CLOSED,
    ]


async def test_a_group_that_became_a_supergroup(telegram: FakeTelegram) -> None:
    group = telegram.group("Lab", admins=[telegram.person("Boss")])
    migrated_group = group.migrate()
    error = await problem(telegram, group)
    assert isinstance(error, ChatIdChanged)
    assert error.new_chat_id == str(migrated_group.id)


async def test_too_many_messages(telegram: FakeTelegram, anna: PrivateChat) -> None:
    telegram.flood(anna.id, retry_after=7)
    error = await problem(telegram, anna)
    assert isinstance(error, RetryLater)
    assert error.scope is ErrorScope.CHAT
    assert timedelta(seconds=7) < error.at - datetime.now(UTC) <= timedelta(seconds=8)


async def test_a_pause_is_kept_without_asking_again_and_three_chats_make_it_the_bots(telegram: FakeTelegram) -> None:
    chats = [telegram.private(telegram.person(f"Person {number}")) for number in range(5)]
    telegram.flood(retry_after=30, times=None)
    async with make_harness(telegram) as made:
        scopes = []
        for each in [chats[0], chats[0], *chats[1:]]:
            with pytest.raises(RetryLater) as raised:
                await made.platform.send(make_chat(each), HELLO, key="k")
            scopes.append(raised.value.scope)
    assert scopes == [ErrorScope.CHAT] * 3 + [ErrorScope.BOT] * 3
    assert len(telegram.calls("sendMessage")) == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_in_trouble(telegram: FakeTelegram, anna: PrivateChat, status: int) -> None:
    """It may fail after it sent."""
    telegram.fail_next("sendMessage", status, accepted=True)
    assert isinstance(await problem(telegram, anna), OutcomeUnknown)
    assert len(anna.messages) == 1


@pytest.mark.parametrize("status", [200, 403, 404, 502])
async def test_a_page_in_between(telegram: FakeTelegram, anna: PrivateChat, status: int) -> None:
    """A proxy's page is no answer of Telegram's, whatever its status: neither the chat nor the token is at fault."""
    telegram.garbage_next("sendMessage", status)
    assert isinstance(await problem(telegram, anna), OutcomeUnknown)


async def test_a_connection_that_breaks(telegram: FakeTelegram, anna: PrivateChat) -> None:
    telegram.drop_next("sendMessage", accepted=True)
    error = await problem(telegram, anna)
    assert isinstance(error, OutcomeUnknown)
    assert error.reason == "no clear answer: RemoteProtocolError"


async def test_no_answer_in_time(telegram: FakeTelegram, anna: PrivateChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "REQUEST_TIMEOUT_SECONDS", 0.5)
    telegram.hold_next("sendMessage")
    assert isinstance(await problem(telegram, anna), OutcomeUnknown)
    assert len(anna.messages) == 1


async def test_no_connection_at_all(telegram: FakeTelegram, anna: PrivateChat) -> None:
    """Surely not sent, so it can simply be tried again."""
    await telegram.go_offline()
    error = await problem(telegram, anna)
    assert isinstance(error, RetryLater)
    assert error.scope is ErrorScope.BOT
    assert error.reason == "no connection to Telegram"


async def test_the_token_was_revoked(telegram: FakeTelegram, anna: PrivateChat) -> None:
    telegram.revoke_token()
    error = await problem(telegram, anna)
    assert isinstance(error, NotAuthorised)
    assert error.scope is ErrorScope.BOT


async def test_a_chat_of_another_bot_waits_for_that_bot(telegram: FakeTelegram, anna: PrivateChat) -> None:
    """Whoever changes the bot keeps the chats of the old one; nothing is sent, nobody is paused."""
    async with make_harness(telegram, token="654321:TEST") as made:
        with pytest.raises(NotAuthorised) as raised:
            await made.platform.send(make_chat(anna), HELLO, key="k")
    assert raised.value.scope is ErrorScope.WORKSPACE
    assert not telegram.requests


async def test_anything_else_is_our_mistake(telegram: FakeTelegram, anna: PrivateChat) -> None:
    telegram.refuse_next("sendMessage", bad_request("PEER_FLOOD"))
    error = await problem(telegram, anna)
    assert isinstance(error, MessageRejected)
    assert error.reason.upper() == "PEER_FLOOD"


async def test_nothing_is_retried_behind_our_back(telegram: FakeTelegram, anna: PrivateChat) -> None:
    for break_it in FAILURES:
        break_it(telegram)
        await problem(telegram, anna)
    assert len(telegram.calls("sendMessage")) == len(FAILURES)


FAILURES: list[Callable[[FakeTelegram], object]] = [
    lambda telegram: telegram.drop_next("sendMessage", accepted=False),
    lambda telegram: telegram.fail_next("sendMessage"),
    lambda telegram: telegram.garbage_next("sendMessage"),
    lambda telegram: telegram.flood(),
]


async def test_unreadable_markup_goes_once_more_as_plain_words_and_is_reported(
    telegram: FakeTelegram, anna: PrivateChat, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.refuse_next("sendMessage", bad_request("BUTTON_DATA_INVALID"))
    view = View((TextBlock(t("<b>Five</b> papers & more")), Buttons(((Button(t("Topics"), "topics"),),))))
    async with make_harness(telegram) as made:
        receipt = await made.platform.send(make_chat(anna), view, key="k")
    assert anna.last.text == "Five papers & more"
    assert anna.last.entities == ()
    assert anna.last.buttons == []
    assert receipt.id == str(anna.last.id)
    assert [record.levelno for record in caplog.records if "can't read" in record.message] == [logging.ERROR]


async def test_plain_words_that_are_refused_too_are_our_mistake(telegram: FakeTelegram, anna: PrivateChat) -> None:
    telegram.refuse_next("sendMessage", bad_request("BUTTON_DATA_INVALID"), times=2)
    assert isinstance(await problem(telegram, anna), MessageRejected)


async def test_a_long_digest_goes_on_where_it_stopped(telegram: FakeTelegram, anna: PrivateChat) -> None:
    """Three messages; the second is refused for now: the next try sends the second and the third only."""
    view = View(tuple(TextBlock(t("{w}", w=letter * 3000)) for letter in "abc"))
    async with make_harness(telegram) as made:
        hold = telegram.hold_next("sendMessage")
        first_try = asyncio.create_task(made.platform.send(make_chat(anna), view, key="k"))
        await hold.arrived()
        telegram.flood(anna.id, retry_after=0)
        hold.release()
        with pytest.raises(DeliveryError):
            await first_try
        assert [message.text[0] for message in anna.messages] == ["a"]
        receipt = await made.platform.send(make_chat(anna), view, key="k")
    assert [message.text[0] for message in anna.messages] == ["a", "b", "c"]
    assert receipt.id == str(anna.last.id)


async def test_editing_what_is_gone_or_unchanged_is_no_error(telegram: FakeTelegram, anna: PrivateChat) -> None:
    async with make_harness(telegram) as made:
        receipt = await made.platform.send(make_chat(anna), HELLO, key="k")
        await made.platform.edit(make_chat(anna), receipt, HELLO)
        await made.platform.edit(make_chat(anna), receipt, View((TextBlock(t("Goodbye")),)))
        assert anna.last.text == "Goodbye"
        del anna.room.messages[anna.last.id]
        await made.platform.edit(make_chat(anna), receipt, HELLO)
    assert anna.messages == []


async def test_nobody_can_look_for_a_message(telegram: FakeTelegram, anna: PrivateChat) -> None:
    async with make_harness(telegram) as made:
        assert await made.platform.find_sent(make_chat(anna), "k", SystemClock().now()) == "cannot know"


# --- methods that the library does not know yet


@pytest.mark.parametrize(
    ("answer", "means", "missing"),
    [
        (unauthorized(), NotAuthorised, False),
        (no_bot_path(), NotAuthorised, False),
        (unknown_method(), MessageRejected, True),
        (bad_request("message identifier is not specified"), MessageRejected, False),
        (restarting(), OutcomeUnknown, False),
    ],
    ids=["revoked token", "not found", "no such method", "bad request", "server error"],
)
@pytest.mark.parametrize("initialized", [True, False])
async def test_a_revoked_token_is_no_missing_method(
    telegram: FakeTelegram, answer: TelegramRefusal, means: type[DeliveryError], missing: bool, initialized: bool
) -> None:
    """The library says the same words for both."""
    async with bot_client(telegram) as bot:
        bot._bot_initialized = initialized
        telegram.refuse_next("editEphemeralMessageText", answer)
        with pytest.raises(TelegramError) as raised:
            await bot.do_api_request("editEphemeralMessageText")
    assert type(to_delivery_error(raised.value, datetime(2026, 8, 21, tzinfo=UTC))) is means
    assert is_missing_method(raised.value) is missing


@pytest.mark.parametrize(
    ("answer", "knows"),
    [
        (bad_request("message identifier is not specified"), True),
        (unknown_method(), False),
        (unauthorized(), None),
        (no_bot_path(), None),
        (restarting(), None),
    ],
)
async def test_what_an_empty_call_tells_of_a_server(
    telegram: FakeTelegram, answer: TelegramRefusal, knows: bool | None
) -> None:
    async with bot_client(telegram) as bot:
        telegram.refuse_next("answerWidgetQuery", answer)
        if knows is not None:
            assert await has_method(bot, "answerWidgetQuery") is knows
        else:
            with pytest.raises(TelegramError):
                await has_method(bot, "answerWidgetQuery")
        telegram.garbage_next("answerWidgetQuery", status=400)
        with pytest.raises(TelegramError):
            await has_method(bot, "answerWidgetQuery")
