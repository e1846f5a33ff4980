"""Views as Telegram's HTML: the look of each block, and that whatever comes fits and is readable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from adapters.telegram.rendering.outgoing_messages import outgoing_messages
from adapters.telegram.rendering.renderer import render_texts
from bot.i18n import Link, join_texts, t
from bot.views import (
    Banner,
    Block,
    Button,
    Buttons,
    Document,
    Footer,
    InputErrorBlock,
    PaperCard,
    PaperList,
    PaperListItem,
    PaperSummary,
    Prompt,
    Quote,
    TextBlock,
    View,
)
from tests.adapters.telegram.telegram_platform import make_paper
from tests.fakes.telegram.formatting import FOUND, FormattedText, check_text, message_text

CODE = {"code_url": "https://github.com/boxlab/arms", "code_stars": 250, "comments": 4}


def html(*blocks: Block) -> str:
    drawn = render_texts(View(blocks))
    assert len(drawn) == 1
    return drawn[0].html


def shown(*blocks: Block) -> list[FormattedText]:
    """What Telegram shows, message by message; raises where Telegram refuses."""
    messages = [message_text(text.html, "HTML", None) for text in render_texts(View(blocks))]
    for message in messages:
        check_text(message)
        assert not message.overflow
    return messages


def test_a_digest_reads_as_designed() -> None:
    """The count and the best title first; the whole summary in an expandable quote; the topic in italics."""
    first = PaperSummary(1, make_paper(1, **CODE), "Two arms move boxes.", t("robotics, twice in the abstract"))
    second = PaperSummary(2, make_paper(2, organization=None, code_stars=3), "", t("robotics"), (t("code appeared"),))
    rest = PaperList(
        (PaperListItem(make_paper(3), 3), PaperListItem(make_paper(4), 4)), t("<b>2 more on agents</b>"), folded=True
    )
    assert html(TextBlock(t("<b>{n} papers for you</b> · {day}", n=4, day=date(2026, 8, 18))), first, second, rest) == (
        "<b>4 papers for you</b> · Tue 18 Aug\n\n"
        '<b>1</b> <a href="https://hf.co/papers/2608.00001">Paper 1: Moving Boxes with Two Arms</a>\n'
        "<blockquote expandable>Two arms move boxes.</blockquote>\n"
        '▲31 · Box Lab · <a href="https://github.com/boxlab/arms">code</a> ★250 · 4 comments · '
        "<i>robotics, twice in the abstract</i>\n\n"
        '<b>2</b> <a href="https://hf.co/papers/2608.00002">Paper 2: Moving Boxes with Two Arms</a>\n'
        "▲32 · Ann Lee et al. · <i>robotics</i> · code appeared\n\n"
        "<blockquote expandable><b>2 more on agents</b>\n"
        '3 <a href="https://hf.co/papers/2608.00003">Paper 3: Moving Boxes with Two Arms</a> ▲33\n'
        '4 <a href="https://hf.co/papers/2608.00004">Paper 4: Moving Boxes with Two Arms</a> ▲34</blockquote>'
    )


def test_a_card_shows_everything() -> None:
    authors = tuple(replace(make_paper().authors[0], name=f"Author {letter}") for letter in "ABCDE")
    card = PaperCard(make_paper(1, authors=authors, project_url="https://arms.example", **CODE), (t("in the title"),))
    assert html(card) == (
        "<b>Paper 1: Moving Boxes with Two Arms</b>\n"
        "Box Lab · Author A, Author B, Author C +2\n"
        "listed Tue 18 Aug · ▲31\n\n"
        "<blockquote expandable>We teach two arms to move boxes. They drop few.</blockquote>\n"
        "<b>Why:</b> in the title\n"
        '<a href="https://hf.co/papers/2608.00001">Hugging Face</a> · '
        '<a href="https://arxiv.org/pdf/2608.00001">PDF</a> · <a href="https://arms.example">project</a> · '
        '<a href="https://github.com/boxlab/arms">code</a> ★250 · 4 comments'
    )


def test_short_lines_stand_together_and_long_ones_apart() -> None:
    long = t("A line that is so long that on every phone it needs a second one to be shown wholly.")
    found = html(
        TextBlock(t("One")),
        Footer(t("Two")),
        TextBlock(long),
        PaperList((PaperListItem(make_paper(), day=date(2026, 6, 2)),)),
    )
    assert found == (
        f"One\nTwo\n\n{long.msgid}\n"
        '· <a href="https://hf.co/papers/2608.00001">Paper 1: Moving Boxes with Two Arms</a> · Tue 2 Jun ▲31'
    )


def test_a_mistake_shows_its_place_and_a_question_how_to_answer() -> None:
    mistake = InputErrorBlock(t("The bracket is never closed."), "(diffusion OR", (10, 13))
    assert html(mistake) == "The bracket is never closed.\n<code>(diffusion</code><b> OR</b>"
    at_the_end = InputErrorBlock(t("Something is missing here."), "robotics AND", (12, 12))
    assert html(at_the_end) == "Something is missing here.\n<code>robotics AND</code><b>▸</b>"
    question = Prompt(t("What do you want to follow?"), "subscribe", t("for example: diffusion"))
    assert html(question) == ("What do you want to follow?\nfor example: diffusion – type <code>/subscribe …</code>")


def test_a_banner_is_bold_whatever_it_says() -> None:
    assert html(Banner(t("Sample: <i>invented</i> papers")), TextBlock(t("Hello"))) == (
        "<b>Sample: </b><b><i>invented</i></b><b> papers</b>\n\nHello"
    )


NASTY = "</a><b>x & y</b> <script>alert(\"1\")</script> &lt; <!channel> 'q' 😀"


def test_whatever_a_title_holds_stays_text() -> None:
    entry = PaperSummary(1, make_paper(title=NASTY), NASTY, t("{t}", t=NASTY))
    (message,) = shown(
        entry, PaperList((PaperListItem(make_paper(title=NASTY), note=t("{t}", t=NASTY)),)), Quote(NASTY)
    )
    assert message.text.count(NASTY) == 6
    kinds = sorted(entity["type"] for entity in message.entities)
    assert kinds == ["bold", "expandable_blockquote", "expandable_blockquote", "italic", "italic", *["text_link"] * 2]


def test_only_web_addresses_become_links() -> None:
    link = t("{a} {b}", a=Link("good", 'https://a.example/?q="x"&r=1'), b=Link("bad", "javascript:alert(1)"))
    (message,) = shown(TextBlock(link))
    assert [entity["url"] for entity in message.entities] == ['https://a.example/?q="x"&r=1']


def test_a_very_long_quote_is_cut_and_titles_never_are() -> None:
    """Nothing of a digest is dropped: titles go on in a second message."""
    (quoted,) = shown(PaperCard(make_paper(abstract="word " * 2000)))
    assert " word…\n" in quoted.text
    lines = tuple(PaperListItem(make_paper(number), number) for number in range(1, 201))
    messages = shown(TextBlock(t("200 papers")), PaperList(lines, t("More"), folded=True))
    together = "\n".join(message.text for message in messages)
    assert len(messages) == 3
    assert all(f"{number} Paper {number}:" in together for number in range(1, 201))
    assert all(any(e["type"] == "expandable_blockquote" for e in message.entities) for message in messages)


_words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
_long = st.one_of(_words, st.builds(lambda text, times: (text or "x ") * times, _words, st.integers(1, 300)))
_says = st.builds(lambda text: t("<b>{a}</b> <code>{b}</code> <i>{a}</i>", a=text, b=text[:5]), _long)
_link = Link("w", "https://a.example")
_links = st.builds(lambda n: t("{l}", l=join_texts([_link] * n)), st.integers(0, 150))
_papers = st.builds(lambda text, n: make_paper(n, title=text or "x", abstract=text * 3), _long, st.integers(1, 9999))
_blocks = st.one_of(
    st.builds(TextBlock, _says | _links),
    st.builds(Footer, _says),
    st.builds(Banner, _says),
    st.builds(Quote, _long),
    st.builds(PaperSummary, st.integers(1, 99), _papers, _long, _says),
    st.builds(PaperList, st.lists(st.builds(PaperListItem, _papers), max_size=60).map(tuple), _says, st.booleans()),
    st.builds(PaperCard, _papers, st.lists(_says, max_size=3).map(tuple)),
    st.builds(InputErrorBlock, _says, _words, st.just((1, 3))),
)


@settings(deadline=None)
@given(st.lists(_blocks, max_size=8))
def test_whatever_is_shown_fits_and_can_be_read(blocks: list[Block]) -> None:
    """At most 4,096 code points and 100 entities a message, no tag ever broken, by the fake's own parser."""
    for text in render_texts(View(tuple(blocks))):
        message = message_text(text.html, "HTML", None)
        assert len(message.text) <= 4096
        # Beyond the hundredth there may be #tags that Telegram finds by itself, nothing of ours.
        assert all(entity["type"] in FOUND for entity in message.overflow)
        assert len(text.html.encode("utf-8", "replace")) <= 32_768


@settings(deadline=None)
@given(st.lists(st.integers(1, 99_999), min_size=1, max_size=150, unique=True), st.booleans())
def test_no_title_is_ever_lost(numbers: list[int], folded: bool) -> None:
    titles = PaperList(tuple(PaperListItem(make_paper(number), number) for number in numbers), folded=folded)
    links = [entity["url"] for message in shown(titles) for entity in message.entities if entity["type"] == "text_link"]
    assert links == [make_paper(number).url for number in numbers]


async def _shelve(command: str) -> str:
    return "token"


async def test_buttons_stand_under_the_last_message() -> None:
    lines = tuple(PaperListItem(make_paper(number), number) for number in range(1, 101))
    buttons = Buttons(((Button(t("One"), "topics"), Button(t("Site"), url="https://a.example")),))
    parts = await outgoing_messages(View((PaperList(lines), buttons)), _shelve)
    assert [part.buttons is not None for part in parts] == [False, True]


async def test_a_file_comes_behind_the_text() -> None:
    file = Document("papers.bib", "text/plain", "@article{x}")
    parts = await outgoing_messages(
        View((file, TextBlock(t("Here it is")), Buttons(((Button(t("One"), "topics"),),)))), _shelve
    )
    assert parts[1].content is file
    assert parts[1].buttons is not None


async def test_rows_are_parted_and_superfluous_buttons_left_out() -> None:
    """Telegram takes 100 buttons at most and shows eight in a row."""
    row = tuple(Button(t("{n}", n=n), f"paper {n}") for n in range(130))
    (part,) = await outgoing_messages(View((TextBlock(t("Choose")), Buttons((row,)))), _shelve)
    assert isinstance(part.buttons, InlineKeyboardMarkup)
    assert [len(row) for row in part.buttons.inline_keyboard] == [8] * 12 + [4]
