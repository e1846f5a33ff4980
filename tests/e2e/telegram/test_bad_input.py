"""What nobody sends on purpose, and what some do: Telegram refuses nothing of the answers, and nothing is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.papers import Author, Paper
from bot.tex import readable_tex
from bot.topics.formatter import format_short
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.telegram_env import TelegramPaperboy, long_title_papers
from tests.fakes.telegram import FakeTelegram, PrivateChat

MONDAY = datetime(2026, 8, 24, 13, tzinfo=UTC)
# Titles really seen, and what could break an escape, a count or a cut.
TITLES = {
    "tags": "Diffusion <think> and <EOS>, </blockquote> & <a href='https://e.org'>a link</a>",
    "an unclosed tag": "Diffusion <answer",
    "entities": "Diffusion &amp; &lt;b&gt; &#39; &nope; \\& $x_1$ *a* _b_ `c` [IDK] | {}",
    "placeholders": "Diffusion {n} {topic} %s %(x)s {0!r:>9}",
    "addresses": "Diffusion at e.org/x, #tag, @PaperboyBot, /subscribe robotics and a@e.org",
    "emoji": "Diffusion 🦊" + "👩‍👩‍👧‍👦🏳️‍🌈" * 60,
    "other scripts": "Diffusion 扩散模型 диффузия انتشار \u200fright to left  zero\u200bwidth",
    "combining marks": "Diffusion Z" + "\u0351\u036b\u0343" * 150,
    "long": "Diffusion of " + "very " * 300 + "long titles",
    "one word": "Diffusion " + "x" * 900,
}
LONGEST = "🦊 a sentence of emoji 🚀🚀🚀. " * 400


def odd(title: str, day: int) -> Paper:
    names = (*(Author(f"Ann {number} <Lee> 🦊") for number in range(400)), Author("Ann"))
    made = make_paper(50, title, august(day), 99)
    return replace(made, abstract=LONGEST, tldr=LONGEST, authors=names, code_url="https://e.org/<x>?a=1&b=2")


@pytest.fixture
async def chat(telegram: FakeTelegram) -> AsyncIterator[PrivateChat]:
    yield telegram.private(telegram.person("Anna 🦊 <b>", language="en"))
    written = [*telegram.calls("sendMessage"), *telegram.calls("sendDocument"), *telegram.calls("editMessageText")]
    assert [(call.refused, call.params) for call in written if call.status != 200] == []
    assert [call.unknown for call in telegram.requests if call.unknown] == []


async def followed(paperboy: TelegramPaperboy, chat: PrivateChat) -> list[str]:
    async with paperboy.storage.read() as work:
        return [format_short(each.topic) for each in await work.subscriptions.of_chat((await paperboy.chat(chat)).id)]


def said(chat: PrivateChat) -> str:
    return "\n".join(message.text for message in chat.messages)


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
async def test_a_paper_is_shown_as_it_is_everywhere(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, chat: PrivateChat, title: str
) -> None:
    """In lists, cards, searches, digests and their pages, and inline: whatever it holds stays words of its title."""
    await paperboy.list_papers(odd(title, 24))
    await chat.ask("/subscribe diffusion")
    shown = " ".join(readable_tex(title).split())[:200]
    for asked in ("/today", "/paper 2608.00050", "/search diffusion", "/similar 2608.00001", "/why 2608.00050"):
        await chat.ask(asked)
    await paperboy.deliver(MONDAY)
    digest = next(message for message in chat.messages if "for you" in message.text)
    assert shown in " ".join(digest.text.split())
    assert "Diffusion" in digest.words("text_link")[0]
    for label in ("1", "Save", "More like this"):
        await chat.press(label, on=digest)
        await chat.reply()
    for asked in ("/saved", "/export bibtex", "/export csv"):
        await chat.ask(asked)
    found = await telegram.person("Bert").inline("diffusion")
    assert found.results


async def test_a_digest_full_of_emoji_is_still_one_message(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, chat: PrivateChat
) -> None:
    """Telegram counts characters after its markup is read, and what does not fit is behind a button."""
    await chat.ask("/subscribe diffusion")
    titles = [replace(each, title=f"Diffusion {each.id} " + "🦊👩‍👩‍👧‍👦" * 12) for each in long_title_papers(40)]
    await paperboy.list_papers(*titles)
    before = len(chat.messages)
    await paperboy.deliver(MONDAY)
    (digest,) = chat.messages[before:]
    assert len(digest.text) <= 4096
    assert not digest.overflow
    assert digest.button("The other")


WORDS = {
    "emoji up to the limit": "🦊" * 4096,
    "emoji and a topic": "/subscribe diffusion " + "🦊" * 200,
    "markup": "<b>bold</b> &amp; <script>",
    "a mention of nobody": "@" * 300,
    "a slash": "/",
    "slashes": "/////",
    "a command and nothing": "/subscribe@PaperboyBot",
    "a command in another script": "/подписаться диффузия",
    "a number too long": "/paper " + "9" * 4000,
    "lines": "diffusion\n\n\n\trobotics\r\n",
    "direction marks": "\u202e\u202ddiffusion\u202c",
    "a long city": "/when 09:00 " + "Llanfair" * 300,
    "a day of no calendar": "/date 9999999999999999-99-99",
    "a page beyond all": "/page 99999999999999 today",
    "a rule without words": "/subscribe match:strict",
    "a button's data": "~cBTtFn9CUQx7yOXnnJRiTJ",
    "another chat": "/in -100 unsubscribe all",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
async def test_whatever_is_typed_is_answered_and_loses_nothing(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, chat: PrivateChat, words: str
) -> None:
    await chat.ask("/subscribe diffusion")
    before = len(chat.messages)
    assert (await chat.ask(words)).text
    assert "went wrong" not in said(chat)
    assert len(chat.messages) > before
    assert "diffusion" in await followed(paperboy, chat)


async def test_another_chats_digest_stays_its_own(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, chat: PrivateChat
) -> None:
    """Its number is easily guessed; whoever forges a button with it learns nothing."""
    await chat.ask("/subscribe diffusion")
    await paperboy.list_papers(make_paper(11, "Diffusion for Anna", august(24)))
    await paperboy.deliver(MONDAY)
    digest = chat.last
    data = [button["callback_data"] for row in digest.keyboard for button in row if "callback_data" in button]
    numbers = {word for each in data for word in each.split() if word.isdecimal()}
    theirs = telegram.private(telegram.person("Mallory"))
    message = await theirs.ask("/help")
    for forged in (*data, *(f"edition {n}" for n in numbers), *(f"reasons {n}" for n in numbers)):
        message.reply_markup = {"inline_keyboard": [[{"text": "forged", "callback_data": forged}]]}
        await theirs.press("forged", on=message)
        await theirs.ask("/status")
    assert "for you" not in said(theirs)
    assert "1 topic" not in said(theirs)


@pytest.mark.parametrize(
    "data",
    ["in -100 topics", "in -100 in -100 forget", "remote", "remote off", "digest", "setup {}", "forget", "admin",
     "page 0 topics", "page -1 saved", "page x x", "edition", "edition 9999999999999999999999", "reasons 1",
     "paper 2608.00001 from", "several", "several 0", "mute", "unmute", "unsave x", "change", "change a",
     "here Nowhere", "pick", "pick (", "again", "again (|(", "🦊" * 16, "\ud83e", " ", "/", "~",
     "~unknown", "edition 1", "paper x from y", "\x00", "page 999999999999999999 today"],
)  # fmt: skip
async def test_a_forged_button_is_answered_kindly(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, chat: PrivateChat, data: str
) -> None:
    """Each press gets its one answer, and the topics are what they were."""
    await chat.ask("/subscribe clustering")
    welcome = await chat.ask("/help")
    presses = len(telegram.calls("answerCallbackQuery"))
    welcome.reply_markup = {"inline_keyboard": [[{"text": "forged", "callback_data": data}]]}
    pressed = await chat.press("forged", on=welcome)
    assert "went wrong" not in pressed.text
    await chat.ask("/status")
    assert "went wrong" not in said(chat)
    assert "clustering" in await followed(paperboy, chat)
    assert len(telegram.calls("answerCallbackQuery")) == presses + 1


@pytest.mark.parametrize("payload", ["c-é", "c-~", "c-", "s-é", "c-/w==", "c-" + "A" * 62])
async def test_a_link_that_was_garbled_is_answered(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, payload: str
) -> None:
    assert (await telegram.private(telegram.person("Anna")).ask(f"/start {payload}")).text
