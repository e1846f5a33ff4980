"""Papers for other chats: inline results to pick from, and pasted links that become cards."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.telegram.capabilities import TELEGRAM
from tests.e2e.support.telegram_env import ARCHIVE, TelegramPaperboy, long_title_papers, paper_titles
from tests.fakes.telegram import FakeTelegram


async def test_inline_gives_ten_cards_a_page(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    await paperboy.list_papers(*long_title_papers(23))
    anna = telegram.person("Anna")
    pages = [await anna.inline("diffusion")]
    while pages[-1].next_offset:
        pages.append(await anna.inline("diffusion", offset=pages[-1].next_offset))
    assert [len(page.results) for page in pages] == [10, 10, 5]
    found = [title for page in pages for title in page.titles]
    assert len(set(found)) == 25
    assert not pages[0].personal
    assert pages[0].cache_time >= 60
    assert pages[0].button["text"] == "Follow diffusion"
    opened = await telegram.private(anna).ask(f"/start {pages[0].button['start_parameter']}")
    assert opened.button("Follow diffusion")


async def test_without_words_inline_gives_the_newest_list(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    answer = await telegram.person("Anna").inline("")
    assert answer.titles == [ARCHIVE[0].title, ARCHIVE[3].title]
    assert not answer.next_offset
    assert not answer.button


async def test_a_picked_result_is_a_card_with_a_way_to_the_bot(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    """The bot hears of it in its own chat, and in a group where it reads all, and keeps silent."""
    anna = telegram.person("Anna")
    chat = telegram.private(anna)
    group = telegram.supergroup("Lab", admins=[anna])
    (result,) = (await anna.inline("https://arxiv.org/abs/2608.00002")).results
    own, theirs = await chat.pick(result), await group.pick(result, by=anna)
    for card in (own, theirs):
        assert card.text.startswith("Fast Diffusion Sampling on a Phone\nMira Aldous, Tom Brandt\n")
        assert card.words("expandable_blockquote") == [ARCHIVE[1].abstract]
    (payload,) = parse_qs(urlsplit(own.button("Save it")["url"]).query)["start"]
    await chat.say("/help")
    await chat.reply()
    assert len(chat.messages) == 1
    assert not group.messages
    assert (await chat.ask(f"/start {payload}")).button("Save")


@pytest.mark.parametrize("words", ["(diffusion OR", "upvotes>=many", "title:"])
async def test_what_inline_cant_read_yet_is_said_above_no_results(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, words: str
) -> None:
    answer = await telegram.person("Anna").inline(words)
    assert not answer.results
    assert answer.personal
    assert answer.button["text"]


@pytest.mark.parametrize("offset", ["x", "-3", "99999999999", "²", "0"])
async def test_an_offset_that_is_none_of_ours_is_the_first_page(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, offset: str
) -> None:
    assert (await telegram.person("Anna").inline("diffusion", offset=offset)).titles[0] == ARCHIVE[0].title


async def test_looking_up_registers_nobody(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    await telegram.person("Anna").inline("diffusion")
    await telegram.person("Bert").inline("x" * 256)
    async with paperboy.storage.read() as work:
        assert not await work.chats.chats_of_workspace(TELEGRAM, "123456")


@pytest.mark.parametrize(
    "words",
    [
        "https://arxiv.org/abs/2608.00002v1",
        "have you seen https://huggingface.co/papers/2608.00002?",
        "arXiv:2608.00002",
    ],
)
async def test_a_pasted_link_becomes_a_card(paperboy: TelegramPaperboy, telegram: FakeTelegram, words: str) -> None:
    anna = telegram.person("Anna")
    card = await telegram.private(anna).ask(words)
    assert card.text.startswith("Fast Diffusion Sampling on a Phone\n")

    group = telegram.supergroup("Lab", admins=[anna])
    await group.say(words)
    mentioned = await group.ask(f"@PaperboyBot {words}")
    assert mentioned.text.startswith("Fast Diffusion Sampling on a Phone\n")
    assert group.messages == [mentioned]


async def test_a_mention_under_somebody_elses_link_shows_its_card(
    paperboy: TelegramPaperboy, telegram: FakeTelegram
) -> None:
    anna, bert = telegram.person("Anna"), telegram.person("Bert")
    group = telegram.supergroup("Lab", admins=[anna], members=[bert])
    said = await group.say("https://arxiv.org/abs/2608.00002", by=bert)
    await group.say("@PaperboyBot", reply_to=said, by=anna)
    assert (await group.reply()).text.startswith("Fast Diffusion Sampling on a Phone\n")


async def test_a_link_under_a_picture_and_several_links(paperboy: TelegramPaperboy, telegram: FakeTelegram) -> None:
    chat = telegram.private(telegram.person("Anna"))
    await chat.send_photo("from https://arxiv.org/abs/2608.00002")
    assert (await chat.reply()).text.startswith("Fast Diffusion Sampling on a Phone\n")
    several = await chat.ask("https://arxiv.org/abs/2608.00002 https://arxiv.org/abs/2608.00004")
    assert paper_titles(several) == [ARCHIVE[1].title, ARCHIVE[3].title]
    unknown = await chat.ask("https://arxiv.org/abs/2512.99999")
    assert "I don’t have 2512.99999" in unknown.text
