"""Telegram's answers, line by line: each is given to a real request of the real library, and what follows is checked.

The answers are in ``tests/fixtures/telegram-answers.json``, as the official server's source has them; a longer list
beside the real data, where there is one, is gone through as well.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from adapters.telegram.client.error_table import ERROR_RULES, TelegramErrorRule, TelegramRemedy, match_rule
from bot.chats import MessageRef
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
from tests.adapters.telegram.telegram_platform import (
    TelegramHarness,
    listening_harness,
    make_chat,
    make_harness,
    wait_until,
)
from tests.fakes.telegram import FakeTelegram, PrivateChat
from tests.fakes.telegram.refusals import TelegramRefusal as Answer
from tests.fakes.telegram.refusals import bad_request, forbidden

HERE: Final = Path(__file__).parents[2] / "fixtures" / "telegram-answers.json"
WORDS: Final = "Five papers on <diffusion> & robots. " * 80
SHOWN: Final = View((TextBlock(t("{words}", words=WORDS)), Buttons(((Button(t("Topics"), "topics"),),))))


def published() -> dict[str, Answer]:
    """Every answer by its name, the newest list first."""
    longer = Path(os.environ.get("PAPERBOY_DATA", HERE)).parent / "specs" / "telegram-errors.json"
    read = json.loads(HERE.read_text())
    read += json.loads(longer.read_text())["errors"] if longer.exists() else []
    return {each["name"]: _answer(each["http"], each["json"]) for each in read}


def _answer(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status, body["description"], body.get("parameters", {}))


#: What else the server's source has, and vendors and users report.
MORE: Final = {
    answer.description: answer
    for answer in (
        forbidden("bot was kicked from the supergroup chat"),
        forbidden("bot was kicked from the channel chat"),
        forbidden("bot is not a member of the supergroup chat"),
        bad_request("not enough rights to send text messages to the chat"),
        bad_request("need administrator rights in the channel chat"),
        bad_request("have no write access to the chat"),
        bad_request("have no rights to send a message"),
        bad_request("CHAT_RESTRICTED"),
        bad_request("CHAT_WRITE_FORBIDDEN"),
        bad_request("CHAT_SEND_PLAIN_FORBIDDEN"),
        bad_request("message thread not found"),
        bad_request("TOPIC_CLOSED"),
        bad_request("TOPIC_DELETED"),
        bad_request('can\'t parse inline keyboard button: field "text" must be of type String'),
        bad_request("reply markup is too long"),
        bad_request("REPLY_MARKUP_TOO_LONG"),
        bad_request("inline keyboard button URL 'http://' is invalid: Wrong HTTP URL"),
        bad_request("wrong HTTP URL specified"),
        bad_request("wrong file identifier/HTTP URL specified"),
        bad_request("failed to get HTTP URL content"),
        bad_request("message can't be edited"),
        bad_request("MESSAGE_ID_INVALID"),
        bad_request("there is no text in the message to edit"),
        Answer(429, "Too Many Requests"),  # without a number
        Answer(502, "Bad Gateway"),
        Answer(503, "Service Unavailable"),
        Answer(504, "Gateway Timeout"),
    )
}
ANSWERS: Final = published() | MORE
#: Of the published ones: the names of those that are not simply refused.
PAUSED: Final = {
    "blocked by user": UnavailableReason.BLOCKED,
    "user never started the bot": UnavailableReason.BLOCKED,
    "user deleted": UnavailableReason.DEACTIVATED,
    "writing to a bot": UnavailableReason.DEACTIVATED,
    "kicked from group": UnavailableReason.KICKED,
    "not a member": UnavailableReason.NOT_A_MEMBER,
    "group deleted": UnavailableReason.DELETED,
    "chat unknown": UnavailableReason.DELETED,
}


def row(answer: Answer) -> TelegramErrorRule | None:
    return match_rule(frozenset({answer.status}), answer.description)


def named(does: TelegramRemedy) -> list[str]:
    return [name for name, answer in ANSWERS.items() if (case := row(answer)) and case.remedy is does]


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> PrivateChat:
    return telegram.private(telegram.person("Anna"))


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_its_row(name: str) -> None:
    case = row(ANSWERS[name])
    assert case is not None
    assert case.status == ANSWERS[name].status
    assert (case.unavailable_reason is not None) == (case.remedy is TelegramRemedy.PAUSE)


def test_every_row_is_tried_here() -> None:
    assert {row(answer) for answer in ANSWERS.values()} == set(ERROR_RULES)


def test_who_is_paused_and_why() -> None:
    cases = {name: row(ANSWERS[name]) for name in published()}
    assert {name: case.unavailable_reason for name, case in cases.items() if case and case.unavailable_reason} == PAUSED


@pytest.mark.parametrize("does", TelegramRemedy)
async def test_a_delivery_that_is_answered_so(does: TelegramRemedy, telegram: FakeTelegram) -> None:
    """Each answer to a chat of its own."""
    async with make_harness(telegram) as made:
        for name in named(does):
            chat = telegram.private(telegram.person(name))
            telegram.refuse_next("sendMessage", ANSWERS[name])
            ended = await _sent(made, chat)
            case = row(ANSWERS[name])
            assert telegram.token not in repr(ended)
            assert case
            EXPECTED[does](ANSWERS[name], case, ended, chat)


async def _sent(made: TelegramHarness, chat: PrivateChat) -> MessageRef | DeliveryError:
    try:
        return await made.platform.send(make_chat(chat), SHOWN, key=str(chat.id))
    except DeliveryError as error:
        return error


def _waits(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, RetryLater)
    assert ended.scope is ErrorScope.CHAT
    hint = timedelta(seconds=answer.parameters.get("retry_after", 59) + 1)
    assert hint - timedelta(seconds=5) < ended.at - datetime.now(UTC) <= hint
    assert anna.messages == []


def _moves(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, ChatIdChanged)
    assert ended.new_chat_id == str(answer.parameters["migrate_to_chat_id"])


def _is_paused(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, ChatUnavailable)
    assert ended.cause is case.unavailable_reason
    assert ended.reason.casefold() == answer.description.partition(": ")[2].casefold()


def _goes_plainer(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, MessageRef)
    assert [message.text for message in anna.messages] == [WORDS.strip()]
    assert (anna.last.entities, anna.last.buttons) == ((), [])


def _goes_in_pieces(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, MessageRef)
    assert ended.id == str(anna.last.id)
    assert len(anna.messages) == 2
    assert " ".join(message.text for message in anna.messages) == WORDS.strip()
    assert [bool(message.buttons) for message in anna.messages] == [False, True]


def _arrives_after_all(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, MessageRef)
    assert len(anna.messages) == 1
    assert anna.last.buttons


def _holds_the_bot(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, NotAuthorised)
    assert ended.scope is ErrorScope.BOT


def _is_in_doubt(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, OutcomeUnknown)


def _is_refused(answer: Answer, case: TelegramErrorRule, ended: object, anna: PrivateChat) -> None:
    assert isinstance(ended, MessageRejected)
    assert anna.messages == []


EXPECTED: Final = {
    TelegramRemedy.WAIT: _waits,
    TelegramRemedy.MIGRATE: _moves,
    TelegramRemedy.PAUSE: _is_paused,
    TelegramRemedy.RETRY_PLAIN: _goes_plainer,
    TelegramRemedy.SPLIT: _goes_in_pieces,
    TelegramRemedy.WITHOUT_REPLY: _arrives_after_all,
    TelegramRemedy.HOLD_AND_ALERT: _holds_the_bot,
    TelegramRemedy.UNCERTAIN: _is_in_doubt,
    TelegramRemedy.STOP_RECEIVING: _is_in_doubt,
    TelegramRemedy.FAIL: _is_refused,
    TelegramRemedy.ALREADY_APPLIED: _is_refused,
    TelegramRemedy.MESSAGE_GONE: _is_refused,
    TelegramRemedy.QUERY_EXPIRED: _is_refused,
}


# --- what is no answer to a delivery


def in_place(text: str) -> View:
    return View((TextBlock(t("{text}", text=text)), Buttons(((Button(t("Again"), "again"),),))), replaces_message=True)


async def after_a_press(telegram: FakeTelegram, anna: PrivateChat, answer: Answer) -> list[str]:
    """What stands in the chat when the edit that a press asks for is answered so."""
    async with listening_harness(
        telegram, lambda call: in_place("before" if call.name == "start" else "after " * 400)
    ) as made:
        await anna.ask("/start")
        telegram.refuse_next("editMessageText", answer)
        await anna.press("Again")
        await made.wait_until_idle()
    return [message.text.partition(" ")[0] for message in anna.messages]


@pytest.mark.parametrize("name", named(TelegramRemedy.ALREADY_APPLIED))
async def test_an_edit_that_changes_nothing_is_done(name: str, telegram: FakeTelegram, anna: PrivateChat) -> None:
    assert await after_a_press(telegram, anna, ANSWERS[name]) == ["before"]


@pytest.mark.parametrize("name", [*named(TelegramRemedy.MESSAGE_GONE), *named(TelegramRemedy.SPLIT)])
async def test_an_edit_that_is_impossible_comes_as_a_new_message(
    name: str, telegram: FakeTelegram, anna: PrivateChat
) -> None:
    assert await after_a_press(telegram, anna, ANSWERS[name]) == ["before", "after"]


@pytest.mark.parametrize("name", named(TelegramRemedy.SPLIT))
async def test_an_answer_that_is_too_long_comes_in_pieces(name: str, telegram: FakeTelegram, anna: PrivateChat) -> None:
    async with listening_harness(telegram, lambda call: in_place("word " * 500)) as made:
        telegram.refuse_next("sendMessage", ANSWERS[name])
        await anna.say("/start")
        await made.wait_until_idle()
    assert " ".join(message.text for message in anna.messages).split() == ["word"] * 500
    assert [bool(message.buttons) for message in anna.messages] == [False, True]


async def test_pieces_go_on_where_they_stopped(telegram: FakeTelegram, anna: PrivateChat) -> None:
    """Too long, then a pause in the middle: the next try sends the rest only."""
    telegram.refuse_next("sendMessage", ANSWERS["text too long"])
    hold = telegram.hold_next("sendMessage")
    async with make_harness(telegram) as made:
        first_try = asyncio.create_task(made.platform.send(make_chat(anna), SHOWN, key="k"))
        await hold.arrived()
        telegram.flood(anna.id, retry_after=0)
        hold.release()
        with pytest.raises(DeliveryError):
            await first_try
        assert len(anna.messages) == 1
        await made.platform.send(make_chat(anna), SHOWN, key="k")
    assert " ".join(message.text for message in anna.messages) == WORDS.strip()


async def test_what_has_no_shorter_form_is_our_mistake(telegram: FakeTelegram, anna: PrivateChat) -> None:
    telegram.refuse_next("sendMessage", ANSWERS["text too long"])
    async with make_harness(telegram) as made:
        with pytest.raises(MessageRejected):
            await made.platform.send(make_chat(anna), View((TextBlock(t("short")),)), key="k")
    assert len(telegram.calls("sendMessage")) == 1


async def test_a_reply_to_what_is_gone_goes_by_itself(telegram: FakeTelegram, anna: PrivateChat) -> None:
    telegram.refuse_next("sendMessage", ANSWERS["reply: gone"])
    async with make_harness(telegram) as made:
        await made.platform.send(make_chat(anna), SHOWN, key="k", reply_to=MessageRef("77"))
    first, second = telegram.calls("sendMessage")
    assert "reply_parameters" in first.params
    assert "reply_parameters" not in second.params


@pytest.mark.parametrize("name", named(TelegramRemedy.QUERY_EXPIRED))
async def test_a_press_that_waited_too_long_is_answered_all_the_same(
    name: str, telegram: FakeTelegram, anna: PrivateChat
) -> None:
    async with listening_harness(telegram, lambda call: in_place(call.name)) as made:
        await anna.ask("/start")
        telegram.refuse_next("answerCallbackQuery", ANSWERS[name])
        await anna.press("Again", expired=True)
        await made.wait_until_idle()
    assert [message.text for message in anna.messages] == ["again"]


@pytest.mark.parametrize("name", named(TelegramRemedy.STOP_RECEIVING))
async def test_receiving_stops_with_a_word_and_sending_goes_on(
    name: str, telegram: FakeTelegram, anna: PrivateChat, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.refuse_next("getUpdates", ANSWERS[name], times=100)
    async with listening_harness(telegram) as made:
        await wait_until(lambda: "only one program at a time" in caplog.text)
        await made.platform.send(make_chat(anna), View((TextBlock(t("hello")),)), key="k")
    assert anna.last.text == "hello"
