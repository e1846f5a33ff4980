"""Views as Slack shows them: quiet, complete, within every limit, and deaf to what a title says."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.rendering.mrkdwn import clipped, escaped, link, marked, mrkdwn, split
from adapters.slack.rendering.renderer import render
from adapters.slack.rendering.splitting import SlackMessage, split_messages
from bot.i18n import Link, Translator, join_texts, t
from bot.papers import Organization
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
from tests.adapters.slack.slack_platform import make_paper
from tests.fakes.slack import mrkdwn as slack_reads
from tests.fakes.slack import rendered_blocks
from tests.fakes.slack.blocks import check_message

NASTY = "<!channel> *all* of `it`: a_b _c_ ~50 % & <https://evil.example|click> <@U123> :tada: A* @here"
ENGLISH = Translator()


def drawn(*blocks: Block, **more: object) -> list[SlackMessage]:
    """The messages of a view, each taken by the fake's block validator."""
    messages = split_messages(render(View(blocks, **more)))  # type: ignore[arg-type]  # any field of a view
    assert [check_message(list(message.blocks)) for message in messages] == [[] for _ in messages]
    return messages


def only(*blocks: Block, **more: object) -> list[dict]:
    (message,) = drawn(*blocks, **more)
    return list(message.blocks)


def shown(*blocks: Block) -> str:
    return rendered_blocks.readable_text(only(*blocks))


def test_an_entry_has_its_title_what_it_says_and_one_line_of_facts() -> None:
    known = make_paper(comments=4, code_url="https://github.com/box/lab", code_stars=120)
    topics = t("{t} + {u}", t="diffusion", u="image editing")
    (section,) = only(PaperSummary(3, known, "They move boxes.", topics, (t("code appeared"),)))
    assert section["text"]["text"] == (
        "*3. <https://hf.co/papers/2608.00001|Paper 1: Moving Boxes with Two Arms>*\n"
        "They move boxes.\n"
        "▲ 31 · 4 comments · Box Lab · <https://github.com/box/lab|code ★ 120> · code appeared · "
        "_diffusion + image editing_"
    )
    options = section["accessory"]["options"]
    assert {option["text"]["text"]: option["value"] for option in options} == {
        "Abstract": "paper 2608.00001",
        "Save for me": "save 2608.00001",
        "Discuss in channel": "discuss 2608.00001",
        "Why is it here?": "why 2608.00001",
        "Fewer like this": "less 2608.00001",
    }


def test_every_section_is_expanded_and_nothing_is_a_header() -> None:
    blocks = only(
        Banner(t("Sample")),
        TextBlock(t("one")),
        PaperSummary(1, make_paper(), "They move boxes."),
        PaperList((PaperListItem(make_paper(2)),), t("<b>1 more</b>"), folded=True),
        Footer(t("the foot")),
        Footer(t("of it")),
        Buttons(((Button(t("Topics"), "topics"),),)),
    )
    assert [block["type"] for block in blocks] == ["section"] * 4 + ["context", "actions"]
    assert all(block["expand"] for block in blocks if block["type"] == "section")
    assert blocks[4]["elements"][0]["text"] == "the foot · of it"


def test_lines_that_follow_one_another_are_one_paragraph() -> None:
    blocks = only(
        TextBlock(t("<b>one</b>")), TextBlock(t("two")), PaperSummary(1, make_paper(), "x"), TextBlock(t("three"))
    )
    assert [block["text"]["text"] for block in blocks if "accessory" not in block] == ["*one*\ntwo", "three"]


def test_titles_are_linked_lines() -> None:
    lines = (
        PaperListItem(make_paper(2), 6, note=t("from {day}", day=date(2026, 8, 13))),
        PaperListItem(make_paper(3), day=date(2026, 8, 18), upvotes=False),
    )
    (section,) = only(PaperList(lines, t("<b>2 more on diffusion</b>")))
    assert section["text"]["text"] == (
        "*2 more on diffusion*\n"
        "6. <https://hf.co/papers/2608.00002|Paper 2: Moving Boxes with Two Arms> ▲ 32 · _from Thu 13 Aug_\n"
        "• <https://hf.co/papers/2608.00003|Paper 3: Moving Boxes with Two Arms> Tue 18 Aug"
    )


def test_a_card_says_everything() -> None:
    known = make_paper(code_url="https://github.com/box/lab", code_stars=3, project_url="https://boxes.example")
    text = shown(PaperCard(known, (t("It came for <b>boxes</b>."),)))
    assert text.split("\n") == [
        "Paper 1: Moving Boxes with Two Arms",
        "Box Lab · Ann Lee, Bo Chen",
        "listed Tue 18 Aug · ▲ 31",
        "We teach two arms to move boxes. They drop few.",
        "It came for boxes.",
        "Paper · PDF · Code ★ 3 · Project",
    ]


def test_a_number_button_is_not_said_twice() -> None:
    """Each paper's menu holds its card; titles alone have no menu, so there the number stays."""
    rows = (
        (Button(t("1"), "paper 2608.00001"), Button(t("2"), "paper 2608.00002")),
        (Button(t("All"), "topics"),),
    )
    with_entry = only(PaperSummary(1, make_paper(1), "x"), Buttons(rows))
    assert [element["text"]["text"] for element in with_entry[-1]["elements"]] == ["2", "All"]
    as_title = only(PaperList((PaperListItem(make_paper(1), 1),)), Buttons(rows))
    assert [element["text"]["text"] for element in as_title[-1]["elements"]] == ["1", "2", "All"]
    nothing_left = only(PaperSummary(1, make_paper(1), "x"), Buttons((rows[0][:1],)))
    assert [block["type"] for block in nothing_left] == ["section"]


def test_buttons_keep_their_weight_address_and_room() -> None:
    row = (
        Button(t("Go"), "subscribe diffusion", style="primary"),
        Button(t("Stop"), "unsubscribe all", style="danger"),
        Button(t("Open"), url="https://hf.co/papers"),
        Button(t("{long}", long="x" * 200), "today"),
    )
    (actions,) = only(Buttons((row,)))
    go, stop, open_, long = actions["elements"]
    assert (go["style"], go["value"], stop["style"]) == ("primary", "subscribe diffusion", "danger")
    assert (open_["url"], "value" in open_) == ("https://hf.co/papers", False)
    assert len(long["text"]["text"]) == 75
    many = only(Buttons(tuple((Button(t("{n}", n=n), f"paper {n}"),) for n in range(60))))
    assert [len(block["elements"]) for block in many] == [25, 25, 10]


def test_a_mistake_is_pointed_at_also_in_a_long_text() -> None:
    (section,) = only(InputErrorBlock(t("No word here"), "robotics AND ", (9, 12)))
    assert section["text"]["text"] == "No word here\n```robotics AND \n         ^^^```"
    (section,) = only(InputErrorBlock(t("No word here"), "x" * 5000 + "(`" + "y" * 5000, (5000, 5002)))
    assert len(section["text"]["text"]) < 400
    window, pointer = section["text"]["text"].strip("`").split("\n")[1:]
    assert window.removeprefix("```")[pointer.index("^")] == "("
    assert shown(InputErrorBlock(t("Only admins."))) == "Only admins."


def test_a_question_and_a_quote() -> None:
    assert shown(Prompt(t("Which paper?"), "paper", t("an id"))) == "Which paper?"
    assert only(Quote("one\ntwo"))[0]["text"]["text"] == ">one\n>two"


def test_a_file_is_shown_as_text() -> None:
    content = "\n".join(f"@article{{key{n}, title = {{A `title` & more {n}}}}}" for n in range(40))
    text = shown(Document("papers.bib", "text/plain", content))
    assert text.startswith("papers.bib")
    assert "key0, title = {A ˋtitleˋ & more 0}" in text
    assert "key39" in text
    long = drawn(Document("papers.bib", "text/plain", "line of a file\n" * 20_000))
    assert len(long) == 3
    assert "20,000 of 300,000 characters" in rendered_blocks.readable_text(list(long[-1].blocks))


def test_the_notification_begins_with_what_came() -> None:
    assert drawn(TextBlock(t("<b>5 papers</b>")), summary=t("5 papers: Boxes"))[0].text == "5 papers: Boxes"
    assert drawn(TextBlock(t("<b>5 papers</b> & more")))[0].text == "5 papers &amp; more"
    assert drawn(PaperCard(make_paper()))[0].text == "Paper 1: Moving Boxes with Two Arms"
    assert drawn(PaperList((PaperListItem(make_paper()),)))[0].text == "Paper 1: Moving Boxes with Two Arms"
    assert drawn(Buttons(((Button(t("Go"), "today"),),)))[0].text == "Paperboy"
    assert drawn() == []


def test_a_nasty_title_pings_nobody_links_nowhere_and_formats_nothing() -> None:
    known = make_paper(title=NASTY, abstract=NASTY, organization=Organization("x", NASTY))
    named = t("{name} and <code>{name}</code>", name=NASTY)
    blocks: list[Block] = [
        TextBlock(named),
        Banner(named),
        PaperSummary(1, known, NASTY, named, (named,)),
        PaperList((PaperListItem(known, note=named),), named),
        PaperCard(known, (named,)),
        Quote(NASTY),
        InputErrorBlock(named, NASTY, (0, 3)),
        Document(NASTY, "text/plain", NASTY),
        Footer(named),
    ]
    for block in blocks:
        for message in drawn(block):
            for _, text, verbatim in rendered_blocks.parsed_texts(list(message.blocks)):
                assert slack_reads.pings(text, parse_full=False) == []
                assert verbatim
                links = {each.url for each in slack_reads.links(text, verbatim=True)}
                assert all("evil" not in url for url in links)
            assert slack_reads.pings(message.text) == slack_reads.pings(message.fallback_text) == []
            assert slack_reads.links(message.text, verbatim=True) == []


def test_marks_in_other_peoples_words_format_nothing() -> None:
    assert escaped("A* and *b* snake_case _c_ `d` ~e~") == "A∗ and ∗b∗ snake_case ˍcˍ ˋdˋ ∼e∼"
    assert escaped("> quoted") == "\u2060&gt; quoted"
    assert ":tada:" not in escaped("at 12:30, :tada:")
    assert "12:30" in escaped("at 12:30, :tada:")


def test_marks_of_ours_are_whole_also_around_values_and_lines() -> None:
    sentence = t(
        "<b>{n} papers</b> on <i>{topic} </i>by {who}: <code>/papers {command}</code>",
        n=5,
        topic="a *b*",
        who=join_texts([Link("Ann|Lee", "https://hf.co/x?a=1&b=<2>|3"), "Bo"]),
        command="a`b",
    )
    assert mrkdwn(ENGLISH, sentence) == (
        "*5 papers* on _a ∗b∗_ by <https://hf.co/x?a=1&amp;b=%3C2%3E%7C3|Ann|Lee>, Bo: `/papers aˋb`"
    )
    assert marked("one\n\n two ", "*") == "*one*\n\n *two* "


def test_a_link_that_is_none_is_text() -> None:
    assert link("click", "javascript:alert(1)") == "click"
    assert link("", "https://hf.co") == "<https://hf.co|https://hf.co>"


ANY_TEXT = st.text(st.sampled_from("ab &<>|*_~`:\n>!@#€𝕏") | st.characters(codec="utf-8"), max_size=400)


@given(ANY_TEXT)
def test_whatever_is_escaped_holds_no_control_sequence(text: str) -> None:
    drawn_text = escaped(text)
    assert not re.search(r"[<>]", drawn_text)
    assert not re.search(r"&(?!amp;|lt;|gt;)", drawn_text)


@given(ANY_TEXT, st.integers(1, 60))
def test_clipping_keeps_its_room_and_whole_entities(text: str, room: int) -> None:
    kept = clipped(text, room + 1)
    assert len(kept) <= room + 1
    assert not re.search(r"&(?!amp;|lt;|gt;)", kept)
    assert kept == escaped(text) or kept.endswith("…")


PIECES = st.lists(
    st.sampled_from(["word", "&amp;", "<https://hf.co/papers/2608.00001|A title of it>", "▲ 10"]), max_size=60
)


@given(PIECES, st.sampled_from([" ", "\n", ""]), st.integers(60, 200))
def test_splitting_loses_nothing_and_cuts_no_link(pieces: list[str], glue: str, room: int) -> None:
    text = glue.join(pieces)
    parts = list(split(text, room))
    assert "".join("".join(parts).split()) == "".join(text.split())
    for part in parts:
        assert 0 < len(part) <= room
        assert part.count("<") == part.count(">")
        assert not re.search(r"&(?!amp;)", part)


ENTRIES = st.builds(
    lambda number, title, tldr: PaperSummary(number, make_paper(number, title=title or "x"), tldr, t("{t}", t=title)),
    st.integers(1, 9999),
    st.text(max_size=900),
    st.text(max_size=2000),
)
BLOCKS = st.lists(
    ENTRIES
    | st.builds(lambda text: TextBlock(t("{text}", text=text)), st.text(min_size=1, max_size=5000))
    | st.builds(Quote, st.text(max_size=5000))
    | st.builds(lambda text: Footer(t("{text}", text=text)), st.text(max_size=3000))
    | st.builds(
        lambda text, n: Buttons(((Button(t("{t}", t=text or "x"), "today"),) * n,)), st.text(), st.integers(1, 60)
    ),
    max_size=12,
)


@settings(max_examples=settings().max_examples * 3 // 5, deadline=None)
@given(BLOCKS)
def test_whatever_a_view_holds_slack_takes_its_messages(blocks: list[Block]) -> None:
    for message in drawn(*blocks):
        assert 0 < len(message.blocks) <= 50
        assert len(message.text) <= 600
        assert len(message.fallback_text) <= 12_000
        assert json.dumps(message.blocks)


def test_buttons_stay_with_what_they_belong_to() -> None:
    entries = [PaperSummary(n, make_paper(n), "They move boxes. " * 15) for n in range(1, 60)]
    messages = drawn(*entries, Buttons(((Button(t("Go"), "today"),),)))
    assert len(messages) > 1
    assert [block["type"] for block in messages[-1].blocks][-2:] == ["section", "actions"]
    assert sum(len(message.blocks) for message in messages) == 60


@pytest.mark.parametrize("n", [51, 120])
def test_no_message_has_more_than_fifty_blocks(n: int) -> None:
    messages = drawn(*(block for k in range(n) for block in (Quote(f"{k}"), Footer(t("x")))))
    assert [len(message.blocks) for message in messages[:-1]] == [50] * (len(messages) - 1)


def test_rows_whose_labels_repeat_stand_alone_and_the_others_are_joined() -> None:
    def row(*labels: str) -> tuple[Button, ...]:
        return tuple(Button(t("{label}", label=label), label) for label in labels)

    rows = (row("✕ diffusion", "Edit"), row("✕ speech", "Edit"), row("+ Add"), row("09:00"))
    blocks = [block.to_dict() for block in render(View((TextBlock(t("Topics")), Buttons(rows)))).blocks]
    buttons = [block["elements"] for block in blocks if block["type"] == "actions"]
    labels = [[each["text"]["text"] for each in line] for line in buttons]
    assert labels == [["✕ diffusion", "Edit"], ["✕ speech", "Edit"], ["+ Add", "09:00"]]
    names = [each["action_id"] for line in buttons for each in line]
    assert len(set(names)) == len(names)
