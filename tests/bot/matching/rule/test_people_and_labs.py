"""Who wrote a paper, and where: names are spelt in many ways."""

from __future__ import annotations

import pytest

from bot.papers import Author, Organization
from tests.bot.matching.decisions import decide_reason, decide_verdict


@pytest.mark.parametrize(
    "typed", ["Yann LeCun", "yann lecun", "Y. LeCun", "LeCun, Yann", "LeCun Yann", "LeCun", "Yann A. LeCun"]
)
def test_an_author_in_any_writing(typed: str) -> None:
    listed = "Yann A. LeCun" if "A." in typed else "Yann LeCun"
    assert decide_verdict(f'author:"{typed}"', authors=(Author("Ada Example"), Author(listed))).is_match


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("Jun-Yan Zhu", "Junyan Zhu"),
        ("Junyan Zhu", "Jun-Yan Zhu"),
        ("J.-Y. Zhu", "Jun-Yan Zhu"),
        ("JY Zhu", "Jun-Yan Zhu"),
        ("Zoe Muller", "Zoë Müller"),
        ("Zoe Mueller", "Zoë Müller"),
        ("Yann LeCun", "Y. LeCun"),
        ("Lukasz Kaiser", "Łukasz Kaiser"),
        ("Søren Aabye", "Soren Aabye"),
        ("O'Neil", "Cathy O’Neil"),
        ("van der Maaten", "Laurens van der Maaten"),
        ("李飞飞", "李飞飞"),
    ],
)
def test_names_are_spelt_in_many_ways(typed: str, listed: str) -> None:
    assert decide_reason(f'author:"{typed}"', authors=(Author(listed),)).found == listed


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("Yann LeCun", "Yann Other"),
        ("Yann LeCun", "Hao LeCun"),
        ("Yann LeCun", "Y. L."),
        ("Xu Li", "Xue Li"),
        ("Hao Li", "Hao Liu"),
    ],
)
def test_another_person(typed: str, listed: str) -> None:
    assert not decide_verdict(f'author:"{typed}"', authors=(Author(listed),)).is_match


@pytest.mark.parametrize("typed", ["hao-li", "@hao-li", "Hao-LI"])
def test_an_author_by_the_account(typed: str) -> None:
    found = decide_reason(f'author:"{typed}"', authors=(Author("Ada Example"), Author("Somebody Else", user="Hao-Li")))
    assert found.found == "Somebody Else"


def test_an_account_is_asked_for_whole() -> None:
    assert not decide_verdict("author:hao", authors=(Author("Somebody Else", user="hao-li"),)).is_match


def test_a_hidden_author_is_not_named() -> None:
    assert not decide_verdict("author:LeCun", authors=(Author("Yann LeCun", "ylecun", hidden=True),)).is_match
    assert not decide_verdict("author:ylecun", authors=(Author("Yann LeCun", "ylecun", hidden=True),)).is_match


@pytest.mark.parametrize("typed", ["nvidia", "NVIDIA", "nvidia-research", '"NVIDIA Research"', '"nvidiaresearch"'])
def test_a_lab_by_either_name(typed: str) -> None:
    lab = Organization("nvidia-research", "NVIDIA Research")
    assert decide_reason(f"org:{typed}", organization=lab).found == "NVIDIA Research"


@pytest.mark.parametrize(
    ("typed", "lab"),
    [
        ("DeepMind", Organization("google-deepmind", "Google DeepMind")),
        ('"Google DeepMind"', Organization("deepmind", "Deepmind")),
        ('"Meta AI"', Organization("facebook", "AI at Meta")),
        ("facebook", Organization("meta-ai", "Meta AI")),
        ('"Université de Montréal"', Organization("udem", "Universite de Montreal")),
        ('"The Example Institute"', Organization("example", "Example Institute")),
    ],
)
def test_a_lab_by_its_other_names(typed: str, lab: Organization) -> None:
    assert decide_reason(f"org:{typed}", organization=lab).found == lab.full_name


@pytest.mark.parametrize(
    ("typed", "lab"),
    [("meta", Organization("metaphor")), ("meta", None), ("deepmind", Organization("google", "Google"))],
)
def test_another_lab(typed: str, lab: Organization | None) -> None:
    assert not decide_verdict(f"org:{typed}", organization=lab).is_match
