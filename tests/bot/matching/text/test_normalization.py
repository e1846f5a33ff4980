"""When two words are one."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.matching.text.normalization import normalize, stem


@pytest.mark.parametrize(
    "words",
    [
        "agent agents Agent's AGENTS agent’s",
        "LLM LLMs llms",
        "GPU GPUs gpus",
        "policy policies",
        "class classes",
        "cache caches",
        "analysis analyses",
        "matrix matrices",
        "bias biases",
        "behaviour behaviours behavior",
        "optimise optimize optimises",
        "tokenisation tokenization",
        "modelling modeling",
        "labelled labeled",
        "centre center centers",
        "dialogue dialogues dialog",
        "paediatric pediatric",
        "Poincaré Poincare",
        "topic topics",
    ],
)
def test_one_word_in_many_spellings(words: str) -> None:
    assert len(set(map(normalize, words.split()))) == 1


@pytest.mark.parametrize(
    "words",
    [
        "cluster clustering",
        "agent agentic",
        "robot robotic robotics",
        "diffuse diffusion",
        "bias biased",
        "physics physic",
        "process proces",
        "C++ C C#",
        "general generic",
    ],
)
def test_other_words_stay_apart(words: str) -> None:
    assert len(set(map(normalize, words.split()))) == len(words.split())


@given(st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=12))
@example("𝖠")
def test_a_stem_is_made_of_letters_that_no_tokenizer_changes(word: str) -> None:
    stemmed = stem(normalize(word))
    assert stemmed.isascii()
    assert stemmed.isalnum()
    assert stemmed == stemmed.lower()


def test_threads_that_stem_at_once_get_their_own_words() -> None:
    """The index stems in threads while the event loop decides; a wrong stem would be remembered, and papers missed."""
    endings = ("izations", "ingly", "ation", "fulness", "ability", "es")
    words = [f"{chr(97 + n % 26)}o{chr(97 + n // 26 % 26)}er{ending}" for n in range(400) for ending in endings]
    alone = [stem.__wrapped__(word) for word in words]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            together = list(threads.map(lambda _: [stem.__wrapped__(word) for word in words], range(4)))
    finally:
        sys.setswitchinterval(before)
    assert together == [alone] * 4
