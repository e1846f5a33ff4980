"""Coming up, staying up and going down: the token, the network, polls that hang, restarts, the menu."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.abc import MetaPathFinder
from typing import Any

import pytest

from adapters.telegram.capabilities import TELEGRAM
from bot.calls import CommandCall
from bot.commands.core.command import Command
from bot.errors import ErrorScope, NotAuthorised
from bot.i18n import t
from bot.views import TextBlock, View
from storage.database import Database
from storage.platform_state import StoredPlatformState
from tests.adapters.telegram.telegram_platform import (
    COMMANDS,
    AutoAdvancingClock,
    echo_call,
    listening_harness,
    make_chat,
    make_harness,
    wait_until,
)
from tests.fakes.ports import FakeClock, InMemoryPlatformState
from tests.fakes.telegram import FakeTelegram, TelegramUser
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.parameters import BotApiCall
from tests.fakes.telegram.state import TelegramState

NOON = datetime(2026, 8, 18, 12, tzinfo=UTC)
HELLO = View((TextBlock(t("Hello")),))


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Anna")


class ImportRecorder(MetaPathFinder):
    """Finds nothing and remembers what was looked for: everything that is imported and was not there yet."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        self.names.append(fullname)


async def test_a_message_searches_the_disk_for_no_module(
    telegram: FakeTelegram, anna: TelegramUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's transport did, at every lock of every request, for one that was not installed."""
    chat, searched = make_chat(telegram.private(anna)), ImportRecorder()
    async with make_harness(telegram) as made:
        await made.platform.send(chat, HELLO, key="1")
        monkeypatch.setattr("sys.meta_path", [searched, *sys.meta_path])
        await made.platform.send(chat, HELLO, key="2")
    assert searched.names == []


@pytest.mark.parametrize("token", ["123456:WRONG", "not-a-token"])
async def test_a_wrong_token_is_explained(telegram: FakeTelegram, token: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with make_harness(telegram, token=token) as made:
        with pytest.raises(NotAuthorised) as raised:
            await made.platform.listen(made.answer)
    assert raised.value.scope is ErrorScope.BOT
    assert "check TELEGRAM_BOT_TOKEN" in raised.value.reason
    assert raised.value.__suppress_context__
    assert token not in str(raised.value) + caplog.text


async def test_it_starts_without_a_network_and_connects_when_there_is_one(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    clock, chat = AutoAdvancingClock(NOON), telegram.private(anna)
    await telegram.go_offline()
    async with listening_harness(telegram, clock=clock):
        async with clock.auto_advancing():
            await wait_until(lambda: caplog.text.count("can't be reached") >= 3)
            await telegram.come_back()
            await wait_until(lambda: telegram.calls("getUpdates"))
        assert (await chat.ask("/topics")).text == "topics|"
    assert "can't be reached (ConnectError), next try in 4 s" in caplog.text


async def test_a_network_that_is_gone_at_the_end_is_no_drama(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening_harness(telegram):
        await telegram.private(anna).ask("/topics")
        await telegram.go_offline()
        await wait_until(lambda: "polling goes on after an error" in caplog.text)
    assert [record for record in caplog.records if record.exc_info] == []


async def test_nothing_said_while_it_was_down_is_lost(telegram: FakeTelegram, anna: TelegramUser) -> None:
    chat = telegram.private(anna)
    await chat.say("/topics")
    async with listening_harness(telegram):
        assert (await chat.reply()).text == "topics|"
    assert all(not call.params.get("drop_pending_updates") for call in telegram.requests)


async def test_a_poll_that_hangs_is_begun_anew(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    chat = telegram.private(anna)
    hold = telegram.hold_next("getUpdates", accepted=False)
    async with listening_harness(telegram, silence=timedelta(seconds=1)):
        await hold.arrived()
        assert (await chat.ask("/topics")).text == "topics|"
        hold.release()
    assert "has not answered a poll for 1 s" in caplog.text


async def test_a_token_that_is_revoked_meanwhile_ends_listening(telegram: FakeTelegram, anna: TelegramUser) -> None:
    async with make_harness(telegram, silence=timedelta(seconds=0.5)) as made:
        task = asyncio.create_task(made.platform.listen(made.answer))
        await telegram.private(anna).ask("/topics")
        telegram.revoke_token()
        telegram.updates.end_poll(None)
        with pytest.raises(NotAuthorised):
            await asyncio.wait_for(task, 120)


async def test_records_that_fail_for_a_moment_stop_nothing(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    class Unwell(InMemoryPlatformState):
        async def record_if_new(self, event_id: str, body: str) -> bool:
            if "/unstored" in body:
                raise ConnectionError("the database is away")
            return await super().record_if_new(event_id, body)

    chat = telegram.private(anna)
    async with listening_harness(telegram, state=Unwell()) as made:
        assert (await chat.ask("/unstored")).text == "unstored|", "Telegram tells it once only, so it is answered"
        assert (await chat.ask("/topics")).text == "topics|"
    assert [call.name for call in made.calls] == ["unstored", "topics"]
    assert "could not be recorded" in caplog.text


async def test_a_second_bot_with_the_same_token_is_explained_once(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    chat = telegram.private(anna)
    async with listening_harness(telegram):
        await chat.ask("/topics")
        async with listening_harness(telegram):
            await wait_until(lambda: "only one program at a time" in caplog.text)
        assert (await chat.ask("/topics")).text == "topics|"
    assert 1 <= caplog.text.count("only one program at a time") <= 2


async def test_polling_takes_over_from_a_webhook(telegram: FakeTelegram, anna: TelegramUser) -> None:
    await telegram.webhook.set("https://bot.example/telegram/webhook", "s", 40)
    async with listening_harness(telegram):
        assert (await telegram.private(anna).ask("/topics")).text == "topics|"


async def test_what_was_begun_before_a_crash_is_answered_after_it(
    telegram: FakeTelegram, anna: TelegramUser, sqlite_storage: Database
) -> None:
    """Stopped while an answer is worked out: Telegram will not tell it again, our own records do."""
    chat, begun = telegram.private(anna), asyncio.Event()
    state = StoredPlatformState(sqlite_storage, TELEGRAM, FakeClock(NOON))

    class Crashing:
        async def __call__(self, call: CommandCall) -> View:
            begun.set()
            raise asyncio.CancelledError

    async with make_harness(telegram, state=state) as first:
        task = asyncio.create_task(first.platform.listen(Crashing()))
        await chat.say("/topics")
        await begun.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert chat.messages == []
    async with listening_harness(telegram, state=state) as second:
        assert (await chat.reply()).text == "topics|"
    assert len(second.calls) == 1
    assert await state.unprocessed_events() == []


async def test_an_update_that_comes_twice_is_answered_once(telegram: FakeTelegram, anna: TelegramUser) -> None:
    chat = telegram.private(anna)
    async with listening_harness(telegram) as made:
        await chat.ask("/topics")
        await made.wait_until_idle()
        telegram.updates.repeat(telegram.updates.log[0])
        await chat.ask("/today")
    assert [call.name for call in made.calls] == ["topics", "today"]


async def test_one_chat_in_order_others_beside_it(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """A slow answer holds up its own chat only."""
    slow, quick = telegram.private(anna), telegram.private(telegram.person("Bert"))
    gate, order = asyncio.Event(), list[str]()

    async def answer(call: CommandCall) -> View:
        if call.name == "slow":
            await gate.wait()
        order.append(call.name)
        return echo_call(call)

    async with make_harness(telegram) as made:
        task = asyncio.create_task(made.platform.listen(answer))
        for each in ("/slow", "/second", "/third"):
            await slow.say(each)
        await quick.ask("/quick")
        assert order == ["quick"]
        gate.set()
        assert [(await slow.reply()).text for _ in range(3)] == ["slow|", "second|", "third|"]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert order == ["quick", "slow", "second", "third"]


async def test_a_flood_from_one_chat_leaves_room_for_others(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    flooder, other = telegram.private(anna), telegram.private(telegram.person("Bert"))
    gate = asyncio.Event()
    state = InMemoryPlatformState()

    async def answer(call: CommandCall) -> View:
        if call.person.user == str(anna.id):
            await gate.wait()
        return View(())

    async with make_harness(telegram, state=state) as made:
        made_answer = asyncio.create_task(made.platform.listen(answer))
        for number in range(80):
            await flooder.say(f"/flood {number}")
        await other.say("/topics")
        await wait_until(lambda: state.processed)
        gate.set()
        await telegram.updates.wait_until_taken()
        await wait_until(lambda: set(state.stored) == set(state.processed))
        made_answer.cancel()
        await asyncio.gather(made_answer, return_exceptions=True)
    assert len(state.processed) == 51
    assert "faster than it can be answered" in caplog.text


PRIVATE, ADMINS, GROUPS = (
    f'{{"type": "{scope}"}}' for scope in ("all_private_chats", "all_chat_administrators", "all_group_chats")
)
OWN_MENU = {
    "start": "begin",
    "help": "what I can do",
    "subscribe": "follow a topic",
    "topics": "what this chat follows",
    "today": "the newest list",
    "search": "the whole archive",
    "when": "hour and days",
}
SETTING = ("setMyCommands", "deleteMyCommands", "setMyDescription", "setMyShortDescription")


async def test_menus_and_descriptions_are_set_for_whom_they_are_and_only_when_they_changed(
    telegram: FakeTelegram,
) -> None:
    """Members of a group are not offered what only its admins may do; one menu for all, as older versions set, goes."""
    telegram.settings.commands['{"type": "default"}', ""] = [{"command": "old", "description": "older"}]
    async with listening_harness(telegram) as made:
        await made.wait_until_idle()
        await wait_until(lambda: telegram.calls("getUpdates"))
    assert telegram.commands() == {}
    assert telegram.commands(PRIVATE) == telegram.commands(ADMINS) == OWN_MENU
    assert list(telegram.commands(GROUPS)) == ["topics", "today", "search", "help"]
    assert telegram.settings.descriptions[""].startswith("Paperboy reads Hugging Face’s Daily Papers")
    assert telegram.settings.short_descriptions[""].startswith("AI papers on your topics, once a day")
    before = [len(telegram.calls(method)) for method in SETTING]
    assert before == [3, 1, 1, 1]
    async with listening_harness(telegram):
        await wait_until(
            lambda: len(telegram.calls("getMyShortDescription")) >= 2 and len(telegram.calls("getUpdates")) > 1
        )
    assert [len(telegram.calls(method)) for method in SETTING] == before
    more = (*(Command(f"c{number}", t("x"), COMMANDS[0].run, menu=True) for number in range(9)),)
    async with listening_harness(telegram, commands=more):
        await wait_until(lambda: len(telegram.calls("setMyCommands")) >= 5)
    assert list(telegram.commands(PRIVATE)) == [f"c{number}" for number in range(7)]


async def test_a_menu_that_is_refused_keeps_nobody_waiting(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail_next("setMyCommands")
    async with listening_harness(telegram):
        await telegram.private(anna).ask("/topics")
    assert "the command menu could not be set" in caplog.text


async def test_updates_that_cannot_be_read_are_left_out_and_do_not_come_back(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    """One the library breaks on, which would break every poll; and one that only we can't make sense of."""
    chat = telegram.private(anna)
    async with listening_harness(telegram) as made:
        telegram.updates.add("message", {"message_id": "x", "date": "never", "chat": [], "text": "secret words"})
        telegram.updates.add("message", {"message_id": 5, "date": 0, "text": "secret words"})
        assert (await chat.ask("/topics")).text == "topics|"
        await made.wait_until_idle()
        assert await made.state.unprocessed_events() == []
    assert "could not be read" in caplog.text
    assert "secret" not in caplog.text


async def test_no_token_is_ever_logged(
    telegram: FakeTelegram, anna: TelegramUser, caplog: pytest.LogCaptureFixture
) -> None:
    """Our own log lines in every sort of trouble; httpx itself logs addresses, which the root handlers filter."""
    caplog.set_level(logging.DEBUG, logger="adapters")
    chat = telegram.private(anna)
    async with listening_harness(telegram) as made:
        for fail in (telegram.fail_next, telegram.garbage_next):
            fail("sendMessage", times=2)
            await chat.say("/topics")
            await made.wait_until_idle()
        telegram.drop_next("sendMessage", times=2, accepted=False)
        await chat.say("/topics")
        await made.wait_until_idle()
        telegram.revoke_token()
        await asyncio.sleep(0.05)
    ours = [record for record in caplog.records if record.name.startswith("adapters.telegram")]
    assert len(ours) >= 3
    assert all(telegram.token not in record.getMessage() + (record.exc_text or "") for record in ours)


@pytest.mark.parametrize("answer", [True, {"commands": []}, [None], [{"name": "help"}], None])
async def test_menus_that_cannot_be_read_do_not_stop_listening(
    telegram: FakeTelegram, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def oddly(world: TelegramState, call: BotApiCall) -> Any:
        return answer

    monkeypatch.setitem(METHODS, "getMyCommands", oddly)
    async with listening_harness(telegram):
        assert (await telegram.private(telegram.person("Anna")).ask("/help")).text
