"""The Slack fake's Block Kit validator and its reading of mrkdwn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.blocks import check_message, check_view, weight
from tests.fakes.slack.mrkdwn import MrkdwnLink, escape, links, pings, shown, unescape
from tests.fakes.slack.rendered_blocks import controls, readable_text
from tests.fakes.slack_echo_app import button, section


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(text: str = "One", value: str = "1") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def overflow(count: int, text: str = "One") -> dict[str, Any]:
    options = [option(text, str(n)) for n in range(count)]
    return {"type": "overflow", "action_id": "paper", "options": options}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def context(count: int) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * count}


PAPER = section(
    "*1. <https://hf.co/papers/2608.18063|EDITBRIDGE>*\n▲ 10 · _diffusion_",
    expand=True,
    block_id="paper:2608.18063",
    accessory=overflow(5),
)
FINE: list[Any] = [
    [PAPER, {"type": "divider"}, context(10), actions(*(button("b", f"a{n}") for n in range(25)))],
    [{"type": "header", "text": plain("x" * 150)}],
    [section("x" * 3000)],
    [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 10}],
    [{"type": "alert", "level": "warning", "text": plain("No such topic")}],
    [{"type": "markdown", "text": "**bold**"}],
    [{"type": "image", "image_url": "https://hf.co/x.png", "alt_text": "a picture"}],
    [{"type": "divider"}] * 50,
]
BROKEN: list[tuple[list[Any], str]] = [
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([{"type": "sidebar"}], "unsupported type: sidebar [json-pointer:/blocks/0/type]"),
    ([{}], "missing required field: type [json-pointer:/blocks/0]"),
    (["text"], "must provide an object [json-pointer:/blocks/0]"),
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    ([section("x", colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    ([section("x", expand="yes")], "must be a boolean [json-pointer:/blocks/0/expand]"),
    (
        [{"type": "section", "fields": [plain("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        [{"type": "section", "fields": [plain("x" * 2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    ([context(11)], "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
    (
        [actions(*(button("b", f"a{n}") for n in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [actions(button("x" * 76, "a"))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        [actions(button("b", "a" * 256))],
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        [actions(button("b", "a") | {"value": "v" * 2001})],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        [actions(button("b", "a") | {"url": "https://" + "u" * 3000})],
        "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        [actions(button("b", "a") | {"style": "pretty"})],
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        [actions(button("b", "a"), button("c", "a"))],
        "action_id `a` already exists [json-pointer:/blocks/0]",
    ),
    (
        [PAPER, PAPER],
        "block_id `paper:2608.18063` already exists [json-pointer:/blocks/1/block_id]",
    ),
    (
        [section("x", block_id="b" * 256)],
        "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
    ),
    (
        [section("x", accessory=overflow(1))],
        "no fewer than 2 items allowed [json-pointer:/blocks/0/accessory/options]",
    ),
    (
        [section("x", accessory=overflow(6))],
        "no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]",
    ),
    (
        [section("x", accessory=overflow(2, "x" * 76))],
        "must be less than 76 characters [json-pointer:/blocks/0/accessory/options/0/text/text]",
    ),
    (
        [actions({"type": "plain_text_input", "action_id": "a"})],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        [actions({"type": "static_select", "options": [option()], "placeholder": plain("x" * 151)})],
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]",
    ),
]


@pytest.mark.parametrize("blocks", FINE)
def test_what_is_fine(blocks):
    assert check_message(blocks) == []


@pytest.mark.parametrize(("blocks", "finding"), BROKEN)
def test_what_is_refused(blocks, finding):
    assert finding in check_message(blocks)


def modal(**changes: Any) -> dict[str, Any]:
    field = {
        "type": "input",
        "label": plain("Topic"),
        "element": {"type": "plain_text_input", "action_id": "topic"},
    }
    view = {"type": "modal", "title": plain("Topics"), "submit": plain("Start"), "blocks": [field], **changes}
    return {name: value for name, value in view.items() if value is not None}


def labelled(text: str) -> dict[str, Any]:
    return {"type": "input", "label": plain(text), "element": {"type": "plain_text_input"}}


@pytest.mark.parametrize(
    ("view", "finding"),
    [
        (
            modal(title=plain("x" * 25)),
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (
            modal(submit=plain("x" * 25)),
            "must be less than 25 characters [json-pointer:/view/submit/text]",
        ),
        (
            modal(submit=None),
            "submit is required when an input block is within the blocks array [json-pointer:/view]",
        ),
        (
            modal(blocks=[{"type": "divider"}] * 101),
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        (
            modal(blocks=[labelled("x" * 2001)]),
            "must be less than 2001 characters [json-pointer:/view/blocks/0/label/text]",
        ),
        (
            modal(private_metadata="x" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            modal(blocks=[{"type": "markdown", "text": "x"}]),
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
        (modal(type="home"), "invalid additional property: title [json-pointer:/view]"),
        ({"type": "home", "blocks": []}, "must be a modal view [json-pointer:/view/type]"),
    ],
)
def test_what_a_modal_may_not_be(view, finding):
    assert finding in check_view(view, kind="modal")


def test_views_that_are_fine():
    assert check_view(modal(), kind="modal") == []
    assert check_view({"type": "home", "blocks": [PAPER]}, kind="home") == []


def test_blocks_weigh_their_text_and_themselves():
    assert weight([section("x" * 100), {"type": "divider"}]) == 100 + 2 * 45


@pytest.mark.parametrize(
    ("text", "pinged"),
    [
        ("<!channel> look", ["channel"]),
        ("<!here|here> and <!everyone>", ["here", "everyone"]),
        ("<@U001ANNA> and <@U002BEN|ben>", ["U001ANNA", "U002BEN"]),
        ("<!subteam^S123|@ml>", ["S123"]),
        ("&lt;!channel&gt; in a title", []),
        ("@channel typed by an app", []),
        ("<https://hf.co/@channel|@here>", []),
        ("a < b, c > d, <!chan nel>", []),
    ],
)
def test_whom_a_text_pings(text, pinged):
    assert pings(text) == pinged


@given(st.text())
def test_nothing_that_is_escaped_pings_or_links_by_control_sequence(text):
    assert pings(escape(text)) == []
    assert unescape(escape(text)) == text


def test_links_are_seen_as_their_labels():
    text = "*1. <https://hf.co/papers/1?a=1&amp;b=2|Tom &amp; Jerry>* · _why_ · https://bare.org/x."
    assert links(text) == [
        MrkdwnLink("https://hf.co/papers/1?a=1&b=2", "Tom & Jerry"),
        MrkdwnLink("https://bare.org/x", "https://bare.org/x"),
    ]
    assert shown(text) == "1. Tom & Jerry · why · https://bare.org/x."
    assert shown("<@U1> in <#C1|general> said &lt;3, 2 * 3 * 4", {"U1": "Anna"}) == (
        "@Anna in #general said <3, 2 * 3 * 4"
    )


def test_a_face_shows_texts_and_controls():
    blocks = [PAPER, actions(button("Undo", "undo"), button("Search", "search"))]
    assert readable_text(blocks) == "1. EDITBRIDGE\n▲ 10 · diffusion\n[⋯]\n[Undo] [Search]"
    assert [c.label for c in controls(blocks)] == ["One"] * 5 + ["Undo", "Search"]


async def test_a_message_tells_its_pings_wherever_they_stand():
    async with FakeSlack() as slack:
        team = slack.workspace("T1")
        channel = team.channel("general", bot=True)
        rich = {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "broadcast", "range": "here"}, {"type": "text", "text": " hi"}],
                }
            ],
        }
        blocks = [section("<!everyone> &lt;!channel&gt;"), rich, {"type": "markdown", "text": "<!channel>"}]
        message = slack.poster.add(channel, user=team.bot_user, text="<@U1>", blocks=blocks)
        assert message.pings == ["U1", "everyone", "channel", "here"]
        harmless = slack.poster.add(channel, user=team.bot_user, text=escape("<!channel>"), blocks=[])
        assert harmless.pings == []
        assert harmless.shown == "<!channel>"
