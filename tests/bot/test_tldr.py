"""The summary under a title, also where the source has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tldr import tldr, truncate_at_word
from tests.bot.factories import make_paper


def of(abstract: str) -> str:
    return tldr(make_paper(1, abstract=abstract))


def test_the_sources_own_summary_comes_first() -> None:
    assert tldr(make_paper(1, tldr="  It sorts\n things. ", abstract="We propose sorting.")) == "It sorts things."


@pytest.mark.parametrize(
    "does",
    [
        "We propose a sorter.",
        "In this paper, we introduce SORT, a sorter for large things.",
        "This paper presents a sorter (e.g. for mail) and more.",
        "To this end, we therefore develop three sorters.",
        "Our method provides sorted mail.",
        "This work systematically studies sorters, cf. Knuth et al. and others.",
    ],
)
def test_else_the_first_sentence_that_says_what_the_paper_does(does: str) -> None:
    assert of(f"Mail is everywhere. Sorting is hard, i.e. slow. {does} Results are good.") == does


def test_else_the_first_sentence() -> None:
    assert of("Mail piles up. Nobody knows why.") == "Mail piles up."
    assert of("no full stop at all") == "no full stop at all"
    assert of("") == ""


def test_three_hundred_characters_at_most_and_whole_words() -> None:
    long = tldr(make_paper(1, tldr="word " * 100))
    assert len(long) <= 300
    assert long.endswith("word…")


@given(st.text(max_size=700), st.integers(2, 300))
def test_shortening_keeps_the_beginning_and_the_limit(text: str, longest: int) -> None:
    short = truncate_at_word(text, longest)
    assert len(short) <= longest
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(st.text(max_size=900))
def test_any_abstract_has_one_line(abstract: str) -> None:
    said = of(abstract)
    assert len(said) <= 300
    assert said == " ".join(said.split()) or said.endswith("…")
