"""Telegram's HTML as the fake reads it: what is shown, what is refused, and in which words."""

from __future__ import annotations

import contextlib
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.telegram.formatting import finished, formatted, found_entities
from tests.fakes.telegram.html import InvalidMarkup, parse_html
from tests.fakes.telegram.links import InvalidLink, checked_link

LETTER = "\N{MATHEMATICAL BOLD CAPITAL A}"
"""Four bytes in UTF-8, two units in UTF-16."""


def kinds(markup: str) -> list[tuple[str, int, int]]:
    return [(each["type"], each["offset"], each["length"]) for each in parse_html(markup)[1]]


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        (f"{LETTER}&lt;<br>", 'Unsupported start tag "br" at byte offset 8'),
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<i>a</i  ", "Unclosed end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="no">x</tg-emoji>', "Invalid custom emoji identifier specified"),
        (
            "&#xD800;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
    ],
)
def test_what_telegram_cannot_read_is_refused_in_its_words(markup: str, problem: str) -> None:
    with pytest.raises(InvalidMarkup) as caught:
        parse_html(markup)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        (("b", "strong"), "bold"),
        (("i", "em"), "italic"),
        (("u", "ins"), "underline"),
        (("s", "strike", "del"), "strikethrough"),
        (("tg-spoiler",), "spoiler"),
        (("code",), "code"),
        (("pre",), "pre"),
        (("blockquote",), "blockquote"),
    ],
)
def test_every_tag_has_its_style(tags: tuple[str, ...], kind: str) -> None:
    for tag in tags:
        assert kinds(f"{LETTER}<{tag}>x{LETTER}</{tag}>") == [(kind, 2, 3)]


def test_tags_with_attributes() -> None:
    assert kinds('<span class="tg-spoiler">x</span>') == [("spoiler", 0, 1)]
    assert kinds("<blockquote expandable>x</blockquote>") == [("expandable_blockquote", 0, 1)]
    assert parse_html('<tg-emoji emoji-id="77">x</tg-emoji>')[1][0]["custom_emoji_id"] == "77"
    assert parse_html('<tg-time unix="1700000000" format="r">x</tg-time>')[1][0]["unix_time"] == 1700000000
    assert parse_html('<a href="tg://user?id=9">x</a>')[1][0]["user"] == {"id": 9}


def test_code_in_pre_names_a_language_and_code_alone_does_not() -> None:
    assert parse_html('<pre><code class="language-python">x</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "python"}
    ]
    assert parse_html('<code class="language-python">x</code>')[1] == [{"type": "code", "offset": 0, "length": 1}]


def test_references_are_decoded_and_unknown_ones_stay() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&#65;&#x42;&lt")[0] == '<>&"AB<'
    assert parse_html("&nbsp; &copy; &apos; &#0; &#12345678;")[0] == "&nbsp; &copy; &apos; &#0; &#12345678;"
    assert parse_html('<a href="https://example.org/?a=1&amp;b=2">x</a>')[1][0]["url"].endswith("?a=1&b=2")


def test_a_link_that_leads_nowhere_loses_the_link_and_keeps_the_words() -> None:
    assert parse_html('<a href="http://localhost:8000/x">words</a>') == ("words", [])
    assert parse_html("<a>no address</a>") == ("no address", [])
    assert parse_html("<a>example.org</a>")[1][0]["url"] == "http://example.org/"


def test_empty_tags_leave_nothing_and_nested_ones_are_sorted_from_the_outside() -> None:
    assert parse_html("<b></b>x") == ("x", [])
    assert kinds("<i><b>xy</b>z</i>") == [("italic", 0, 3), ("bold", 0, 2)]
    assert kinds("<B>x</>") == [("bold", 0, 1)]


@given(st.text())
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    shown = text.replace("\0", "")
    assert parse_html(escape(shown, quote=False)) == (shown, [])


@given(st.text(alphabet="<>/&;#xab=\"' \u00e9" + LETTER, max_size=60))
def test_any_markup_is_either_read_or_refused(markup: str) -> None:
    with contextlib.suppress(InvalidMarkup):
        text, entities = parse_html(markup)
        units = len(text.encode("utf-16-le")) // 2
        assert all(each["offset"] + each["length"] <= units for each in entities)


def test_ends_are_trimmed_and_entities_moved_along() -> None:
    content = formatted(" \n Hello <b>there </b>\r\n ", "HTML", None)
    assert content.text == "Hello there"
    assert content.entities == ({"type": "bold", "offset": 6, "length": 5},)


def test_leading_space_inside_an_entity_stays() -> None:
    assert formatted("<b>  x</b>", "HTML", None).text == "  x"


def test_control_characters_become_spaces() -> None:
    assert finished("a\tb\x07c\u202ed", []).text == "a b cd"


def test_code_holds_no_other_style() -> None:
    content = formatted("<b>one <code>two</code> three</b>", "HTML", None)
    spans = [(each["type"], each["offset"], each["length"]) for each in content.entities]
    assert spans == [("bold", 0, 4), ("code", 4, 3), ("bold", 7, 6)]


def test_quotes_do_not_nest_and_hold_links() -> None:
    markup = '<blockquote>a <blockquote>b</blockquote> <a href="https://example.org">c</a></blockquote>'
    assert [each["type"] for each in formatted(markup, "HTML", None).entities] == ["blockquote", "text_link"]


def test_the_hundred_and_first_entity_is_plain() -> None:
    content = formatted("".join(f'<a href="https://e.org/{i}">{i}</a> ' for i in range(103)), "HTML", None)
    assert len(content.entities) == 100
    assert [each["url"] for each in content.overflow] == [f"https://e.org/{i}" for i in (100, 101, 102)]


def test_telegram_finds_commands_mentions_and_addresses_by_itself() -> None:
    text = f"{LETTER} /subscribe@PaperboyBot see https://example.org/x, @anna_b #tag a@b.org 1/2 path/x"
    found = [(each["type"], each["offset"], each["length"]) for each in found_entities(text)]
    assert found == [
        ("bot_command", 3, 22),
        ("url", 30, 21),
        ("mention", 53, 7),
        ("hashtag", 61, 4),
        ("email", 66, 7),
    ]


@pytest.mark.parametrize(
    ("address", "stored"),
    [
        ("example.org", "http://example.org/"),
        ("https://Example.org/A?q=1#x", "https://example.org/A?q=1#x"),
        ("https://example.org:8443/x y", "https://example.org:8443/x%20y"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
    ],
)
def test_addresses_are_stored_in_one_form(address: str, stored: str) -> None:
    assert checked_link(address) == stored


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("not-a-url", "Wrong HTTP URL"),
        ("http://localhost", "Wrong HTTP URL"),
        ("ftp://example.org", "Unsupported URL protocol"),
        ("", "URL host is empty"),
        ("https://", "URL host is empty"),
        ("https://example.org:99999", "Wrong port number specified in the URL"),
    ],
)
def test_what_is_no_address(address: str, reason: str) -> None:
    with pytest.raises(InvalidLink, match=f"^{reason}$"):
        checked_link(address)
