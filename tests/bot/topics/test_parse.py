"""What people type as a topic, and how it is understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.topics.ast import (
    And,
    Asset,
    AtLeast,
    Expression,
    Field,
    FieldName,
    Has,
    MatchLevel,
    Not,
    Or,
    Phrase,
    Since,
    Subject,
    Topic,
)
from bot.topics.formatter import format_short, format_topic
from bot.topics.parser import parse
from bot.topics.words import query_words

DIFFUSION, CLUSTERING, CODE = Subject("diffusion"), Subject("clustering"), Has(Asset.CODE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mixture of experts", Subject("mixture of experts")),
        ("  mixture   of\texperts ", Subject("mixture of experts")),
        ('"diffusion policy"', Phrase("diffusion policy")),
        ("“diffusion policy”", Phrase("diffusion policy")),
        ("robotics AND safety", And((Subject("robotics"), Subject("safety")))),
        ("diffusion OR flow-matching", Or((DIFFUSION, Subject("flow-matching")))),
        ("robotics -driving", And((Subject("robotics"), Not(Subject("driving"))))),
        ("robotics NOT driving", And((Subject("robotics"), Not(Subject("driving"))))),
        ("robotics −driving", And((Subject("robotics"), Not(Subject("driving"))))),
        ('agents -"benchmark"', And((Subject("agents"), Not(Phrase("benchmark"))))),
        ("agents -org:nvidia", And((Subject("agents"), Not(Field(FieldName.ORG, "nvidia"))))),
        ("title:agents", Field(FieldName.TITLE, "agents")),
        ('author:"Yann LeCun"', Field(FieldName.AUTHOR, "Yann LeCun")),
        ("author:'Yann LeCun'", Field(FieldName.AUTHOR, "Yann LeCun")),
        ("author:‘Yann LeCun’", Field(FieldName.AUTHOR, "Yann LeCun")),
        ("author:“Yann LeCun”", Field(FieldName.AUTHOR, "Yann LeCun")),
        ("author:'Conan O'Brien'", Field(FieldName.AUTHOR, "Conan O'Brien")),
        ("author:O'Brien", Field(FieldName.AUTHOR, "O'Brien")),
        ("Author:“Yann  LeCun”", Field(FieldName.AUTHOR, "Yann LeCun")),
        ("keyword:rlhf", Field(FieldName.KEYWORD, "rlhf")),
        ("source:arXiv", Field(FieldName.SOURCE, "arxiv")),
        ("field:vision", Field(FieldName.FIELD, "vision")),
        ('field:"Computer Vision"', Field(FieldName.FIELD, "vision")),
        ("source:hf", Field(FieldName.SOURCE, "huggingface")),
        ("upvotes>=20", AtLeast(20)),
        ("upvotes ≥ 20", AtLeast(20)),
        ("has:code", CODE),
        ("has:project", Has(Asset.PROJECT)),
        ("since:2026-11-01", Since(date(2026, 11, 1))),
        ("diffusion has:code", And((DIFFUSION, CODE))),
        ("world has:code model", And((Subject("world"), CODE, Subject("model")))),
    ],
)
def test_each_piece_of_the_grammar(typed: str, meant: Expression) -> None:
    assert parse(typed) == Topic(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("diffusion also:RAG", replace(DIFFUSION, synonyms=("RAG",))),
        (
            'diffusion also:"flow matching, rectified flow"',
            replace(DIFFUSION, synonyms=("flow matching", "rectified flow")),
        ),
        ("diffusion Also:“flow matching;  C++ ,”", replace(DIFFUSION, synonyms=("flow matching", "C++"))),
        ("diffusion also:a1,b2", replace(DIFFUSION, synonyms=("a1", "b2"))),
        (
            'diffusion also:"k-means or flow / score matching"',
            replace(DIFFUSION, synonyms=("k-means", "flow", "score matching")),
        ),
        ("diffusion also:none", replace(DIFFUSION, synonyms=())),
        ("diffusion also:None has:code", And((replace(DIFFUSION, synonyms=()), CODE))),
        ("diffusion also:RAG AND clustering", And((replace(DIFFUSION, synonyms=("RAG",)), CLUSTERING))),
        ('diffusion also:"RAG" clustering', And((replace(DIFFUSION, synonyms=("RAG",)), CLUSTERING))),
        ("diffusion also:RAG or clustering", Or((replace(DIFFUSION, synonyms=("RAG",)), CLUSTERING))),
        ("clustering or diffusion also:RAG", Or((CLUSTERING, replace(DIFFUSION, synonyms=("RAG",))))),
        ("robotics -diffusion also:RAG", And((Subject("robotics"), Not(replace(DIFFUSION, synonyms=("RAG",)))))),
    ],
)
def test_further_names_follow_their_subject(typed: str, meant: Expression) -> None:
    assert parse(typed) == Topic(meant)
    assert parse(format_topic(Topic(meant))) == Topic(meant)


@pytest.mark.parametrize("typed", ["speech / audio", "speech/audio", "speech or audio"])
def test_a_slash_between_two_sides_is_an_or(typed: str) -> None:
    assert parse(typed) == parse("speech OR audio")
    assert parse(f"robotics -({typed})") == parse("robotics -(speech OR audio)")


def test_a_slash_between_short_sides_is_an_or() -> None:
    assert parse("data synthesis / synthetic data") == parse("data synthesis OR synthetic data")
    assert parse("robotics -speech/audio") == parse("robotics -(speech OR audio)")


@pytest.mark.parametrize("name", ["text/image generation", "TCP/IP", "I/O", "cold/Warm"])
def test_a_slash_inside_a_name_stays(name: str) -> None:
    assert parse(name) == Topic(Subject(name))


def test_a_slash_that_joins_nothing_is_dropped() -> None:
    assert parse("/ diffusion /") == parse("diffusion")
    assert parse("the long story of speech / or audio") == Topic(Subject("the long story of speech or audio"))


def test_and_binds_closer_than_or() -> None:
    both = And((CLUSTERING, CODE))
    assert parse("diffusion OR clustering AND has:code").expression == Or((DIFFUSION, both))
    assert parse("diffusion OR clustering has:code").expression == Or((DIFFUSION, both))
    assert parse("(diffusion OR clustering) has:code").expression == And((Or((DIFFUSION, CLUSTERING)), CODE))


def test_the_level_stands_anywhere_and_holds_for_all() -> None:
    meant = Topic(Or((DIFFUSION, CLUSTERING)), MatchLevel.WIDE)
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
        ("robotics -diffusion also:RAG", "robotics -(diffusion also:RAG)"),
        ('diffusion also:"flow  matching ,RAG"', 'diffusion also:"flow matching, RAG"'),
        ("diffusion also:NONE AND robotics", "diffusion also:none AND robotics"),
        ("speech / audio", "speech OR audio"),
        ('author:"LeCun" org:"Shanghai AI"', 'author:LeCun org:"Shanghai AI"'),
    ],
)
def test_a_topic_is_shown_in_one_spelling(typed: str, shown: str) -> None:
    assert format_topic(parse(typed)) == shown


def test_the_short_name_leaves_further_names_out() -> None:
    topic = parse('(diffusion also:"flow matching" OR clustering also:none) -(cars also:driving) match:wide')
    assert format_short(topic) == "(diffusion OR clustering) -cars match:wide"
    assert format_short(parse("diffusion also:RAG OR diffusion")) == "diffusion"
    assert query_words(topic) == "diffusion clustering"


def test_a_search_gets_the_words_only() -> None:
    typed = '(diffusion OR "flow matching") -driving author:LeCun title:world keyword:rlhf has:code'
    assert query_words(parse(typed)) == "diffusion flow matching world rlhf"
    assert query_words(parse("author:LeCun")) == ""
