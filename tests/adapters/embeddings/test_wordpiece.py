"""Texts as the token numbers that the sentence model was trained on."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.embeddings.wordpiece import WordPieceTokenizer, load_default_tokenizer, split_words

START, END, UNKNOWN = 101, 102, 100


@pytest.fixture(scope="module")
def tokens() -> WordPieceTokenizer:
    return load_default_tokenizer()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("hello world", [7592, 2088]),
        ("Déjà VU", [2139, 3900, 24728]),
        ("unaffable", [14477, 20961, 3468]),
        ("k-means, 3D!", [1047, 1011, 2965, 1010, 7605, 999]),
        ("数学", [100, 1817]),
        ("\tnew\u00a0line\x00s\n", [2047, 3210]),
        ("a" * 101, [UNKNOWN]),
        ("🦥", [UNKNOWN]),
    ],
)
def test_texts_get_the_numbers_of_the_reference(tokens: WordPieceTokenizer, text: str, numbers: list[int]) -> None:
    assert tokens.token_ids(text, 128) == [START, *numbers, END]


def test_the_vocabulary_is_the_published_one() -> None:
    data = (files("adapters.embeddings") / "vocabulary.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"


@given(st.text(max_size=300), st.integers(min_value=2, max_value=64))
def test_any_text_fits_and_is_marked_at_both_ends(text: str, most: int) -> None:
    numbers = shipped_once().token_ids(text, most)
    assert len(numbers) <= most
    assert (numbers[0], numbers[-1]) == (START, END)
    assert not {START, END} & set(numbers[1:-1])


@given(st.text(max_size=100))
def test_letter_case_and_space_around_change_nothing(text: str) -> None:
    assert list(split_words(f"  {text}\n")) == list(split_words(text))


def shipped_once(made: list[WordPieceTokenizer] = []) -> WordPieceTokenizer:  # noqa: B006 - kept between calls on purpose
    """Hypothesis runs a test many times, the vocabulary is read once."""
    if not made:
        made.append(load_default_tokenizer())
    return made[0]
