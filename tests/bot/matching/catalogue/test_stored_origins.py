"""An older topic learns where its names came from: neighbours stop counting, what a person typed goes on."""

from __future__ import annotations

from datetime import date

import pytest

from bot.matching.catalogue.catalogue import Catalogue, CatalogueTopic
from bot.matching.catalogue.stored_origins import with_stored_origins
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics.formatter import format_topic
from bot.topics.parser import parse

TEA = Catalogue(
    [CatalogueTopic("tea", "Tea", "drinks", same=("infusion",), near=("kettle",), wider=("drink",), kinds=("oolong",))]
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('tea also:"kettle, mug, oolong, infusion, drink"',
         'tea also:"mug, drink; same: infusion; kinds: oolong; near: kettle"'),
        ("tea also:mug", "tea also:mug"),
        ("tea also:none", "tea also:none"),
        ("coffee also:kettle", "coffee also:kettle"),
        ('coffee OR tea also:"kettles" match:wide', 'coffee OR tea also:"near: kettles" match:wide'),
        ('tea also:"kettle; kinds: oolong"', 'tea also:"kettle; kinds: oolong"'),
    ],
)  # fmt: skip
def test_names_learn_where_they_came_from(before: str, after: str) -> None:
    assert format_topic(with_stored_origins(parse(before), TEA)) == after


def test_a_neighbour_stops_counting_except_widely() -> None:
    paper = Paper("2608.00001", "A Kettle", "Nothing further.", date(2026, 8, 18))
    old = parse("tea also:kettle")
    assert decide(old, paper).is_match
    assert not decide(with_stored_origins(old, TEA), paper).is_match
    assert decide(with_stored_origins(parse("tea also:kettle match:wide"), TEA), paper).is_match


def test_a_kind_counts_only_side_by_side_and_in_order() -> None:
    apart = Paper("2608.00002", "Generation of Fast Scenes by Graphs", "Scene graph generation.", date(2026, 8, 18))
    assert decide(parse('drawing also:"scene generation"'), apart).is_match
    assert not decide(parse('drawing also:"kinds: scene generation"'), apart).is_match
