"""Settings by tapping: one message that changes, whatever is tapped and however often."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time

import pytest

from bot.chats import WEEKDAYS, ChatSettings, EmptyDigestPolicy, Layout
from tests.e2e.support.telegram_env import TelegramPaperboy, long_title_papers
from tests.fakes.telegram import FakeTelegram, PrivateChat, TelegramMessage

MONDAY = datetime(2026, 8, 24, 13, tzinfo=UTC)


@pytest.fixture
def chat(telegram: FakeTelegram) -> PrivateChat:
    return telegram.private(telegram.person("Anna", language="de"))


async def taps(chat: PrivateChat, message: TelegramMessage, *labels: str) -> None:
    """One after the other; each changes the message itself."""
    for label in labels:
        await chat.press(label, on=message)
        assert await chat.reply() is message


async def test_everything_is_set_in_one_message(paperboy: TelegramPaperboy, chat: PrivateChat) -> None:
    settings = await chat.ask("/settings")
    assert "default" in settings.text
    await taps(chat, settings, "Hour", "18:00", "Berlin")  # an hour without a city asks for it
    await taps(chat, settings, "Days", "Weekdays", "✓ Wed", "‹ Settings")
    await taps(chat, settings, "Layout", "Full", "Layout", "Compact", "How many", "10")
    await taps(chat, settings, "If late", "6 h", "If empty", "A word every day")
    await taps(chat, settings, "Sound · on", "Roundup · off", "Pictures · off")
    assert (await paperboy.chat(chat)).settings == ChatSettings(
        hour=time(18), zone="Europe/Berlin", days=WEEKDAYS - {2}, compact_summaries=10, silent=True,
        empty_digest_policy=EmptyDigestPolicy.DAILY, source_grace_minutes=360, layout=Layout.COMPACT, roundup=True,
        pictures=True,
    )  # fmt: skip
    assert chat.messages == [settings]
    assert "Mon, Tue, Thu, Fri 18:00 Berlin" in settings.text
    assert [line for line in settings.text.splitlines() if "· default" in line] == [
        "Look: text, which every app shows · default"
    ]
    await taps(chat, settings, "Back to the defaults")
    assert "Layout: 5 papers with summary, the others as titles · default" in settings.text


async def test_a_city_can_be_typed(paperboy: TelegramPaperboy, chat: PrivateChat) -> None:
    settings = await chat.ask("/settings zone")
    assert "Another city: /when Lisbon" in settings.text
    await chat.ask("/when Lisbon")
    assert (await paperboy.chat(chat)).settings.zone == "Europe/Lisbon"
    assert (await paperboy.chat(chat)).settings.hour == time(9)


async def test_the_hour_is_changed_from_the_question_about_it_in_its_message(
    paperboy: TelegramPaperboy, chat: PrivateChat
) -> None:
    asked = await chat.ask("/when")
    await taps(chat, asked, "09:00 in Vienna", "Hour", "07:00")
    assert "When: daily 07:00 Vienna" in asked.text


async def test_two_quick_taps_and_a_deleted_message_do_no_harm(paperboy: TelegramPaperboy, chat: PrivateChat) -> None:
    settings = await chat.ask("/settings")
    await asyncio.gather(*(chat.press("Sound · on", on=settings) for _ in range(2)))
    assert "Sound: off" in (await chat.reply()).text
    before = (await paperboy.chat(chat)).settings
    assert before.silent
    del chat.room.messages[settings.id]
    await chat.press("Layout", on=settings)
    anew = await chat.reply()
    assert anew is not settings
    await taps(chat, anew, "Titles only")
    assert (await paperboy.chat(chat)).settings.layout is Layout.TITLES


@pytest.mark.parametrize(
    "data",
    ["settings", "settings hour 99:99", "settings days ,", "settings zone Nowhere", "settings summaries 999999999",
     "settings layout", "settings colour red", "settings " + "x" * 50, "settings when", "~nothing", "settings\x00"],
)  # fmt: skip
async def test_forged_data_is_answered_kindly_and_sets_nothing(
    paperboy: TelegramPaperboy, chat: PrivateChat, data: str
) -> None:
    settings = await chat.ask("/settings")
    before = (await paperboy.chat(chat)).settings
    settings.keyboard[0][0]["callback_data"] = data
    answer = await chat.press(settings.buttons[0][0], on=settings)
    assert "went wrong" not in answer.text
    assert "went wrong" not in (await chat.ask("/topics")).text
    assert not any("went wrong" in message.text for message in chat.messages)
    assert (await paperboy.chat(chat)).settings == before


@pytest.mark.parametrize(("layout", "summaries"), [("titles", 0), ("compact", 5), ("full", 12)])
async def test_a_digest_comes_in_the_layout_that_was_chosen(
    paperboy: TelegramPaperboy, chat: PrivateChat, layout: str, summaries: int
) -> None:
    await chat.ask("/subscribe diffusion")
    await chat.ask(f"/settings layout {layout}")
    before = len(chat.messages)
    await paperboy.list_papers(*long_title_papers(10))
    await paperboy.deliver(MONDAY)
    digest = chat.messages[before:]
    quotes = [quote for message in digest for quote in message.words("expandable_blockquote")]
    assert sum("We present a way" in quote for quote in quotes) == min(summaries, 11)
    named = [words for message in digest for words in message.links if words.startswith("How Far a Letter")]
    assert len(named) == 10
