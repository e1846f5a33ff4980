"""What can't be read is answered with its place and with topics that work."""

from __future__ import annotations

import pytest

from bot.errors import InputError
from bot.i18n import Translator
from bot.topics.formatter import format_topic
from bot.topics.parser import parse


def mistaken(typed: str) -> InputError:
    with pytest.raises(InputError) as caught:
        parse(typed)
    return caught.value


def meant(mistake: InputError) -> str:
    """The characters that the mistake points at."""
    assert mistake.span is not None
    return mistake.input[slice(*mistake.span)]


@pytest.mark.parametrize(
    ("typed", "pointed_at", "suggested"),
    [
        ("(diffusion OR", "(", ("diffusion",)),
        ("(diffusion", "(", ("diffusion",)),
        ("diffusion)", ")", ("diffusion",)),
        ("diffusion ()", "()", ("diffusion",)),
        ('"flow matching', '"', ('"flow matching"', "flow matching")),
        ('diffusion ""', '""', ("diffusion",)),
        ("diffusion OR", "OR", ("diffusion",)),
        ("AND diffusion", "AND", ("diffusion",)),
        ("diffusion OR OR clustering", "OR", ("diffusion OR clustering",)),
        ("autor:LeCun", "autor:LeCun", ("author:LeCun", "autor LeCun")),
        ("title: agents", "title:", ("title:agents", "agents")),
        ("diffusion upvotes>20", "upvotes>20", ("diffusion upvotes>=21", "diffusion")),
        ("diffusion upvotes>=many", "upvotes>=many", ("diffusion upvotes>=20", "diffusion")),
        ("diffusion upvotes>=99999999999999", "upvotes>=99999999999999", ("diffusion upvotes>=20", "diffusion")),
        ("diffusion has:cod", "has:cod", ("diffusion has:code", "diffusion")),
        ("diffusion since:01.11.2026", "since:01.11.2026", ("diffusion since:2026-11-01", "diffusion")),
        ("diffusion since:2026-02-31", "since:2026-02-31", ("diffusion since:2026-02-28", "diffusion")),
        ("diffusion since:yesterday", "since:yesterday", ("diffusion",)),
        ("diffusion match:strikt", "match:strikt", ("diffusion match:strict", "diffusion")),
        ("a1 match:wide match:strict", "match:strict", ("a1 match:wide", "a1 match:strict")),
        ("diffusion source:twitter", "source:twitter", None),
        ("-driving", "-driving", ("driving", "robotics -driving")),
        ("diffusion OR -driving", "diffusion OR -driving", None),
        ("diffusion -(-driving)", "-(-driving)", ("diffusion",)),
        ("robotics - driving", "-", ("robotics -driving", "robotics driving")),
        ("the of", "the of", ('"the of"',)),
        ("x", "x", ('"x"',)),
        ("diffusion also:", "also:", ("diffusion",)),
        ('diffusion also:""', 'also:""', ("diffusion",)),
        ("diffusion also: RAG", "also:", ("diffusion also:RAG", "diffusion RAG")),
        (
            "diffusion also:flow matching",
            "also:flow matching",
            ('diffusion also:"flow matching"', "diffusion also:flow AND matching"),
        ),
        (
            "diffusion also:RAG, k-means",
            "also:RAG, k-means",
            ('diffusion also:"RAG, k-means"', "diffusion also:RAG AND k-means"),
        ),
        ("also:RAG diffusion", "also:RAG", ("diffusion also:RAG", "diffusion")),
        ("also:RAG", "also:RAG", ("diffusion",)),
        ('"flow matching" also:RAG', "also:RAG", ('"flow matching"',)),
        ("robotics has:code also:RAG", "also:RAG", ("robotics also:RAG has:code", "robotics has:code")),
        ("robotics AND also:RAG", "also:RAG", ("robotics also:RAG", "robotics")),
        ("robotics -also:RAG", "also:RAG", ("robotics also:RAG", "robotics")),
        ("a1 also:b1 also:c1", "also:c1", ('a1 also:"b1, c1"', "a1 also:b1")),
        ("a1 also:none also:none", "also:none", ("a1 also:none",)),
        ('a1 also:"none, RAG"', 'also:"none, RAG"', ("a1 also:RAG", "a1 also:none")),
        ('a1 also:"the, RAG"', 'also:"the, RAG"', ("a1 also:RAG",)),
        ('a1 also:"x"', 'also:"x"', ("a1",)),
        ("diffus*", "diffus*", ("diffus",)),
        ("/diff.*/", "/diff.*/", ("diff",)),
        ("diffusion, clustering", ",", ("diffusion OR clustering", "diffusion AND clustering")),
        ("diff\x07usion", "\N{REPLACEMENT CHARACTER}", ("diff usion",)),
        ("https://arxiv.org/abs/2608.17271", "https://arxiv.org/abs/2608.17271", None),
        ("(" * 25 + "agents" + ")" * 25, "(", ("agents",)),
    ],
)
def test_a_mistake_has_a_place_and_a_way_out(typed: str, pointed_at: str, suggested: tuple[str, ...] | None) -> None:
    mistake = mistaken(typed)
    assert meant(mistake) == pointed_at
    assert mistake.suggestions
    assert all(format_topic(parse(suggestion)) == suggestion for suggestion in mistake.suggestions)
    if suggested is not None:
        assert mistake.suggestions == suggested


def test_the_sentence_names_the_topic_and_what_is_wrong_with_it() -> None:
    said = Translator().plain_text(mistaken("(diffusion OR").message)
    assert said == "I can’t read (diffusion OR: the bracket is never closed."


def test_nothing_typed_is_asked_for_kindly() -> None:
    assert Translator().plain_text(mistaken("  ").message).startswith("Which topic?")
    assert mistaken("🤖").suggestions == ("diffusion",)


@pytest.mark.parametrize("typed", ["word " * 251, "w" * 1001, "word " * 3000])
def test_what_is_too_long_says_how_long_it_may_be(typed: str) -> None:
    mistake = mistaken(typed)
    said = Translator().plain_text(mistake.message)
    assert "at most" in said
    assert len(said) < 200
    assert all(format_topic(parse(suggestion)) for suggestion in mistake.suggestions)


def test_as_many_words_as_are_allowed() -> None:
    words = " ".join(f"w{number}" for number in range(170))
    assert format_topic(parse(words)) == words
