"""The words and the meaning in one score."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.search.ranking.score_fusion import embedding_weight, fuse_scores

unit = st.floats(0, 1, allow_subnormal=False)
cosines = st.floats(-1, 1, allow_subnormal=False)


def test_words_and_meaning_are_each_measured_by_their_best() -> None:
    assert fuse_scores([4.0, 2.0], [0.2, 0.4], 2) == pytest.approx([0.8 + 0.1, 0.4 + 0.2])
    assert fuse_scores([4.0, 3.0], [0.2, 0.4], 4) == pytest.approx([0.5 + 0.25, 0.375 + 0.5])


def test_longer_queries_go_by_their_meaning() -> None:
    assert fuse_scores([1.0, 0.6], [0.3, 0.6], 9)[1] > fuse_scores([1.0, 0.6], [0.3, 0.6], 9)[0]
    assert fuse_scores([1.0, 0.6], [0.3, 0.6], 3)[1] < fuse_scores([1.0, 0.6], [0.3, 0.6], 3)[0]


def test_a_paper_without_a_vector_is_taken_for_an_average_one() -> None:
    assert fuse_scores([1.0, 1.0, 1.0], [0.2, None, 0.4], 5) == pytest.approx(
        fuse_scores([1.0, 1.0, 1.0], [0.2, 0.3, 0.4], 5)
    )


@pytest.mark.parametrize("cosines", [[None, None], [0.0, -0.2], [-0.5, None]])
def test_without_any_nearness_the_words_decide(cosines: list[float | None]) -> None:
    assert fuse_scores([3.0, 6.0], cosines, 9, [0.0, 1.0]) == [0.5, 2.0]


def test_nothing_to_score() -> None:
    assert fuse_scores([], [], 2) == []


@given(st.lists(st.tuples(unit, st.none() | cosines, unit), max_size=20), st.integers(0, 70))
def test_every_score_lies_between_what_it_is_made_of(
    papers: list[tuple[float, float | None, float]], words: int
) -> None:
    lexical, near, bonus = ([paper[part] for paper in papers] for part in range(3))
    for score, extra in zip(fuse_scores(lexical, near, words, bonus), bonus, strict=True):  # type: ignore[arg-type]  # lists stand in for arrays
        assert score <= 1 + extra + 1e-9  # type: ignore[operator]  # likewise
    assert 0 < embedding_weight(words) < 1
