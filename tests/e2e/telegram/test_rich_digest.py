"""The digest as a rich message: choosing it, reading it, and getting out where nothing is seen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.e2e.support.telegram_env import TelegramPaperboy, long_title_papers
from tests.fakes.telegram import FakeTelegram, PrivateChat, bad_request

MONDAY = datetime(2026, 8, 24, 13, tzinfo=UTC)


async def chooses_rich(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> PrivateChat:
    """Anna follows a topic and says yes to the sample."""
    chat = telegram.private(telegram.person("Anna"))
    await chat.ask("/subscribe diffusion")
    await chat.ask("/unsubscribe all")
    paperboy.clock.move_to(MONDAY.replace(hour=12))
    await chat.ask("/subscribe diffusion")
    await chat.ask("/look")
    await chat.press("Show me a sample")
    sample, question = await chat.reply(), await chat.reply()
    assert sample.rich is not None
    assert question.text == "Can you read the card above, on every device you use?"
    assert question.silent
    await chat.press("Yes, use it", on=question)
    assert "new look" in (await chat.reply()).text
    return chat


async def monday(paperboy: TelegramPaperboy, n: int = 3) -> None:
    await paperboy.list_papers(*long_title_papers(n))
    await paperboy.deliver(MONDAY)


async def test_a_sample_is_seen_and_the_next_digest_is_one_message_to_unfold(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    chat = await chooses_rich(paperboy, telegram)
    await monday(paperboy)
    digest, way_back = chat.messages[-2:]
    assert digest.text.startswith("3 papers for you · Mon 24 Aug")
    assert digest.rich is not None
    assert digest.rich.folded == ["Abstract"] * 3
    assert digest.buttons[0] == ["Save", "More like this", "Less", "Why?"]
    assert ["Plain again"] in digest.buttons
    assert way_back.text == "Blank above? One tap brings the plain digest."
    assert (way_back.silent, way_back.rich) == (True, None)


async def test_saved_shows_as_saved_in_the_digest(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    chat = await chooses_rich(paperboy, telegram)
    await monday(paperboy)
    digest = chat.messages[-2]
    standing = len(chat.messages)
    assert (await chat.press("Save", on=digest)).text.startswith("Saved: ")
    assert (await chat.reply()) is digest
    assert digest.buttons[0][0] == "✓ Saved"
    assert digest.buttons[1][0] == "Save"
    await chat.press("✓ Saved", on=digest)
    await chat.reply()
    assert digest.buttons[0][0] == "Save"
    assert len(chat.messages) == standing


async def test_who_sees_nothing_gets_out_by_one_tap(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    chat = await chooses_rich(paperboy, telegram)
    chat.room.shows_rich = False
    await monday(paperboy)
    blank, way_back = chat.messages[-2:]
    assert (blank.text, blank.buttons) == ("", [])
    await chat.press("Plain again", on=way_back)
    plain = await chat.reply()
    assert plain.text.startswith("3 papers for you · Mon 24 Aug")
    assert plain.rich is None
    assert (await paperboy.chat(chat)).settings.look == "plain"


async def test_plain_again_under_the_digest_makes_text_of_it(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    chat = await chooses_rich(paperboy, telegram)
    await monday(paperboy)
    digest = chat.messages[-2]
    await chat.press("Plain again", on=digest)
    assert (await chat.reply()) is digest
    assert digest.rich is None
    assert digest.buttons[0] == ["1", "2", "3"]
    await chat.press("1", on=digest)
    assert "Part 0" in (await chat.reply()).text


async def test_an_older_server_is_asked_once_and_gets_plain_digests(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    chat = await chooses_rich(paperboy, telegram)
    telegram.bot_api = (10, 0)
    await monday(paperboy)
    assert chat.last.text.startswith("3 papers for you · Mon 24 Aug")
    assert chat.last.buttons[0] == ["1", "2", "3"]
    telegram.bot_api = (10, 4)
    assert (await chat.ask("/look sample")).rich is None, "asked again, it would have been rich"


async def test_a_message_that_is_refused_goes_plain_and_the_next_one_is_rich(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    chat = await chooses_rich(paperboy, telegram)
    telegram.refuse_next("sendRichMessage", bad_request("RICH_MESSAGE_BLOCKS_TOO_MANY"))
    await monday(paperboy)
    assert chat.last.text.startswith("3 papers for you · Mon 24 Aug")
    assert chat.last.rich is None
    assert "can't show a rich message of ours" in caplog.text
    await chat.ask("/look")
    await chat.say("/look sample")
    assert (await chat.reply()).rich is not None


async def test_after_silence_no_plain_copy_follows(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    chat = await chooses_rich(paperboy, telegram)
    telegram.drop_next("sendRichMessage", accepted=True)
    await monday(paperboy)
    digests = [message for message in chat.messages if "papers for you" in message.text]
    assert digests
    assert all(message.rich for message in digests)


async def test_an_admin_chooses_it_for_a_group_and_its_buttons_lead_to_each_readers_own_chat(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    anna, bela = telegram.person("Anna"), telegram.person("Bela")
    group = telegram.supergroup("Lab", admins=[anna], members=[bela])
    paperboy.clock.move_to(MONDAY.replace(hour=12))
    await group.ask("/subscribe@PaperboyBot diffusion", by=anna)
    assert "admin" in (await group.ask("/settings@PaperboyBot look rich", by=bela)).text
    await group.ask("/settings@PaperboyBot look rich", by=anna)
    await paperboy.list_papers(*long_title_papers(3))
    await paperboy.deliver(MONDAY)
    digest = next(message for message in group.messages if message.rich)
    assert digest.text.startswith("3 new papers · Mon 24 Aug")
    assert digest.buttons[0] == ["Open", "More like this"]
    assert digest.button("Open")["url"].startswith("https://t.me/PaperboyBot?start=")
    assert "Save" not in {label for row in digest.buttons for label in row}


async def test_other_settings_leave_the_look_as_it_is_and_settings_name_it(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    chat = await chooses_rich(paperboy, telegram)
    await chat.ask("/settings layout full")
    assert "Look: one message to unfold" in (await chat.ask("/settings")).text
    assert (await chat.press("Look · rich")).text == ""
    await chat.press("Plain again", on=await chat.reply())
    assert "plain text" in (await chat.reply()).text
    assert "Look: text, which every app shows" in (await chat.ask("/settings")).text
