"""Digests as rich messages: what stands in them, and that nothing makes Telegram refuse one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.telegram.rendering.rich_message import MAX_BLOCKS, MAX_CHARACTERS, message_size, render_rich
from bot.chats import ChatKind, Layout
from bot.i18n import t
from bot.papers import Author, Organization, Paper
from bot.views import PaperCard, TextBlock, View
from tests.adapters.telegram.rich_digests import checked, rich_chat, rich_digest_view, sent_parts
from tests.bot.factories import make_paper
from tests.fakes.telegram.rich import nested_blocks, rich_content

LONG = "We plan a whole sentence before a word of it is said. " * 150  # 8,000 characters
PECULIAR = (
    make_paper(1, "🎧🎧🎧 ❤️‍🔥", votes=9, abstract=LONG),
    make_paper(2, "نموذج لغوي صغير يفهم العربية", votes=8, abstract="نقترح نموذجا صغيرا." * 40),
    make_paper(3, "面向长视频的扩散模型", votes=7, abstract="我们提出一个小模型。" * 200),
    make_paper(4, r"$\alpha$-VAE {unbalanced \textbf{x", votes=6, abstract=r"{ \ours $x_{t+1$ }} costs $400-600K."),
    make_paper(5, "Write to team@lab.example or #now", votes=5, abstract="/start @somebody a@b.c $USD"),
    replace(make_paper(6, "Everybody", votes=4), authors=tuple(Author(f"Ada Example {n}") for n in range(664))),
    make_paper(7, "   ", votes=3, abstract="", code_url="http://localhost:99999/x y", project_url="nowhere"),
)


async def test_a_digest_has_its_papers_with_abstract_and_buttons():
    papers = [make_paper(n, f"Paper {n}", votes=30 - n) for n in range(1, 6)]
    shown = await checked(rich_digest_view(papers, rich_chat()))
    head, *_ = shown.blocks
    assert head == {"type": "heading", "size": 2, "text": "5 papers for you · Tue 18 Aug"}
    assert [[button["text"] for button in row] for row in shown.buttons] == [
        ["Save", "More like this", "Less", "Why?"]
    ] * 5
    assert shown.buttons[0][0]["callback_data"] == "save 2608.00001 in 12"
    assert shown.folded == ["Abstract"] * 5
    assert shown.shown.text.count("We propose a small thing") == 10  # as the summary, and unfolded as the abstract


async def test_a_long_digest_has_five_in_full_and_the_others_by_topic_in_parts_that_unfold():
    papers = [make_paper(n, f"Paper {n}", votes=40 - n, abstract=LONG) for n in range(1, 23)]
    view = rich_digest_view(papers, rich_chat(), "LLM agents", "speech", "video")
    shown = await checked(view)
    assert shown.folded.count("Abstract") == 5
    others = [line.split(" more on ") for line in shown.folded if line != "Abstract"]
    assert {topic for _, topic in others} == {"LLM agents", "speech", "video"}
    assert sum(int(n) for n, _ in others) == 17
    assert sum(len(row) == 1 and row[0]["style"] == "link" for row in shown.buttons) == 17
    assert shown.characters <= MAX_CHARACTERS


async def test_in_a_group_buttons_are_links_and_nobodys_state_stands_there():
    papers = [make_paper(n) for n in range(1, 12)]
    view = rich_digest_view(papers, rich_chat(ChatKind.GROUP))
    shown = await checked(view, ChatKind.GROUP)
    assert {button["text"] for row in shown.buttons for button in row} == {"Open", "More like this"}
    assert all(button["url"].startswith("https://t.me/PaperboyBot?start=") for row in shown.buttons for button in row)


@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.GROUP])
async def test_peculiar_papers_are_never_refused(kind):
    shown = await checked(rich_digest_view(PECULIAR, rich_chat(kind)), kind)
    assert shown.characters <= MAX_CHARACTERS
    kinds = {block["type"] for block in nested_blocks(shown.blocks)}
    assert not kinds & {"mathematical_expression", "expandable_blockquote"}


async def test_each_peculiar_paper_has_a_card():
    for paper in PECULIAR:
        view = View((TextBlock(t("A card")), PaperCard(paper)), rich=True)
        assert (await checked(view)).count > 2


@pytest.mark.parametrize("layout", list(Layout))
async def test_seventy_papers_fit_with_less_of_their_abstracts(layout):
    papers = [make_paper(n, f"A title of the usual length, number {n}", abstract=LONG) for n in range(1, 71)]
    shown = await checked(rich_digest_view(papers, rich_chat(layout=layout), "LLM agents", "speech"))
    assert (shown.characters <= MAX_CHARACTERS, shown.count <= MAX_BLOCKS) == (True, True)
    assert shown.shown.text.count("A title of the usual length") == 70


async def test_what_does_not_fit_at_all_goes_as_plain_messages_with_all_papers():
    papers = [make_paper(n, f"Number {n} " + "long " * 40, abstract=LONG, tldr=LONG) for n in range(1, 71)]
    parts = await sent_parts(rich_digest_view(papers, rich_chat(layout=Layout.FULL)))
    assert len(parts) > 1
    assert all(part.rich is None for part in parts)


TEXTS = st.text(max_size=80) | st.sampled_from([r"$\x{", "a@b.c", "٠", "\u202e", "🎧" * 40, "x" * 9000, " \n "])


@st.composite
def papers_of_any_kind(draw) -> list[Paper]:
    return [
        replace(
            make_paper(n, draw(TEXTS) or "x", votes=draw(st.integers(0, 900)), abstract=draw(TEXTS)),
            tldr=draw(TEXTS),
            code_url=draw(TEXTS),
            organization=Organization(draw(TEXTS)),
        )
        for n in range(1, draw(st.integers(2, 40)))
    ]


@settings(max_examples=40, deadline=None)
@given(papers_of_any_kind(), st.sampled_from([ChatKind.PRIVATE, ChatKind.GROUP]))
def test_what_is_counted_is_what_telegram_counts(papers, kind):

    blocks = render_rich(rich_digest_view(papers, rich_chat(kind)), {})
    if blocks:
        shown = rich_content({"blocks": blocks}, (10, 5))
        assert message_size(blocks) == (shown.characters, shown.count)
