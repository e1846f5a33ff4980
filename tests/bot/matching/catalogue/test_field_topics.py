"""A whole field as a condition: decided by the topics that the catalogue shows in it."""

from __future__ import annotations

import pytest

from bot.matching.catalogue.catalogue import load_bundled_catalogue
from bot.matching.catalogue.field_topics import field_expression
from bot.matching.prefilter.topic_index import PaperTerms, trigger_terms
from bot.matching.rule.decide import decide
from bot.topics.conditions import RESEARCH_FIELDS
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from tests.bot.factories import make_paper

VIDEO = make_paper(1, "Video Generation on a Phone")
SPEECH = make_paper(2, "Speech Recognition on a Phone")
NEITHER = make_paper(3, "Notes on Bread")


def test_the_grammar_knows_the_areas_of_the_catalogue() -> None:
    assert set(RESEARCH_FIELDS) == {topic.area for topic in load_bundled_catalogue().topics}


@pytest.mark.parametrize("paper", [VIDEO, SPEECH, NEITHER])
def test_a_field_is_decided_by_its_topics(paper: object) -> None:
    verdicts = [decide(parse(f"field:{name}"), paper).is_match for name in ("vision", "speech")]  # type: ignore[arg-type]
    assert verdicts == [paper is VIDEO, paper is SPEECH]


def test_a_further_condition_and_a_minus_never_add() -> None:
    papers = (VIDEO, SPEECH, NEITHER)
    for topic in ("field:vision has:code", "field:vision -phone", "field:vision -field:speech", "field:vision phone"):
        assert {p.id for p in papers if decide(parse(topic), p).is_match} <= {VIDEO.id}, topic
    assert decide(parse("phone -field:speech"), VIDEO).is_match
    assert not decide(parse("phone -field:speech"), SPEECH).is_match


def test_a_field_gives_one_reason() -> None:
    assert [reason.wanted for reason in decide(parse("field:vision"), VIDEO).reasons] == ["video generation"]


def test_what_calls_a_field_up_is_a_superset() -> None:
    called = PaperTerms([VIDEO, SPEECH, NEITHER]).triggered_by(trigger_terms(parse("field:vision")))
    assert VIDEO in called
    assert NEITHER not in called


def test_a_field_is_short_and_its_names_are_read() -> None:
    assert format_topic(parse('field:"Computer Vision" has:code')) == "field:vision has:code"
    with pytest.raises(ValueError, match="no topic"):
        field_expression("cooking")
