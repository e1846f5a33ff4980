"""How it behaves while it answers: one answer a press, a sign of life where it takes longer, no harm by two taps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.telegram.replies import typing_indicator
from bot.calls import CommandCall
from bot.views import View
from tests.adapters.telegram.telegram_platform import echo_call, listening_harness, make_harness, menu_view
from tests.fakes.telegram import FakeTelegram, TelegramUser


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Anna")


async def test_a_button_pressed_twice_is_answered_twice_and_done_once(
    telegram: FakeTelegram, anna: TelegramUser
) -> None:
    """The second tap comes before the first one's answer can be seen; a tap after that is one by itself."""
    chat, gate = telegram.private(anna), asyncio.Event()
    done = list[str]()

    async def answer(call: CommandCall) -> View:
        if call.name == "pick":
            done.append(call.argument)
            await gate.wait()
        return menu_view("pick diffusion", "pick robotics")

    async with make_harness(telegram) as made:
        listening = asyncio.create_task(made.platform.listen(answer))
        menu = await chat.ask("/start")
        first = asyncio.create_task(chat.press("pick diffusion", on=menu))
        await _until_pressed(done)
        second = await chat.press("pick diffusion", on=menu)
        other = asyncio.create_task(chat.press("pick robotics", on=menu))
        assert second.text == ""
        assert not first.done()
        gate.set()
        await asyncio.gather(first, other)
        await chat.press("pick diffusion", on=menu)
        await made.wait_until_idle()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert done == ["diffusion", "robotics", "diffusion"]
    assert len(telegram.calls("answerCallbackQuery")) == 4


async def test_the_same_button_pressed_by_two_people_counts_for_both(
    telegram: FakeTelegram, anna: TelegramUser
) -> None:
    bert, gate, done = telegram.person("Bert"), asyncio.Event(), list[str]()
    group = telegram.group("Lab", admins=[anna, bert])

    async def answer(call: CommandCall) -> View:
        if call.name == "topics":
            done.append(call.person_name)
            await gate.wait()
        return menu_view("topics")

    async with make_harness(telegram) as made:
        listening = asyncio.create_task(made.platform.listen(answer))
        menu = await group.ask("/start", by=anna)
        presses = [asyncio.create_task(group.press("topics", on=menu, by=each)) for each in (anna, bert)]
        await _until_pressed(done)
        gate.set()
        await asyncio.gather(*presses)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert sorted(done) == ["Anna", "Bert"]


async def test_what_takes_longer_shows_that_it_is_being_worked_on(
    telegram: FakeTelegram, anna: TelegramUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typing_indicator, "TYPING_DELAY_SECONDS", 0.0)
    group = telegram.supergroup("Lab", admins=[anna], forum=True)
    chat_events = group.topic("News")

    async def answer(call: CommandCall) -> View:
        await telegram.wait_for_requests("sendChatAction")
        return echo_call(call)

    async with make_harness(telegram) as made:
        listening = asyncio.create_task(made.platform.listen(answer))
        assert (await chat_events.ask("/search slow", by=anna)).text == "search|slow"
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    (shown,) = telegram.calls("sendChatAction")
    assert shown.params == {"chat_id": str(group.id), "message_thread_id": chat_events.thread_id, "action": "typing"}


async def test_what_is_quick_shows_nothing_of_the_kind(telegram: FakeTelegram, anna: TelegramUser) -> None:
    async with listening_harness(telegram) as made:
        await telegram.private(anna).ask("/topics")
        await made.wait_until_idle()
    assert not telegram.calls("sendChatAction")


async def test_a_sign_of_life_that_is_refused_keeps_no_answer_back(
    telegram: FakeTelegram, anna: TelegramUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typing_indicator, "TYPING_DELAY_SECONDS", 0.0)
    telegram.fail_next("sendChatAction", 400)

    async def answer(call: CommandCall) -> View:
        await telegram.wait_for_requests("sendChatAction")
        return echo_call(call)

    async with make_harness(telegram) as made:
        listening = asyncio.create_task(made.platform.listen(answer))
        assert (await telegram.private(anna).ask("/search slow")).text == "search|slow"
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _until_pressed(done: list[str]) -> None:
    async with asyncio.timeout(120):
        while not done:  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.005)
