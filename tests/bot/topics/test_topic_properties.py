"""Reading and printing topics, for every topic and every text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InputError
from bot.i18n import Translator
from bot.topics.ast import Topic
from bot.topics.describe import describe_topic
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from bot.topics.words import query_words
from tests.bot.strategies import topics

# What people type, and what looks like it.
PIECES = [
    *("diffusion", "world model", "C++", "k-means", "or", "the", "x", "3D", "R&D", "a/b", "Zoë", "हिन्दी", "漢字"),
    *("AND", "OR", "NOT", "-", "--", "(", ")", '"', "“", "”", "'", "|", "&&", ",", ";", ":", "?", "*", "#", "/"),
    *(
        "title:",
        "author:",
        'org:"a b"',
        "has:code",
        "since:2026-11-01",
        "also:RAG",
        'also:"flow matching, k-means"',
        "also:none",
        "also:",
        "upvotes>=20",
        "votes > 3",
        "match:wide",
    ),
    *("foo:bar", "/x.*/", "\x00", "\x07", "\ud800", "\u200b", "\u0301", "\n", "  ", "🤖", "½", "ﬁ", "+", "."),
]
typed = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from([" "]), st.text(max_size=3)), max_size=14).map(
    "".join
)


@given(topics)
def test_a_printed_topic_reads_as_the_same_topic(topic: Topic) -> None:
    once = parse(format_topic(topic))
    assert parse(format_topic(once)) == once
    assert format_topic(parse(format_topic(once))) == format_topic(once)


def read(text: str) -> Topic | InputError:
    try:
        return parse(text)
    except InputError as mistake:
        return mistake


@given(typed)
def test_whatever_is_typed_is_a_topic_or_gets_a_place_and_topics_that_work(text: str) -> None:
    match read(text):
        case Topic() as topic:
            assert parse(format_topic(topic)) == topic
            assert Translator().plain_text(describe_topic(topic)).startswith("papers ")
            assert "\x00" not in query_words(topic)
        case InputError(span=(first, end)) as mistake:
            assert 0 <= first <= end <= len(mistake.input)
            assert mistake.suggestions
            assert all(format_topic(parse(suggestion)) == suggestion for suggestion in mistake.suggestions)
            assert Translator().plain_text(mistake.message)
        case other:
            raise AssertionError(other)
