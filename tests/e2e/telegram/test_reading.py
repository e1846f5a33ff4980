"""Reading on Telegram: the first minute, the digest as one living message with its cards, links that share a topic."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.search.fts_index import FtsIndex
from storage.database import Database
from tests.adapters.telegram.telegram_platform import AutoAdvancingClock
from tests.e2e.support.single_platform import FRIDAY, august, make_paper
from tests.e2e.support.telegram_env import (
    ARCHIVE,
    LONG_TITLE,
    TelegramPaperboy,
    long_title_papers,
    paper_titles,
    run_on_telegram,
)
from tests.fakes.telegram import FakeTelegram, PrivateChat, TelegramMessage

MONDAY = datetime(2026, 8, 24, 13, tzinfo=UTC)


async def digest_of(paperboy: TelegramPaperboy, chat: PrivateChat, n: int) -> TelegramMessage:
    """Monday's digest of ``n`` papers."""
    await chat.ask("/subscribe diffusion")
    await chat.ask("/unsubscribe all")
    paperboy.clock.move_to(MONDAY.replace(hour=12))
    await chat.ask("/subscribe diffusion")
    await paperboy.list_papers(*long_title_papers(n))
    await paperboy.deliver(MONDAY)
    return chat.last


async def test_the_first_minute_is_one_message(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    """Tapping a topic shows what it brings, a city says the hour, all in the message that greeted."""
    chat = telegram.private(telegram.person("Anna", language="de"))
    welcome = await chat.ask("/start")
    assert len(welcome.text.splitlines()) <= 4
    await chat.press("Diffusion", on=welcome)
    assert "Last 7 days: 2 of 3 papers" in (await chat.reply()).text
    assert paper_titles(welcome) == [ARCHIVE[0].title, ARCHIVE[1].title]
    assert (await chat.press("Berlin", on=welcome)).text == "✓ 09:00 in Berlin"
    assert "Next digest: tomorrow 09:00." in (await chat.reply()).text
    await chat.press("Done", on=welcome)
    assert (await chat.reply()).text.startswith("1 topic · daily 09:00 Berlin")
    assert chat.messages == [welcome]


async def test_cards_are_turned_in_the_digests_own_place(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    digest = await digest_of(paperboy, chat, 3)
    as_sent = digest.text, digest.buttons
    before = len(chat.messages)
    await chat.press("1", on=digest)
    assert "Part 0" in (await chat.reply()).text
    assert digest.words("expandable_blockquote")
    await chat.press("2 ›", on=digest)
    assert "Part 1" in (await chat.reply()).text
    assert (await chat.press("Save", on=digest)).text.startswith("Saved: ")
    await chat.reply()
    assert digest.buttons[0][0] == "✓ Saved"
    for opened, back in (("More like this", "‹ How"), ("Why is it here?", "The card"), ("Less like this", "‹ How")):
        await chat.press(opened, on=digest)
        await chat.reply()
        await chat.press(back, on=digest)
        await chat.reply()
    for label in ("‹ Back to the 3 papers", "Why these?", "‹ Back to the 3 papers"):
        await chat.press(label, on=digest)
        await chat.reply()
    assert (digest.text, digest.buttons) == as_sent
    assert len(chat.messages) == before


@pytest.mark.parametrize("n", [3, 12])
async def test_a_long_digest_says_which_topic_brought_too_much(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, n: int
) -> None:
    """And how to have less of it, by a tap; a short one does not ask."""
    chat = telegram.private(telegram.person("Anna"))
    digest = await digest_of(paperboy, chat, n)
    await chat.press("Why these?", on=digest)
    said = (await chat.reply()).text
    assert ("diffusion alone brought 12 of these 12." in said) is (n == 12)
    if n == 12:
        await chat.press("Stop diffusion", on=digest)
        assert (await chat.reply()).text.startswith("Stopped diffusion.")


async def test_muting_from_a_card_and_undo(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    digest = await digest_of(paperboy, chat, 2)
    for label in ("1", "Less like this", "Tom Brandt"):
        await chat.press(label, on=digest)
        await chat.reply()
    assert digest.text.startswith('✓ Muted author:"Tom Brandt"')
    await paperboy.list_papers(make_paper(7, "Diffusion on Tuesday", august(25)))
    before = len(chat.messages)
    await paperboy.deliver(datetime(2026, 8, 25, 13, tzinfo=UTC))
    assert not [message for message in chat.messages[before:] if "Diffusion on Tuesday" in message.text]
    await chat.press("Undo", on=digest)
    assert "is not muted any more" in (await chat.reply()).text
    await chat.press("‹ Back to the paper", on=digest)
    assert "Part 0" in (await chat.reply()).text


@pytest.mark.parametrize("n", [12, 60])
async def test_a_long_digest_is_one_message_and_nothing_is_out_of_reach(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, n: int
) -> None:
    """All papers are in it or behind one button, with their summaries and numbers."""
    chat = telegram.private(telegram.person("Anna"))
    before = len(chat.messages)
    digest = await digest_of(paperboy, chat, n)
    assert len([message for message in chat.messages[before:] if "papers for you" in message.text]) == 1
    assert not digest.overflow
    shown = len(paper_titles(digest))
    assert shown == n if n == 12 else f"{n - shown} more titles behind the button below." in digest.text
    await chat.press(f"The other {n - 5} with summaries", on=digest)
    seen = paper_titles(await chat.reply())
    while any(label.startswith("Next") for row in digest.buttons for label in row):
        await chat.press("Next", on=digest)
        seen += paper_titles(await chat.reply())
    assert sorted(seen) == sorted(LONG_TITLE.format(number) for number in range(5, n))
    await chat.press(str(n), on=digest)
    assert f"Part {n - 1}" in (await chat.reply()).text


async def test_in_a_group_the_papers_open_in_the_readers_own_chat(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    """Numbers, and the summaries of the others, whose many ids no link could hold."""
    boss, reader = telegram.person("Boss"), telegram.person("Reader")
    group = telegram.supergroup("Lab", admins=[boss], members=[reader])
    await group.ask("/subscribe diffusion", by=boss)
    await paperboy.list_papers(*long_title_papers(12))
    await paperboy.deliver(MONDAY)
    digest, chat = group.last, telegram.private(reader)
    for label, found in (("3", "Part 2"), ("The other 8", "Part 5")):
        link = urlsplit(digest.button(label)["url"])
        (payload,) = parse_qs(link.query)["start"]
        assert found in (await chat.ask(f"/start {payload}")).text
    assert group.last is digest


async def test_buttons_work_after_a_restart_and_on_messages_too_old_to_be_told(
    telegram: FakeTelegram, sqlite_storage: Database, index: FtsIndex
) -> None:
    clock, chat = AutoAdvancingClock(FRIDAY), telegram.private(telegram.person("Anna"))
    async with run_on_telegram(telegram, sqlite_storage, index, clock) as before:
        await before.list_papers(*ARCHIVE)
        digest = await digest_of(before, chat, 3)
    async with run_on_telegram(telegram, sqlite_storage, index, clock):
        await chat.press("2", on=digest)
        assert "Part 1" in (await chat.reply()).text
        await chat.press("3 ›", on=digest, inaccessible=True)
        assert "Part 2" in (await chat.reply()).text
        async with sqlite_storage.write() as work:
            await work.outbox.prune(datetime(2027, 8, 24, tzinfo=UTC))
            await work.commit()
        await chat.press("‹ Back", on=digest)
        assert "I don’t have that digest any more." in (await chat.reply()).text


async def test_a_press_twice_and_on_what_was_deleted_does_no_harm(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    chat = telegram.private(telegram.person("Anna"))
    digest = await digest_of(paperboy, chat, 2)
    button = digest.button("1")
    for _ in range(2):
        digest.reply_markup = {"inline_keyboard": [[button]]}
        await chat.press("1", on=digest)
        await chat.reply()
        await chat.ask("/help")  # a press while the one before is still worked on would be the same wish
    del chat.room.messages[digest.id]
    digest.reply_markup = {"inline_keyboard": [[button]]}
    await chat.press("1", on=digest)
    assert "Part 0" in (await chat.reply()).text


async def test_pictures_only_where_they_are_wanted(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    await chat.ask("/settings pictures on")
    digest = await digest_of(paperboy, chat, 2)
    assert digest.picture == "https://hf.co/papers/2608.00100"
    await chat.press("2", on=digest)
    assert (await chat.reply()).picture == "https://hf.co/papers/2608.00101"
    await chat.ask("/settings pictures off")
    assert not (await chat.ask("/paper 2608.00101")).picture


@pytest.mark.parametrize("topic", ["diffusion", '(diffusion OR "tidal maps" OR "harbour letters") -painting'])
async def test_a_topic_is_shared_by_a_link_that_only_shows(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, topic: str
) -> None:
    """In a chat or a group, also a topic too long for 64 characters; who opens it decides."""
    anna, bert = telegram.private(telegram.person("Anna")), telegram.private(telegram.person("Bert"))
    await anna.ask(f"/subscribe {topic}")
    shared = await anna.ask(f"/share {topic}")
    (inner,) = parse_qs(urlsplit(shared.button("Send to somebody")["url"]).query)["url"]
    (payload,) = parse_qs(urlsplit(inner).query)["start"]
    assert len(payload) <= 64
    seen = await bert.ask(f"/start {payload}")
    assert ARCHIVE[0].title in paper_titles(seen)
    assert "Nothing is followed here yet" in (await bert.ask("/topics")).text
    await bert.press("Follow", on=seen)
    assert "✓ Following" in (await bert.reply()).text

    boss = telegram.person("Boss")
    group = telegram.supergroup("Lab", admins=[boss])
    (payload,) = parse_qs(urlsplit(shared.button("Take into a group")["url"]).query)["startgroup"]
    assert ARCHIVE[0].title in paper_titles(await group.ask(f"/start@PaperboyBot {payload}", by=boss))


@pytest.mark.parametrize(
    "payload",
    [
        "c-Zm9yZ2V0IGV2ZXJ5dGhpbmc",
        "c-dW5zdWJzY3JpYmUgYWxs",
        "s-nosuchtoken",
        "s-",
        "c-",
        "c-_w",
        "~x",
        "help",
        "🦊" * 20,
    ],
)
async def test_a_forged_link_changes_nothing(paperboy: TelegramPaperboy, telegram: FakeTelegram, payload: str) -> None:
    chat = telegram.private(telegram.person("Anna"))
    await chat.ask("/subscribe diffusion")
    assert "Following: diffusion" in (await chat.ask(f"/start {payload}")).text


async def test_a_stored_command_is_not_opened_by_a_link(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, sqlite_storage: Database
) -> None:
    """Its token can be worked out by anybody who knows the command."""
    chat = telegram.private(telegram.person("Anna"))
    await chat.ask("/subscribe diffusion")
    async with sqlite_storage.write() as work:
        token = await work.inbox.store_callback("unsubscribe all", paperboy.clock.now())
        await work.commit()
    assert "Following: diffusion" in (await chat.ask(f"/start s-{token}")).text
