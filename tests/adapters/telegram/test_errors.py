"""Every way in which Telegram, or the way to it, says no; the words it says it in are gone through beside this."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import SystemClock
from adapters.telegram.replies import sender
from bot.errors import (
    ChatGone,
    ChatMoved,
    DeliveryError,
    GoneReason,
    NotAuthorised,
    OutcomeUnknown,
    Refused,
    Scope,
    TryLater,
)
from bot.i18n import say
from bot.views import Button, Buttons, Line, View
from tests.adapters.telegram.telegram_platform import chat_of, desk
from tests.fakes.telegram import Conversation, PrivateChat, TelegramStandIn, bad_request, forbidden

HELLO = View((Line(say("Hello")),))


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as standin:
        yield standin


@pytest.fixture
def anna(telegram: TelegramStandIn) -> PrivateChat:
    return telegram.private(telegram.person("Anna"))


async def problem(telegram: TelegramStandIn, where: Conversation, thread: str = "") -> DeliveryError:
    """What a delivery hears that is sent there now."""
    async with desk(telegram) as made:
        with pytest.raises(DeliveryError) as raised:
            await made.platform.send(chat_of(where, thread=thread), HELLO, key="k")
    assert telegram.token not in repr(raised.value)
    return raised.value


async def test_a_refusal_nobody_foresaw_pauses_the_chat(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    """Forbidden is about the chat, whatever the words."""
    telegram.refuse_next("sendMessage", forbidden("something new"))
    error = await problem(telegram, anna)
    assert isinstance(error, ChatGone)
    assert (error.gone, error.reason) == (GoneReason.NO_RIGHT_TO_POST, "something new")


async def test_chats_that_are_really_gone(telegram: TelegramStandIn) -> None:
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
    assert [error.gone for error in found if isinstance(error, ChatGone)] == [
        GoneReason.BLOCKED,
        GoneReason.DEACTIVATED,
        GoneReason.KICKED,
        GoneReason.THREAD_CLOSED,
    ]


async def test_a_group_that_became_a_supergroup(telegram: TelegramStandIn) -> None:
    group = telegram.group("Lab", admins=[telegram.person("Boss")])
    heir = group.migrate()
    error = await problem(telegram, group)
    assert isinstance(error, ChatMoved)
    assert error.new_chat == str(heir.id)


async def test_too_many_messages(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    telegram.flood(anna.id, retry_after=7)
    error = await problem(telegram, anna)
    assert isinstance(error, TryLater)
    assert error.scope is Scope.CHAT
    assert timedelta(seconds=7) < error.at - datetime.now(UTC) <= timedelta(seconds=8)


async def test_a_pause_is_kept_without_asking_again_and_three_chats_make_it_the_bots(telegram: TelegramStandIn) -> None:
    chats = [telegram.private(telegram.person(f"Person {number}")) for number in range(5)]
    telegram.flood(retry_after=30, times=None)
    async with desk(telegram) as made:
        scopes = []
        for each in [chats[0], chats[0], *chats[1:]]:
            with pytest.raises(TryLater) as raised:
                await made.platform.send(chat_of(each), HELLO, key="k")
            scopes.append(raised.value.scope)
    assert scopes == [Scope.CHAT] * 3 + [Scope.BOT] * 3
    assert len(telegram.calls("sendMessage")) == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_in_trouble(telegram: TelegramStandIn, anna: PrivateChat, status: int) -> None:
    """It may fail after it sent."""
    telegram.fail_next("sendMessage", status, accepted=True)
    assert isinstance(await problem(telegram, anna), OutcomeUnknown)
    assert len(anna.messages) == 1


@pytest.mark.parametrize("status", [200, 403, 404, 502])
async def test_a_page_in_between(telegram: TelegramStandIn, anna: PrivateChat, status: int) -> None:
    """A proxy's page is no answer of Telegram's, whatever its status: neither the chat nor the token is at fault."""
    telegram.garbage_next("sendMessage", status)
    assert isinstance(await problem(telegram, anna), OutcomeUnknown)


async def test_a_connection_that_breaks(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    telegram.drop_next("sendMessage", accepted=True)
    error = await problem(telegram, anna)
    assert isinstance(error, OutcomeUnknown)
    assert error.reason == "no clear answer: RemoteProtocolError"


async def test_no_answer_in_time(telegram: TelegramStandIn, anna: PrivateChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "LONGEST", 0.5)
    telegram.hold_next("sendMessage")
    assert isinstance(await problem(telegram, anna), OutcomeUnknown)
    assert len(anna.messages) == 1


async def test_no_connection_at_all(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    """Surely not sent, so it can simply be tried again."""
    await telegram.go_offline()
    error = await problem(telegram, anna)
    assert isinstance(error, TryLater)
    assert error.scope is Scope.BOT
    assert error.reason == "no connection to Telegram"


async def test_the_token_was_revoked(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    telegram.revoke_token()
    error = await problem(telegram, anna)
    assert isinstance(error, NotAuthorised)
    assert error.scope is Scope.BOT


async def test_a_chat_of_another_bot_waits_for_that_bot(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    """Whoever changes the bot keeps the chats of the old one; nothing is sent, nobody is paused."""
    async with desk(telegram, token="654321:TEST") as made:
        with pytest.raises(NotAuthorised) as raised:
            await made.platform.send(chat_of(anna), HELLO, key="k")
    assert raised.value.scope is Scope.WORKSPACE
    assert not telegram.requests


async def test_anything_else_is_our_mistake(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    telegram.refuse_next("sendMessage", bad_request("PEER_FLOOD"))
    error = await problem(telegram, anna)
    assert isinstance(error, Refused)
    assert error.reason.upper() == "PEER_FLOOD"


async def test_nothing_is_retried_behind_our_back(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    for break_it in FAILURES:
        break_it(telegram)
        await problem(telegram, anna)
    assert len(telegram.calls("sendMessage")) == len(FAILURES)


FAILURES: list[Callable[[TelegramStandIn], object]] = [
    lambda telegram: telegram.drop_next("sendMessage", accepted=False),
    lambda telegram: telegram.fail_next("sendMessage"),
    lambda telegram: telegram.garbage_next("sendMessage"),
    lambda telegram: telegram.flood(),
]


async def test_unreadable_markup_goes_once_more_as_plain_words_and_is_reported(
    telegram: TelegramStandIn, anna: PrivateChat, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.refuse_next("sendMessage", bad_request("BUTTON_DATA_INVALID"))
    view = View((Line(say("<b>Five</b> papers & more")), Buttons(((Button(say("Topics"), "topics"),),))))
    async with desk(telegram) as made:
        receipt = await made.platform.send(chat_of(anna), view, key="k")
    assert anna.last.text == "Five papers & more"
    assert anna.last.entities == ()
    assert anna.last.buttons == []
    assert receipt.message == str(anna.last.id)
    assert [record.levelno for record in caplog.records if "can't read" in record.message] == [logging.ERROR]


async def test_plain_words_that_are_refused_too_are_our_mistake(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    telegram.refuse_next("sendMessage", bad_request("BUTTON_DATA_INVALID"), times=2)
    assert isinstance(await problem(telegram, anna), Refused)


async def test_a_long_digest_goes_on_where_it_stopped(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    """Three messages; the second is refused for now: the next try sends the second and the third only."""
    view = View(tuple(Line(say("{w}", w=letter * 3000)) for letter in "abc"))
    async with desk(telegram) as made:
        hold = telegram.hold_next("sendMessage")
        first_try = asyncio.create_task(made.platform.send(chat_of(anna), view, key="k"))
        await hold.arrived()
        telegram.flood(anna.id, retry_after=0)
        hold.release()
        with pytest.raises(DeliveryError):
            await first_try
        assert [message.text[0] for message in anna.messages] == ["a"]
        receipt = await made.platform.send(chat_of(anna), view, key="k")
    assert [message.text[0] for message in anna.messages] == ["a", "b", "c"]
    assert receipt.message == str(anna.last.id)


async def test_editing_what_is_gone_or_unchanged_is_no_error(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    async with desk(telegram) as made:
        receipt = await made.platform.send(chat_of(anna), HELLO, key="k")
        await made.platform.edit(chat_of(anna), receipt, HELLO)
        await made.platform.edit(chat_of(anna), receipt, View((Line(say("Goodbye")),)))
        assert anna.last.text == "Goodbye"
        del anna.room.messages[anna.last.id]
        await made.platform.edit(chat_of(anna), receipt, HELLO)
    assert anna.messages == []


async def test_nobody_can_look_for_a_message(telegram: TelegramStandIn, anna: PrivateChat) -> None:
    async with desk(telegram) as made:
        assert await made.platform.find(chat_of(anna), "k", SystemClock().now()) == "cannot know"
