"""The words for why a paper came."""

from __future__ import annotations

import pytest

from bot.deliveries import TopicReasons
from bot.i18n import Translator
from bot.matching import Place, Reason
from bot.rendering.match_reasons import reason_words, topic_name, topics_sentence

say = Translator().text


def said(*topics: tuple[str, Reason]) -> str:
    return say(topics_sentence([TopicReasons(topic, (reason,)) for topic, reason in topics]))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason("diffusion", Place.TITLE, "Diffusion"), "diffusion"),
        (Reason("GUI agents", Place.TITLE, "GUI agent"), "GUI agents"),
        (Reason("text-to-speech", Place.TITLE, "text to speech"), "text-to-speech"),
        (Reason("VLM", Place.TITLE, "MLLM"), "VLM (“MLLM”)"),
        (Reason("LLM agents", Place.ABSTRACT, "agentic", 3), "LLM agents (“agentic”), 3× in the abstract"),
        (Reason("diffusion", Place.ABSTRACT, "diffusion", 2), "diffusion, twice in the abstract"),
        (Reason("diffusion", Place.OPENING, "diffusion"), "diffusion, in the opening"),
        (Reason("diffusion", Place.STATEMENT, "diffusion"), "diffusion, where it says what it does"),
        (Reason("mixture of experts", Place.WORDS, "experts"), "mixture of experts, all its words"),
        (Reason("Yann LeCun", Place.AUTHOR, "Yann Le Cun"), "Yann LeCun, author"),
        (Reason("nvidia", Place.ORG, "NVIDIA"), "nvidia, lab"),
    ],
)
def test_a_topic_says_where_it_stands_if_the_title_does_not_show_it(reason: Reason, words: str) -> None:
    assert said((reason.wanted, reason)) == words


def test_a_further_name_is_quoted_beside_the_topics_own() -> None:
    flow = Reason("diffusion", Place.TITLE, "Flow Matching")
    assert said(('diffusion also:"flow matching"', flow)) == "diffusion (“Flow Matching”)"


def test_several_topics_are_joined_and_three_are_named() -> None:
    title = {name: (name, Reason(name, Place.TITLE, name)) for name in ("a", "b", "c", "d")}
    assert said(title["a"], title["b"]) == "a + b"
    assert said(*title.values()) == "a + b + c + 1 more"


def test_both_halves_of_an_and_are_told() -> None:
    both = TopicReasons(
        "robotics AND safety",
        (Reason("robotics", Place.TITLE, "robotics"), Reason("safety", Place.ABSTRACT, "safety", 2)),
    )
    assert say(topics_sentence([both])) == "robotics + safety, twice in the abstract"


def test_conditions_alone_are_the_topic_itself() -> None:
    votes = TopicReasons("upvotes>=20 has:code", (Reason("upvotes>=20", Place.UPVOTES, "24"),))
    assert say(topics_sentence([votes])) == "upvotes>=20 has:code"


def test_beside_a_topic_that_is_named_already_only_the_place_is_said() -> None:
    assert say(reason_words(Reason("diffusion", Place.ABSTRACT, "diffusion", 2))) == "twice in the abstract"
    assert say(reason_words(Reason("diffusion", Place.TITLE, "flow matching"))) == "flow matching"
    assert say(reason_words(Reason("LLM agents", Place.ABSTRACT, "agentic", 1))) == "“agentic”, in the abstract"


def test_a_topic_is_named_without_its_machinery_and_never_at_length() -> None:
    assert topic_name('"diffusion policy"') == "diffusion policy"
    assert topic_name("diffusion match:strict") == "diffusion"
    assert topic_name('diffusion also:"flow matching, DiT"') == "diffusion"
    assert topic_name('diffusion also:"flow matching" AND robotics also:none match:wide') == "diffusion AND robotics"
    assert topic_name("(what could not be read") == "(what could not be read"
    assert topic_name('"a" OR "b"') == '"a" OR "b"'
    assert len(topic_name("word " * 40)) <= 40
