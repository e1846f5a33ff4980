"""What a word that the archive doesn't know may have been meant to be."""

from __future__ import annotations

from difflib import get_close_matches

from hypothesis import given
from hypothesis import strategies as st

from adapters.search.query.spelling import close_words

words = st.text("abcde", min_size=1, max_size=9)


@given(words, st.lists(words, max_size=30, unique=True))
def test_the_nearest_words_are_those_that_difflib_finds(word: str, known: list[str]) -> None:
    assert close_words(word, known) == get_close_matches(word, known, n=5, cutoff=0.75)
