"""A lab is found by any of its names, and by none of another's."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date

import pytest

from bot.matching.rule.decide import decide
from bot.matching.rule.lab_aliases import compact_key, lab_alias_keys
from bot.matching.text.lexicon import table_text
from bot.papers import Organization, Paper
from bot.topics.parser import parse

LABS: list[list[str]] = tomllib.loads(table_text("labs.toml"))["lab"]


def by(account: str, shown: str = "") -> Paper:
    return Paper("2608.00001", "On Tea", "We drink it.", date(2026, 8, 18), organization=Organization(account, shown))


@pytest.mark.parametrize(
    ("asked", "account", "shown"),
    [
        ('org:"Google DeepMind"', "deepmind", "Deepmind"),
        ("org:deepmind", "GoogleDeepMind", "GoogleDeepMind"),
        ("org:meta", "facebook", "AI at Meta"),
        ('org:"Meta AI"', "facebook-research", ""),
        ("org:MIT", "x", "Massachusetts Institute of Technology"),
        ('org:"ETH Zürich"', "ethz", "ETH Zurich"),
        ("org:CMU", "CarnegieMellonU", "Carnegie Mellon University"),
    ],
)
def test_a_lab_is_found_by_any_of_its_names(asked: str, account: str, shown: str) -> None:
    assert decide(parse(asked), by(account, shown)).is_match


@pytest.mark.parametrize(
    ("asked", "account", "shown"),
    [
        ("org:deepmind", "google", "Google"),
        ("org:microsoft-research", "microsoft", "Microsoft"),
        ('org:"Tencent Hunyuan"', "tencent", "Tencent"),
        ("org:qwen", "alibabagroup", "alibaba"),
        ("org:MIT", "mittens", "Mittens Lab"),
        ("org:HKU", "HKUST", "HKUST"),
    ],
)
def test_but_not_by_those_of_its_parent_or_a_namesake(asked: str, account: str, shown: str) -> None:
    assert not decide(parse(asked), by(account, shown)).is_match


def test_any_name_of_a_lab_stands_for_the_same_names() -> None:
    spelt = [{lab_alias_keys(name) for name in names} for names in LABS]
    assert [names for names, sets in zip(LABS, spelt, strict=True) if len(sets) > 1] == []


def test_no_name_belongs_to_two_labs() -> None:
    owners = Counter(name for names in LABS for name in {compact_key(name) for name in names})
    assert [name for name, count in owners.items() if count > 1] == []


def test_a_lab_that_is_not_in_the_table_goes_by_its_own_name() -> None:
    assert lab_alias_keys("Tea Lab") == {compact_key("tea-lab")}
