"""How fast the bot sends, who goes first, and what a 429 does to people's answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import RetryAfter

from adapters.telegram.client.rate_limiter import Cooldowns, TelegramRateLimiter, TurnState
from bot.errors import ErrorScope
from bot.i18n import t
from bot.rate_limit import InMemoryRateLimiter
from bot.views import TextBlock, View
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock, listening_harness, make_chat, make_harness
from tests.fakes.ports import FakeClock
from tests.fakes.telegram import FakeTelegram, TelegramUser

NOON = datetime(2026, 8, 18, 12, tzinfo=UTC)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Anna")


async def _answer(pace: TelegramRateLimiter, said: list[str]) -> None:
    async def send() -> bool:
        said.append("answer")
        return True

    await pace.process_request(send, (), {}, "sendMessage", {"chat_id": 1}, None)


async def _digest(pace: TelegramRateLimiter, said: list[str]) -> None:
    await pace.turn()
    said.append("digest")


async def test_turns_come_one_by_one_without_a_burst() -> None:
    """Nine waits of a hundredth of a second lie between ten turns."""
    pace = TelegramRateLimiter(FakeClock(NOON), a_second=100)
    began = time.monotonic()
    for _ in range(10):
        await pace.turn()
    assert time.monotonic() - began >= 0.089


async def test_turns_that_a_stalled_disk_held_up_are_not_used_all_at_once() -> None:
    """Ten that took their turns long ago leave by the send gate one by one, from whichever process they come."""
    allowance = InMemoryRateLimiter()
    processes = [TelegramRateLimiter(FakeClock(NOON), a_second=50, shared=allowance, bot="1") for _ in range(2)]
    went: list[float] = []

    async def send() -> bool:
        went.append(time.monotonic())
        return True

    async def leave(pace: TelegramRateLimiter, chat: int) -> None:
        await pace.process_request(send, (), {}, "sendMessage", {"chat_id": chat}, TurnState.TAKEN)

    await asyncio.gather(*(leave(processes[number % 2], number + 1) for number in range(10)))
    assert went[-1] - went[0] >= 9 / 50


async def test_answers_go_before_digests_that_wait() -> None:
    # So slowly that a busy machine does not give the next turn away before anybody waits for it.
    pace, said = TelegramRateLimiter(FakeClock(NOON), a_second=20), list[str]()
    await pace.turn()
    digests = [asyncio.create_task(_digest(pace, said)) for _ in range(5)]
    await asyncio.sleep(0)
    answers = [asyncio.create_task(_answer(pace, said)) for _ in range(3)]
    await asyncio.gather(*digests, *answers)
    assert said == ["answer"] * 3 + ["digest"] * 5


async def test_a_turn_that_was_taken_is_not_waited_for_again() -> None:
    pace, said = TelegramRateLimiter(FakeClock(NOON), a_second=0.01), list[str]()

    async def send() -> bool:
        said.append("sent")
        return True

    async with asyncio.timeout(60):
        await pace.turn()
        await pace.process_request(send, (), {}, "sendMessage", {"chat_id": 1}, TurnState.TAKEN)
        await pace.process_request(send, (), {}, "answerCallbackQuery", {}, None)
    assert said == ["sent", "sent"]


async def test_edits_and_what_one_member_sees_leave_a_groups_messages_alone() -> None:
    """Eight messages at once as ever, beside twenty edits and eight ephemeral answers to each of two members."""
    pace = TelegramRateLimiter(FakeClock(NOON), a_second=1000, shared=InMemoryRateLimiter(lambda: 0.0))

    async def send() -> bool:
        return True

    async def count_sent(endpoint: str, **more: object) -> int:
        for sent in range(100):
            try:
                await pace.process_request(send, (), {}, endpoint, {"chat_id": -1, **more}, None)
            except RetryAfter:
                return sent
        return 100

    assert await count_sent("editMessageText") == 20
    for member in (1, 2):
        assert await count_sent("sendMessage", ephemeral_message_parameters={"receiver_user_id": member}) == 8
    assert await count_sent("sendMessage") == 8
    assert await count_sent("sendDocument") == 0


async def test_a_thousand_digests_never_break_telegrams_limit(telegram: FakeTelegram) -> None:
    """At 28 a second no second of the fake's sees more than 30; here for two of them."""
    chats = [make_chat(telegram.private(telegram.person(f"P{number}"))) for number in range(57)]
    async with make_harness(telegram) as made:

        async def deliver(number: int) -> None:
            await made.platform.wait_turn(chats[number].address)
            await made.platform.send(chats[number], View((TextBlock(t("Hello")),)), key=str(number))

        began = time.monotonic()
        await asyncio.gather(*(deliver(number) for number in range(57)))
        assert time.monotonic() - began >= 1.9
    assert telegram.rate_monitor.violations == []
    assert len(telegram.calls("sendMessage")) == 57


def test_a_pause_ends_by_the_clock() -> None:
    clock = FakeClock(NOON)
    pauses = Cooldowns(clock)
    pauses.record("1", 10)
    assert pauses.until("1") == (NOON + timedelta(seconds=11), ErrorScope.CHAT)
    assert pauses.until("2") is None
    with pytest.raises(RetryAfter):
        pauses.check("1")
    clock.move_to(NOON + timedelta(seconds=11))
    pauses.check("1")


def test_three_chats_within_ten_seconds_mean_the_bot() -> None:
    clock = FakeClock(NOON)
    pauses = Cooldowns(clock)
    for moment, chat in ((0, "1"), (20, "2"), (21, "3")):
        clock.move_to(NOON + timedelta(seconds=moment))
        pauses.record(chat, 60)
    assert pauses.until("9") is None
    pauses.record("4", 60)
    assert pauses.until("9") == (NOON + timedelta(seconds=82), ErrorScope.BOT)


async def test_an_answer_waits_out_a_short_pause(telegram: FakeTelegram, anna: TelegramUser) -> None:
    clock = AutoAdvancingClock(NOON)
    chat = telegram.private(anna)
    async with listening_harness(telegram, clock=clock):
        telegram.flood(anna.id, retry_after=5)
        await chat.say("/topics")
        async with clock.auto_advancing():
            assert (await chat.reply()).text == "topics|"
    assert NOON + timedelta(seconds=6) <= clock.now()


async def test_an_answer_that_would_come_too_late_is_left_out(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    chat = telegram.private(anna)
    async with listening_harness(telegram) as desk:
        telegram.flood(anna.id, retry_after=60)
        await chat.say("/topics")
        await desk.wait_until_idle()
    assert chat.messages == []
    assert "an answer was left out (RetryLater): too many messages, wait 60 s" in caplog.text
