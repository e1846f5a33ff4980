"""Which names count when a topic is followed: what is the same and kinds; neighbours are offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import Verdict
from bot.matching.catalogue.catalogue import Catalogue, CatalogueTopic
from bot.matching.catalogue.synonym_expansion import SynonymExpansion, expand_synonyms
from bot.matching.prefilter.raw_text_filter import prefilter
from bot.matching.prefilter.required_terms import required_terms
from bot.matching.prefilter.topic_variants import counted_synonyms
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics.ast import Topic
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from tests.bot.strategies import papers, topics

CATALOGUE = Catalogue(
    [
        CatalogueTopic(
            "tea",
            "Tea",
            "drinks",
            same=("infusion",),
            near=("kettle", "teapot"),
            wider=("hot drink",),
            kinds=("oolong",),
        ),
        CatalogueTopic("coffee", "Coffee", "drinks", same=("espresso",)),
    ]
)


def of(text: str) -> SynonymExpansion:
    return expand_synonyms(parse(text), CATALOGUE)


class TestWhatCounts:
    def test_other_names_and_kinds_always(self) -> None:
        assert of("tea").counted == ("infusion", "oolong")

    def test_a_neighbour_is_offered_by_itself_and_wider_names_together(self) -> None:
        assert of("tea").offers == (("kettle",), ("teapot",), ("hot drink",))

    def test_wide_takes_every_name_whatever_it_costs(self) -> None:
        wide = of("tea match:wide")
        assert wide.counted == ("infusion", "oolong", "kettle", "teapot", "hot drink")
        assert wide.offers == ()

    def test_who_types_another_name_gets_the_same_papers(self) -> None:
        assert set(of("infusion").counted) == {"tea", "oolong"}

    def test_the_names_are_written_into_the_topic(self) -> None:
        assert (
            format_topic(of("tea AND coffee").topic)
            == 'tea also:"same: infusion; kinds: oolong" AND coffee also:"same: espresso"'
        )

    def test_a_name_that_finds_nothing_more_is_left_out(self) -> None:
        catalogue = Catalogue([CatalogueTopic("tea", "Tea", "drinks", same=("green tea", "teas"))])
        assert expand_synonyms(parse("tea"), catalogue).counted == ()

    def test_in_a_topic_of_several_subjects_each_has_its_offers(self) -> None:
        assert of("coffee OR tea").offers == of("tea").offers


@pytest.mark.parametrize(
    "text", ["tea match:strict", '"tea"', "title:tea", "robotics -tea", "tea also:none", "tea also:mug", "robotics"]
)
def test_what_was_said_or_is_not_known_stays_as_it_is(text: str) -> None:
    assert of(text) == SynonymExpansion(parse(text), (), ())


SPOKEN = Catalogue(
    [
        CatalogueTopic("agents", "Agents", "all", same=("agentic",), near=("LLM", "RAG"), wider=("generation",)),
        CatalogueTopic("diffusion", "Diffusion", "all", kinds=("flow matching",), near=("world model", "MoE")),
        CatalogueTopic("clustering", "Clustering", "all", same=("k-means",), wider=("model",)),
    ]
)


@given(topics, st.lists(papers, max_size=6, unique_by=lambda paper: paper.id))
def test_expanding_takes_no_paper_away_and_writes_down_what_counts(topic: Topic, some: list[Paper]) -> None:
    first = expand_synonyms(topic, SPOKEN)
    assert set(first.counted) <= set(counted_synonyms(first.topic))
    assert all(decide(first.topic, paper).is_match for paper in some if decide(topic, paper).is_match)


@given(topics, st.lists(papers, max_size=6, unique_by=lambda paper: paper.id))
def test_the_sieve_lets_every_paper_through_that_the_rule_takes(topic: Topic, some: list[Paper]) -> None:
    passed = prefilter(some, required_terms(topic))
    assert [paper for paper in some if decide(topic, paper).verdict is not Verdict.NO and paper not in passed] == []
