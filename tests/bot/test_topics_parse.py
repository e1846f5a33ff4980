"""What people type as a topic, and how it is understood."""

from __future__ import annotations

from datetime import date

import pytest

from bot.topics.parse import parse
from bot.topics.printed import printed
from bot.topics.tree import (
    All,
    Any,
    Asset,
    AtLeast,
    Expression,
    Field,
    FieldName,
    Has,
    MatchLevel,
    Not,
    Phrase,
    Since,
    Subject,
    Topic,
)
from bot.topics.words import plain_words

DIFFUSION, CLUSTERING, CODE = Subject("diffusion"), Subject("clustering"), Has(Asset.CODE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mixture of experts", Subject("mixture of experts")),
        ("  mixture   of\texperts ", Subject("mixture of experts")),
        ('"diffusion policy"', Phrase("diffusion policy")),
        ("“diffusion policy”", Phrase("diffusion policy")),
        ("robotics AND safety", All((Subject("robotics"), Subject("safety")))),
        ("diffusion OR flow-matching", Any((DIFFUSION, Subject("flow-matching")))),
        ("robotics -driving", All((Subject("robotics"), Not(Subject("driving"))))),
        ("robotics NOT driving", All((Subject("robotics"), Not(Subject("driving"))))),
        ("robotics −driving", All((Subject("robotics"), Not(Subject("driving"))))),
        ('agents -"benchmark"', All((Subject("agents"), Not(Phrase("benchmark"))))),
        ("agents -org:nvidia", All((Subject("agents"), Not(Field(FieldName.ORG, "nvidia"))))),
        ("title:agents", Field(FieldName.TITLE, "agents")),
        ('author:"Yann LeCun"', Field(FieldName.AUTHOR, "Yann LeCun")),
        ("Author:“Yann  LeCun”", Field(FieldName.AUTHOR, "Yann LeCun")),
        ("keyword:rlhf", Field(FieldName.KEYWORD, "rlhf")),
        ("source:arXiv", Field(FieldName.SOURCE, "arxiv")),
        ("source:hf", Field(FieldName.SOURCE, "huggingface")),
        ("upvotes>=20", AtLeast(20)),
        ("upvotes ≥ 20", AtLeast(20)),
        ("has:code", CODE),
        ("has:project", Has(Asset.PROJECT)),
        ("since:2026-11-01", Since(date(2026, 11, 1))),
        ("diffusion has:code", All((DIFFUSION, CODE))),
        ("world has:code model", All((Subject("world"), CODE, Subject("model")))),
    ],
)
def test_each_piece_of_the_grammar(typed: str, meant: Expression) -> None:
    assert parse(typed) == Topic(meant)


def test_and_binds_closer_than_or() -> None:
    both = All((CLUSTERING, CODE))
    assert parse("diffusion OR clustering AND has:code").expression == Any((DIFFUSION, both))
    assert parse("diffusion OR clustering has:code").expression == Any((DIFFUSION, both))
    assert parse("(diffusion OR clustering) has:code").expression == All((Any((DIFFUSION, CLUSTERING)), CODE))


def test_the_level_stands_anywhere_and_holds_for_all() -> None:
    meant = Topic(Any((DIFFUSION, CLUSTERING)), MatchLevel.WIDE)
    assert parse("diffusion OR clustering match:wide") == meant
    assert parse("match:wide diffusion OR clustering") == meant
    assert parse("diffusion match:normal") == parse("diffusion")


def test_a_small_or_between_short_sides_is_an_or() -> None:
    assert parse("diffusion or flow matching") == parse("diffusion OR flow matching")
    assert parse("video diffusion or clustering has:code") == parse("(video diffusion OR clustering) has:code")


@pytest.mark.parametrize("name", ["vision and language", "to trust or not to trust the answers of agents"])
def test_other_small_words_belong_to_the_name(name: str) -> None:
    assert parse(name) == Topic(Subject(name))


@pytest.mark.parametrize("word", ["C++", "C#", "k-means", "3D", "GPT-4", "GPT-4.1", "flow-matching", "R&D", "Zoë"])
def test_words_keep_their_signs(word: str) -> None:
    assert parse(word) == Topic(Subject(word))


def test_what_surrounds_words_is_dropped() -> None:
    assert parse("#rag") == parse("rag")
    assert parse("what is RAG?") == Topic(Subject("what is RAG"))
    assert parse("Paperboy: A Bot – for Papers") == Topic(Subject("Paperboy A Bot for Papers"))
    assert parse("dif\u200bfu\x00sion\ud800") == parse("diffusion")
    assert parse("ｄｉｆｆｕｓｉｏｎ") == parse("diffusion")


def test_what_is_said_twice_or_bracketed_for_nothing_is_one() -> None:
    assert parse("((diffusion) AND (diffusion))") == parse("diffusion")
    assert parse("diffusion OR (clustering OR diffusion)") == parse("diffusion OR clustering")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("diffusion OR clustering AND has:code", "diffusion OR (clustering has:code)"),
        ("(robotics AND safety)", "robotics AND safety"),
        ("robotics -(self driving) match:strict", "robotics -(self driving) match:strict"),
        ('author:"LeCun" org:"Shanghai AI"', 'author:LeCun org:"Shanghai AI"'),
    ],
)
def test_a_topic_is_shown_in_one_spelling(typed: str, shown: str) -> None:
    assert printed(parse(typed)) == shown


def test_a_search_gets_the_words_only() -> None:
    typed = '(diffusion OR "flow matching") -driving author:LeCun title:world keyword:rlhf has:code'
    assert plain_words(parse(typed)) == "diffusion flow matching world rlhf"
    assert plain_words(parse("author:LeCun")) == ""
