"""Buttons: commands not typed, wherever and whenever they are pressed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.telegram.capabilities import TELEGRAM
from adapters.telegram.rendering.keyboard import deep_link_payload, resolve_deep_link
from bot.calls import CommandCall, split_command
from bot.chats import ChatKind
from bot.i18n import t
from bot.views import Button, Buttons, Document, InputErrorBlock, TextBlock, View
from storage.database import Database
from storage.platform_state import StoredPlatformState
from tests.adapters.telegram.telegram_platform import (
    Script,
    echo_call,
    listening_harness,
    make_chat,
    menu_view,
)
from tests.fakes.ports import FakeClock, InMemoryPlatformState
from tests.fakes.telegram import FakeTelegram, TelegramUser

LONG = 'subscribe (clustering OR "community detection") has:code upvotes>=20 -robotics'


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def anna(telegram: FakeTelegram) -> TelegramUser:
    return telegram.person("Anna")


def choosing(*commands: str) -> Script:
    """``/start`` shows the buttons; a press is answered with what it meant."""
    return lambda call: menu_view(*commands) if call.name == "start" else echo_call(call)


async def test_a_press_is_a_command_not_typed(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """Short ones travel in the button, long ones are stored under a token."""
    chat = telegram.private(anna)
    async with listening_harness(telegram, choosing("topics", LONG)) as desk:
        menu = await chat.ask("/start")
        shown = []
        for label in ("topics", LONG[:30]):
            pressed = await chat.press(label, on=menu)
            assert (pressed.text, pressed.alert) == ("", False)
            shown.append((await chat.reply()).text)
    assert shown == ["topics|", "subscribe|" + LONG.removeprefix("subscribe ")]
    assert [button["callback_data"] for row in menu.keyboard for button in row] == ["topics", "~t0"]
    assert all(call.pressed_message and call.pressed_message.id == str(menu.id) for call in desk.calls[1:])


@pytest.mark.parametrize(
    ("command", "kept"),
    [("search " + "x" * 57, False), ("search " + "x" * 58, True), ("search " + "é" * 28, False),
     ("search " + "é" * 29, True), ("search " + "🦊" * 15, True), ("~search", True)],
)  # fmt: skip
async def test_a_button_holds_64_bytes(telegram: FakeTelegram, anna: TelegramUser, command: str, kept: bool) -> None:
    """What is longer is stored under a token, as is what looks like one."""
    chat = telegram.private(anna)
    async with listening_harness(telegram, choosing(command)):
        menu = await chat.ask("/start")
        data = menu.keyboard[0][0]["callback_data"]
        await chat.press(menu.buttons[0][0], on=menu)
        assert (await chat.reply()).text == "|".join(split_command(command))
    assert len(data.encode()) <= 64
    assert data.startswith("~t") is kept


@pytest.mark.parametrize(("length", "begin"), [(46, "c-"), (47, "s-")])
async def test_a_deep_link_holds_64_characters(length: int, begin: str) -> None:
    state, command = InMemoryPlatformState(), "preview " + "x" * (length - 8)
    payload = await deep_link_payload(command, state.store_callback)
    assert payload.startswith(begin)
    assert len(payload) <= 64
    assert await resolve_deep_link(payload, state.resolve_callback) == command


async def test_stored_callbacks_outlive_a_restart(
    telegram: FakeTelegram, anna: TelegramUser, sqlite_storage: Database
) -> None:
    chat = telegram.private(anna)
    state = StoredPlatformState(sqlite_storage, TELEGRAM, FakeClock(datetime(2026, 8, 18, tzinfo=UTC)))
    async with listening_harness(telegram, choosing(LONG), state=state):
        await chat.ask("/start")
    async with listening_harness(telegram, choosing(LONG), state=state):
        await chat.press(LONG[:30])
        assert (await chat.reply()).text.startswith("subscribe|(clustering")


async def test_a_button_whose_command_is_forgotten_says_so(telegram: FakeTelegram, anna: TelegramUser) -> None:
    chat = telegram.private(anna)
    async with listening_harness(telegram, choosing(LONG)):
        await chat.ask("/start")
    async with listening_harness(telegram, choosing(LONG), state=InMemoryPlatformState()) as desk:
        pressed = await chat.press(LONG[:30])
        await desk.wait_until_idle()
    assert pressed.text == "This button is too old. Please ask again."
    assert len(chat.messages) == 1


async def test_an_answer_in_place_changes_the_message(telegram: FakeTelegram, anna: TelegramUser) -> None:
    chat = telegram.private(anna)
    in_place = replace(menu_view("pick b"), replaces_message=True, toast=t("Followed"))
    async with listening_harness(
        telegram, lambda call: menu_view("pick a") if call.name == "start" else in_place
    ) as desk:
        menu = await chat.ask("/start")
        pressed = await chat.press("pick a")
        assert await chat.reply() is menu
        await chat.press("pick b")  # the same view once more: Telegram says it is not modified
        await desk.wait_until_idle()
    assert pressed.text == "Followed"
    assert menu.buttons == [["pick b"]]
    assert len(chat.messages) == 1


async def test_an_answer_in_place_of_a_message_that_is_gone_comes_as_a_new_one(
    telegram: FakeTelegram, anna: TelegramUser
) -> None:
    chat = telegram.private(anna)
    in_place = replace(menu_view("topics"), replaces_message=True)
    async with listening_harness(telegram, lambda call: in_place):
        menu = await chat.ask("/start")
        del chat.room.messages[menu.id]
        await chat.press("topics", on=menu)
        assert (await chat.reply()).id != menu.id


async def test_a_long_answer_in_place_goes_on_below(telegram: FakeTelegram, anna: TelegramUser) -> None:
    chat = telegram.private(anna)
    file = Document("a.bib", "text/plain", "@article")
    long = View((*(TextBlock(t("{w}", w=letter * 3000)) for letter in "ab"), file), replaces_message=True)
    async with listening_harness(telegram, lambda call: menu_view("topics") if call.name == "start" else long) as desk:
        await chat.ask("/start")
        await chat.press("topics")
        await desk.wait_until_idle()
    assert [message.text[:1] for message in chat.messages] == ["a", "b", ""]
    assert chat.last.document
    assert (chat.last.document.name, chat.last.document.content) == ("a.bib", b"@article")


async def test_a_toast_alone_changes_nothing(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """Typed instead of pressed it is said in words, so that nobody is left without an answer."""
    chat = telegram.private(anna)
    saved = View((), toast=t("Saved <b>one</b>"))
    async with listening_harness(telegram, lambda call: menu_view("save 1") if call.name == "start" else saved) as desk:
        await chat.ask("/start")
        pressed = await chat.press("save 1")
        await desk.wait_until_idle()
        assert (pressed.text, len(chat.messages)) == ("Saved one", 1)
        assert (await chat.ask("/save 1")).text == "Saved one"


async def test_an_old_press_is_still_answered(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """Its wheel stopped turning long ago, so it can't be confirmed; what it asked for comes all the same."""
    chat = telegram.private(anna)
    async with listening_harness(telegram, choosing("topics")):
        await chat.ask("/start")
        await chat.press("topics", expired=True)
        assert (await chat.reply()).text == "topics|"


async def test_a_message_that_telegram_forgot_can_still_be_pressed(telegram: FakeTelegram, anna: TelegramUser) -> None:
    chat = telegram.private(anna)
    async with listening_harness(telegram, choosing("topics")):
        await chat.ask("/start")
        await chat.press("topics", inaccessible=True)
        assert (await chat.reply()).text == "topics|"


async def test_private_answers_in_groups(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """A few words are a notice; what has buttons or is long is a message that the presser alone sees."""
    group = telegram.group("Lab", admins=[anna])
    short = View((InputErrorBlock(t("Topics here are set by <b>admins</b>.")),), private=True)
    with_toast = View((TextBlock(t("Long story")), *menu_view("topics").blocks), private=True, toast=t("Only admins."))
    with_buttons, with_buttons_shown = replace(menu_view("topics"), private=True), [["topics"]]
    views = {"pick": short, "when": with_toast, "help": with_buttons}

    def script(call: CommandCall) -> View:
        return views.get(call.name) or menu_view(*views)

    async with listening_harness(telegram, script) as desk:
        menu = await group.ask("/start", by=anna)
        answers = [await group.press(label, on=menu, by=anna) for label in ("pick", "when", "help")]
        await desk.wait_until_idle()
    assert [(answer.text, answer.alert) for answer in answers] == [
        ("Topics here are set by admins.", True),
        ("Only admins.", False),
        ("", False),
    ]
    assert group.messages == [menu]
    assert group.seen_by(anna).last.buttons == with_buttons_shown


async def test_numbers_in_a_group_open_the_readers_own_chat(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """A card of the whole abstract would push everybody else's talk away."""
    group, private = telegram.group("Lab", admins=[anna]), telegram.private(anna)
    async with listening_harness(telegram, choosing("paper 2608.16859", "topics")) as desk:
        menu = await group.ask("/start", by=anna)
        url = menu.button("paper 2608.16859")["url"]
        assert url.startswith("https://t.me/PaperboyBot?start=c-")
        opened = await private.ask("/start " + url.partition("start=")[2])
        sent = await desk.platform.send(make_chat(group, ChatKind.GROUP), menu_view("paper 1"), key="k")
    assert opened.text == "paper|2608.16859"
    assert "callback_data" in menu.button("topics")
    assert "url" in group.room.messages[int(sent.id)].button("paper 1")


async def test_addresses_and_emphasis(telegram: FakeTelegram, anna: TelegramUser) -> None:
    """An address that is none is no button; weights become the button's colour."""
    chat = telegram.private(anna)
    row = (
        Button(t("Site"), url="https://hf.co/papers"),
        Button(t("Bad"), url="javascript:alert(1)"),
        Button(t("Go"), "today", style="primary"),
        Button(t("Erase"), "forget", style="danger"),
    )
    async with listening_harness(telegram, lambda call: View((TextBlock(t("Choose")), Buttons((row,))))):
        menu = await chat.ask("/start")
    assert menu.buttons == [["Site", "Go", "Erase"]]
    assert [menu.button(label).get("style") for label in ("Site", "Go", "Erase")] == [None, "primary", "danger"]


async def test_buttons_without_words_get_some(telegram: FakeTelegram, anna: TelegramUser) -> None:
    view = View((Buttons(((Button(t(""), "topics"),),)),), summary=t("a < b"))
    async with listening_harness(telegram, lambda call: view):
        answer = await telegram.private(anna).ask("/start")
    assert (answer.text, answer.buttons) == ("a < b", [["·"]])
